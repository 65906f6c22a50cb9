using System.Globalization;
using System.Text.RegularExpressions;
using Cora.Build.Diagnostics;
using Cora.Build.Modules;

namespace Cora.Build.Publishing;

/// <summary>What deployments of zips and of schemas have in common.</summary>
public abstract partial record EnvironmentOptions
{
    /// <summary>Full path of the project file: where findings are.</summary>
    public required string ProjectFile { get; init; }

    /// <summary><c>CoraEnvironment</c>, such as <c>dev</c>.</summary>
    public required string Environment { get; init; }

    /// <summary><c>CoraDryRun</c>: whether nothing is sent or written.</summary>
    public bool DryRun { get; init; }

    /// <summary><c>CoraRequireClean</c>: whether uncommitted changes are an error.</summary>
    public bool RequireClean { get; init; }

    /// <summary><c>NoBuild</c>: whether it is an earlier build that is deployed. Its sources may have changed since.</summary>
    public bool NoBuild { get; init; }

    /// <summary>Full path of <c>CoraTfVarsDir</c>.</summary>
    public required string ResultDirectory { get; init; }

    /// <summary><c>CoraDeployTimeoutMinutes</c>: of the whole deployment.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromHours(1);

    /// <summary>How long to wait for another deployment that writes its results.</summary>
    public TimeSpan LockTimeout { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Does a deployment's work, for no longer than it may take.</summary>
    /// <param name="work">Ends when it is told to.</param>
    /// <param name="left">A sentence about what is there when the time is over.</param>
    /// <param name="cancellation">Ends it before.</param>
    /// <exception cref="CoraException">CORA7013.</exception>
    internal async Task<T> LimitedAsync<T>(Func<CancellationToken, Task<T>> work, string left, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(Timeout);
        try
        {
            return await work(limit.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested && !cancellation.IsCancellationRequested)
        {
            throw DeployDiagnostics.s_timeout.Error(new Location(ProjectFile),
                $"The deployment was not done after {Timeout.TotalMinutes:0.##} minutes, and was given up. {left}, or raise CoraDeployTimeoutMinutes.");
        }
    }

    private protected static void CheckEnvironment(string projectFile, string environment)
    {
        if (!EnvironmentPattern.IsMatch(environment)) throw Invalid(projectFile, "CoraEnvironment", environment, "a name of letters, digits, '.', '_' and '-', such as dev");
    }

    private protected static TimeSpan ReadMinutes(string projectFile, string value) =>
        double.TryParse(value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var minutes) && minutes is > 0 and <= 24 * 60
            ? TimeSpan.FromMinutes(minutes)
            : throw Invalid(projectFile, "CoraDeployTimeoutMinutes", value, "a number of minutes, such as 60");

    private protected static CoraException Invalid(string projectFile, string name, string value, string wanted) =>
        ModuleDiscovery.s_configuration.Error(new Location(projectFile), $"{name} is '{value}'; write {wanted}.");

    [GeneratedRegex(@"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}\z")]
    private static partial Regex EnvironmentPattern { get; }
}
