using Cora.Build.Diagnostics;

namespace Cora.Build.Database;

/// <summary>What verifying a schema can find.</summary>
internal static class DatabaseDiagnostics
{
    internal static readonly DiagnosticDescriptor s_noServer = new("CORA5090", Severity.Error, "No PostgreSQL to verify the schema with");

    internal static readonly DiagnosticDescriptor s_refused = new("CORA5091", Severity.Error, "SQL that PostgreSQL refuses");

    internal static readonly DiagnosticDescriptor s_notIdempotent = new("CORA5092", Severity.Error, "SQL that cannot run again");

    internal static readonly DiagnosticDescriptor s_noRowLevelSecurity = new("CORA5093", Severity.Error, "Table that has no row level security in the database");

    internal static readonly DiagnosticDescriptor s_brokenFunction = new("CORA5094", Severity.Error, "Function that fails when it is called");
}
