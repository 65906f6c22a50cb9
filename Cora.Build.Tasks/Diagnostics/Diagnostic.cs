namespace Cora.Build.Diagnostics;

/// <summary>How much a finding matters when nothing configures it.</summary>
public enum Severity
{
    /// <summary>Not reported.</summary>
    None,

    /// <summary>Shown in reports and at detailed verbosity only.</summary>
    Suggestion,

    /// <summary>Shown by every build.</summary>
    Warning,

    /// <summary>Shown by every build, and fails it.</summary>
    Error,
}

/// <summary>A kind of finding. It stands once, beside the code that reports it; <see cref="Catalogue"/> lists them all.</summary>
/// <param name="Code"><c>CORAnnnn</c>; never used again for something else.</param>
/// <param name="DefaultSeverity">What it is when the user configures nothing.</param>
/// <param name="Title">One line, no full stop: the heading of its page in <c>docs/diagnostics/</c>.</param>
public sealed record DiagnosticDescriptor(string Code, Severity DefaultSeverity, string Title)
{
    /// <summary>
    /// Whether an error of this kind may be made less, suppressed, or put into a baseline: true for what a rule says of code. An error that says that something was not
    /// built is not, since that would be silent success. Warnings and suggestions always may.
    /// </summary>
    public bool IsConfigurable { get; init; }

    /// <summary>Whether what it is about could not be looked at, so that other findings of it are not there to be seen.</summary>
    public bool HidesOthers { get; init; }

    /// <summary>The page that explains the code.</summary>
    public string HelpLink => $"{Catalogue.RepositoryUrl}/blob/main/docs/diagnostics/{Code}.md";

    /// <summary>A finding of this kind.</summary>
    public Diagnostic At(Location location, string message) => new(this, message, location);

    /// <summary>The same as an exception, for code that cannot go on.</summary>
    public CoraException Error(Location location, string message) => new(At(location, message));
}

/// <summary>Where a finding is.</summary>
/// <param name="File">Full path of a file or directory.</param>
/// <param name="Line">1-based; 0 when the whole file is meant.</param>
/// <param name="Column">1-based, in UTF-16 units; 0 when the whole line is meant.</param>
public readonly record struct Location(string File, int Line = 0, int Column = 0);

/// <summary>One finding: what is wrong and what to do, at a place.</summary>
public sealed record Diagnostic(DiagnosticDescriptor Descriptor, string Message, Location Location)
{
    /// <summary>The descriptor's, except where what is found matters more or less than usual.</summary>
    public Severity Severity { get; init; } = Descriptor.DefaultSeverity;

    /// <inheritdoc cref="DiagnosticDescriptor.IsConfigurable"/>
    public bool IsConfigurable => Descriptor.IsConfigurable || Severity != Severity.Error;
}

/// <summary>An expected failure. It reaches the user as one coded line.</summary>
public sealed class CoraException(Diagnostic diagnostic, Exception? inner = null) : Exception(diagnostic.Message, inner)
{
    /// <summary>What is reported.</summary>
    public Diagnostic Diagnostic { get; } = diagnostic;
}
