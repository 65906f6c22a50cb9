namespace Cora.Build.Diagnostics;

/// <summary>
/// What the SDK's targets report themselves, before any task of this assembly is loaded: a host that could not load it, a project that it is not
/// for. Code and message stand in the targets (<c>Diagnostics.targets</c>, <c>build/Cora.Build.Sdk.targets</c>); here they
/// have their title and their place in the <see cref="Catalogue"/>.
/// </summary>
public static class SdkDiagnostics
{
    /// <summary>An MSBuild that cannot run the tasks.</summary>
    public static readonly DiagnosticDescriptor HostTooOld = new("CORA0001", Severity.Error, "MSBuild is too old");

    /// <summary>A Python or an architecture that Lambda does not have.</summary>
    public static readonly DiagnosticDescriptor UnknownTarget = new("CORA0002", Severity.Error, "Target that is not supported");

    /// <summary>Several targets for one module.</summary>
    public static readonly DiagnosticDescriptor PluralTarget = new("CORA0004", Severity.Error, "TargetFrameworks in the plural");

    /// <summary>A <c>PackageReference</c> where an SDK belongs.</summary>
    public static readonly DiagnosticDescriptor UsedAsPackage = new("CORA0007", Severity.Error, "SDK referenced as a package");
}
