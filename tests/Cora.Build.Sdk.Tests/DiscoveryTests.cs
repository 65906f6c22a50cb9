namespace Cora.Build.Sdk.Tests;

/// <summary>Functions and layers come from the file system; what is wrong with their structure is found, and what is right is left alone.</summary>
public sealed class DiscoveryTests
{
    [Fact]
    public void A_zip_holds_the_whole_directory_and_nothing_that_is_not_run()
    {
        using var stack = new TestDirectory();
        stack.Module("module-ws").Function("module-ws", "workspace", "# none\n").Layer("module-ws", "ws-common", "");
        foreach (var content in new[] { "packages/module-ws/backend/lambdas/workspace", "packages/module-ws/backend/layers/ws-common/python" })
        {
            foreach (var path in new[]
            {
                // What is run.
                "sibling.py", "routes/__init__.py", "routes/deep/er/x.py", "data/table.csv", "templates/mail.html", "latest/x.py", "testing.py", "nested/requirements.txt", "bin2/tool", "no_extension", "empty.txt",
                // What is not.
                "tests/test_x.py", "routes/tests/y.py", "test/z.py", "test_sibling.py", "conftest.py", "__pycache__/a.cpython-311.pyc", "routes/__pycache__/b.pyc", "old.pyc", "venv/lib/x.py", ".venv/lib/x.py", ".hidden",
                ".pytest_cache/x", "node_modules/x/index.js", "x.egg-info/PKG-INFO", "README.md", "README", "run.sh", "run.ps1", "Makefile", "requirements-dev.txt", "pyproject.toml", "uv.lock", "Thumbs.db", ".DS_Store", "bin/x", "obj/x",
            })
            {
                stack.Write($"{content}/{path}", path == "empty.txt" ? "" : "content\n");
            }
        }
        stack.Write("packages/module-ws/backend/layers/ws-common/tests/test_ws_common.py", "").Write("packages/module-ws/backend/layers/ws-common/build-notes.txt", "");

        var build = stack.Build("packages/module-ws").ShouldSucceed();

        Assert.Empty(build.Warnings);
        string[] packaged = ["bin2/tool", "data/table.csv", "empty.txt", "latest/x.py", "nested/requirements.txt", "no_extension", "routes/__init__.py", "routes/deep/er/x.py", "sibling.py", "templates/mail.html", "testing.py"];
        Assert.Equal(packaged.Append("lambda_function.py").Order(StringComparer.Ordinal), TestDirectory.Names(stack.Artifact("module-ws", "workspace.zip")));
        Assert.Equal(packaged.Append("ws_common/__init__.py").Order(StringComparer.Ordinal).Select(path => "python/" + path), TestDirectory.Names(stack.Artifact("module-ws", "ws-common-layer.zip")));
    }

    [Fact]
    public void Patterns_add_to_the_default_excludes_and_an_exclamation_mark_takes_back()
    {
        using var stack = new TestDirectory();
        stack.Write("packages/module-ws/module.coraproj", """
            <Project Sdk="Cora.Build.Sdk">
              <PropertyGroup><CoraDefaultExcludes>*.tmp;*.md</CoraDefaultExcludes></PropertyGroup>
              <ItemGroup><CoraLambda Update="backend/lambdas/workspace"><Exclude>docs/**/*.png;/only-top.txt;!KEEP.md</Exclude></CoraLambda></ItemGroup>
            </Project>
            """).Function("module-ws", "workspace");
        foreach (var path in new[] { "a.tmp", "NOTES.md", "KEEP.md", "docs/a/b.png", "docs/a/b.txt", "only-top.txt", "sub/only-top.txt", "tests/now_in.py" }) stack.Write($"packages/module-ws/backend/lambdas/workspace/{path}", "x");

        stack.Build("packages/module-ws").ShouldSucceed();

        Assert.Equal(["KEEP.md", "docs/a/b.txt", "lambda_function.py", "sub/only-top.txt", "tests/now_in.py"], TestDirectory.Names(stack.Artifact("module-ws", "workspace.zip")));
    }

    [Fact]
    public void What_is_wrong_with_the_structure_is_found_at_its_place()
    {
        using var stack = new TestDirectory();
        const string Backend = "packages/module-ws/backend";
        stack.Module("module-ws").Function("module-ws", "workspace")
            .Write($"{Backend}/lambdas/no-handler/handler.py", "").Write($"{Backend}/lambdas/empty/.gitkeep", "").Write($"{Backend}/lambdas/only-readme/README.md", "")
            .Write($"{Backend}/layers/empty-common/tests/x.py", "").Write($"{Backend}/layers/only-cache/python/only_cache/__init__.pyc", "")
            .Write($"{Backend}/Dockerfile", "").Write($"{Backend}/lambdas/workspace/Dockerfile.dev", "").Write("packages/module-ws/build.sh", "").Write($"{Backend}/layers/empty-common/build.sh", "")
            .Write($"{Backend}/handlers/a.py", "").Write($"{Backend}/handlers/b.py", "").Write($"{Backend}/middleware/auth/check.py", "").Write($"{Backend}/loose.py", "");
        Directory.CreateDirectory(stack[$"{Backend}/lambdas/nothing"]);

        var build = stack.Build("packages/module-ws");

        Assert.Equal([
            $"CORA1002 {Backend}/lambdas/no-handler", $"CORA1002 {Backend}/lambdas/nothing", $"CORA1002 {Backend}/lambdas/only-readme",
            $"CORA1003 {Backend}/layers/empty-common", $"CORA1003 {Backend}/layers/only-cache", $"CORA1004 {Backend}/Dockerfile", $"CORA1004 {Backend}/lambdas/workspace/Dockerfile.dev",
        ], Found(stack, build.Errors));
        Assert.Equal([$"CORA1005 {Backend}/layers/empty-common/build.sh", "CORA1005 packages/module-ws/build.sh", $"CORA1010 {Backend}/handlers/a.py", $"CORA1010 {Backend}/loose.py", $"CORA1010 {Backend}/middleware/auth/check.py"], Found(stack, build.Warnings));
        Assert.Equal([$"CORA1006 {Backend}/lambdas/workspace"], Found(stack, build.Suggestions));
        Assert.Equal(["cora-manifest.json", "workspace.zip"], stack.Artifacts("module-ws"));
    }

    [Fact]
    public void What_is_right_is_left_alone()
    {
        using var stack = new TestDirectory();
        stack.Module("module-ws").Function("module-ws", "workspace", "").Layer("module-ws", "ws-common")
            .Write("packages/module-ws/backend/lambdas/leftover/__pycache__/lambda_function.cpython-311.pyc", "").Write("packages/module-ws/backend/lambdas/__pycache__/x.pyc", "").Write("packages/module-ws/backend/lambdas/.idea/x.xml", "")
            .Write("packages/module-ws/backend/layers/leftover/python/leftover/__pycache__/x.pyc", "").Write("packages/module-ws/backend/tests/test_all.py", "").Write("packages/module-ws/backend/lambdas/workspace/tests/test_it.py", "")
            .Write("packages/module-ws/backend/layers/ws-common/tests/test_common.py", "").Write("packages/module-ws/backend/layers/ws-common/README.md", "").Write("packages/module-ws/backend/layers/ws-common/setup.py", "").Write("packages/module-ws/backend/venv/lib/x.py", "")
            .Write("packages/module-ws/frontend/build.ts", "").Write("packages/module-ws/infrastructure/README.md", "").Write("packages/module-ws/scripts/tool.py", "").Write("packages/module-ws/backend/notes.txt", "")
            .Write("packages/module-ws/backend/layers/namespace-common/python/acme/common.py", "")
            .Module("module-db").Write("packages/module-db/db/schema/001-tables.sql", "CREATE OR REPLACE FUNCTION public.get_x() RETURNS INT LANGUAGE sql AS $$ SELECT 1 $$;\n");

        var build = stack.Build("packages/module-ws").ShouldSucceed();

        Assert.Empty(build.Warnings);
        Assert.Empty(build.Suggestions);
        Assert.Equal(["cora-manifest.json", "namespace-common-layer.zip", "workspace.zip", "ws-common-layer.zip"], stack.Artifacts("module-ws"));
        // A module of schema files alone has something to build, a module of nothing has not.
        Assert.Empty(stack.Build("packages/module-db").ShouldSucceed().Warnings);
        Assert.Empty(stack.Build("packages/module-db", "--no-restore").ShouldHaveDoneNothing().Warnings);
        stack.Delete("packages/module-db/db");
        Assert.Equal(stack["packages/module-db/module.coraproj"], stack.Build("packages/module-db", "--no-restore").ShouldFailWith("CORA1001").Errors[0].File);
    }

    [LinuxFact]
    public void A_pipe_among_the_sources_is_not_waited_for()
    {
        using var stack = new TestDirectory();
        stack.Module("module-ws").Function("module-ws", "workspace").Layer("module-ws", "ws-common");
        foreach (var pipe in new[] { "lambdas/workspace/data.txt", "lambdas/workspace/more.py", "layers/ws-common/python/pipe.so" })
            Assert.Equal(0, stack.Shell($"mkfifo packages/module-ws/backend/{pipe}").ExitCode);

        stack.Build("packages/module-ws").ShouldSucceed();
        stack.Build("packages/module-ws", "--no-restore").ShouldHaveDoneNothing();
        Assert.Equal("", TestDirectory.Read(stack.Artifact("module-ws", "workspace.zip"), "data.txt"));
    }

    [Fact]
    public void Two_artifacts_of_one_name_are_both_refused_and_the_rest_is_made()
    {
        using var stack = new TestDirectory();
        stack.Module("module-ws").Function("module-ws", "ws-layer").Layer("module-ws", "ws").Function("module-ws", "workspace");

        stack.Build("packages/module-ws").ShouldFailWith("CORA1013");

        Assert.Equal(["cora-manifest.json", "workspace.zip"], stack.Artifacts("module-ws"));
    }

    [LinuxFact]
    public void A_name_that_no_zip_carries_and_a_link_to_nothing_are_errors_of_their_artifact_alone()
    {
        using var stack = new TestDirectory();
        stack.Module("module-ws").Function("module-ws", "workspace").Function("module-ws", "bell").Write("packages/module-ws/backend/lambdas/bell/ring\u0007.py", "")
            .Function("module-ws", "backslash").Write("packages/module-ws/backend/lambdas/backslash/a\\b.py", "").Function("module-ws", "dangling").Function("module-ws", "circle").Write("packages/module-ws/backend/lambdas/circle/tests/bad\u0001name.py", "");
        File.CreateSymbolicLink(stack["packages/module-ws/backend/lambdas/dangling/data.json"], "nowhere.json");
        Directory.CreateSymbolicLink(stack["packages/module-ws/backend/lambdas/circle/me"], "../circle");

        var build = stack.Build("packages/module-ws").ShouldFailWith("CORA1012", "CORA1012", "CORA1014");

        Assert.All(build.Errors, error => Assert.StartsWith(stack["packages/module-ws/backend/lambdas/"], error.File, StringComparison.Ordinal));
        Assert.Equal(["circle.zip", "cora-manifest.json", "workspace.zip"], stack.Artifacts("module-ws"));
    }

    [Fact]
    public void A_source_that_git_ignores_is_a_warning_until_it_is_tracked()
    {
        using var stack = new TestDirectory();
        stack.Module("module-voice").Function("module-voice", "voice-credentials", "").Function("module-voice", "voice", "").Write("packages/module-voice/db/schema/001-secret.sql", "").Write(".gitignore", "*credentials*\n*secret*\n*.zip\n");
        Git("init", "--quiet");

        var build = stack.Build("packages/module-voice").ShouldSucceed();

        Assert.Equal(["CORA1007 packages/module-voice/backend/lambdas/voice-credentials/lambda_function.py", "CORA1007 packages/module-voice/backend/lambdas/voice-credentials/requirements.txt", "CORA1007 packages/module-voice/db/schema/001-secret.sql"], Found(stack, build.Warnings));
        Assert.Equal(["CORA1011 packages/module-voice/module.coraproj"], Found(stack, build.Suggestions));
        Assert.Contains("voice-credentials.zip", stack.Artifacts("module-voice"));
        Assert.Equal(build.Reported(), stack.Build("packages/module-voice", "--no-restore").ShouldHaveDoneNothing().Reported());

        // Nothing that is packaged changed, only what git thinks of it.
        Git("add", "-f", "packages/module-voice/backend/lambdas/voice-credentials");
        Assert.Equal(["CORA1007 packages/module-voice/db/schema/001-secret.sql"], Found(stack, stack.Build("packages/module-voice", "--no-restore").ShouldSucceed().Warnings));
        stack.Write(".gitignore", "*credentials*\n.build/\n");
        build = stack.Build("packages/module-voice", "--no-restore").ShouldSucceed();
        Assert.Empty(build.Warnings);
        Assert.Empty(build.Suggestions);
        Assert.DoesNotContain("PackageModule", build.Tasks);

        void Git(params string[] arguments)
        {
            using var git = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo("git", arguments) { WorkingDirectory = stack.Root })!;
            git.WaitForExit();
            Assert.Equal(0, git.ExitCode);
        }
    }

    private static IEnumerable<string> Found(TestDirectory stack, IEnumerable<LoggedDiagnostic> diagnostics) =>
        diagnostics.Select(item => $"{item.Code} {Path.GetRelativePath(stack.Root, item.File!).Replace('\\', '/')}").Order(StringComparer.Ordinal).ToList();
}
