using System.Globalization;
using System.IO.Compression;

namespace Cora.Build.Sdk.Tests;

/// <summary>The same inputs give the same bytes, and whatever happens to a build, what is there is whole.</summary>
public sealed class DeterminismTests
{
    private static TestDirectory Stack(string name)
    {
        var stack = new TestDirectory(name);
        stack.Module("module-access").Layer("module-access", "org-common").Module("module-ws", "module-access").Function("module-ws", "workspace", "demo>=1\n--no-index\n--find-links ../../../../../wheels\n");
        Wheel.Write(stack["wheels"], "demo", "1.0", requires: ["other"]);
        Wheel.Write(stack["wheels"], "other", "2.0");
        foreach (var path in new[] { "İstanbul.txt", "istanbul.txt", "a-b.py", "a_b.py", "aB.py", "z/a.py", "ü.json", "run", "data.bin" })
        {
            stack.Write($"packages/module-ws/backend/lambdas/workspace/{path}", path == "run" ? "#!/bin/sh\n" : path);
        }
        return stack;
    }

    [PythonFact]
    public void A_module_gives_the_same_bytes_in_another_directory_umask_time_zone_and_culture()
    {
        using var here = Stack("here");
        using var there = Stack("over there");
        here.Build("packages/module-ws").ShouldSucceed();
        var project = there["packages/module-ws/module.coraproj"];
        foreach (var (name, value) in new[] { ("TZ", "Asia/Kathmandu"), ("LANG", "tr_TR.UTF-8"), ("LC_ALL", "tr_TR.UTF-8") }) there.Environment[name] = value;
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(there["packages/module-ws/backend/lambdas/workspace/a-b.py"], UnixFileMode.UserRead | UnixFileMode.UserExecute);
            File.SetUnixFileMode(there["packages/module-ws/backend/lambdas/workspace/run"], UnixFileMode.UserRead);
        }
        foreach (var file in Directory.GetFiles(there.Root, "*", SearchOption.AllDirectories)) File.SetLastWriteTimeUtc(file, new DateTime(1999, 12, 31, 23, 59, 58, DateTimeKind.Utc));

        if (OperatingSystem.IsWindows()) there.Build(project).ShouldSucceed();
        else
        {
            var (exitCode, output) = there.Shell("umask 077; exec \"$DOTNET\" build \"$PROJECT\"", ("PROJECT", project));
            Assert.True(exitCode == 0, output);
        }

        foreach (var module in new[] { "module-ws", "module-access" })
        {
            Assert.Equal(here.Hashes(module), there.Hashes(module));
        }
        using var zip = ZipFile.OpenRead(there.Artifact("module-ws", "workspace.zip"));
        Assert.All(zip.Entries, entry => Assert.Equal(entry.FullName == "run" ? 0x81ED : 0x81A4, (entry.ExternalAttributes >> 16) & 0xFFFF));
        Assert.All(zip.Entries, entry => Assert.Equal(new DateTime(1980, 1, 1), entry.LastWriteTime.DateTime));
        Assert.Contains("demo/__init__.py", zip.Entries.Select(entry => entry.FullName));
        Assert.Contains("other-2.0.dist-info/METADATA", zip.Entries.Select(entry => entry.FullName));
        Assert.DoesNotContain(there.Root, File.ReadAllText(there.Artifact("module-ws", "cora-manifest.json")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_builds_of_one_module_at_once_leave_whole_and_right_zips()
    {
        using var stack = new TestDirectory();
        stack.Module("module-ws").Layer("module-ws", "ws-common");
        for (var i = 0; i < 12; i++) stack.Function("module-ws", $"function-{i}").Write($"packages/module-ws/backend/lambdas/function-{i}/data.bin", new string((char)('a' + i), 2 << 20));
        stack.Build("packages/module-ws").ShouldSucceed();
        var right = stack.Hashes("module-ws");
        stack.Delete("packages/module-ws/backend/.build").Delete("packages/module-ws/obj/cora");

        var builds = await Task.WhenAll(Enumerable.Range(1, 3).Select(i => Task.Run(() =>
            Dotnet.Run(stack.Root, stack.Environment, "build", "packages/module-ws", "--no-restore", "-tl:off", $"-p:AnyProperty={i}"))));

        Assert.All(builds, build => Assert.True(build.ExitCode == 0, build.Output));
        Assert.Equal(right, stack.Hashes("module-ws"));
        stack.Build("packages/module-ws", "--no-restore").ShouldSucceed();
        Assert.Equal(right, stack.Hashes("module-ws"));
    }

    [LinuxFact]
    public void A_build_that_is_killed_leaves_no_half_zip_and_nothing_that_the_next_build_does_not_know()
    {
        const int Functions = 6, Bytes = 12 << 20;
        using var stack = new TestDirectory();
        stack.Module("module-ws");
        for (var i = 0; i < Functions; i++) stack.Function("module-ws", $"function-{i}").Write($"packages/module-ws/backend/lambdas/function-{i}/data.bin", new string((char)('a' + i), Bytes));
        stack.Run("restore", "packages/module-ws");
        var killed = 0;
        for (var round = 0; round < 4; round++)
        {
            // The first round makes the zips, the others write over those of the round before.
            for (var i = 0; i < Functions; i++) stack.Write($"packages/module-ws/backend/lambdas/function-{i}/round.txt", $"{round}");
            if (BuildAndKill(stack, TimeSpan.FromMilliseconds(40 * round))) killed++;

            foreach (var zip in Zips())
            {
                Assert.Equal(Bytes, TestDirectory.Read(zip, "data.bin").Length);
                Assert.InRange(int.Parse(TestDirectory.Read(zip, "round.txt"), CultureInfo.InvariantCulture), 0, round);
            }
            if (round == 0)
            {
                // What was made before the kill is known, though the build never said so.
                Directory.Move(stack["packages/module-ws/backend/lambdas/function-0"], stack["packages/module-ws/backend/lambdas/function-x"]);
                stack.Build("packages/module-ws", "--no-restore").ShouldSucceed();
                Assert.DoesNotContain("function-0.zip", stack.Artifacts("module-ws"));
                Directory.Move(stack["packages/module-ws/backend/lambdas/function-x"], stack["packages/module-ws/backend/lambdas/function-0"]);
            }
        }
        Assert.True(killed >= 2, $"only {killed} builds were killed in time");

        stack.Build("packages/module-ws", "--no-restore").ShouldSucceed();
        Assert.Equal(Functions, Zips().Count());
        Assert.All(Zips(), zip => Assert.Equal("3", TestDirectory.Read(zip, "round.txt")));
        stack.Dotnet("clean", "packages/module-ws").ShouldSucceed();
        Assert.False(Directory.Exists(stack["packages/module-ws/backend/.build"]));

        IEnumerable<string> Zips() => stack.Artifacts("module-ws").Where(name => name.EndsWith(".zip", StringComparison.Ordinal)).Select(name => stack.Artifact("module-ws", name));
    }

    /// <summary>Starts a build and kills it some time after it has begun to write a zip. False when it ended before.</summary>
    private static bool BuildAndKill(TestDirectory stack, TimeSpan after)
    {
        var artifacts = Directory.CreateDirectory(stack["packages/module-ws/backend/.build"]).FullName;
        using var build = Dotnet.Start(stack.Root, stack.Environment, "build", "packages/module-ws", "--no-restore", "-tl:off", "-m:1");
        build.BeginOutputReadLine();
        while (!build.HasExited && !Directory.EnumerateFiles(artifacts, "*.tmp").Any()) Thread.Sleep(1);
        Thread.Sleep(after);
        var isRunning = !build.HasExited;
        if (isRunning) build.Kill(entireProcessTree: true);
        build.WaitForExit();
        return isRunning;
    }

    [Fact]
    public void What_cannot_be_read_or_written_is_an_error_with_its_path_and_the_earlier_artifacts_stay()
    {
        using var stack = new TestDirectory();
        stack.Module("module-ws").Function("module-ws", "workspace").Function("module-ws", "cleanup");
        stack.Build("packages/module-ws").ShouldSucceed();

        // A file stands where the artifacts go: nothing can be made there, by root either.
        stack.Write("taken", "");
        var build = stack.Build("packages/module-ws", "--no-restore", "-p:CoraArtifactsDir=../../taken").ShouldFailWith("CORA4012");
        Assert.Equal(stack["taken"], Path.TrimEndingDirectorySeparator(build.Errors[0].File!));
        Assert.Equal(["cleanup.zip", "cora-manifest.json", "workspace.zip"], stack.Artifacts("module-ws"));

        // A directory stands where a zip goes: that one fails, the other is made.
        stack.Build("packages/module-ws", "--no-restore").ShouldSucceed();
        stack.Delete("packages/module-ws/backend/.build/workspace.zip").Write("packages/module-ws/backend/.build/workspace.zip/x", "").Write("packages/module-ws/backend/lambdas/cleanup/new.txt", "");
        build = stack.Build("packages/module-ws", "--no-restore").ShouldFailWith("CORA4012");
        Assert.Equal(stack.Artifact("module-ws", "workspace.zip"), build.Errors[0].File);
        Assert.Contains("new.txt", TestDirectory.Names(stack.Artifact("module-ws", "cleanup.zip")));
        Assert.Equal(build.Reported(), stack.Build("packages/module-ws", "--no-restore").Reported());

        stack.Delete("packages/module-ws/backend/.build/workspace.zip");
        stack.Build("packages/module-ws", "--no-restore").ShouldSucceed();
    }

    [UnprivilegedFact]
    [System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
    public void A_directory_that_the_build_may_not_read_or_write_is_an_error_of_its_artifact_alone()
    {
        using var stack = new TestDirectory();
        stack.Module("module-ws").Function("module-ws", "workspace").Function("module-ws", "closed").Function("module-ws", "half").Write("packages/module-ws/backend/lambdas/half/sub/x.py", "");
        string[] closed = [stack["packages/module-ws/backend/lambdas/closed"], stack["packages/module-ws/backend/lambdas/half/sub"]];
        foreach (var path in closed) File.SetUnixFileMode(path, UnixFileMode.None);
        try
        {
            stack.Build("packages/module-ws").ShouldFailWith("CORA1014", "CORA1014");
            Assert.Equal(["cora-manifest.json", "workspace.zip"], stack.Artifacts("module-ws"));

            stack.Write("packages/module-ws/backend/lambdas/workspace/new.txt", "");
            var artifacts = stack["packages/module-ws/backend/.build"];
            File.SetUnixFileMode(artifacts, UnixFileMode.UserRead | UnixFileMode.UserExecute);
            Assert.Contains(stack.Build("packages/module-ws", "--no-restore").Errors, error => error.Code == "CORA4012" && error.File!.StartsWith(artifacts, StringComparison.Ordinal));
            File.SetUnixFileMode(artifacts, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
        finally
        {
            foreach (var path in closed) File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
        stack.Build("packages/module-ws", "--no-restore").ShouldSucceed();
    }

    [LinuxFact]
    public void A_directory_that_vanishes_while_the_module_is_built_is_an_error_or_a_build_without_it_and_never_a_crash()
    {
        using var stack = new TestDirectory();
        stack.Module("module-ws").Function("module-ws", "workspace").Function("module-ws", "passing")
            .Write("packages/module-ws/Directory.Build.targets", """
            <Project>
              <Target Name="Vanish" AfterTargets="$(VanishAfter)"><RemoveDir Directories="$(MSBuildProjectDirectory)/backend/lambdas/passing" /></Target>
            </Project>
            """).Run("restore", "packages/module-ws");
        foreach (var after in new[] { "BeforeBuild", "_CoraCollect" })
        {
            stack.Function("module-ws", "passing").Write("packages/module-ws/backend/lambdas/workspace/round.txt", after);

            var build = stack.Build("packages/module-ws", "--no-restore", "-p:VanishAfter=" + after);

            Assert.All(build.Errors, error => Assert.StartsWith("CORA", error.Code, StringComparison.Ordinal));
            Assert.Equal(build.Errors.Count == 0, build.ExitCode == 0);
            if (after == "_CoraCollect") Assert.Contains(build.Errors, error => error.File!.Contains("passing", StringComparison.Ordinal));
            Assert.Equal(after, TestDirectory.Read(stack.Artifact("module-ws", "workspace.zip"), "round.txt"));
        }
    }
}
