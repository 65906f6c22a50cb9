using System.Diagnostics;
using System.Text;
using Cora.Build.Diagnostics;
using Cora.Build.Packaging;

namespace Cora.Build.Tests.Packaging;

public sealed class ZipDirectoryTests : IDisposable
{
    private readonly TempDirectory _temp = new();

    public void Dispose() => _temp.Dispose();

    private ZipDirectory Read(byte[] wheel) => ZipDirectory.Read(_temp.Write("demo-1.0-py3-none-any.whl", wheel));

    private string Refuse(string code, byte[] wheel)
    {
        var diagnostic = Assert.Throws<CoraException>(() => Read(wheel)).Diagnostic;
        Assert.Equal(code, diagnostic.Descriptor.Code);
        Assert.Equal(_temp["demo-1.0-py3-none-any.whl"], diagnostic.Location.File);
        Assert.Contains("demo-1.0-py3-none-any.whl", diagnostic.Message, StringComparison.Ordinal);
        Assert.Contains("delete the wheel", diagnostic.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(diagnostic.Message, char.IsControl);
        return diagnostic.Message;
    }

    private string ReadText(ZipMember member) => Encoding.UTF8.GetString(ZipMemberReader.ReadAllBytes(_temp["demo-1.0-py3-none-any.whl"], member, 1 << 20));

    [Fact]
    public void A_members_fields_are_those_of_the_central_directory()
    {
        var directory = Read(new RawZip().Make(
            new RawMember("demo/a.py", "print('a')\n") { Mode = 0x81ED, Flags = 2 },
            new RawMember("demo/b.py", "b") { Method = 0, LocalExtra = [1, 2, 3, 0, 9, 9, 9], MadeBy = 0 },
            new RawMember("demo/", "") { Method = 0, Mode = 0x41ED }));

        Assert.Equal(["demo/a.py", "demo/b.py", "demo/"], directory.Members.Select(member => member.Name));
        var (a, b) = (directory.Members[0], directory.Members[1]);
        Assert.Equal((ZipMethod.Deflated, 11L, RawZip.Crc32Of("print('a')\n"u8), 2), (a.Method, a.Bytes, a.Crc32, a.Flags));
        Assert.Equal("rwxr-xr-x", Shown(a.UnixMode!.Value));
        Assert.Equal((ZipMethod.Stored, 1L, 1L, null), (b.Method, b.Bytes, b.CompressedBytes, b.UnixMode));
        Assert.Equal([false, false, true], directory.Members.Select(member => member.IsDirectory));
        Assert.Equal("print('a')\n", ReadText(a));
        Assert.Equal("b", ReadText(b));
    }

    private static string Shown(UnixFileMode mode) => string.Concat("rwxrwxrwx".Select((c, i) => ((int)mode & 1 << (8 - i)) != 0 ? c : '-'));

    [Fact]
    public void Sizes_come_from_the_directory_when_a_data_descriptor_follows_the_data()
    {
        var directory = Read(new RawZip().Make(new RawMember("a.py", "import os\n") { DataDescriptor = true }, new RawMember("b.py", "b = 1\n") { DataDescriptor = true }));
        Assert.Equal(["import os\n", "b = 1\n"], directory.Members.Select(ReadText));
    }

    [Fact]
    public void Zip64_records_are_read()
    {
        var directory = Read(new RawZip { Zip64 = true }.Make(new RawMember("a.py", "import os\n") { Zip64 = true, Extra = [9, 9, 0, 0] }, new RawMember("b.py", "b = 1\n") { Zip64 = true }));
        Assert.Equal(["import os\n", "b = 1\n"], directory.Members.Select(ReadText));
    }

    [Fact]
    public void A_zip_comment_is_no_garbage() =>
        Assert.Single(Read(new RawZip { Comment = "made by hand"u8.ToArray() }.Make(new RawMember("a.py", "a"))).Members);

    [Fact]
    public void Names_are_UTF8_with_the_flag_and_CP437_without()
    {
        var directory = Read(new RawZip().Make(new RawMember("dé/日本.py", "a"), new RawMember([(byte)'d', 0x82, 0xE1, 0xFF], "b"u8.ToArray())));
        Assert.Equal(["dé/日本.py", "déß\u00a0"], directory.Members.Select(member => member.Name));
    }

    [PythonFact]
    public void CP437_is_what_Python_takes_it_for()
    {
        var halves = new[] { 0x80, 0xC0 }.Select(start => Enumerable.Range(start, 0x40).Select(b => (byte)b).ToArray());
        using var python = Process.Start(new ProcessStartInfo(TestPython.Executable!, ["-X", "utf8", "-c", "print(bytes(range(128,256)).decode('cp437'))"])
        {
            RedirectStandardOutput = true,
            StandardOutputEncoding = Encoding.UTF8,
        })!;
        Assert.Equal(python.StandardOutput.ReadToEnd().TrimEnd('\r', '\n'),
            string.Concat(Read(new RawZip().Make([.. halves.Select(half => new RawMember(half, [1]))])).Members.Select(member => member.Name)));
    }

    [Fact]
    public void Seventy_thousand_members_are_read()
    {
        var members = Enumerable.Range(0, 70_000).Select(i => new RawMember($"demo/package{i % 100}/module_{i}.py", "") { Method = 0 }).ToArray();
        var wheel = new RawZip { Zip64 = true }.Make(members);
        var clock = Stopwatch.StartNew();
        Assert.Equal(70_000, Read(wheel).Members.Length);
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(5), $"took {clock.Elapsed}");
    }

    [Theory]
    [InlineData("../evil.py", "'..' segment")]
    [InlineData("demo/../../evil.py", "'..' segment")]
    [InlineData("demo/..", "'..' segment")]
    [InlineData("./demo.py", "'.' segment")]
    [InlineData("/etc/passwd", "absolute path")]
    [InlineData("demo\\evil.py", "backslash")]
    [InlineData("C:/evil.py", "drive letter")]
    [InlineData("c:evil.py", "drive letter")]
    [InlineData("demo/a.py\0.txt", "NUL")]
    [InlineData("demo/\u001b[31m.py", "control character")]
    [InlineData("demo/\u0085.py", "control character")]
    [InlineData("demo\n.py", "control character")]
    [InlineData("demo//a.py", "empty segment")]
    [InlineData("demo//", "empty segment")]
    [InlineData("", "empty name")]
    public void A_name_that_leaves_its_place_is_refused(string name, string problem) =>
        Assert.Contains(problem, Refuse("CORA4006", new RawZip().Make(RawZip.Demo(new RawMember(name, "evil")))), StringComparison.Ordinal);

    [Fact]
    public void A_name_that_no_Linux_can_hold_is_refused()
    {
        Refuse("CORA4006", new RawZip().Make(new RawMember(new string('a', 256), "")));
        Refuse("CORA4006", new RawZip().Make(new RawMember(new string('é', 128), "")));
        Refuse("CORA4006", new RawZip().Make(new RawMember(string.Join('/', Enumerable.Repeat("directory", 110)), "")));
        Refuse("CORA4006", new RawZip().Make(new RawMember(Enumerable.Repeat((byte)0x82, 60_000).ToArray(), [])));
        Assert.Single(Read(new RawZip().Make(new RawMember(new string('a', 255), ""))).Members);
    }

    [Fact]
    public void A_member_that_is_there_twice_is_refused() =>
        Assert.Contains("demo/a.py", Refuse("CORA4006", new RawZip().Make(new RawMember("demo/a.py", "a"), new RawMember("demo/a.py", "b"))), StringComparison.Ordinal);

    [Theory]
    [InlineData(0xA1FFu, 3, "symbolic link")]
    [InlineData(0xA1FFu, 0, "symbolic link")]
    [InlineData(0x61FFu, 3, "no regular file")]
    [InlineData(0x11FFu, 3, "no regular file")]
    [InlineData(0x41FFu, 3, "no regular file")]
    public void What_is_no_regular_file_is_refused(uint mode, int madeBy, string problem) => Assert.Contains(problem,
        Refuse("CORA4006", new RawZip().Make(new RawMember("demo/link", "/etc/passwd") { Mode = mode, MadeBy = madeBy })), StringComparison.Ordinal);

    [Fact]
    public void No_memory_is_taken_for_members_that_the_directory_has_no_room_for() =>
        Assert.Contains("claims 100 members", Refuse("CORA4007", new RawZip { Count = 100 }.Make(new RawMember("a", "a"))), StringComparison.Ordinal);

    [Theory]
    [InlineData(1)]
    [InlineData(1 << 5)]
    [InlineData(1 << 6)]
    [InlineData(1 << 13)]
    public void An_encrypted_member_is_refused(int flags) =>
        Assert.Contains("encrypted", Refuse("CORA4007", new RawZip().Make(new RawMember("demo/a.py", "a") { Flags = flags })), StringComparison.Ordinal);

    public static TheoryData<string> Corruptions => [.. s_corruptions.Keys];

    private static readonly Dictionary<string, Func<byte[]>> s_corruptions = new()
    {
        ["another disk"] = () => new RawZip { Disk = 1 }.Make(new RawMember("a", "a")),
        ["a member on another disk"] = () => new RawZip().Make(new RawMember("a", "a") { DiskStart = 1 }),
        ["bzip2"] = () => new RawZip().Make(new RawMember("a", "a") { Method = 12 }),
        ["a stored member whose sizes differ"] = () => new RawZip().Make(new RawMember("a", "abc") { Method = 0, Bytes = 4 }),
        ["more than deflate can expand to"] = () => new RawZip().Make(new RawMember("a", "abc") { Bytes = 4_000_000_000 }),
        ["deflate data of no bytes"] = () => new RawZip().Make(new RawMember("a", "") { CompressedBytes = 0 }),
        ["a directory with content"] = () => new RawZip().Make(new RawMember("a/", "abc")),
        ["two members in one place"] = () => new RawZip().Make(new RawMember("aa", "a"), new RawMember("bb", "b") { HeaderOffset = 0 }),
        ["a member that reaches into the next"] = () => new RawZip().Make(new RawMember("a", "a") { CompressedBytes = 20 }, new RawMember("b", "b")),
        ["a member that reaches into the directory"] = () => new RawZip().Make(new RawMember("a", "a") { CompressedBytes = 20 }),
        ["a member in the directory"] = () => new RawZip().Make(new RawMember("a", "a") { HeaderOffset = 40 }),
        ["a member beyond the file"] = () => new RawZip().Make(new RawMember("a", "a") { HeaderOffset = 4_000_000_000 }),
        ["no local header"] = () => new RawZip().Make(new RawMember("a", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa") { Method = 0, CompressedBytes = 4, Bytes = 4, HeaderOffset = 2 }),
        ["another name in the local header"] = () => new RawZip().Make(new RawMember("a", "a") { LocalName = "b"u8.ToArray() }),
        ["a longer name in the local header"] = () => new RawZip().Make(new RawMember("a", "a") { LocalName = "ab"u8.ToArray() }),
        ["another method in the local header"] = () => new RawZip().Make(new RawMember("a", "a") { LocalMethod = 0 }),
        ["a name that is not UTF-8"] = () => new RawZip().Make(new RawMember([0xC3, 0x28], [1]) { Flags = 0x800 }),
        ["an extra field that is cut off"] = () => new RawZip().Make(new RawMember("a", "a") { Extra = [9, 9, 200, 0] }),
        ["a missing zip64 field"] = () => new RawZip().Make(new RawMember("a", "a") { Bytes = uint.MaxValue }),
        ["more members counted than there are"] = () => new RawZip { Count = 2 }.Make(new RawMember("a", "a")),
        ["fewer members counted than there are"] = () => new RawZip { Count = 1 }.Make(new RawMember("a", "a"), new RawMember("b", "b")),
        ["four billion members"] = () => new RawZip { Zip64 = true, Count = uint.MaxValue }.Make(new RawMember("a", "a")),
        ["a directory elsewhere"] = () => new RawZip { DirectoryOffset = 1 }.Make(new RawMember("a", "a")),
        ["bytes before the zip"] = () => [.. "#!/bin/sh\n"u8, .. new RawZip().Make(new RawMember("a", "a"))],
        ["bytes after the zip"] = () => [.. new RawZip().Make(new RawMember("a", "a")), 1],
        ["a second end record in the comment"] = () => new RawZip { Comment = [.. new RawZip().Make()[..^1], 0, 0, 7] }.Make(new RawMember("a", "a")),
        ["two zips"] = () => [.. new RawZip().Make(new RawMember("a", "a")), .. new RawZip().Make(new RawMember("b", "b"))],
        ["an empty file"] = () => [],
        ["an HTML page"] = () => Encoding.UTF8.GetBytes("<!DOCTYPE html>" + new string(' ', 500)),
    };

    [Theory]
    [MemberData(nameof(Corruptions))]
    public void A_corrupt_wheel_is_refused(string corruption) => Refuse("CORA4007", s_corruptions[corruption]());

    [Fact]
    public void A_directory_that_claims_much_costs_no_memory()
    {
        var path = _temp.Write("demo-1.0-py3-none-any.whl", []);
        using (var file = File.OpenWrite(path))
        {
            // A sparse file: all of it claims to be a directory.
            const int Directory = ZipDirectory.MaxDirectoryBytes + 46;
            file.SetLength(Directory);
            file.Position = Directory;
            file.Write([0x50, 0x4b, 5, 6, 0, 0, 0, 0, 0xFE, 0xFF, 0xFE, 0xFF, .. BitConverter.GetBytes(Directory), 0, 0, 0, 0, 0, 0]);
        }
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Equal("CORA4007", Assert.Throws<CoraException>(() => ZipDirectory.Read(path)).Diagnostic.Descriptor.Code);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
    }

    [Fact]
    public void A_wheel_that_is_not_there_is_an_error_with_a_code() =>
        Assert.Equal("CORA4007", Assert.Throws<CoraException>(() => ZipDirectory.Read(_temp["missing.whl"])).Diagnostic.Descriptor.Code);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_wheel_that_is_cut_off_anywhere_is_refused(bool zip64)
    {
        var whole = new RawZip { Zip64 = zip64 }.Make(RawZip.Demo(new RawMember("demo/__init__.py", "import os\n") { Zip64 = zip64 }, new RawMember("demo/b.py", "b = 1\n") { DataDescriptor = true }));
        for (var length = 0; length < whole.Length; length++)
            Refuse("CORA4007", whole[..length]);
        Assert.Equal(4, Read(whole).Members.Length);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Bytes_that_flip_give_an_error_with_a_code_or_a_sound_artifact(int seed)
    {
        var random = new Random(seed);
        var whole = new RawZip { Zip64 = seed == 2 }.Make(RawZip.Demo(
            new RawMember("demo/__init__.py", "import os\n") { Zip64 = seed == 2 },
            new RawMember("demo/native.abi3.so", "\u007fELF and so on and so on and so on"),
            new RawMember("demo-1.0.data/purelib/x.py", "x = 1\n") { DataDescriptor = true },
            new RawMember("demo/b.py", "b = 1\n") { Method = 0 }));
        var (refused, written) = (0, 0);
        for (var round = 0; round < 1000; round++)
        {
            var wheel = (byte[])whole.Clone();
            for (var flips = random.Next(1, 3); flips > 0; flips--)
                wheel[random.Next(wheel.Length)] = random.Next(4) == 0 ? (byte)0xFF : (byte)random.Next(256);
            var path = _temp.Write("demo-1.0-py3-none-any.whl", wheel);
            try
            {
                var contents = WheelContents.Read(path);
                foreach (var member in ZipDirectory.Read(path).Members)
                    _ = ZipMemberReader.ReadAllBytes(path, member, 1 << 16);
                var artifact = ArtifactWriter.Write(_temp["demo.zip"], contents.Entries);
                using var zip = System.IO.Compression.ZipFile.OpenRead(_temp["demo.zip"]);
                Assert.Equal(artifact.EntryCount, zip.Entries.Count);
                foreach (var entry in zip.Entries)
                {
                    using var content = entry.Open();
                    content.CopyTo(Stream.Null);
                }
                written++;
            }
            catch (CoraException)
            {
                refused++;
            }
        }
        Assert.True(refused > 100 && written > 100, $"{refused} refused, {written} written: the flips do not reach both");
    }
}
