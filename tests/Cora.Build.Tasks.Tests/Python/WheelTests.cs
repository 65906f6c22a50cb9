using Cora.Build.Diagnostics;
using Cora.Build.Python;

namespace Cora.Build.Tests.Python;

public class WheelTests
{
    [Fact]
    public void The_name_of_a_wheel_tells_what_it_is()
    {
        var wheel = WheelFileName.Parse("Typing_Extensions-4.1.0+local.1-2b-py2.py3-none-any.whl");
        Assert.Equal("typing-extensions", wheel.NormalizedName);
        Assert.Equal(PythonVersion.Parse("4.1.0+local.1"), wheel.Version);
        Assert.Equal("2b", wheel.BuildTag);
        Assert.Equal<string>(["py2", "py3"], wheel.PythonTags);
        Assert.Equal<string>(["none"], wheel.AbiTags);
        Assert.Equal<string>(["any"], wheel.PlatformTags);
        Assert.Equal(PythonVersion.Parse("1.0.post1"), WheelFileName.Parse("a-1.0_1-py3-none-any.whl").Version);
    }

    [Theory]
    [InlineData("")]
    [InlineData("a.whl")]
    [InlineData("a-1-py3-none-any.zip")]
    [InlineData("a-1-py3-none.whl")]
    [InlineData("a-1-x-py3-none-any.whl")]
    [InlineData("a-1-1-1-py3-none-any.whl")]
    [InlineData("a-one-py3-none-any.whl")]
    [InlineData("../a-1-py3-none-any.whl")]
    [InlineData("a-1-py3-none-any/../../x.whl")]
    [InlineData("a\\b-1-py3-none-any.whl")]
    [InlineData("C:a-1-py3-none-any.whl")]
    [InlineData("a-1-py3-none-a\0ny.whl")]
    [InlineData("a-1-py3-none-any.whl\n")]
    [InlineData("a-1-py3--any.whl")]
    [InlineData("a-1-py3..py2-none-any.whl")]
    [InlineData("..-1-py3-none-any.whl")]
    [InlineData("ä-1-py3-none-any.whl")]
    public void A_hostile_or_broken_name_is_refused(string name)
    {
        Assert.False(WheelFileName.TryParse(name, out _));
        Assert.Throws<FormatException>(() => WheelFileName.Parse(name));
    }

    [Fact]
    public void Metadata_of_a_wheel_is_read()
    {
        var metadata = WheelMetadata.Parse(
            "Metadata-Version: 2.1\r\nName: python-jose\r\nVersion: 3.3.0\r\nSummary: JOSE\r\n  folded: line\r\nRequires-Dist: ecdsa (!=0.15)\r\n"
            + "requires-dist: cryptography (>=3.4.0) ; extra == 'cryptography'\r\nRequires-Dist: old (>=2.6.*\r\n  ,<3)\r\nRequires-Dist: x >=1 <2\r\n"
            + "Provides-Extra: Cryptography\r\nProvides-Extra: pycrypto\r\nRequires-Python: >=3.6.*\r\n\r\nRequires-Dist: not-a-header\r\n",
            "/w/python_jose-3.3.0-py2.py3-none-any.whl");
        Assert.Equal("python-jose", metadata.Name);
        Assert.Equal(PythonVersion.Parse("3.3"), metadata.Version);
        Assert.Equal(["ecdsa!=0.15", "cryptography>=3.4.0; extra == \"cryptography\"", "old>=2.6,<3", "x>=1,<2"], metadata.RequiresDist.Select(requirement => requirement.ToString()));
        Assert.Equal<string>(["cryptography", "pycrypto"], metadata.ProvidesExtra);
        Assert.Equal(">=3.6", metadata.RequiresPython!.ToString());
    }

    [Fact]
    public void Metadata_with_a_description_that_is_no_text_is_read()
    {
        byte[] bytes = [.. "\ufeffName: a\nVersion: 1\nAuthor: J"u8, 0xF6, .. "rg\nRequires-Dist: b\n\n"u8, 0xFF, 0xFE];
        var metadata = WheelMetadata.Parse(new MemoryStream(bytes), "/w/a-1-py3-none-any.whl");
        Assert.Equal("b", Assert.Single(metadata.RequiresDist).Name);
        Assert.Null(metadata.RequiresPython);
    }

    [Theory]
    [InlineData("", "has no 'Name' header")]
    [InlineData("Name: a\n", "has no 'Version' header")]
    [InlineData("Name: a\nVersion: 1\nVersion: 2\n", "has several 'Version' headers")]
    [InlineData("Name: ../a\nVersion: 1\n", "has the name '../a'")]
    [InlineData("Name: a\nVersion: one\n", "broken 'Version' header: 'one' is not a version")]
    [InlineData("Name: a\nVersion: 1\nRequires-Dist: b=1\n", "broken 'Requires-Dist' header: '=' is not an operator: write '==', at column 2 of 'b=1'")]
    [InlineData("Name: a\nVersion: 1\nRequires-Python: three\n", "broken 'Requires-Python' header")]
    public void Broken_metadata_names_the_wheel_and_the_reason(string text, string reason)
    {
        var exception = Assert.Throws<CoraException>(() => WheelMetadata.Parse(text, "/w/a-1-py3-none-any.whl"));
        Assert.Equal("CORA3015", exception.Diagnostic.Descriptor.Code);
        Assert.Contains("'a-1-py3-none-any.whl'", exception.Message);
        Assert.Contains(reason, exception.Message);
        Assert.Equal("/w/a-1-py3-none-any.whl", exception.Diagnostic.Location.File);
    }

    [Fact]
    public void Metadata_that_is_too_large_is_refused_before_it_is_read()
    {
        using var endless = new EndlessStream();
        Assert.Contains("larger than", Assert.Throws<CoraException>(() => WheelMetadata.Parse(endless, "/w/a.whl")).Message);
    }

    private sealed class EndlessStream : MemoryStream
    {
        public override int Read(Span<byte> buffer)
        {
            buffer.Fill((byte)'x');
            return buffer.Length;
        }
    }
}
