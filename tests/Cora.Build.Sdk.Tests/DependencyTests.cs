using System.IO.Compression;

namespace Cora.Build.Sdk.Tests;

/// <summary>Requirements become wheels in the zips: through pip, through a lock, or not at all, and then it is said.</summary>
public sealed class DependencyTests
{
    private const string Function = "packages/module-ai/backend/lambdas/provider";
    private const string Links = "--no-index\n--find-links ../../../../../wheels\n";

    /// <summary>A module with a function that requires what comes from a directory of wheels.</summary>
    private static TestDirectory Stack(string requirements = "retry>=1,<2\n" + Links)
    {
        var stack = new TestDirectory();
        stack.Module("module-ai").Function("module-ai", "provider", requirements).Function("module-ai", "plain", "");
        Wheel.Write(stack["wheels"], "retry", "1.0", requires: ["tokens>=1", "colour; sys_platform == 'win32'"]);
        Wheel.Write(stack["wheels"], "tokens", "1.5");
        return stack;
    }

    private static IEnumerable<string> Distributions(TestDirectory stack, string file = "provider.zip") => stack.Manifest("module-ai").GetProperty("artifacts").EnumerateArray()
        .Single(artifact => artifact.GetProperty("file").GetString() == file).GetProperty("distributions").EnumerateArray()
        .Select(item => $"{item.GetProperty("name").GetString()} {item.GetProperty("version").GetString()}").ToList();

    [PythonFact]
    public void Requirements_are_resolved_once_and_their_wheels_are_in_the_zip()
    {
        using var stack = Stack();
        var store = Path.Combine(stack.Top, "store");
        stack.Environment["CoraWheelStore"] = store;
        stack.Function("module-ai", "second", "retry>=1,<2\n" + Links).Layer("module-ai", "ai-common", "tokens\n" + Links);

        var build = stack.Build("packages/module-ai").ShouldSucceed();

        Assert.Empty(build.Warnings);
        Assert.Equal(["retry 1.0", "tokens 1.5"], Distributions(stack));
        Assert.Equal(["tokens 1.5"], Distributions(stack, "ai-common-layer.zip"));
        Assert.Equal(["lambda_function.py", "retry-1.0.dist-info/METADATA", "retry-1.0.dist-info/RECORD", "retry-1.0.dist-info/WHEEL", "retry/__init__.py",
            "tokens-1.5.dist-info/METADATA", "tokens-1.5.dist-info/RECORD", "tokens-1.5.dist-info/WHEEL", "tokens/__init__.py"], TestDirectory.Names(stack.Artifact("module-ai", "provider.zip")));
        Assert.Contains("python/tokens/__init__.py", TestDirectory.Names(stack.Artifact("module-ai", "ai-common-layer.zip")));
        Assert.Equal(["lambda_function.py"], TestDirectory.Names(stack.Artifact("module-ai", "plain.zip")));
        Assert.True(File.Exists(Path.Combine(store, Wheel.Sha256(stack["wheels/tokens-1.5-py3-none-any.whl"]), "tokens-1.5-py3-none-any.whl")));

        // Nothing to do starts no pip; a changed source neither; a store that lost a wheel, or holds another, is mended.
        stack.WatchProcesses();
        stack.Build("packages/module-ai", "--no-restore").ShouldHaveDoneNothing();
        stack.Write(Function + "/lambda_function.py", "def lambda_handler(event, context):\n    return 2\n");
        stack.Build("packages/module-ai", "--no-restore").ShouldSucceed();
        Assert.DoesNotContain("pip", stack.StartedProcesses());
        var before = stack.Hashes("module-ai");
        stack.Delete("packages/module-ai/backend/.build/provider.zip");
        var stored = Path.Combine(store, Wheel.Sha256(stack["wheels/tokens-1.5-py3-none-any.whl"]), "tokens-1.5-py3-none-any.whl");
        File.WriteAllBytes(stored, new byte[new FileInfo(stored).Length]);
        Directory.Delete(Path.Combine(store, Wheel.Sha256(stack["wheels/retry-1.0-py3-none-any.whl"])), recursive: true);
        stack.Build("packages/module-ai", "--no-restore").ShouldSucceed();
        Assert.Equal(before, stack.Hashes("module-ai"));
        Assert.Equal([], stack.StartedProcesses());
    }

    [PythonFact]
    public void What_the_requirements_lead_to_decides_which_artifact_is_made_again()
    {
        using var stack = Stack();
        stack.Layer("module-ai", "ai-common", "tokens\n" + Links);
        stack.Build("packages/module-ai").ShouldSucceed();
        var before = stack.Snapshot("packages/module-ai/backend/.build");

        stack.Write(Function + "/requirements.txt", "# a comment\nretry >= 1 , < 2\n" + Links);
        stack.Build("packages/module-ai", "--no-restore").ShouldSucceed();
        Assert.Equal([], stack.Written("module-ai", before));

        // A wheel that is added to the directory, which the range allows; one that is exchanged under its name.
        Wheel.Write(stack["wheels"], "retry", "1.2");
        stack.Build("packages/module-ai", "--no-restore").ShouldSucceed();
        Assert.Equal(["provider.zip"], stack.Written("module-ai", before));
        Assert.Equal(["retry 1.2"], Distributions(stack));
        Wheel.Write(stack["wheels"], "retry", "1.2", requires: ["tokens"]);
        stack.Build("packages/module-ai", "--no-restore").ShouldSucceed();
        Assert.Equal(["retry 1.2", "tokens 1.5"], Distributions(stack));

        before = stack.Snapshot("packages/module-ai/backend/.build");
        stack.Write(Function + "/requirements.txt", "-r ../../shared.txt\n").Write("packages/module-ai/backend/shared.txt", "retry==1.0\n--no-index\n--find-links ../../../wheels\n");
        stack.Build("packages/module-ai", "--no-restore").ShouldSucceed();
        Assert.Equal(["retry 1.0", "tokens 1.5"], Distributions(stack));
        stack.Write("packages/module-ai/backend/shared.txt", "tokens\n--no-index\n--find-links ../../../wheels\n");
        stack.Build("packages/module-ai", "--no-restore").ShouldSucceed();
        Assert.Equal(["tokens 1.5"], Distributions(stack));

        // For another target other wheels fit.
        Wheel.Write(stack["wheels"], "tokens", "1.6", "cp312-cp312-manylinux_2_34_aarch64");
        stack.Build("packages/module-ai", "--no-restore").ShouldSucceed();
        Assert.Equal(["tokens 1.5"], Distributions(stack));
        stack.Build("packages/module-ai", "-f", "python3.12", "-p:CoraArchitecture=arm64").ShouldSucceed();
        Assert.Equal(["tokens 1.6"], Distributions(stack));
    }

    [PythonFact]
    public void A_function_whose_requirements_cannot_be_met_fails_with_the_line_and_the_others_are_made()
    {
        using var stack = Stack("# first\nnot-there==1.0\n" + Links);
        stack.Function("module-ai", "editable", "-e ./here\n").Function("module-ai", "second", "tokens\n" + Links);

        var first = stack.Build("packages/module-ai").ShouldFailWith("CORA3001", "CORA3002");

        Assert.Equal(stack[Function + "/requirements.txt"], first.Errors.Single(error => error.Code == "CORA3001").File);
        Assert.Contains("not-there", first.Errors.Single(error => error.Code == "CORA3001").Message, StringComparison.Ordinal);
        Assert.Equal((stack["packages/module-ai/backend/lambdas/editable/requirements.txt"], 1), (first.Errors.Single(error => error.Code == "CORA3002").File, first.Errors.Single(error => error.Code == "CORA3002").Line));
        Assert.Equal(["cora-manifest.json", "plain.zip", "second.zip"], stack.Artifacts("module-ai"));
        Assert.Contains("2 functions failed", first.Line("module-ai"), StringComparison.Ordinal);
        Assert.Equal(first.Reported(), stack.Build("packages/module-ai", "--no-restore").Reported());

        stack.Write(Function + "/requirements.txt", "tokens\n" + Links).Delete("packages/module-ai/backend/lambdas/editable");
        stack.Build("packages/module-ai", "--no-restore").ShouldSucceed();
        var right = stack.Hashes("module-ai")["provider.zip"];
        stack.Write(Function + "/requirements.txt", "gone\n" + Links);
        stack.Build("packages/module-ai", "--no-restore").ShouldFailWith("CORA3001");
        Assert.Equal(right, stack.Hashes("module-ai")["provider.zip"]);
    }

    [PythonFact]
    public void A_lock_is_used_without_Python_and_without_an_index_and_each_hash_is_verified()
    {
        using var stack = Stack();
        stack.Run("restore", "packages/module-ai");

        var locking = stack.Build("packages/module-ai", "--no-restore", "-t:CoraLock").ShouldSucceed();

        Assert.Empty(stack.Artifacts("module-ai"));
        Assert.Contains(locking.Messages, message => message.Trim() == stack[Function + "/pylock.toml"]);
        var lockText = File.ReadAllText(stack[Function + "/pylock.toml"]);
        Assert.DoesNotContain(stack.Top, lockText, StringComparison.Ordinal);
        stack.Environment["PATH"] = "/nonexistent";
        stack.Build("packages/module-ai", "--no-restore", "-t:CoraPackage", "-p:CoraPythonExecutable=/nonexistent/python", "-p:CoraLockedMode=true").ShouldSucceed();
        Assert.Equal(["retry 1.0", "tokens 1.5"], Distributions(stack));
        var right = stack.Hashes("module-ai");

        // A newer version changes nothing as long as the lock stands.
        Wheel.Write(stack["wheels"], "tokens", "1.9");
        stack.Write(Function + "/lambda_function.py", "def lambda_handler(event, context):\n    return 1\n").Delete("packages/module-ai/backend/.build");
        stack.Build("packages/module-ai", "--no-restore", "-t:CoraPackage").ShouldSucceed();
        Assert.Equal(["retry 1.0", "tokens 1.5"], Distributions(stack));
        Assert.Equal(right["plain.zip"], stack.Hashes("module-ai")["plain.zip"]);

        // Another wheel under the same name is refused.
        stack.Environment["CoraWheelStore"] = Path.Combine(stack.Top, "empty store");
        var tokens = File.ReadAllBytes(stack["wheels/tokens-1.5-py3-none-any.whl"]);
        tokens[tokens.Length / 2] ^= 1;
        File.WriteAllBytes(stack["wheels/tokens-1.5-py3-none-any.whl"], tokens);
        stack.Delete("packages/module-ai/obj/cora").Delete("packages/module-ai/backend/.build");
        stack.Build("packages/module-ai", "--no-restore", "-t:CoraPackage").ShouldFailWith("CORA3006");
        Assert.Equal(["cora-manifest.json", "plain.zip"], stack.Artifacts("module-ai"));
    }

    [PythonFact]
    public void A_stale_lock_of_ours_is_made_again_with_a_warning_and_is_an_error_in_locked_mode()
    {
        using var stack = Stack();
        stack.Build("packages/module-ai", "-t:CoraLock").ShouldSucceed();
        var lockFile = stack[Function + "/pylock.toml"];
        var old = File.ReadAllText(lockFile);
        Wheel.Write(stack["wheels"], "extra", "3.0");
        stack.Write(Function + "/requirements.txt", "retry>=1,<2\nextra\n" + Links);

        foreach (var property in new[] { "CoraLockedMode=true", "ContinuousIntegrationBuild=true" })
        {
            var locked = stack.Build("packages/module-ai", "--no-restore", "-p:" + property).ShouldFailWith("CORA3005");
            Assert.Equal(lockFile, locked.Errors[0].File);
            Assert.Contains("CoraLock", locked.Errors[0].Message, StringComparison.Ordinal);
            Assert.Equal(old, File.ReadAllText(lockFile));
        }

        var build = stack.Build("packages/module-ai", "--no-restore").ShouldSucceed();
        Assert.Equal("CORA3005", Assert.Single(build.Warnings).Code);
        Assert.Contains("extra", File.ReadAllText(lockFile), StringComparison.Ordinal);
        Assert.Equal(["extra 3.0", "retry 1.0", "tokens 1.5"], Distributions(stack));

        // A lock that somebody else's tool made is never rewritten.
        var foreign = File.ReadAllText(lockFile).Split("[tool.cora]")[0].Replace("created-by = \"cora-build-sdk\"", "created-by = \"uv\"", StringComparison.Ordinal);
        File.WriteAllText(lockFile, foreign);
        Assert.Empty(stack.Build("packages/module-ai", "--no-restore").ShouldSucceed().Warnings);
        Wheel.Write(stack["wheels"], "late", "1.0");
        stack.Write(Function + "/requirements.txt", "retry>=1,<2\nextra\nlate\n" + Links);
        stack.Build("packages/module-ai", "--no-restore").ShouldFailWith("CORA3005");
        stack.Build("packages/module-ai", "--no-restore", "-t:CoraLock").ShouldFailWith("CORA3005");
        Assert.Equal(foreign, File.ReadAllText(lockFile));
    }

    [Fact]
    public void Without_Python_requirements_are_an_error_that_says_what_to_install_and_functions_without_are_built()
    {
        using var stack = Stack();
        var path = Directory.CreateDirectory(Path.Combine(stack.Top, "empty")).FullName;
        stack.Environment["PATH"] = path;

        foreach (var (arguments, words) in new[] { ("", "CoraPythonExecutable"), ("-p:CoraPythonExecutable=/nonexistent/python3", "/nonexistent/python3"), ("-p:CoraInstaller=uv", "uv") })
        {
            var error = Assert.Single(stack.Build("packages/module-ai", arguments.Length == 0 ? ["-t:CoraPackage"] : ["-t:CoraPackage", arguments]).ShouldFailWith("CORA0003").Errors);

            Assert.Equal(stack[Function + "/requirements.txt"], error.File);
            Assert.Contains(words, error.Message, StringComparison.Ordinal);
            Assert.Equal(["cora-manifest.json", "plain.zip"], stack.Artifacts("module-ai"));
        }
    }

    [PythonFact]
    public void Markers_hold_for_the_target_and_hashes_and_constraints_are_kept()
    {
        using var stack = Stack();
        var tokens = Wheel.Sha256(stack["wheels/tokens-1.5-py3-none-any.whl"]);
        Wheel.Write(stack["wheels"], "on_linux", "1.0", requires: ["for_target; python_version == '3.13' and platform_machine == 'aarch64'"]);
        Wheel.Write(stack["wheels"], "for_target", "1.0");
        Wheel.Write(stack["wheels"], "tokens", "1.7");
        stack.Write(Function + "/requirements.txt", "on_linux; sys_platform == 'linux'\nnot-there; sys_platform == 'win32'\ntokens\n-c limits.txt\n" + Links).Write(Function + "/limits.txt", "tokens<1.6\n");

        stack.Build("packages/module-ai", "-f", "python3.13", "-p:CoraArchitecture=arm64").ShouldSucceed();
        Assert.Equal(["for-target 1.0", "on-linux 1.0", "tokens 1.5"], Distributions(stack));
        stack.Build("packages/module-ai").ShouldSucceed();
        Assert.Equal(["on-linux 1.0", "tokens 1.5"], Distributions(stack));

        stack.Write(Function + "/requirements.txt", $"tokens==1.5 \\\n    --hash=sha256:{tokens}\n" + Links);
        stack.Build("packages/module-ai", "--no-restore").ShouldSucceed();
        stack.Write(Function + "/requirements.txt", $"tokens==1.5 --hash=sha256:{new string('0', 64)}\n" + Links);
        Assert.StartsWith("CORA3", Assert.Single(stack.Build("packages/module-ai", "--no-restore").Errors).Code, StringComparison.Ordinal);
    }

    [PythonFact]
    public void Two_wheels_that_bring_one_path_and_a_wheel_that_is_no_zip_fail_their_artifact_alone()
    {
        using var stack = Stack("one\ntwo\n" + Links);
        foreach (var name in new[] { "one", "two" })
        {
            using var zip = ZipFile.Open(Wheel.Write(stack["wheels"], name, "1.0"), ZipArchiveMode.Update);
            using var writer = new StreamWriter(zip.CreateEntry("shared.py").Open());
            writer.Write(name);
        }

        var build = stack.Build("packages/module-ai").ShouldFailWith("CORA4005");

        Assert.Contains("one-1.0-py3-none-any.whl", build.Errors[0].Message, StringComparison.Ordinal);
        Assert.Contains("two-1.0-py3-none-any.whl", build.Errors[0].Message, StringComparison.Ordinal);
        Assert.Equal(["cora-manifest.json", "plain.zip"], stack.Artifacts("module-ai"));
        Assert.Equal(build.Reported(), stack.Build("packages/module-ai", "--no-restore").Reported());
    }
}
