using System.Text;
using Cora.Build.Diagnostics;
using Cora.Build.Packaging;

namespace Cora.Build.Tests.Packaging;

public sealed class ZipMemberReaderTests : IDisposable
{
    private static readonly string s_text = string.Concat(Enumerable.Repeat("the same line again\n", 1000));
    private readonly TempDirectory _temp = new();

    public void Dispose() => _temp.Dispose();

    private byte[] ReadFirst(byte[] wheel, int maxBytes = 1 << 20)
    {
        var path = _temp.Write("demo-1.0-py3-none-any.whl", wheel);
        return ZipMemberReader.ReadAllBytes(path, ZipDirectory.Read(path).Members[0], maxBytes);
    }

    private void Refuse(byte[] wheel, string problem, int maxBytes = 1 << 20)
    {
        var diagnostic = Assert.Throws<CoraException>(() => ReadFirst(wheel, maxBytes)).Diagnostic;
        Assert.Equal("CORA4007", diagnostic.Descriptor.Code);
        Assert.Contains("'a.txt' of wheel 'demo-1.0-py3-none-any.whl'", diagnostic.Message, StringComparison.Ordinal);
        Assert.Contains(problem, diagnostic.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(8)]
    public void A_member_is_read_whole(int method)
    {
        Assert.Equal(s_text, Encoding.UTF8.GetString(ReadFirst(new RawZip().Make(new RawMember("a.txt", s_text) { Method = method }))));
        Assert.Empty(ReadFirst(new RawZip().Make(new RawMember("a.txt", "") { Method = method })));
    }

    [Fact]
    public void A_size_that_lies_is_found()
    {
        Refuse(new RawZip().Make(new RawMember("a.txt", s_text) { Bytes = (uint)s_text.Length - 1 }), "19999 bytes");
        Refuse(new RawZip().Make(new RawMember("a.txt", s_text) { Bytes = (uint)s_text.Length + 1 }), "");
        Refuse(new RawZip().Make(new RawMember("a.txt", s_text) { Bytes = 0 }), "0 bytes");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(8)]
    public void A_CRC_that_lies_is_found(int method) => Refuse(new RawZip().Make(new RawMember("a.txt", s_text) { Crc32 = 1, Method = method }), "CRC-32");

    [Fact]
    public void Data_that_is_no_deflate_is_found() =>
        Refuse(AsDeflated(new RawZip().Make(new RawMember("a.txt", "\u0007no deflate") { Method = 0, LocalMethod = 8 })), "deflate");

    [Fact]
    public void No_more_is_read_than_was_asked_for() => Refuse(new RawZip().Make(new RawMember("a.txt", s_text)), "20000 bytes", maxBytes: 19_999);

    /// <summary>Says 8 for 0 in the one entry of the directory.</summary>
    private static byte[] AsDeflated(byte[] wheel)
    {
        wheel[wheel.AsSpan().IndexOf("PK\u0001\u0002"u8) + 10] = 8;
        return wheel;
    }

    [Fact]
    public void CRC32_is_that_of_zip()
    {
        Assert.Equal(0xCBF43926u, Crc32.Of("123456789"u8));
        var bytes = new byte[1000];
        new Random(7).NextBytes(bytes);
        for (var length = 0; length < bytes.Length; length += 7)
        {
            Assert.Equal(RawZip.Crc32Of(bytes.AsSpan(0, length)), Crc32.Of(bytes.AsSpan(0, length)));
            Assert.Equal(RawZip.Crc32Of(bytes), Crc32.Of(bytes.AsSpan(length), Crc32.Of(bytes.AsSpan(0, length))));
        }
    }
}
