using System.Runtime.InteropServices;
using System.Text;
using System.Text.RegularExpressions;
using Cora.Build.Diagnostics;
using Cora.Build.Packaging;

namespace Cora.Build.Tests.Packaging;

public sealed partial class ElfFileTests : IDisposable
{
    private static readonly Version s_glibc226 = new(2, 26);
    private readonly TempDirectory _temp = new();

    public void Dispose() => _temp.Dispose();

    private static ElfFile? Read(byte[] bytes) => ElfFile.TryRead(new MemoryStream(bytes));

    /// <summary>An ELF file with one load segment, a dynamic segment and one needed library with <paramref name="versions"/>; a name that starts with <c>?</c> is weak. No section headers.</summary>
    private static byte[] Elf(string[] versions, int machine = ElfFile.X8664, bool wide = true, bool little = true, int distance = 16)
    {
        const int Base = 0x10000, DynamicAt = 256, NeededAt = 512;
        var stringsAt = NeededAt + 16 + versions.Length * 16;
        var bytes = new byte[8192];
        "\u007fELF"u8.CopyTo(bytes);
        bytes[4] = (byte)(wide ? 2 : 1);
        bytes[5] = (byte)(little ? 1 : 2);
        Put(18, machine, 2);
        var (word, headers) = (wide ? 8 : 4, 64);
        Put(wide ? 32 : 28, headers, word);
        Put(wide ? 54 : 42, wide ? 56 : 32, 2);
        Put(wide ? 56 : 44, 2, 2);
        Segment(headers, 1, 0, Base, bytes.Length);
        Segment(headers + (wide ? 56 : 32), 2, DynamicAt, Base + DynamicAt, 4 * 2 * word);
        foreach (var (i, (tag, value)) in new[] { (5L, Base + (long)stringsAt), (10L, 4096L), (0x6ffffffeL, (long)Base + NeededAt), (0L, 0L) }.Index())
        {
            Put(DynamicAt + i * 2 * word, tag, word);
            Put(DynamicAt + i * 2 * word + word, value, word);
        }
        Put(NeededAt, 1, 2);
        Put(NeededAt + 2, versions.Length, 2);
        Put(NeededAt + 8, 16, 4);
        var name = 1;
        for (var i = 0; i < versions.Length; i++)
        {
            var at = NeededAt + 16 + i * 16;
            Put(at + 4, versions[i].StartsWith('?') ? 2 : 0, 2);
            Put(at + 8, name, 4);
            Put(at + 12, i < versions.Length - 1 ? distance : 0, 4);
            var text = Encoding.ASCII.GetBytes(versions[i].TrimStart('?'));
            text.CopyTo(bytes, stringsAt + name);
            name += text.Length + 1;
        }
        return bytes;

        void Segment(int at, int type, long offset, long address, long length)
        {
            Put(at, type, 4);
            Put(at + (wide ? 8 : 4), offset, word);
            Put(at + (wide ? 16 : 8), address, word);
            Put(at + (wide ? 32 : 16), length, word);
        }

        void Put(int at, long value, int width)
        {
            for (var i = 0; i < width; i++)
                bytes[little ? at + i : at + width - 1 - i] = (byte)(value >> 8 * i);
        }
    }

    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(false, false)]
    public void The_highest_needed_glibc_is_found_without_section_headers(bool wide, bool little)
    {
        var elf = Read(Elf(["GLIBC_2.2.5", "GLIBC_2.28", "GLIBC_2.3.4", "GLIBC_PRIVATE", "GLIBCXX_3.4.30", "?GLIBC_2.99"], ElfFile.AArch64, wide, little));
        Assert.Equal(new ElfFile(wide ? 64 : 32, ElfFile.AArch64, new Version(2, 28), IsDamaged: false), elf);
    }

    [Fact]
    public void Packed_relative_relocations_need_glibc_2_36() =>
        Assert.Equal(new Version(2, 36), Read(Elf(["GLIBC_2.17", "GLIBC_ABI_DT_RELR"]))!.RequiredGlibc);

    [Fact]
    public void A_file_that_needs_no_version_needs_no_glibc() => Assert.Equal(new ElfFile(64, ElfFile.X8664, null, IsDamaged: false), Read(Elf(["FOO_1.0"])));

    [Theory]
    [InlineData("")]
    [InlineData("\u007fEL")]
    [InlineData("#!/bin/sh")]
    [InlineData("PK\u0003\u0004")]
    public void What_is_no_ELF_is_none(string content) => Assert.Null(Read(Encoding.Latin1.GetBytes(content)));

    [LinuxFact]
    public void The_runtimes_own_library_is_read()
    {
        var path = Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "libcoreclr.so");
        using var stream = File.OpenRead(path);
        var elf = ElfFile.TryRead(stream)!;

        Assert.Equal(RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? ElfFile.AArch64 : ElfFile.X8664, elf.Machine);
        Assert.Equal((64, false), (elf.Bits, elf.IsDamaged));
        var named = GlibcNames().Matches(Encoding.Latin1.GetString(File.ReadAllBytes(path))).Select(match => Version.Parse(match.Groups[1].ValueSpan)).Max();
        Assert.Equal(named, elf.RequiredGlibc);
    }

    [GeneratedRegex(@"\0GLIBC_(\d+\.\d+(\.\d+)?)(?=\0)")]
    private static partial Regex GlibcNames();

    [Fact]
    public void A_chain_that_creeps_on_is_damage_and_no_endless_loop()
    {
        // Each word is 4: a chain of 1,700 overlapping libraries, each with a chain of as many versions.
        var bytes = Elf(["GLIBC_2.17"]);
        for (var at = 512; at < 7500; at++)
            bytes[at] = (byte)(at % 4 == 0 ? 4 : 0);
        Assert.True(Read(bytes)!.IsDamaged);
        Assert.True(Read(Elf([.. Enumerable.Repeat("G", 200)], distance: 0x7fffffff))!.IsDamaged);
    }

    [Fact]
    public void A_version_outside_the_table_of_names_is_damage()
    {
        var bytes = Elf(["GLIBC_2.17"]);
        const int StringsBytesAt = 256 + 16 + 8;
        BitConverter.TryWriteBytes(bytes.AsSpan(StringsBytesAt), 1L);
        Assert.True(Read(bytes)!.IsDamaged);
    }

    [Fact]
    public void A_file_that_is_cut_off_anywhere_is_read_without_harm()
    {
        var whole = Elf(["GLIBC_2.17"]);
        for (var length = 4; length < whole.Length; length += length < 700 ? 1 : 100)
            Assert.NotNull(Read(whole[..length]));
        Assert.True(Read(whole[..100])!.IsDamaged);
        Assert.True(Read(whole[..400])!.IsDamaged);
        Assert.False(Read(whole)!.IsDamaged);
    }

    [Fact]
    public void Bytes_that_flip_are_read_without_harm()
    {
        var random = new Random(5);
        var whole = Elf(["GLIBC_2.17", "GLIBC_2.28"]);
        var damaged = 0;
        for (var round = 0; round < 5000; round++)
        {
            var bytes = (byte[])whole.Clone();
            for (var flips = random.Next(1, 6); flips > 0; flips--)
                bytes[4 + random.Next(600)] = random.Next(3) == 0 ? (byte)0xFF : (byte)random.Next(256);
            damaged += Read(bytes)!.IsDamaged ? 1 : 0;
        }
        Assert.InRange(damaged, 500, 4500);
    }

    [Fact]
    public void A_native_file_that_fits_the_runtime_is_no_finding()
    {
        Assert.Null(ElfFile.Check(_temp.Write("a.so", Elf(["GLIBC_2.26"])), "x86_64", s_glibc226));
        Assert.Null(ElfFile.Check(_temp.Write("b.so", Elf(["GLIBC_2.2.5"], ElfFile.AArch64)), "arm64", s_glibc226));
        Assert.Null(ElfFile.Check(_temp.Write("c.py", "import os\n"u8), "arm64", s_glibc226));
        Assert.Null(ElfFile.Check(_temp.Write("d.so", "INPUT(libc)"u8), "arm64", s_glibc226));
        Assert.Null(ElfFile.Check(_temp.Write("e.so", []), "arm64", s_glibc226));
    }

    [Fact]
    public void A_native_file_that_the_runtime_cannot_load_is_a_finding_that_says_why()
    {
        AssertFinding("needs glibc 2.28", "glibc 2.26", Elf(["GLIBC_2.28"]), "x86_64");
        AssertFinding("built for arm64", "x86_64", Elf([], ElfFile.AArch64), "x86_64");
        AssertFinding("built for x86_64", "arm64", Elf([]), "arm64");
        AssertFinding("built for 32-bit x86", "x86_64", Elf([], machine: 3, wide: false), "x86_64");
        AssertFinding("built for x32", "x86_64", Elf([], wide: false), "x86_64");
        AssertFinding("damaged ELF", "x86_64", Elf([])[..80], "x86_64");
        AssertFinding("library of macOS", "Linux", [0xCF, 0xFA, 0xED, 0xFE, 12, 0, 0, 1], "arm64");
    }

    private void AssertFinding(string problem, string runtime, byte[] content, string architecture)
    {
        var path = _temp.Write("native.so", content);
        var finding = ElfFile.Check(path, architecture, s_glibc226)!;
        Assert.Equal(("CORA4008", Severity.Error, path), (finding.Descriptor.Code, finding.Descriptor.DefaultSeverity, finding.Location.File));
        Assert.Contains("'native.so'", finding.Message, StringComparison.Ordinal);
        Assert.Contains(problem, finding.Message, StringComparison.Ordinal);
        Assert.Contains(runtime, finding.Message, StringComparison.Ordinal);
    }
}
