using Cora.Build.Python;

namespace Cora.Build.Tests.Python;

public class MarkerTests
{
    private static readonly TargetPlatform s_arm = TargetPlatform.TryParse("python3.12", "arm64", out var platform) ? platform : throw new InvalidOperationException();

    [Theory]
    [InlineData("sys_platform == 'linux'", true)]
    [InlineData("sys_platform == 'win32' or os_name == 'posix'", true)]
    [InlineData("sys_platform == 'win32' or os_name == 'posix' and platform_machine == 'x86_64'", false)]
    [InlineData("(sys_platform == 'win32' or os_name == 'posix') and platform_machine == 'aarch64'", true)]
    [InlineData("python_version >= '3.9'", true)]
    [InlineData("python_version < '3.9'", false)]
    [InlineData("'3.9' < python_version", true)]
    [InlineData("python_version ~= '3.10'", true)]
    [InlineData("'3.11.1' ~= python_version", false)]
    [InlineData("python_full_version < '3.12.3'", true)]
    [InlineData("python_version in '3.11 3.12'", true)]
    [InlineData("python_version not in '3.11, 3.12'", false)]
    [InlineData("python_version == '3.*'", true)]
    [InlineData("python_version == 'three'", false)]
    [InlineData("python_version > 'three'", false)]
    [InlineData("platform_python_implementation == 'CPython' and implementation_name == 'cpython'", true)]
    [InlineData("platform.python_implementation != 'PyPy' and python_implementation != 'PyPy' and os.name == \"posix\"", true)]
    [InlineData("platform_release >= '1'", false)]
    [InlineData("platform_version == ''", true)]
    [InlineData("platform_system=='Linux'and sys_platform!='darwin'", true)]
    [InlineData("extra == 'a'", false)]
    [InlineData("extra != 'a'", true)]
    public void A_marker_is_evaluated_for_the_target(string marker, bool expected) =>
        Assert.Equal(expected, Marker.Parse(marker).Evaluate(MarkerEnvironment.For(s_arm)));

    [Theory]
    [InlineData("extra == 'foo-bar'", true)]
    [InlineData("extra == 'Foo_Bar'", true)]
    [InlineData("extra == 'b'", true)]
    [InlineData("extra == 'c'", false)]
    [InlineData("extra == 'b' and extra == 'foo.bar'", false)]
    [InlineData("'foo_bar' in extras and 'b' in extras", true)]
    [InlineData("'c' not in extras and 'dev' in dependency_groups", true)]
    public void An_extra_holds_in_any_spelling(string marker, bool expected)
    {
        var environment = MarkerEnvironment.For(s_arm) with { DependencyGroups = new HashSet<string> { "dev" } };
        Assert.Equal(expected, Marker.Parse(marker).Evaluate(environment, new HashSet<string> { "FOO..bar", "b" }));
    }

    [Theory]
    [InlineData("", "a name of the environment or a quoted text expected, the end found", 1)]
    [InlineData("python_version", "an operator", 15)]
    [InlineData("python_version >= 3.9", "'3.9' is not a name of the marker environment", 19)]
    [InlineData("python_version >= '3.9", "the quoted text is not closed", 19)]
    [InlineData("python_version >= '3.9' and", "expected, the end found", 28)]
    [InlineData("(python_version >= '3.9'", "the parenthesis is not closed", 1)]
    [InlineData("python_version >= '3.9')", "'and', 'or' or the end of the marker expected", 24)]
    [InlineData("'a' == 'b'", "compares a name of the environment with a quoted text", 1)]
    [InlineData("os_name == sys_platform", "compares a name of the environment with a quoted text", 1)]
    [InlineData("os_name ~= '1.0'", "'os_name' is not one", 1)]
    [InlineData("python_version ~= '3'", "at least two numbers", 1)]
    [InlineData("extras == 'a'", "is a set", 1)]
    [InlineData("os_name not 'a'", "'in' expected after 'not'", 13)]
    [InlineData("os_name == 'a\\x41'", "backslash", 12)]
    public void A_broken_marker_is_explained(string marker, string reason, int column)
    {
        var exception = Assert.ThrowsAny<FormatException>(() => Marker.Parse(marker));
        Assert.Contains(reason, exception.Message);
        Assert.Contains($"at column {column} of", exception.Message);
    }

    [Fact]
    public void A_marker_nested_without_end_is_refused() =>
        Assert.Contains("nested deeper", Assert.ThrowsAny<FormatException>(() => Marker.Parse(new string('(', 1_000_000))).Message);

    [Theory]
    [InlineData("python_version>='3.9'and(os.name=='posix'or((extra=='A_b')))", "python_version >= \"3.9\" and (os_name == \"posix\" or extra == \"a-b\")")]
    [InlineData("(os_name == 'a' and os_name == 'b') or os_name == 'c\"'", "os_name == \"a\" and os_name == \"b\" or os_name == 'c\"'")]
    public void A_marker_has_one_spelling(string marker, string expected)
    {
        Assert.Equal(expected, Marker.Parse(marker).ToString());
        Assert.Equal(expected, Marker.Parse(expected).ToString());
    }
}
