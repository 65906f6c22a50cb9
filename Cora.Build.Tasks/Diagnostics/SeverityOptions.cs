namespace Cora.Build.Diagnostics;

/// <summary>What MSBuild's own properties say of warnings; it goes before <see cref="EditorConfig"/>.</summary>
/// <param name="noWarn">Codes that are not shown.</param>
/// <param name="warningsAsErrors">Codes that are errors.</param>
/// <param name="warningsNotAsErrors">Codes that are not.</param>
/// <param name="treatWarningsAsErrors">Whether all other warnings are errors too.</param>
public sealed class SeverityOptions(string noWarn, string warningsAsErrors, string warningsNotAsErrors, bool treatWarningsAsErrors)
{
    private readonly HashSet<string> _noWarn = Codes(noWarn);
    private readonly HashSet<string> _errors = Codes(warningsAsErrors);
    private readonly HashSet<string> _notErrors = Codes(warningsNotAsErrors);

    /// <summary>One line that is the same for options that say the same.</summary>
    public string Key { get; } = string.Join('|', noWarn, warningsAsErrors, warningsNotAsErrors, treatWarningsAsErrors ? "errors" : "").ReplaceLineEndings(" ");

    /// <summary>How much a finding matters.</summary>
    /// <param name="diagnostic">The finding.</param>
    /// <param name="configured">What an <c>.editorconfig</c> says.</param>
    public Severity Of(Diagnostic diagnostic, Severity? configured)
    {
        var code = diagnostic.Descriptor.Code;
        if (!diagnostic.IsConfigurable) return diagnostic.Severity;
        if (_noWarn.Contains(code)) return Severity.None;
        var mayBeError = !_notErrors.Contains(code);
        if (_errors.Contains(code) && mayBeError) return Severity.Error;
        var severity = configured ?? diagnostic.Severity;
        return severity == Severity.Warning && treatWarningsAsErrors && mayBeError ? Severity.Error : severity;
    }

    private static HashSet<string> Codes(string property) =>
        property.Split([';', ',', ' ', '\t', '\r', '\n'], StringSplitOptions.RemoveEmptyEntries).ToHashSet(StringComparer.OrdinalIgnoreCase);
}
