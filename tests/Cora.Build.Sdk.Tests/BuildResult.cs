using System.IO.Compression;
using System.Text;
using Microsoft.Build.Framework;
using Microsoft.Build.Logging.StructuredLogger;

namespace Cora.Build.Sdk.Tests;

/// <summary>A coded line that a build logged.</summary>
public sealed record LoggedDiagnostic(string Code, string? File, int Line, int Column, string Message);

/// <summary>What a build did, read from its binlog.</summary>
public sealed class BuildResult
{
    public BuildResult(int exitCode, string output, string binlog)
    {
        (ExitCode, Output, Binlog) = (exitCode, output, binlog);
        if (!File.Exists(binlog)) return;
        var source = new BinLogReader();
        source.AnyEventRaised += (_, e) => Read(e);
        source.Replay(binlog);
    }

    public int ExitCode { get; }

    /// <summary>What the user saw.</summary>
    public string Output { get; }

    public string Binlog { get; }

    /// <summary>What the binlog has, decompressed: all strings in it can be found.</summary>
    public string BinlogText()
    {
        using var zip = new GZipStream(File.OpenRead(Binlog), CompressionMode.Decompress);
        using var text = new StreamReader(zip, Encoding.UTF8);
        return text.ReadToEnd();
    }

    public List<LoggedDiagnostic> Errors { get; } = [];

    public List<LoggedDiagnostic> Warnings { get; } = [];

    /// <summary>Coded messages: suggestions.</summary>
    public List<LoggedDiagnostic> Suggestions { get; } = [];

    public List<string> Messages { get; } = [];

    /// <summary>Names of the tasks that ran.</summary>
    public List<string> Tasks { get; } = [];

    /// <summary>Whether a task ran in a project, which is named by a part of its path.</summary>
    public bool Ran(string task, string project) => _tasksByProject.Any(ran => ran.Task == task && ran.Project.Contains(project, StringComparison.Ordinal));

    /// <summary>The line of a module: what follows <c>module -&gt; </c>.</summary>
    public string Line(string module) => Assert.Single(Messages, message => message.Contains($" -> {module}: ", StringComparison.Ordinal)).Split(" -> ", 2)[1];

    /// <summary>Fails the test if a task of ours did work, or a task of MSBuild's wrote or started something.</summary>
    public BuildResult ShouldHaveDoneNothing()
    {
        ShouldSucceed();
        Assert.Empty(Tasks.Intersect(["PackageModule", "ResolveDependencies", "CheckStructure", "LintModule", "LockDependencies", "Exec", "Copy", "Touch", "Delete", "WriteLinesToFile", "MakeDir"]));
        return this;
    }

    /// <summary>Errors and warnings as the user sees them, for comparing two builds.</summary>
    public IReadOnlyList<string> Reported() => [.. Errors.Select(item => $"error {item}").Concat(Warnings.Select(item => $"warning {item}")).Order(StringComparer.Ordinal)];

    public BuildResult ShouldSucceed()
    {
        Assert.True(ExitCode == 0, Output);
        Assert.Empty(Errors);
        return this;
    }

    /// <summary>Fails the test unless the build failed with exactly these codes, each as often as it is given.</summary>
    public BuildResult ShouldFailWith(params string[] codes)
    {
        Assert.True(ExitCode != 0, Output);
        Assert.Equal(codes.Order(StringComparer.Ordinal), Errors.Select(error => error.Code).Order(StringComparer.Ordinal));
        return this;
    }

    private readonly List<(string Task, string Project)> _tasksByProject = [];

    private void Read(BuildEventArgs e)
    {
        switch (e)
        {
            case BuildErrorEventArgs error:
                Errors.Add(new LoggedDiagnostic(error.Code, error.File, error.LineNumber, error.ColumnNumber, error.Message ?? ""));
                break;
            case BuildWarningEventArgs warning:
                Warnings.Add(new LoggedDiagnostic(warning.Code, warning.File, warning.LineNumber, warning.ColumnNumber, warning.Message ?? ""));
                break;
            case TaskStartedEventArgs task:
                Tasks.Add(task.TaskName);
                _tasksByProject.Add((task.TaskName, task.ProjectFile.Replace('\\', '/')));
                break;
            case BuildMessageEventArgs message:
                Messages.Add(message.Message ?? "");
                if (message.Code?.StartsWith("CORA", StringComparison.Ordinal) == true)
                {
                    Suggestions.Add(new LoggedDiagnostic(message.Code, message.File, message.LineNumber, message.ColumnNumber, message.Message ?? ""));
                }
                break;
        }
    }
}
