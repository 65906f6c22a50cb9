namespace Cora.Build.Diagnostics;

/// <summary>What MSBuild's own properties say of warnings; it goes before <see cref="EditorConfig"/>.</summary>
/// <param name="NoWarn">Codes that are not shown.</param>
/// <param name="WarningsAsErrors">Codes that are errors.</param>
/// <param name="WarningsNotAsErrors">Codes that are not.</param>
/// <param name="TreatWarningsAsErrors">Whether all other warnings are errors too.</param>
public sealed record SeverityOptions(string NoWarn, string WarningsAsErrors, string WarningsNotAsErrors, bool TreatWarningsAsErrors)
{
    private readonly HashSet<string> _noWarn = Codes(NoWarn);
    private readonly HashSet<string> _errors = Codes(WarningsAsErrors);
    private readonly HashSet<string> _notErrors = Codes(WarningsNotAsErrors);

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
        return severity == Severity.Warning && TreatWarningsAsErrors && mayBeError ? Severity.Error : severity;
    }

    private static HashSet<string> Codes(string property) =>
        property.Split([';', ',', ' ', '\t', '\r', '\n'], StringSplitOptions.RemoveEmptyEntries).ToHashSet(StringComparer.OrdinalIgnoreCase);
}
