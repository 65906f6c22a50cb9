namespace Cora.Build.Sdk.Tests;

/// <summary>A test of what other file systems and shells do not have.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class LinuxFactAttribute : FactAttribute
{
    public LinuxFactAttribute() => Skip = OperatingSystem.IsLinux() ? null : "only on Linux";
}

/// <summary>A test of permissions, which do not hold for root.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class UnprivilegedFactAttribute : FactAttribute
{
    public UnprivilegedFactAttribute() => Skip = !OperatingSystem.IsLinux() ? "only on Linux" : Environment.IsPrivilegedProcess ? "root may read everything" : null;
}
