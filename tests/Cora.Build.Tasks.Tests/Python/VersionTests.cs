using Cora.Build.Python;

namespace Cora.Build.Tests.Python;

public class VersionTests
{
    [Theory]
    [InlineData("1.0", "1.0")]
    [InlineData(" v1.0 ", "1.0")]
    [InlineData("1.0ALPHA-1", "1.0a1")]
    [InlineData("1.0_beta.2", "1.0b2")]
    [InlineData("1.0c3", "1.0rc3")]
    [InlineData("1.0preview", "1.0rc0")]
    [InlineData("1.0-4", "1.0.post4")]
    [InlineData("1.0-r4", "1.0.post4")]
    [InlineData("1.0rev", "1.0.post0")]
    [InlineData("1.0dev", "1.0.dev0")]
    [InlineData("01.002.0a03", "1.2.0a3")]
    [InlineData("1!2.3a4.post5.dev6+Ubuntu-01_X", "1!2.3a4.post5.dev6+ubuntu.1.x")]
    [InlineData("99999999999999999999999.0", "99999999999999999999999.0")]
    public void A_version_has_one_normalized_spelling(string text, string expected)
    {
        var version = PythonVersion.Parse(text);
        Assert.Equal(expected, version.ToString());
        Assert.Equal(version, PythonVersion.Parse(expected));
    }

    [Theory]
    [InlineData("")]
    [InlineData("1.")]
    [InlineData("1..2")]
    [InlineData("a1")]
    [InlineData("1.0+")]
    [InlineData("1.0+a b")]
    [InlineData("1.0\n2")]
    [InlineData("1.0.*")]
    [InlineData("1!")]
    [InlineData("１.0")]
    [InlineData("1.0+\u212a")]
    [InlineData("1.0;rm")]
    public void What_is_no_version_is_refused(string text)
    {
        Assert.False(PythonVersion.TryParse(text, out _));
        Assert.Throws<FormatException>(() => PythonVersion.Parse(text));
    }

    [Fact]
    public void A_version_that_is_too_long_is_refused_at_once() => Assert.False(PythonVersion.TryParse(new string('9', 10_000_000), out _));

    [Fact]
    public void Versions_are_in_the_order_of_PEP_440()
    {
        string[] order =
        [
            "1.dev0", "1.0.dev456", "1.0a1", "1.0a2.dev456", "1.0a12.dev456", "1.0a12", "1.0b1.dev456", "1.0b2", "1.0b2.post345.dev456", "1.0b2.post345",
            "1.0rc1.dev456", "1.0rc1", "1.0", "1.0+abc.5", "1.0+abc.7", "1.0+5", "1.0+10", "1.0.post456.dev34", "1.0.post456", "1.1.dev1", "1.10", "1!0.1",
        ];
        var versions = order.Select(PythonVersion.Parse).ToList();
        Assert.Equal(order, versions.AsEnumerable().Reverse().Order().Select(version => version.ToString()));
        Assert.All(versions.Zip(versions.Skip(1)), pair => Assert.True(pair.First < pair.Second && pair.Second > pair.First && pair.First != pair.Second));
    }

    [Theory]
    [InlineData(">=1.0", "1.0a1", false, false)]
    [InlineData(">=1.0a1", "1.0a2", false, true)]
    [InlineData(">=0.9", "1.0a1", true, true)]
    [InlineData("!=1.0a1", "1.0a2", false, false)]
    [InlineData("~=2.2", "2.3", false, true)]
    [InlineData("~=2.2", "3.0", false, false)]
    [InlineData("~=2.2.0", "2.3", false, false)]
    [InlineData("~=1.4.5a4", "1.4.6", false, true)]
    [InlineData("~=0!2.0.dev1", "2.1", false, true)]
    [InlineData("==1.1.*", "1.1.post1", false, true)]
    [InlineData("==1.1.*", "1.1a1", true, true)]
    [InlineData("==1.1.*", "1.10", false, false)]
    [InlineData("==2.0.*", "2a1", true, true)]
    [InlineData("==1.0.*", "1", false, true)]
    [InlineData("!=1.1.*", "1.1.post1", false, false)]
    [InlineData("==1.0", "1.0.0", false, true)]
    [InlineData("==1.0", "1.0+cu118", false, true)]
    [InlineData("==1.0+cu118", "1.0", false, false)]
    [InlineData("<=1.0", "1.0+cu118", false, true)]
    [InlineData(">1.7", "1.7.0.post1", false, false)]
    [InlineData(">1.7.post2", "1.7.0.post3", false, true)]
    [InlineData(">1.7", "1.7+local", false, false)]
    [InlineData("<3.1", "3.1.dev0", true, false)]
    [InlineData("<3.1.dev1", "3.1.dev0", true, true)]
    [InlineData("===1.0", "1.0.0", false, false)]
    [InlineData("===1.0", "1.0", false, true)]
    [InlineData("===whatever", "1.0", false, false)]
    [InlineData("(>=1,<2)", "1.5", false, true)]
    [InlineData(" ( >= 1 , < 2 , ) ", "2.0", false, false)]
    [InlineData("", "1.0", false, true)]
    [InlineData("", "1.0rc1", false, false)]
    public void A_specifier_contains_what_PEP_440_says(string specifiers, string version, bool allowPrereleases, bool expected) =>
        Assert.Equal(expected, VersionSpecifiers.Parse(specifiers).Contains(PythonVersion.Parse(version), allowPrereleases));

    [Theory]
    [InlineData("=1.0", "write '=='", 1)]
    [InlineData(">=1.0 <2", "a comma", 7)]
    [InlineData(">=1.0.*", "'.*' goes with '==' and '!='", 3)]
    [InlineData("==1.0a1.*", "'.*' follows numbers only", 3)]
    [InlineData(">=1.0+l", "a local version goes with", 3)]
    [InlineData("~=1", "write '~=1.0' or '>=1'", 3)]
    [InlineData("==", "a version expected after '=='", 3)]
    [InlineData(">=1,==x", "'x' is not a version", 7)]
    [InlineData("(>=1", "the parenthesis is not closed", 1)]
    [InlineData("1.0", "a comma or the end expected", 1)]
    public void A_broken_specifier_is_explained(string specifiers, string reason, int column)
    {
        var exception = Assert.ThrowsAny<FormatException>(() => VersionSpecifiers.Parse(specifiers));
        Assert.Contains(reason, exception.Message);
        Assert.Contains($"at column {column} of", exception.Message);
    }
}
