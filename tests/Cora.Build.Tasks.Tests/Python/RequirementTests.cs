using Cora.Build.Python;

namespace Cora.Build.Tests.Python;

public class RequirementTests
{
    [Theory]
    [InlineData("python-jose [ cryptography,B_c ] >= 3.3 , <4 ; python_version<'4'", "python-jose[b-c,cryptography]>=3.3,<4; python_version < \"4\"")]
    [InlineData("zope.interface (>3.5.0)", "zope.interface>3.5.0")]
    [InlineData("a@https://h/a-1-py3-none-any.whl#sha256=1 ; os_name=='posix'", "a @ https://h/a-1-py3-none-any.whl#sha256=1 ; os_name == \"posix\"")]
    [InlineData("a @ https://h/a;b", "a @ https://h/a;b")]
    [InlineData("A.b_C", "A.b_C")]
    [InlineData("a[]", "a")]
    [InlineData("a==1.0.*,!=1.0.3", "a==1.0.*,!=1.0.3")]
    public void A_requirement_is_read_and_written(string text, string expected)
    {
        Assert.Equal(expected, Requirement.Parse(text).ToString());
        Assert.Equal(expected, Requirement.Parse(expected).ToString());
    }

    [Theory]
    [InlineData("", "a distribution's name expected, the end found", 1)]
    [InlineData("$(rm -rf /)", "a distribution's name expected, '$' found", 1)]
    [InlineData("-x", "begins and ends with a letter or digit", 1)]
    [InlineData("requests=2.0", "'=' is not an operator: write '=='", 9)]
    [InlineData("requests&&curl", "a version specifier, ';' or the end expected after the name, '&' found", 9)]
    [InlineData("requests 2.0", "expected after the name, '2' found", 10)]
    [InlineData("requests>=2.0 <3", "',', ';' or the end expected after the version", 15)]
    [InlineData("requests[a", "the bracket is not closed", 9)]
    [InlineData("requests[a b]", "',' or ']' expected", 12)]
    [InlineData("requests[a,]", "an extra's name expected", 12)]
    [InlineData("requests @", "a URL expected", 11)]
    [InlineData("requests @ https://h/x y", "';' or the end expected after the URL", 24)]
    [InlineData("requests; python_version > 3", "is not a name of the marker environment", 28)]
    [InlineData("requests\0", "'\\u0000' found", 9)]
    [InlineData("requests\u202e", "'\\u202e' found", 9)]
    public void A_broken_requirement_is_explained(string text, string reason, int column)
    {
        var exception = Assert.ThrowsAny<FormatException>(() => Requirement.Parse(text));
        Assert.Contains(reason, exception.Message);
        Assert.Contains($"at column {column} of", exception.Message);
        Assert.DoesNotContain(exception.Message, char.IsControl);
    }

    [Fact]
    public void A_message_does_not_tell_a_password() =>
        Assert.DoesNotContain("hunter2", Assert.ThrowsAny<FormatException>(() => Requirement.Parse("a @ https://u:hunter2@h/x y")).Message);

    [Theory]
    [InlineData("Zope.Interface", "zope-interface")]
    [InlineData("a-_.b", "a-b")]
    [InlineData("ruamel_yaml", "ruamel-yaml")]
    [InlineData("", "")]
    [InlineData("-a--", "-a-")]
    public void Names_are_normalized_as_PEP_503_says(string name, string expected) => Assert.Equal(expected, PackageName.Normalize(name));
}
