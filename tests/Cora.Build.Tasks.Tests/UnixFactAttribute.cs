namespace Cora.Build.Tests;

/// <summary>A test with shell scripts on a PATH of its own, or with links.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class UnixFactAttribute : FactAttribute
{
    public UnixFactAttribute() => Skip = OperatingSystem.IsWindows() ? "not on Windows" : null;
}

/// <summary>The same with CPython.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class UnixPythonFactAttribute : PythonFactAttribute
{
    public UnixPythonFactAttribute() => Skip ??= OperatingSystem.IsWindows() ? "not on Windows" : null;
}

/// <summary>The same for a theory.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class UnixTheoryAttribute : TheoryAttribute
{
    public UnixTheoryAttribute() => Skip = OperatingSystem.IsWindows() ? "not on Windows" : null;
}
