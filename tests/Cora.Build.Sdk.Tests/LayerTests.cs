namespace Cora.Build.Sdk.Tests;

/// <summary>Which layers a function has, and what Lambda allows for both together.</summary>
public sealed class LayerTests
{
    private static string Megabytes(double count) => new('x', (int)(count * 1_048_576));

    private static TestDirectory Stack(string lambda = "", string items = "") => new TestDirectory()
        .Module("module-access").Layer("module-access", "org-common").Write("packages/module-access/backend/layers/org-common/python/data.txt", Megabytes(1))
        .Write("packages/module-ws/module.coraproj", $"""
        <Project Sdk="Cora.Build.Sdk">
          <ItemGroup><ProjectReference Include="../module-access/module.coraproj" />{items}</ItemGroup>
          <ItemGroup><CoraLambda Update="backend/lambdas/workspace" {lambda} /></ItemGroup>
        </Project>
        """)
        .Function("module-ws", "workspace", "").Write("packages/module-ws/backend/lambdas/workspace/data.txt", Megabytes(1)).Layer("module-ws", "ws-common");

    private static string LayersOf(TestDirectory stack, string function) => string.Join(' ', stack.Manifest("module-ws").GetProperty("artifacts").EnumerateArray()
        .Single(artifact => artifact.GetProperty("file").GetString() == function + ".zip").GetProperty("layers").EnumerateArray()
        .Select(layer => layer.TryGetProperty("arn", out var arn) ? arn.GetString() : layer.GetProperty("module").GetString() + "/" + layer.GetProperty("name").GetString()));

    [Fact]
    public void A_function_has_the_layers_that_its_item_names_or_all_that_it_could_have()
    {
        const string Arn = "arn:aws:lambda:eu-central-1:336392948345:layer:AWSSDKPandas-Python311:20";
        using var stack = Stack("Layers=\"org-common\"", $"""<CoraExternalLayer Include="{Arn}" Provides="pandas;numpy" UnzippedBytes="1000" />""");
        stack.Function("module-ws", "cleanup", "");

        stack.Build("packages/module-ws").ShouldSucceed();

        Assert.Equal("module-access/org-common", LayersOf(stack, "workspace"));
        Assert.Equal($"module-ws/ws-common module-access/org-common {Arn}", LayersOf(stack, "cleanup"));
        stack.Write("packages/module-ws/module.coraproj", File.ReadAllText(stack["packages/module-ws/module.coraproj"]).Replace("\"org-common\"", $"\"ws-common;{Arn}\"", StringComparison.Ordinal));
        stack.Build("packages/module-ws", "--no-restore").ShouldSucceed();
        Assert.Equal($"module-ws/ws-common {Arn}", LayersOf(stack, "workspace"));

        stack.Write("packages/module-ws/module.coraproj", File.ReadAllText(stack["packages/module-ws/module.coraproj"]).Replace("\"ws-common;", "\"ws-comon;", StringComparison.Ordinal));
        var error = Assert.Single(stack.Build("packages/module-ws", "--no-restore").ShouldFailWith("CORA0005").Errors);
        Assert.Contains("'ws-comon'", error.Message, StringComparison.Ordinal);
        Assert.Contains("'org-common'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Sizes_are_compared_with_the_limits_and_where_layers_are_only_assumed_an_error_is_a_warning()
    {
        using var stack = Stack();
        stack.Run("restore", "packages/module-ws");

        var build = stack.Build("packages/module-ws", "--no-restore", "-p:CoraZipLimitMB=0.9");
        Assert.Equal(["CORA4001 org-common", "CORA4001 workspace"], Found(build.Warnings));
        Assert.Contains("stored uncompressed", build.Warnings[0].Message, StringComparison.Ordinal);

        build = stack.Build("packages/module-ws", "--no-restore", "-p:CoraUnzippedWarningMB=1.5").ShouldSucceed();
        Assert.Equal(["CORA4003 workspace"], Found(build.Warnings));
        build = stack.Build("packages/module-ws", "--no-restore", "-p:CoraUnzippedLimitMB=1.5").ShouldSucceed();
        Assert.Equal(["CORA4002 workspace"], Found(build.Warnings));
        Assert.Contains("Layers metadata", build.Warnings[0].Message, StringComparison.Ordinal);

        // A layer alone is an error from the warning limit on: nothing is left for the functions.
        build = stack.Build("packages/module-ws", "--no-restore", "-p:CoraUnzippedWarningMB=0.5");
        Assert.Equal(["CORA4003 org-common"], Found(build.Errors));
        build = stack.Build("packages/module-ws", "--no-restore", "-p:CoraUnzippedLimitMB=0.5");
        // The function is too large without any layer, which is certain.
        Assert.Equal(["CORA4002 org-common", "CORA4002 workspace"], Found(build.Errors));
        Assert.Equal(["cora-manifest.json", "workspace.zip", "ws-common-layer.zip"], stack.Artifacts("module-ws"));

        using var named = Stack("Layers=\"org-common\"");
        build = named.Build("packages/module-ws", "-p:CoraUnzippedLimitMB=1.5").ShouldFailWith("CORA4002");
        Assert.Equal(["CORA4002 workspace"], Found(build.Errors));
        Assert.Contains("leaves 524,", build.Errors[0].Message.Replace(",0", ",", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Contains("workspace.zip", named.Artifacts("module-ws"));
    }

    [PythonFact]
    public void A_size_error_names_the_largest_distributions()
    {
        using var stack = new TestDirectory();
        for (var i = 0; i < 12; i++) Wheel.Write(stack["wheels"], $"dist{i:00}", "1.0", bytes: 20_000 * (i + 1));
        stack.Module("module-ws").Function("module-ws", "workspace", string.Concat(Enumerable.Range(0, 12).Select(i => $"dist{i:00}\n")) + "--no-index\n--find-links ../../../../../wheels\n");

        var error = Assert.Single(stack.Build("packages/module-ws", "-p:CoraUnzippedLimitMB=1").ShouldFailWith("CORA4002").Errors);

        Assert.Contains("dist11 1.0 (234.", error.Message, StringComparison.Ordinal);
        Assert.Contains("dist02 1.0", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("dist01 1.0", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void More_than_five_layers_is_an_error_where_they_are_named_and_a_warning_where_they_are_assumed()
    {
        using var stack = Stack();
        for (var i = 0; i < 5; i++) stack.Layer("module-ws", $"more-{i}");

        var warning = Assert.Single(stack.Build("packages/module-ws").ShouldSucceed().Warnings);

        Assert.Equal("CORA4009", warning.Code);
        Assert.Contains("7 layers", warning.Message, StringComparison.Ordinal);
        stack.Write("packages/module-ws/module.coraproj", File.ReadAllText(stack["packages/module-ws/module.coraproj"]).Replace("workspace\"", "workspace\" Layers=\"ws-common;more-0;more-1;more-2;more-3;more-4\"", StringComparison.Ordinal));
        stack.Build("packages/module-ws", "--no-restore").ShouldFailWith("CORA4009");
        stack.Write("packages/module-ws/module.coraproj", File.ReadAllText(stack["packages/module-ws/module.coraproj"]).Replace(";more-4", "", StringComparison.Ordinal));
        Assert.Empty(stack.Build("packages/module-ws", "--no-restore").ShouldSucceed().Warnings);
    }

    [Fact]
    public void Layers_that_were_built_for_another_Python_or_architecture_are_an_error()
    {
        using var stack = Stack();
        stack.Write("packages/module-access/Directory.Build.props", "<Project><PropertyGroup><TargetFramework>python3.12</TargetFramework></PropertyGroup></Project>");

        var build = stack.Build("packages/module-ws").ShouldFailWith("CORA3011");

        Assert.Equal(stack["packages/module-ws/module.coraproj"], build.Errors[0].File);
        Assert.Contains("python3.12", build.Errors[0].Message, StringComparison.Ordinal);
        Assert.Contains("workspace.zip", stack.Artifacts("module-ws"));
        Assert.Equal(build.Reported(), stack.Build("packages/module-ws", "--no-restore").Reported());
        // A module without layers may be built for whatever it likes.
        stack.Delete("packages/module-access/backend/layers").Function("module-access", "orgs");
        stack.Build("packages/module-ws", "--no-restore").ShouldSucceed();
    }

    [LinuxFact]
    public void A_native_file_for_another_machine_is_an_error_and_an_empty_layer_of_requirements_too()
    {
        using var stack = Stack();
        var elf = new byte[64];
        new byte[] { 0x7F, (byte)'E', (byte)'L', (byte)'F', 2, 1, 1 }.CopyTo(elf, 0);
        (elf[16], elf[18], elf[20], elf[52]) = (3, 183, 1, 64); // ET_DYN, AArch64
        stack.Function("module-ws", "native", "");
        File.WriteAllBytes(stack["packages/module-ws/backend/lambdas/native/fast.so"], elf);
        stack.Write("packages/module-ws/backend/layers/hollow/requirements.txt", "# nothing\n");

        var build = stack.Build("packages/module-ws").ShouldFailWith("CORA4004", "CORA4008");

        Assert.Equal(stack["packages/module-ws/backend/lambdas/native/fast.so"], build.Errors.Single(error => error.Code == "CORA4008").File);
        Assert.Equal(["cora-manifest.json", "workspace.zip", "ws-common-layer.zip"], stack.Artifacts("module-ws"));
    }

    private static IEnumerable<string> Found(IEnumerable<LoggedDiagnostic> diagnostics) => diagnostics.Select(item => $"{item.Code} {Path.GetFileName(item.File)}").Order(StringComparer.Ordinal).ToList();
}
