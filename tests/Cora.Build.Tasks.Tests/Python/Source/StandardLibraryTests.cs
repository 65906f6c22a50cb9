using System.Diagnostics;
using Cora.Build.Python.Source;

namespace Cora.Build.Tests.Python.Source;

public sealed class StandardLibraryTests
{
    private static readonly string[] s_otherSystems = ["_msi", "_overlapped", "_scproxy", "_winapi", "_wmi", "msilib", "msvcrt", "nt", "winreg", "winsound"];

    [PythonTheory]
    [InlineData(11)]
    [InlineData(12)]
    [InlineData(13)]
    public void It_has_what_CPython_says_that_it_has(int minor)
    {
        if (HostPython.Find(minor) is not { } python) return;
        Assert.Equal(NamesOf(python).Except(s_otherSystems).Order(StringComparer.Ordinal), StandardLibrary.Of($"python3.{minor}").Names.Order(StringComparer.Ordinal));
    }

    [PythonFact]
    public void It_has_at_least_what_the_newest_Python_says_that_it_has()
    {
        if (HostPython.Find(14) is not { } python) return;
        Assert.Empty(NamesOf(python).Except(s_otherSystems).Except(StandardLibrary.Of("python3.14").Names));
    }

    private static string[] NamesOf(string python)
    {
        using var process = Process.Start(new ProcessStartInfo(python, ["-c", "import sys; print(' '.join(sys.stdlib_module_names))"]) { RedirectStandardOutput = true })!;
        return process.StandardOutput.ReadToEnd().Trim().Split(' ');
    }

    [Theory]
    [InlineData("distutils", "python3.11", true)]
    [InlineData("distutils", "python3.12", false)]
    [InlineData("cgi", "python3.12", true)]
    [InlineData("cgi", "python3.13", false)]
    [InlineData("annotationlib", "python3.13", false)]
    [InlineData("annotationlib", "python3.14", true)]
    [InlineData("compression", "python3.14", true)]
    [InlineData("msilib", "python3.11", false)]
    [InlineData("winreg", "python3.14", false)]
    [InlineData("json", "python3.14", true)]
    public void Versions_differ(string name, string target, bool isThere) => Assert.Equal(isThere, StandardLibrary.Of(target).Names.Contains(name));

    [Fact]
    public void It_says_why_a_module_is_not_there()
    {
        Assert.Equal("is not in the standard library any more since Python 3.12", StandardLibrary.Of("python3.13").WhyAbsent("distutils"));
        Assert.Equal("is in the standard library from Python 3.14 on", StandardLibrary.Of("python3.11").WhyAbsent("annotationlib"));
        Assert.Equal("is not in Python on Linux", StandardLibrary.Of("python3.11").WhyAbsent("winreg"));
        Assert.Null(StandardLibrary.Of("python3.11").WhyAbsent("requests"));
        Assert.Null(StandardLibrary.Of("python3.11").WhyAbsent("distutils"));
    }
}
