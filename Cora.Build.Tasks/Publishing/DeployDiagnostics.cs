using Cora.Build.Diagnostics;

namespace Cora.Build.Publishing;

/// <summary>Why a deployment does not happen, or does not end well. The codes from CORA7020 on are for schemas.</summary>
internal static class DeployDiagnostics
{
    internal static readonly DiagnosticDescriptor s_noTarget = new("CORA7001", Severity.Error, "Deployment without a target");

    internal static readonly DiagnosticDescriptor s_notBuilt = new("CORA7002", Severity.Error, "Deployment of a build with errors");

    internal static readonly DiagnosticDescriptor s_noBucket = new("CORA7003", Severity.Error, "Bucket that cannot be used");

    internal static readonly DiagnosticDescriptor s_noCredentials = new("CORA7004", Severity.Error, "Credentials that AWS does not accept");

    internal static readonly DiagnosticDescriptor s_notAllowed = new("CORA7005", Severity.Error, "Permission that is missing in AWS");

    internal static readonly DiagnosticDescriptor s_uncommitted = new("CORA7006", Severity.Error, "Deployment of uncommitted changes");

    internal static readonly DiagnosticDescriptor s_otherZip = new("CORA7007", Severity.Error, "Zip that is not the one of the manifest");

    internal static readonly DiagnosticDescriptor s_otherObject = new("CORA7008", Severity.Error, "Object with other content than its key says");

    internal static readonly DiagnosticDescriptor s_failed = new("CORA7009", Severity.Error, "Upload that failed");

    internal static readonly DiagnosticDescriptor s_unwritable = new("CORA7010", Severity.Error, "Result of a deployment that cannot be written");

    internal static readonly DiagnosticDescriptor s_badPackage = new("CORA7011", Severity.Error, "Package that cannot be deployed");

    internal static readonly DiagnosticDescriptor s_oneKey = new("CORA7012", Severity.Error, "Two artifacts for one key");

    internal static readonly DiagnosticDescriptor s_timeout = new("CORA7013", Severity.Error, "Deployment that took too long");

    internal static readonly DiagnosticDescriptor s_otherEnvironment = new("CORA7014", Severity.Error, "Results of another environment");
}
