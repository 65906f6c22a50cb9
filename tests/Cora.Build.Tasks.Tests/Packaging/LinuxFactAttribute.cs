namespace Cora.Build.Tests.Packaging;

/// <summary>A test of what only Linux has: ELF files to read, sparse files that cost no disk.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class LinuxFactAttribute : FactAttribute
{
    public LinuxFactAttribute() => Skip = OperatingSystem.IsLinux() ? null : "only on Linux";
}
