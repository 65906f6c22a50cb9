using Cora.Build.Diagnostics;

namespace Cora.Build.Database;

/// <summary>Why a schema is not applied, or not as its files say.</summary>
internal static class ApplyDiagnostics
{
    internal static readonly DiagnosticDescriptor s_noTarget = new("CORA7020", Severity.Error, "Schema that is applied without a target");

    internal static readonly DiagnosticDescriptor s_noDatabase = new("CORA7021", Severity.Error, "Database that a schema cannot be applied to");

    internal static readonly DiagnosticDescriptor s_changedMigration = new("CORA7022", Severity.Error, "Applied migration that has changed");

    internal static readonly DiagnosticDescriptor s_refused = new("CORA7023", Severity.Error, "SQL that the database refuses");

    internal static readonly DiagnosticDescriptor s_unusableFile = new("CORA7024", Severity.Error, "File of SQL that cannot be applied");

    internal static readonly DiagnosticDescriptor s_otherDatabase = new("CORA7025", Severity.Error, "Database that is not as its files say");

    internal static readonly DiagnosticDescriptor s_otherEnvironment = new("CORA7026", Severity.Error, "Database of another environment");
}
