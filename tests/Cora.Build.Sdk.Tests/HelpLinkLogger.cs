using Microsoft.Build.Framework;

namespace Cora.Build.Sdk.Tests;

/// <summary>An MSBuild logger that writes code and help link of each error and warning to the file that its parameter names: binlogs leave help links out.</summary>
public sealed class HelpLinkLogger : ILogger
{
    public LoggerVerbosity Verbosity { get; set; }

    public string? Parameters { get; set; }

    /// <summary>The argument of <c>dotnet build</c>.</summary>
    public static string Argument(string file) => $"-logger:{typeof(HelpLinkLogger).FullName},{typeof(HelpLinkLogger).Assembly.Location};{file}";

    public void Initialize(IEventSource eventSource)
    {
        eventSource.ErrorRaised += (_, e) => Write(e.Code, e.HelpLink);
        eventSource.WarningRaised += (_, e) => Write(e.Code, e.HelpLink);
    }

    public void Shutdown()
    {
    }

    private void Write(string? code, string? helpLink) => File.AppendAllText(Parameters!, $"{code} {helpLink}\n");
}
