using System.Diagnostics;
using System.Text.Json.Nodes;

namespace Cora.Build.Tests.Publishing;

/// <summary>The files that a deployment leaves.</summary>
public sealed class DeployResultsTests
{
    [MotoFact]
    public async Task Deployments_of_many_modules_at_once_lose_no_entry()
    {
        using var scene = new DeployScene();
        scene.Options = scene.Options with { LockTimeout = TimeSpan.FromMinutes(1) };
        var names = Enumerable.Range(0, 12).Select(i => $"module-{i:00}").ToList();
        foreach (var name in names) scene.Module(name, [("f", 100)]);

        await Task.WhenAll(names.Select(scene.DeployAsync));
        Assert.Equal(names, JsonNode.Parse(File.ReadAllText(scene.Variables))!["cora_artifacts"]!.AsObject().Select(pair => pair.Key));
        Assert.Equal(names, JsonNode.Parse(File.ReadAllText(scene.Record))!["modules"]!.AsObject().Select(pair => pair.Key));
        await scene.AssertSoundAsync();
    }

    [UnixMotoFact]
    public async Task A_lock_that_another_process_holds_is_waited_for_and_then_named()
    {
        using var scene = new DeployScene().Module("module-a", [("f", 100)]);
        Directory.CreateDirectory(scene.Options.ResultDirectory);
        var path = Path.Combine(scene.Options.ResultDirectory, ".cora-deploy.lock");
        using (var holder = Process.Start(new ProcessStartInfo(TestPython.Executable!, ["-c", "import fcntl, sys; f = open(sys.argv[1], 'w'); fcntl.flock(f, fcntl.LOCK_EX); print('held', flush=True); sys.stdin.read()", path])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!)
        {
            Assert.Equal("held", holder.StandardOutput.ReadLine());
            Assert.Contains(path, await scene.FailAsync("CORA7010"), StringComparison.Ordinal);
            Assert.Equal(0, scene.Proxy.Count("PUT"));
            // The lock ends with the process that has it; the file that it leaves holds nothing.
            holder.Kill();
            await holder.WaitForExitAsync();
        }
        Assert.True(File.Exists(path));
        await scene.DeployAsync();
    }

    [MotoFact]
    public async Task A_directory_that_cannot_be_written_is_found_before_anything_is_sent()
    {
        using var scene = new DeployScene().Module("module-a", [("f", 100)]);
        var file = Path.Combine(scene.Root, "file");
        File.WriteAllText(file, "");
        scene.Options = scene.Options with { ResultDirectory = Path.Combine(file, "results") };
        Assert.Contains("CoraTfVarsDir", await scene.FailAsync("CORA7010"), StringComparison.Ordinal);
        if (OperatingSystem.IsLinux())
        {
            // Not even root may.
            scene.Options = scene.Options with { ResultDirectory = "/proc/cora" };
            await scene.FailAsync("CORA7010");
        }
        Assert.Empty(scene.Proxy.Requests);
    }

    /// <summary>What is on the disk when it is full, or has become read-only in the middle: the file of before.</summary>
    [MountMotoFact]
    public async Task A_disk_that_is_full_at_the_end_leaves_the_result_of_before()
    {
        using var scene = new DeployScene().Module("module-a", [("f", 100)]);
        var disk = Directory.CreateDirectory(Path.Combine(scene.Root, "disk")).FullName;
        Assert.Equal(0, Run("mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", disk));
        try
        {
            scene.Options = scene.Options with { ResultDirectory = disk };
            await scene.DeployAsync();
            File.WriteAllBytes(Path.Combine(disk, "filler"), new byte[240 << 10]);
            scene.Module("module-a", [.. Enumerable.Range(0, 40).Select(i => ($"f{i}", 100))]);

            // The objects have arrived, and the result is still the one of before: FailAsync compares.
            Assert.Contains("space", await scene.FailAsync("CORA7010"), StringComparison.Ordinal);
            await scene.AssertSoundAsync();
            Assert.Equal(41, (await scene.ObjectsAsync()).Count);

            File.Delete(Path.Combine(disk, "filler"));
            Assert.Contains("0 sent, 40 there", (await scene.DeployAsync()).Line, StringComparison.Ordinal);
            Assert.Equal(0, Run("mount", "-o", "remount,ro", disk));
            scene.Module("module-a", [("g", 100)]);
            await scene.FailAsync("CORA7010");
        }
        finally
        {
            Run("umount", disk);
        }
    }

    [MotoFact]
    public async Task The_results_of_two_environments_are_never_mixed()
    {
        using var scene = new DeployScene().Module("module-a", [("f", 100)]);
        await scene.DeployAsync();
        scene.Options = scene.Options with { Environment = "prd" };
        var requests = scene.Proxy.Requests.Count;

        var message = await scene.FailAsync("CORA7014");
        Assert.Contains("'dev'", message, StringComparison.Ordinal);
        Assert.Contains("'prd'", message, StringComparison.Ordinal);
        Assert.Equal(requests, scene.Proxy.Requests.Count);
    }

    [MotoTheory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("""{"cora_artifacts": []}""")]
    [InlineData("""{"cora_artifacts": {}, "cora_artifacts": {}}""")]
    public async Task A_file_that_is_not_ours_is_not_overwritten(string content)
    {
        using var scene = new DeployScene().Module("module-a", [("f", 100)]);
        Directory.CreateDirectory(scene.Options.ResultDirectory);
        File.WriteAllText(scene.Variables, content);

        await scene.FailAsync("CORA7010");
        Assert.Empty(scene.Proxy.Requests);
    }

    [MotoFact]
    public async Task A_layer_is_called_after_the_commit_that_changed_it_and_keeps_that_name()
    {
        using var scene = new DeployScene().Module("module-a", [("f", 100)], [("common", 100)]);
        void Write(string path, string text)
        {
            path = Path.Combine(scene.Root, "packages", "module-a", "backend", path);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, text);
        }
        string Label() => scene.Entry("module-a", "layers", "common")["version_label"]!.GetValue<string>();
        string Hash(int seed) => Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(DeployScene.Content("module-a", "common", 100, seed)))[..8];

        Write("layers/common/python/common/__init__.py", "A = 1\n");
        Write("layers/common/tests/test_it.py", "");
        var first = Git.Commit(scene.Root);
        Write("layers/common/python/common/tests/test_it.py", "");
        Write("layers/common/tests/test_it.py", "pass\n");
        Write("lambdas/f/lambda_function.py", "");
        Git.Commit(scene.Root);
        await scene.DeployAsync();
        Assert.Equal(first[..7], Label());

        // Committed again without another content: the same version.
        Write("layers/common/python/common/__init__.py", "A = 1 \n");
        Git.Commit(scene.Root);
        await scene.DeployAsync();
        Assert.Equal(first[..7], Label());

        scene.Module("module-a", [("f", 100)], [("common", 100)], seed: 1);
        Write("layers/common/requirements.txt", "six\n");
        await scene.DeployAsync();
        Assert.Equal(Hash(1), Label());

        scene.Module("module-a", [("f", 100)], [("common", 100)], seed: 2);
        var third = Git.Commit(scene.Root);
        await scene.DeployAsync();
        Assert.Equal(third[..7], Label());

        scene.Module("module-a", [("f", 100)], [("common", 100)], seed: 3);
        File.Delete(Path.Combine(scene.Root, "packages/module-a/backend/layers/common/python/common/__init__.py"));
        await scene.DeployAsync();
        Assert.Equal(Hash(3), Label());
    }

    [UnixMotoFact]
    public async Task What_is_deployed_already_is_not_looked_up_in_the_history()
    {
        using var scene = new DeployScene();
        for (var module = 0; module < 5; module++)
        {
            scene.Module($"module-{module}", [("f", 100)], [("common", 100)]);
            Directory.CreateDirectory(Path.Combine(scene.Root, $"packages/module-{module}/backend/layers/common/python"));
            File.WriteAllText(Path.Combine(scene.Root, $"packages/module-{module}/backend/layers/common/python/a.py"), "");
        }
        var commit = Git.Commit(scene.Root);
        var (watched, log) = (Directory.CreateTempSubdirectory("cora-git-"), Path.Combine(scene.Root, ".git", "started"));
        try
        {
            var git = Path.Combine(watched.FullName, "git");
            File.WriteAllText(git, $"#!/bin/sh\necho \"$1\" >> '{log}'\nPATH='{scene.Environment["PATH"]}' exec git \"$@\"\n");
            if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(git, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            scene.Environment["PATH"] = watched.FullName + Path.PathSeparator + scene.Environment["PATH"];

            await scene.DeployAsync();
            Assert.All(Enumerable.Range(0, 5), module => Assert.Equal(commit[..7], scene.Entry($"module-{module}", "layers", "common")["version_label"]!.GetValue<string>()));
            Assert.Equal(5, File.ReadAllLines(log).Count(command => command == "log"));
            File.Delete(log);

            await scene.DeployAsync();
            Assert.Equal(["rev-parse", .. Enumerable.Repeat("status", 5)], File.ReadAllLines(log).Order(StringComparer.Ordinal));
        }
        finally
        {
            watched.Delete(recursive: true);
        }
    }

    /// <summary>The commits that are looked at first are none that changed it.</summary>
    [MotoFact]
    public async Task A_commit_that_changed_a_layer_long_ago_is_found()
    {
        using var scene = new DeployScene().Module("module-a", [("f", 100)], [("common", 100)]);
        var layer = Directory.CreateDirectory(Path.Combine(scene.Root, "packages/module-a/backend/layers/common/python/common/tests")).FullName;
        File.WriteAllText(Path.Combine(layer, "../a.py"), "");
        var first = Git.Commit(scene.Root);
        for (var i = 0; i < 10; i++)
        {
            File.WriteAllText(Path.Combine(layer, "test_it.py"), $"# {i}\n");
            Git.Commit(scene.Root);
        }

        await scene.DeployAsync();
        Assert.Equal(first[..7], scene.Entry("module-a", "layers", "common")["version_label"]!.GetValue<string>());
    }

    [MotoFact]
    public async Task In_a_clone_without_history_a_layer_is_called_after_its_content()
    {
        using var origin = new DeployScene().Module("module-a", [("f", 100)], [("common", 100)]);
        Directory.CreateDirectory(Path.Combine(origin.Root, "packages/module-a/backend/layers/common/python"));
        File.WriteAllText(Path.Combine(origin.Root, "packages/module-a/backend/layers/common/python/a.py"), "");
        Git.Commit(origin.Root);
        using var clone = new DeployScene();
        Directory.Delete(clone.Root, recursive: true);
        Git.Run(origin.Root, "clone", "-q", "--depth", "1", "file://" + origin.Root, clone.Root);
        clone.Module("module-a", [("f", 100)], [("common", 100)]);

        await clone.DeployAsync();
        Assert.Equal(Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(DeployScene.Content("module-a", "common", 100)))[..8], clone.Entry("module-a", "layers", "common")["version_label"]!.GetValue<string>());
    }

    [MotoFact]
    public async Task CoraRequireClean_refuses_what_is_not_committed()
    {
        using var scene = new DeployScene().Module("module-a", [("f", 100)]);
        scene.Options = scene.Options with { RequireClean = true };
        Assert.Contains("git cannot say", await scene.FailAsync("CORA7006"), StringComparison.Ordinal);

        var source = Path.Combine(scene.Root, "packages/module-a/backend/lambda_function.py");
        File.WriteAllText(source, "");
        Git.Commit(scene.Root);
        File.WriteAllText(Path.Combine(scene.Root, "other.txt"), "no part of the module");
        await scene.DeployAsync();

        File.WriteAllText(source, "pass\n");
        Assert.Contains("packages/module-a/backend/lambda_function.py", await scene.FailAsync("CORA7006"), StringComparison.Ordinal);
        scene.Options = scene.Options with { RequireClean = false };
        await scene.DeployAsync();
        Assert.DoesNotContain("uncommitted", string.Join('\n', scene.Said), StringComparison.Ordinal);
    }

    private static int Run(string program, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true, RedirectStandardOutput = true })!;
            process.WaitForExit();
            return process.ExitCode;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return -1;
        }
    }
}
