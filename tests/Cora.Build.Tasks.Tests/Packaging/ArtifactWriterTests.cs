using System.Collections.Immutable;
using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using Cora.Build.Diagnostics;
using Cora.Build.Packaging;

namespace Cora.Build.Tests.Packaging;

public sealed class ArtifactWriterTests : IDisposable
{
    private readonly TempDirectory _temp = new();

    public void Dispose() => _temp.Dispose();

    private ArtifactEntry File(string name, string content) => File(name, Encoding.UTF8.GetBytes(content));

    private ArtifactEntry File(string name, byte[] content) => ArtifactEntry.FromFile(name, _temp.Write($"sources/{name}", content));

    private ImmutableArray<ArtifactEntry> Wheel(string fileName, params RawMember[] members) =>
        WheelContents.Read(_temp.Write($"wheels/{fileName}", new RawZip().Make(RawZip.Demo(members)))).Entries;

    private string Artifact => _temp["out/demo.zip"];

    private Diagnostic Refuse(string code, params IEnumerable<ArtifactEntry> entries)
    {
        var diagnostic = Assert.Throws<CoraException>(() => ArtifactWriter.Write(Artifact, entries)).Diagnostic;
        Assert.Equal(code, diagnostic.Descriptor.Code);
        Assert.DoesNotContain(diagnostic.Message, char.IsControl);
        AssertNoTemporaryFile();
        return diagnostic;
    }

    private void AssertNoTemporaryFile() =>
        Assert.Empty(Directory.Exists(_temp["out"]) ? Directory.GetFiles(_temp["out"], "*.tmp") : []);

    private ArtifactEntry[] Mixed() =>
    [
        .. Wheel("demo-1.0-py3-none-any.whl",
            new RawMember("demo/__init__.py", "import os\n") { DataDescriptor = true, Flags = 6, LocalExtra = [9, 9, 0, 0] },
            new RawMember("demo/stored.py", "stored = True\n") { Method = 0 },
            new RawMember("demo/native.so", "\u007fELF native"),
            new RawMember("demo/naïve.txt", "naïve"),
            new RawMember("demo/ascii.txt", "flagged though ASCII") { Flags = 0x800 },
            new RawMember([.. "demo/"u8, 0x82], "CP437"u8.ToArray()),
            new RawMember("demo/empty.py", "")),
        File("lambda_function.py", "def lambda_handler(event, context):\n    return None\n"),
        File("bin/run", "#!/bin/sh\nexit 0\n"),
        File("empty.txt", ""),
        File("日本.txt", "日本"),
    ];

    [Fact]
    public void An_artifact_holds_what_its_sources_hold()
    {
        var written = ArtifactWriter.Write(Artifact, Mixed());

        using var zip = System.IO.Compression.ZipFile.OpenRead(Artifact);
        var content = zip.Entries.ToDictionary(entry => entry.FullName, entry =>
        {
            using var reader = new StreamReader(entry.Open());
            return reader.ReadToEnd();
        });
        Assert.Equal("import os\n", content["demo/__init__.py"]);
        Assert.Equal("stored = True\n", content["demo/stored.py"]);
        Assert.Equal("naïve", content["demo/naïve.txt"]);
        Assert.Equal("CP437", content["demo/é"]);
        Assert.Equal("", content["demo/empty.py"]);
        Assert.Equal("#!/bin/sh\nexit 0\n", content["bin/run"]);
        Assert.Equal("日本", content["日本.txt"]);
        Assert.Equal(13, written.EntryCount);
        Assert.Equal(written.EntryCount, zip.Entries.Count);
        Assert.Equal(zip.Entries.Sum(entry => entry.Length), written.UnzippedBytes);
        Assert.Equal(new FileInfo(Artifact).Length, written.Bytes);
        Assert.Equal(Convert.ToBase64String(SHA256.HashData(System.IO.File.ReadAllBytes(Artifact))), written.CodeSha256);
        Assert.True(written.Changed);
        AssertNoTemporaryFile();
    }

    [Fact]
    public void Every_header_field_is_fixed_by_the_entries_alone()
    {
        ArtifactWriter.Write(Artifact, Mixed());
        using var zip = System.IO.Compression.ZipFile.OpenRead(Artifact);
        Assert.Equal(zip.Entries.Select(entry => entry.FullName).OrderBy(name => Convert.ToHexString(Encoding.UTF8.GetBytes(name)), StringComparer.Ordinal), zip.Entries.Select(entry => entry.FullName));
        Assert.All(zip.Entries, entry => Assert.Equal(new DateTime(1980, 1, 1), entry.LastWriteTime.DateTime));
        Assert.Equal(["bin/run", "demo/native.so"], zip.Entries.Where(entry => (uint)entry.ExternalAttributes >> 16 == 0x81ED).Select(entry => entry.FullName));
        Assert.All(zip.Entries, entry => Assert.Contains((uint)entry.ExternalAttributes, new[] { 0x81A4_0000u, 0x81ED_0000u }));

        var bytes = System.IO.File.ReadAllBytes(Artifact);
        var members = ZipDirectory.Read(Artifact).Members;
        Assert.All(members, member => Assert.Equal(Ascii.IsValid(member.Name) ? 0 : 0x800, member.Flags));
        var at = bytes.AsSpan().IndexOf("PK\u0001\u0002"u8);
        foreach (var member in members)
        {
            Assert.Equal([20, 3, 20, 0], bytes[(at + 4)..(at + 8)]);
            var extraAndCommentAndDiskAndInternal = bytes[(at + 30)..(at + 38)];
            Assert.All(extraAndCommentAndDiskAndInternal, b => Assert.Equal(0, b));
            var local = BitConverter.ToInt32(bytes, at + 42);
            Assert.Equal(bytes[(at + 6)..(at + 32)], bytes[(local + 4)..(local + 30)]);
            at += 46 + Encoding.UTF8.GetByteCount(member.Name);
        }
        Assert.Equal(bytes.Length - 22, at);
    }

    [Fact]
    public void The_bytes_do_not_depend_on_the_order_the_place_or_the_time()
    {
        var first = ArtifactWriter.Write(Artifact, Mixed());
        using var elsewhere = new TempDirectory();
        var entries = Mixed();
        foreach (var entry in entries)
            System.IO.File.SetLastWriteTimeUtc(entry.SourcePath, new DateTime(2001, 2, 3, 4, 5, 6, DateTimeKind.Utc));
        if (!OperatingSystem.IsWindows())
            System.IO.File.SetUnixFileMode(_temp["sources/bin/run"], UnixFileMode.UserRead);
        var second = ArtifactWriter.Write(elsewhere["a b/other.zip"], entries.Reverse());
        Assert.Equal(first.CodeSha256, second.CodeSha256);
    }

    /// <summary>The hash was computed with CPython's zipfile, not with this writer.</summary>
    [Fact]
    public void Stored_sources_give_the_same_zip_on_every_machine()
    {
        var written = ArtifactWriter.Write(Artifact,
        [
            File("lambda_function.py", "def lambda_handler(event, context):\n    return None\n"), File("bin/run", "#!/bin/sh\nexit 0\n"), File("日本.txt", "日本"), File("a-b.py", "x = 1\n"), File("a/b.py", ""),
        ]);
        Assert.Equal("fd6a4621b0807c0ca8dc3bfcf4af3fca6ee735efd5ddf6f6550bad441eb43acf", Convert.ToHexStringLower(written.Sha256.AsSpan()));
    }

    [PythonFact]
    public void Python_finds_nothing_wrong_with_an_artifact()
    {
        ArtifactWriter.Write(Artifact, Mixed());
        const string Check = """
            import sys, zipfile, zipimport
            zip = zipfile.ZipFile(sys.argv[1])
            assert zip.testzip() is None
            assert all(i.create_system == 3 and i.create_version == 20 and i.extract_version == 20 and i.date_time == (1980, 1, 1, 0, 0, 0) for i in zip.infolist())
            assert zip.read('demo/\xe9') == b'CP437' and zip.read('demo/na\xefve.txt') == b'na\xc3\xafve'
            sys.path.insert(0, sys.argv[1])
            import lambda_function, demo.stored
            assert demo.stored.stored and lambda_function.lambda_handler(None, None) is None
            print(len(zip.namelist()))
            """;
        using var python = Process.Start(new ProcessStartInfo(TestPython.Executable!, ["-I", "-c", Check, Artifact]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var (output, errors) = (python.StandardOutput.ReadToEnd(), python.StandardError.ReadToEnd());
        python.WaitForExit();
        Assert.Equal(("13", "", 0), (output.Trim(), errors, python.ExitCode));
    }

    [Fact]
    public void Compressed_bytes_of_a_wheel_are_copied_as_they_are()
    {
        var entries = Wheel("demo-1.0-py3-none-any.whl", new RawMember("demo/a.py", string.Concat(Enumerable.Repeat("x = 1\n", 500_000))));
        ArtifactWriter.Write(Artifact, entries);
        foreach (var (source, copy) in entries.Select(entry => entry.Member!).OrderBy(member => member.Name, StringComparer.Ordinal).Zip(ZipDirectory.Read(Artifact).Members))
        {
            Assert.Equal(source with { DataOffset = 0, Flags = 0, UnixMode = null }, copy with { DataOffset = 0, Flags = 0, UnixMode = null });
            Assert.Equal(Part(_temp["wheels/demo-1.0-py3-none-any.whl"], source), Part(Artifact, copy));
        }

        static byte[] Part(string path, ZipMember member) => System.IO.File.ReadAllBytes(path).AsSpan((int)member.DataOffset, (int)member.CompressedBytes).ToArray();
    }

    [Theory]
    [InlineData(1 << 20)]
    [InlineData((1 << 20) - 30 - 5)]
    [InlineData((1 << 20) - 30 - 4)]
    [InlineData((1 << 20) - 30 - 6)]
    [InlineData(3_500_001)]
    public void A_file_of_any_length_is_stored_whole(int bytes)
    {
        var content = new byte[bytes];
        new Random(bytes).NextBytes(content);
        content[0] = 1;
        ArtifactWriter.Write(Artifact, [File("large", content), File("after", "after"), File("before", "before")]);
        using var zip = System.IO.Compression.ZipFile.OpenRead(Artifact);
        using var stored = zip.GetEntry("large")!.Open();
        var copy = new MemoryStream();
        stored.CopyTo(copy);
        Assert.Equal(content, copy.ToArray());
        Assert.Equal(RawZip.Crc32Of(content), zip.GetEntry("large")!.Crc32);
    }

    [LinuxFact]
    public void Memory_does_not_grow_with_the_length_of_a_file()
    {
        const long Bytes = 96 << 20;
        var path = _temp.Write("sparse.bin", []);
        using (var sparse = System.IO.File.OpenWrite(path))
            sparse.SetLength(Bytes);
        var entry = ArtifactEntry.FromFile("sparse.bin", path);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Equal(Bytes, ArtifactWriter.Write(Artifact, [entry]).UnzippedBytes);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 8 << 20);
    }

    [Fact]
    public void An_artifact_that_has_the_bytes_already_is_left_alone()
    {
        Assert.True(ArtifactWriter.Write(Artifact, Mixed()).Changed);
        var time = new DateTime(2020, 1, 2, 3, 4, 5, DateTimeKind.Utc);
        System.IO.File.SetLastWriteTimeUtc(Artifact, time);

        Assert.False(ArtifactWriter.Write(Artifact, Mixed()).Changed);
        Assert.Equal(time, System.IO.File.GetLastWriteTimeUtc(Artifact));
        AssertNoTemporaryFile();

        var bytes = System.IO.File.ReadAllBytes(Artifact);
        bytes[^1] ^= 1;
        System.IO.File.WriteAllBytes(Artifact, bytes);
        Assert.True(ArtifactWriter.Write(Artifact, Mixed()).Changed);
        bytes[^1] ^= 1;
        Assert.Equal(bytes, System.IO.File.ReadAllBytes(Artifact));
    }

    [LinuxFact]
    public void Cancelling_half_way_leaves_the_old_artifact_and_nothing_else()
    {
        _temp.Write("out/demo.zip", "old"u8);
        var path = _temp.Write("sparse.bin", []);
        using (var sparse = System.IO.File.OpenWrite(path))
            sparse.SetLength(512 << 20);
        using var source = new CancellationTokenSource();
        using var watcher = new FileSystemWatcher(_temp["out"], "*.tmp") { EnableRaisingEvents = true };
        watcher.Created += (_, _) => source.Cancel();

        Assert.Throws<OperationCanceledException>(() => ArtifactWriter.Write(Artifact, [ArtifactEntry.FromFile("sparse.bin", path)], source.Token));
        Assert.Equal("old", System.IO.File.ReadAllText(Artifact));
        Assert.Equal([Artifact], Directory.GetFileSystemEntries(_temp["out"]));
    }

    [Fact]
    public async Task Writers_of_one_artifact_do_not_disturb_each_other()
    {
        var variants = new[] { Mixed(), [.. Mixed(), File("more.py", "more = True\n")] };
        var results = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Task.Run(() => ArtifactWriter.Write(Artifact, variants[i % 2]))));
        Assert.Equal(2, results.Select(result => result.CodeSha256).Distinct().Count());
        Assert.Contains(Convert.ToBase64String(SHA256.HashData(await System.IO.File.ReadAllBytesAsync(Artifact))), results.Select(result => result.CodeSha256));
        AssertNoTemporaryFile();
    }

    [Fact]
    public void Temporary_files_of_a_killed_build_are_removed_and_those_of_a_running_one_are_not()
    {
        foreach (var name in new[] { "demo.zip.0123456789abcdef.tmp", "other.zip.0123456789abcdef.tmp", "demo.zip.0123456789abcdeg.tmp", "demo.zip.tmp", "demo.zip.0123456789abcdef0.tmp" })
            System.IO.File.SetLastWriteTimeUtc(_temp.Write($"out/{name}", "x"u8), DateTime.UtcNow.AddMinutes(-61));
        System.IO.File.SetLastWriteTimeUtc(_temp.Write("out/demo.zip.fedcba9876543210.tmp", "x"u8), DateTime.UtcNow.AddMinutes(-59));

        ArtifactWriter.Write(Artifact, Mixed());
        Assert.Equal(["demo.zip", "demo.zip.0123456789abcdef0.tmp", "demo.zip.0123456789abcdeg.tmp", "demo.zip.fedcba9876543210.tmp", "demo.zip.tmp", "other.zip.0123456789abcdef.tmp"],
            Directory.GetFiles(_temp["out"]).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void One_path_from_two_wheels_is_an_error_that_names_both()
    {
        var diagnostic = Refuse("CORA4005", [
            .. Wheel("demo-1.0-py3-none-any.whl", new RawMember("shared/__init__.py", "one")),
            .. Wheel("other-1.0-py3-none-any.whl", new RawMember("shared/__init__.py", "two"))]);
        Assert.Contains("'shared/__init__.py'", diagnostic.Message, StringComparison.Ordinal);
        Assert.Contains("'demo-1.0-py3-none-any.whl' and from 'other-1.0-py3-none-any.whl'", diagnostic.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void One_path_from_a_file_and_a_wheel_is_an_error_at_the_file()
    {
        var file = File("demo/__init__.py", "mine");
        var diagnostic = Refuse("CORA4005", [.. Wheel("demo-1.0-py3-none-any.whl", new RawMember("demo/__init__.py", "not mine")), file]);
        Assert.Equal(file.SourcePath, diagnostic.Location.File);
    }

    [Fact]
    public void Two_sources_with_the_same_content_are_one_whichever_comes_first()
    {
        var shared = new RawMember("shared/__init__.py", "same same same same");
        ArtifactEntry[] entries =
        [
            .. Wheel("demo-1.0-py3-none-any.whl", shared),
            .. Wheel("other-1.0-py3-none-any.whl", shared with { Method = 0 }),
            File("shared/__init__.py", "same same same same"),
            File("shared/__init__.py", "same same same same") with { Origin = "elsewhere" },
        ];
        var first = ArtifactWriter.Write(Artifact, entries);
        Assert.Equal(3, first.EntryCount);
        Assert.False(ArtifactWriter.Write(Artifact, entries.Reverse()).Changed);
        Assert.False(ArtifactWriter.Write(Artifact, [entries[3], entries[0], .. entries]).Changed);
        foreach (var origin in new[] { "/a/path", "z/path" })
            Assert.False(ArtifactWriter.Write(Artifact, [.. entries[..6], entries[6] with { Origin = origin }]).Changed);
        var wheelsOnly = ArtifactWriter.Write(Artifact, entries[..6]);
        Assert.Equal(wheelsOnly.CodeSha256, ArtifactWriter.Write(Artifact, entries[..6].Reverse()).CodeSha256);
    }

    [Theory]
    [InlineData("a", "a/b.py")]
    [InlineData("a/b.py", "a/b.py/c/d.py")]
    public void A_file_that_is_also_a_directory_is_an_error(string file, string within)
    {
        // What sorts between the two must not hide it.
        var diagnostic = Refuse("CORA4005", File("x1", "1") with { Name = within }, File("x2", "2") with { Name = file }, File("x3", "3") with { Name = $"{file}-z" });
        Assert.Contains($"'{file}'", diagnostic.Message, StringComparison.Ordinal);
        Assert.Contains("x1", diagnostic.Message, StringComparison.Ordinal);
        Assert.Contains("x2", diagnostic.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Names_that_differ_in_case_are_two_files() =>
        Assert.Equal(2, ArtifactWriter.Write(Artifact, [File("a", "1") with { Name = "Read.me" }, File("b", "2") with { Name = "read.me" }]).EntryCount);

    [Theory]
    [InlineData("a\\b.py")]
    [InlineData("../a.py")]
    [InlineData("/a.py")]
    [InlineData("a\nb.py")]
    [InlineData("a/")]
    public void A_name_that_cannot_be_in_an_artifact_is_an_error(string name) => Refuse("CORA4012", File("x", "1") with { Name = name });

    [Fact]
    public void A_name_that_is_not_Unicode_is_an_error() => Refuse("CORA4012", File("x", "1") with { Name = "a\ud800" });

    [Fact]
    public void A_source_that_changes_after_it_was_listed_is_an_error_and_the_old_artifact_stays()
    {
        ArtifactWriter.Write(Artifact, Mixed());
        var before = System.IO.File.ReadAllBytes(Artifact);

        var entries = Mixed();
        _temp.Write("sources/lambda_function.py", "longer than it was, by far, with all these words that nobody needs"u8);
        Refuse("CORA4011", entries);
        entries = Mixed();
        _temp.Write("sources/lambda_function.py", "x"u8);
        Refuse("CORA4011", entries);
        entries = Mixed();
        System.IO.File.Delete(_temp["sources/lambda_function.py"]);
        Assert.Equal(_temp["sources/lambda_function.py"], Refuse("CORA4011", entries).Location.File);
        entries = Mixed();
        _temp.Write("sources/bin/run", "exit 0 # and"u8.ToArray().Concat("     "u8.ToArray()).ToArray());
        Assert.Equal(17, new FileInfo(_temp["sources/bin/run"]).Length);
        Refuse("CORA4011", entries);
        entries = Mixed();
        using (var wheel = System.IO.File.OpenWrite(_temp["wheels/demo-1.0-py3-none-any.whl"]))
            wheel.SetLength(wheel.Length - 1);
        Refuse("CORA4011", entries);

        Assert.Equal(before, System.IO.File.ReadAllBytes(Artifact));
        Assert.Equal("CORA4011", Assert.Throws<CoraException>(() => ArtifactEntry.FromFile("x", _temp["missing"])).Diagnostic.Descriptor.Code);
    }

    [Fact]
    public void An_artifact_that_cannot_be_written_is_an_error_that_says_why()
    {
        Directory.CreateDirectory(Artifact);
        Assert.Contains(Artifact, Refuse("CORA4012", Mixed()).Message, StringComparison.Ordinal);
        Directory.Delete(_temp["out"], recursive: true);
        _temp.Write("out", "a file where the directory should be"u8);
        Refuse("CORA4012", Mixed());
    }

    [LinuxFact]
    public void A_source_that_has_no_length_is_empty_whatever_it_would_give() => Assert.Equal(0, ArtifactEntry.FromFile("x", "/dev/zero").Bytes);

    [Fact]
    public void More_than_a_zip_can_hold_is_an_error_before_anything_is_written()
    {
        var entry = Wheel("demo-1.0-py3-none-any.whl", new RawMember("demo/a.py", ""))[0];
        var entries = Enumerable.Range(0, ushort.MaxValue + 1).Select(i => entry with { Name = $"d{i % 64}/{i}" }).ToArray();
        Assert.Contains("65536 files", Refuse("CORA4010", entries).Message, StringComparison.Ordinal);
        Assert.Equal(ushort.MaxValue, ArtifactWriter.Write(Artifact, entries[..^1]).EntryCount);
        using (var zip = System.IO.Compression.ZipFile.OpenRead(Artifact))
            Assert.Equal(ushort.MaxValue, zip.Entries.Count);

        ArtifactEntry OfSize(string name, long compressed, long bytes) => ArtifactEntry.FromWheel(name, entry.Wheel!, entry.Member! with { CompressedBytes = compressed, Bytes = bytes }, executable: false);
        Refuse("CORA4010", OfSize("a", 100_000_000, uint.MaxValue));
        Refuse("CORA4010", OfSize("a", 1L << 31, 1L << 31), OfSize("b", 1L << 31, 1L << 31));
        Refuse("CORA4010", OfSize("a", uint.MaxValue - 22 - 76 - 2, 1));
        Assert.Equal(ushort.MaxValue, ZipDirectory.Read(Artifact).Members.Length);
    }

    [Theory]
    [InlineData("#!/usr/bin/env python3\n", true)]
    [InlineData("\u007fELF\u0002", true)]
    [InlineData("# no program\n", false)]
    [InlineData("#", false)]
    [InlineData("", false)]
    public void The_mode_of_a_file_comes_from_its_content(string content, bool executable)
    {
        var entry = File("file", content);
        if (!OperatingSystem.IsWindows())
            System.IO.File.SetUnixFileMode(entry.SourcePath, executable ? UnixFileMode.UserRead : ArtifactEntry.Runnable);
        Assert.Equal(executable ? ArtifactEntry.Runnable : ArtifactEntry.Readable, ArtifactEntry.FromFile("file", entry.SourcePath).Mode);
    }
}
