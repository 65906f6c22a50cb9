using Cora.Build.Diagnostics;
using Cora.Build.Modules;
using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;

namespace Cora.Build.MSBuild;

/// <summary>
/// What all tasks share: they may run on any node and thread (each concrete one says so by <c>[MSBuildMultiThreadableTask]</c>, which is
/// not inherited), stop when asked and then say nothing, and turn an expected failure into one coded line.
/// </summary>
public abstract class CoraTask : Microsoft.Build.Utilities.Task, IMultiThreadableTask, ICancelableTask, IDisposable
{
    internal static readonly DiagnosticDescriptor s_fileSystem = new("CORA0008", Severity.Error, "File of the build that cannot be read or written");

    private readonly CancellationTokenSource _cancellation = new();

    /// <inheritdoc/>
    public TaskEnvironment TaskEnvironment { get; set; } = null!;

    /// <summary>Full path of <c>obj/cora/</c>.</summary>
    [Required]
    public string IntermediateDirectory { get; set; } = "";

    private protected IntermediateFiles Files => new(IntermediateDirectory);

    private protected Processes Processes => new(new Dictionary<string, string>(TaskEnvironment.GetEnvironmentVariables(), OperatingSystem.IsWindows() ? StringComparer.OrdinalIgnoreCase : StringComparer.Ordinal));

    /// <inheritdoc/>
    public void Cancel() => _cancellation.Cancel();

    /// <inheritdoc/>
    public sealed override bool Execute()
    {
        try
        {
            RunAsync(_cancellation.Token).GetAwaiter().GetResult();
        }
        catch (OperationCanceledException) when (_cancellation.IsCancellationRequested)
        {
            return false;
        }
        catch (CoraException e)
        {
            Log.Report(e.Diagnostic);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Log.Report(s_fileSystem.At(new Location(IntermediateDirectory), $"A file of the build cannot be read or written: {e.Message} Check permissions and free space, and build again."));
        }
        return !Log.HasLoggedErrors;
    }

    /// <summary>The module; null when collecting it ended with a finding, which is reported.</summary>
    private protected Module? ReadModule() => File.Exists(Files.Module) ? Module.Read(Files.Module) : null;

    /// <summary>The work: one call into the library.</summary>
    private protected abstract System.Threading.Tasks.Task RunAsync(CancellationToken cancellation);

    /// <inheritdoc/>
    public void Dispose()
    {
        _cancellation.Dispose();
        GC.SuppressFinalize(this);
    }
}

internal static class TaskLogging
{
    /// <summary>A finding as MSBuild's own error, warning or message, with code, place and help link.</summary>
    public static void Report(this TaskLoggingHelper log, Diagnostic diagnostic)
    {
        var (descriptor, message, location) = diagnostic;
        switch (diagnostic.Severity)
        {
            case Severity.Error:
                log.LogError(null, descriptor.Code, null, descriptor.HelpLink, location.File, location.Line, location.Column, 0, 0, "{0}", message);
                break;
            case Severity.Warning:
                log.LogWarning(null, descriptor.Code, null, descriptor.HelpLink, location.File, location.Line, location.Column, 0, 0, "{0}", message);
                break;
            case Severity.Suggestion:
                log.LogMessage(null, descriptor.Code, null, location.File, location.Line, location.Column, 0, 0, MessageImportance.Low, "{0}", message);
                break;
        }
    }
}
