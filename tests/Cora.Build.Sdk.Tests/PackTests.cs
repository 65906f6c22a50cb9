using System.IO.Compression;
using System.Xml.Linq;

namespace Cora.Build.Sdk.Tests;

/// <summary>A module as a package: what is in it, and what a module gets that references it.</summary>
public sealed class PackTests
{
    private const string Handler = "packages/module-ws/backend/lambdas/workspace/lambda_function.py";

    private static TestDirectory Stack(string name = "stack") => new TestDirectory(name)
        .Module("module-access").Function("module-access", "orgs").Layer("module-access", "org-common")
        .Write("packages/module-access/backend/layers/org-common/python/org_common/__init__.py", "def rpc(function_name, params=None):\n    return None\n")
        .Write("packages/module-access/db/schema/010-orgs.sql", "CREATE OR REPLACE FUNCTION public.create_org(p_name TEXT) RETURNS INT LANGUAGE sql AS $$ SELECT 1 $$;\n")
        .Write("packages/module-access/db/migrations/2026/001.sql", "SELECT 1;\n")
        .Write("packages/module-access/infrastructure/policy.tftpl", "{}\n")
        .Write("packages/module-access/infrastructure/.terraform/modules/x.tftpl", "locals {}\n")
        .Write("packages/module-access/infrastructure/terraform.tfvars", "secret = \"s3cr3t\"\n")
        .Write("packages/module-access/module.json", "{}")
        .Module("module-ws", "module-access").Function("module-ws", "workspace")
        .Write(Handler, "import org_common\n\n\ndef lambda_handler(event, context):\n    return org_common.rpc(\"create_org\", {\"p_name\": event[\"name\"]})\n")
        .Project();

    [PythonFact]
    public void A_package_holds_what_ships_and_says_where_it_comes_from()
    {
        using var stack = Stack();
        stack.Write("packages/module-ws/README.md", "# Workspaces\n");
        stack.Shell("git init -q -b main . && git remote add origin https://user:s3cr3t@example.com/org/stack.git && git add -A && git -c user.name=a -c user.email=a@example.com commit -qm first");
        var commit = stack.Shell("git rev-parse HEAD").Output.Trim();

        Assert.Equal(0, stack.Dotnet("pack", ".", "-p:Version=1.2.0", "-o", stack["out"]).ExitCode);

        Assert.Equal(["Cora.Module.Access.1.2.0.nupkg", "Cora.Module.Ws.1.2.0.nupkg"], Directory.GetFiles(stack["out"]).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        var access = stack["out/Cora.Module.Access.1.2.0.nupkg"];
        Assert.Equal(
            [
                "Cora.Module.Access.nuspec", "README.md", "buildTransitive/Cora.Module.Access.props", "cora/backend/.build/cora-manifest.json", "cora/backend/.build/org-common-layer.zip",
                "cora/backend/.build/orgs.zip", "cora/cora.sarif", "cora/db/migrations/2026/001.sql", "cora/db/schema/010-orgs.sql", "cora/infrastructure/policy.tftpl",
            ],
            Content(access));
        Assert.Equal(File.ReadAllBytes(stack.Artifact("module-access", "orgs.zip")), Bytes(access, "cora/backend/.build/orgs.zip"));
        Assert.StartsWith("# module-access 1.2.0\n", TestDirectory.Read(access, "README.md"), StringComparison.Ordinal);
        var ws = stack["out/Cora.Module.Ws.1.2.0.nupkg"];
        Assert.Equal("# Workspaces\n", TestDirectory.Read(ws, "README.md"));
        var metadata = XDocument.Parse(TestDirectory.Read(ws, "Cora.Module.Ws.nuspec")).Root!.Elements().Single();
        XElement Element(string name) => metadata.Descendants().Single(element => element.Name.LocalName == name);
        Assert.Equal(("Cora.Module.Ws", "1.2.0"), (Element("id").Value, Element("version").Value));
        Assert.Equal(["CoraModule", "Dependency"], metadata.Descendants().Where(element => element.Name.LocalName == "packageType").Select(element => element.Attribute("name")!.Value));
        Assert.Equal(("Cora.Module.Access", "1.2.0"), (Element("dependency").Attribute("id")!.Value, Element("dependency").Attribute("version")!.Value));
        Assert.Equal(("https://example.com/org/stack.git", commit), (Element("repository").Attribute("url")!.Value, Element("repository").Attribute("commit")!.Value));

        // The same inputs, the same package, also without a build; and what is gone is not in the next one.
        var before = File.ReadAllBytes(access);
        stack.Delete("out");
        Assert.Equal(0, stack.Dotnet("pack", "packages/module-access", "--no-build", "-p:Version=1.2.0", "-o", stack["out"]).ExitCode);
        Assert.Equal(before, File.ReadAllBytes(access));
        stack.Delete("packages/module-access/infrastructure/policy.tftpl");
        Assert.Equal(0, stack.Dotnet("pack", "packages/module-access", "--no-restore", "-p:Version=1.2.0", "-o", stack["out"]).ExitCode);
        Assert.DoesNotContain("cora/infrastructure/policy.tftpl", Content(access));
    }

    [PythonFact]
    public void A_package_is_the_same_wherever_it_is_packed_and_names_no_place_there()
    {
        using var here = Stack();
        using var there = Stack("Größe (2)");
        foreach (var stack in new[] { here, there })
        {
            // What a finding says of it has its path.
            stack.Write("packages/module-access/backend/build.sh", "zip -r f.zip .\n").Write("packages/module-access/infrastructure/a%20b ü.tftpl", "{}\n").Shell("git init -q .");
            Assert.Equal("CORA1005", Assert.Single(stack.Dotnet("pack", "packages/module-access", "-p:Version=1.2.0").ShouldSucceed().Warnings).Code);
        }

        const string Package = "packages/module-access/bin/Release/Cora.Module.Access.1.2.0.nupkg";
        var package = here[Package];
        Assert.Equal(File.ReadAllBytes(package), File.ReadAllBytes(there[Package]));
        Assert.Contains("cora/infrastructure/a%20b ü.tftpl", Content(package));
        Assert.Contains("CORA1005", TestDirectory.Read(package, "cora/cora.sarif"), StringComparison.Ordinal);
        Assert.All(TestDirectory.Names(package), name => Assert.DoesNotContain(Path.GetFileName(here.Top), TestDirectory.Read(package, name), StringComparison.Ordinal));
    }

    [PythonFact]
    public void A_package_gives_what_a_reference_gives()
    {
        using var stack = Stack();
        stack.Write("packages/module-access/backend/layers/org-common/python/org_common/words.txt", new string('x', 3 << 20));
        stack.Run("pack", "packages/module-access", "-p:Version=1.2.0", "-o", stack["out"]);
        Directory.CreateDirectory(stack["feed"]);
        stack.Run("nuget", "push", stack["out/Cora.Module.Access.1.2.0.nupkg"], "--source", stack["feed"]);
        stack.Build("packages/module-ws").ShouldSucceed();
        var referenced = stack.Hashes("module-ws");
        using var consumer = Consumer(stack);

        var build = consumer.Build("packages/module-ws").ShouldSucceed();

        Assert.Empty(build.Warnings);
        Assert.Equal("module-ws: 1 function built, 333 B; 1 layer call, 1 RPC call, 1 import checked".Split("; ")[1], build.Line("module-ws").Split("; ")[1]);
        Assert.Equal(referenced, consumer.Hashes("module-ws"));
        Assert.False(Directory.Exists(consumer["packages/module-ws/bin"]));
        consumer.Build("packages/module-ws", "--no-restore").ShouldHaveDoneNothing();
        Assert.Equal("CORA4002", Assert.Single(consumer.Build("packages/module-ws", "--no-restore", "-p:CoraUnzippedLimitMB=2").Warnings).Code);

        consumer.Write(Handler, "import org_common\n\n\ndef lambda_handler(event, context):\n    return org_common.call_rpc(\"create_org\")\n");
        var error = Assert.Single(consumer.Build("packages/module-ws", "--no-restore").ShouldFailWith("CORA2001").Errors);
        Assert.Equal((consumer[Handler], 5, 23), (error.File, error.Line, error.Column));
        consumer.Write(Handler, "import org_common\n\n\ndef lambda_handler(event, context):\n    return org_common.rpc(\"create_organisation\")\n");
        consumer.Build("packages/module-ws", "--no-restore").ShouldFailWith("CORA2010");
    }

    [PythonFact]
    public void Central_versions_and_lock_files_work_and_what_a_package_needs_gives_its_SQL_alone()
    {
        using var stack = Stack();
        // Also from where a module does not have it by convention.
        stack.Write("packages/module-ws/module.coraproj", """
            <Project Sdk="Cora.Build.Sdk"><ItemGroup>
              <ProjectReference Include="../module-access/module.coraproj" /><CoraSchema Include="sql/*.sql" />
            </ItemGroup></Project>
            """);
        stack.Write("packages/module-ws/sql/010-ws.sql", "CREATE OR REPLACE FUNCTION public.create_ws() RETURNS INT LANGUAGE sql AS $$ SELECT public.create_org('x') $$;\n");
        stack.Run("pack", ".", "-p:Version=1.2.0", "-o", stack["feed"]);
        using var consumer = new TestDirectory();
        UseFeed(stack, consumer);
        consumer.Write("Directory.Packages.props", """
            <Project>
              <PropertyGroup><ManagePackageVersionsCentrally>true</ManagePackageVersionsCentrally></PropertyGroup>
              <ItemGroup><PackageVersion Include="Cora.Module.Ws" Version="1.2.0" /></ItemGroup>
            </Project>
            """);
        consumer.Write("packages/module-eval/module.coraproj", """
            <Project Sdk="Cora.Build.Sdk">
              <PropertyGroup><RestorePackagesWithLockFile>true</RestorePackagesWithLockFile></PropertyGroup>
              <ItemGroup><PackageReference Include="Cora.Module.Ws" /></ItemGroup>
            </Project>
            """).Layer("module-eval", "eval-common")
            .Write("packages/module-eval/backend/layers/eval-common/python/eval_common/__init__.py", "def rpc(name, params=None):\n    return None\n")
            .Function("module-eval", "run")
            .Write("packages/module-eval/backend/lambdas/run/lambda_function.py", "import eval_common\n\n\ndef lambda_handler(event, context):\n    eval_common.rpc(\"create_ws\", {})\n    return eval_common.rpc(\"create_org\", {})\n");

        // create_org needs p_name, so that it is known; its module's layer is not there for who does not name it.
        var build = consumer.Build("packages/module-eval").ShouldFailWith("CORA2012");
        Assert.Contains("2 RPC calls", build.Line("module-eval"), StringComparison.Ordinal);
        Assert.Contains("Cora.Module.Access", File.ReadAllText(consumer["packages/module-eval/packages.lock.json"]), StringComparison.Ordinal);
        consumer.Write("packages/module-eval/backend/lambdas/run/lambda_function.py", "import org_common\n\n\ndef lambda_handler(event, context):\n    return 1\n");
        consumer.Build("packages/module-eval", "--no-restore", "-p:RestoreLockedMode=true").ShouldFailWith("CORA2004");
    }

    [PythonFact]
    public void What_has_an_error_or_is_not_built_is_not_packed()
    {
        using var stack = Stack();
        Assert.Contains("is not built", Assert.Single(stack.Dotnet("pack", "packages/module-ws", "--no-build", "-o", stack["out"]).ShouldFailWith("CORA7030").Errors).Message, StringComparison.Ordinal);

        // Of a module that it references.
        stack.Write("packages/module-access/backend/lambdas/orgs/lambda_function.py", "def lambda_handler(event, context)\n");
        stack.Dotnet("pack", "packages/module-ws", "-o", stack["out"]).ShouldFailWith("CORA2006");
        stack.Dotnet("publish", "packages/module-ws", "-o", stack["out"]).ShouldFailWith("CORA2006");
        stack.Dotnet("pack", "packages/module-ws", "--no-build", "-o", stack["out"]).ShouldFailWith("CORA7030");
        stack.Dotnet("publish", "packages/module-ws", "--no-build", "-o", stack["out"]).ShouldFailWith("CORA7030");
        Assert.False(Directory.Exists(stack["out"]));

        stack.Function("module-access", "orgs").Build("packages/module-ws", "--no-restore").ShouldSucceed();
        stack.Delete("packages/module-ws/backend/.build/workspace.zip");
        stack.Dotnet("pack", "packages/module-ws", "--no-build", "-o", stack["out"]).ShouldFailWith("CORA7030");
        Assert.False(Directory.Exists(stack["out"]));

        // What ships as it is, and is not what was checked.
        foreach (var file in new[] { "db/schema/010-orgs.sql", "db/migrations/2026/001.sql", "infrastructure/new.tf" })
        {
            stack.Build("packages/module-access", "--no-restore").ShouldSucceed();
            stack.Write($"packages/module-access/{file}", "broken (");
            foreach (var verb in new[] { "pack", "publish" })
                Assert.Contains(Path.GetFileName(file), Assert.Single(stack.Dotnet(verb, "packages/module-access", "--no-build", "-o", stack["out"]).ShouldFailWith("CORA7030").Errors).Message, StringComparison.Ordinal);
            stack.Delete($"packages/module-access/{file}");
        }
        Assert.False(Directory.Exists(stack["out"]));
    }

    [PythonFact]
    public void A_package_that_is_not_restored_is_an_error_and_not_a_module_without_layers()
    {
        using var stack = Stack();
        stack.Run("pack", ".", "-p:Version=1.2.0", "-o", stack["feed"]);
        using var consumer = Consumer(stack);
        Assert.Contains("'Cora.Module.Access'", Assert.Single(consumer.Build("packages/module-ws", "--no-restore").ShouldFailWith("CORA1016").Errors).Message, StringComparison.Ordinal);
        consumer.Build("packages/module-ws").ShouldSucceed();

        // One that is newer than the last restore.
        consumer.Write("packages/module-ws/module.coraproj", """<Project Sdk="Cora.Build.Sdk"><ItemGroup><PackageReference Include="Cora.Module.Ws" Version="1.2.0" /></ItemGroup></Project>""");
        Assert.Contains("'Cora.Module.Ws'", Assert.Single(consumer.Build("packages/module-ws", "--no-restore").ShouldFailWith("CORA1016").Errors).Message, StringComparison.Ordinal);

        // One that only a package needs, of which somebody cleaned up.
        consumer.Write("packages/module-eval/module.coraproj", File.ReadAllText(consumer["packages/module-ws/module.coraproj"])).Function("module-eval", "run").Build("packages/module-eval").ShouldSucceed();
        Directory.Delete(Path.Combine(consumer.Top, "nuget", "cora.module.access"), recursive: true);
        Assert.Contains("'Cora.Module.Access'", Assert.Single(consumer.Build("packages/module-eval", "--no-restore").ShouldFailWith("CORA1016").Errors).Message, StringComparison.Ordinal);
        consumer.Build("packages/module-eval").ShouldSucceed();

        // One that was not brought whole.
        File.WriteAllText(Path.Combine(consumer.Top, "nuget", "cora.module.ws", "1.2.0", "cora", "backend", ".build", "cora-manifest.json"), "{");
        Assert.Contains("restore again", Assert.Single(consumer.Build("packages/module-eval", "--no-restore").ShouldFailWith("CORA1015").Errors).Message, StringComparison.Ordinal);
    }

    [PythonFact]
    public void A_module_is_referenced_once()
    {
        using var stack = Stack();
        stack.Run("pack", "packages/module-access", "-p:Version=1.2.0", "-o", stack["feed"]);
        UseFeed(stack, stack);
        // Under one id, NuGet takes the project.
        stack.Write("packages/module-access/module.coraproj", """<Project Sdk="Cora.Build.Sdk"><PropertyGroup><PackageId>Our.Access</PackageId></PropertyGroup></Project>""");
        stack.Write("packages/module-ws/module.coraproj", """
            <Project Sdk="Cora.Build.Sdk"><ItemGroup>
              <ProjectReference Include="../module-access/module.coraproj" />
              <PackageReference Include="Cora.Module.Access" Version="1.2.0" />
            </ItemGroup></Project>
            """);

        Assert.Contains("referenced twice", Assert.Single(stack.Build("packages/module-ws").ShouldFailWith("CORA0005").Errors).Message, StringComparison.Ordinal);
    }

    private static TestDirectory Consumer(TestDirectory stack)
    {
        var consumer = new TestDirectory("elsewhere");
        UseFeed(stack, consumer);
        return consumer.Write("packages/module-ws/module.coraproj", """<Project Sdk="Cora.Build.Sdk"><ItemGroup><PackageReference Include="Cora.Module.Access" Version="1.2.0" /></ItemGroup></Project>""")
            .Write(Handler, File.ReadAllText(stack[Handler]));
    }

    /// <summary>A feed beside the SDK's, and a packages folder of its own: tests pack other packages of the same name and version.</summary>
    private static void UseFeed(TestDirectory stack, TestDirectory consumer)
    {
        File.WriteAllText(Path.Combine(consumer.Top, "NuGet.config"),
            $"""<configuration><packageSources><clear /><add key="feed" value="{SdkPackage.Instance.Feed}" /><add key="modules" value="{stack["feed"]}" /></packageSources></configuration>""");
        consumer.Environment["NUGET_PACKAGES"] = Path.Combine(consumer.Top, "nuget");
    }

    private static IEnumerable<string> Content(string package) =>
        TestDirectory.Names(package).Where(name => !name.StartsWith("_rels", StringComparison.Ordinal) && !name.StartsWith("package/", StringComparison.Ordinal) && name[0] != '[').Order(StringComparer.Ordinal);

    private static byte[] Bytes(string package, string name)
    {
        using var archive = ZipFile.OpenRead(package);
        using var content = archive.GetEntry(name)!.Open();
        using var bytes = new MemoryStream();
        content.CopyTo(bytes);
        return bytes.ToArray();
    }
}
