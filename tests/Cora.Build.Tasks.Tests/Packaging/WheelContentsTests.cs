using Cora.Build.Diagnostics;
using Cora.Build.Packaging;

namespace Cora.Build.Tests.Packaging;

public sealed class WheelContentsTests : IDisposable
{
    private readonly TempDirectory _temp = new();

    public void Dispose() => _temp.Dispose();

    private WheelContents Read(params RawMember[] members) => WheelContents.Read(_temp.Write("demo-1.0-py3-none-any.whl", new RawZip().Make(members)));

    private static RawMember File(string name, string content = "x", uint mode = 0x81A4, int madeBy = 3) => new(name, content) { Mode = mode, MadeBy = madeBy };

    [Fact]
    public void A_wheel_is_laid_out_as_it_is_imported()
    {
        var contents = Read(RawZip.Demo(
            File("demo/__init__.py"), File("demo/py.typed"), new RawMember("demo/empty/", "") { Method = 0 },
            File("demo/__pycache__/__init__.cpython-311.pyc"), File("demo/__pycache__/notes.txt"), File("demo/old.pyc"), File("__pycache__/six.pyc"), File("demo/my__pycache__/x.txt"),
            File("demo-1.0.data/purelib/pure.py"), File("demo-1.0.data/platlib/plat/x.py"), File("demo-1.0.data/data/etc/demo.cfg"),
            File("demo-1.0.data/scripts/demo"), File("demo-1.0.data/headers/demo.h")));
        Assert.Equal(
            ["demo-1.0.dist-info/METADATA", "demo-1.0.dist-info/RECORD", "demo/__init__.py", "demo/my__pycache__/x.txt", "demo/py.typed", "etc/demo.cfg", "plat/x.py", "pure.py"],
            contents.Entries.Select(entry => entry.Name).Order(StringComparer.Ordinal));
        Assert.Equal("demo-1.0.dist-info", contents.DistInfo);
        Assert.StartsWith("Metadata-Version: 2.1\nName: demo\n", contents.Metadata, StringComparison.Ordinal);
        Assert.Equal(6 + contents.Metadata.Length, contents.UnzippedBytes);
        Assert.All(contents.Entries, entry => Assert.Equal("demo-1.0-py3-none-any.whl", entry.Origin));
    }

    [Fact]
    public void Top_level_names_are_what_Python_can_import()
    {
        var contents = Read(RawZip.Demo(
            File("six.py"), File("_cffi_backend.cpython-311-x86_64-linux-gnu.so"), File("fast.abi3.so"), File("plain.so"), File("google/cloud/storage/x.py"),
            File("native/core.cpython-311-x86_64-linux-gnu.so"), File("demo.libs/libfoo.so"), File("not-a-name.py"), File("2to3.py"), File("docs/index.html"), File("demo-1.0.data/purelib/late.py")));
        Assert.Equal("_cffi_backend fast google late native plain six", string.Join(' ', contents.TopLevelNames));
    }

    [Fact]
    public void Programs_and_native_libraries_are_executable_and_nothing_else_is()
    {
        var contents = Read(RawZip.Demo(
            File("demo/run.sh", mode: 0x81C0), File("demo/group.sh", mode: 0x8008), File("demo/windows.sh", mode: 0x81ED, madeBy: 0), File("demo/private.py", mode: 0x8100),
            File("demo/a.so", "\u007fELF…", madeBy: 0), File("demo.libs/libb-1a2b.so.5.2", "\u007fELF…"), File("demo/linker-script.so", "INPUT(libc)"), File("demo/elf.bin", "\u007fELF…"),
            new RawMember("demo/stored.so", "\u007fELF…") { Method = 0 }, new RawMember("demo/empty.so", "") { Method = 0 }));
        Assert.Equal(["demo.libs/libb-1a2b.so.5.2", "demo/a.so", "demo/group.sh", "demo/run.sh", "demo/stored.so"],
            contents.Entries.Where(entry => entry.Mode == ArtifactEntry.Runnable).Select(entry => entry.Name).Order(StringComparer.Ordinal));
        Assert.All(contents.Entries, entry => Assert.True(entry.Mode is ArtifactEntry.Runnable or ArtifactEntry.Readable));
    }

    [Fact]
    public void A_wheel_without_exactly_one_METADATA_is_refused()
    {
        Refuse([File("demo/__init__.py")], "0 *.dist-info");
        Refuse(RawZip.Demo(File("other-1.0.dist-info/METADATA")), "2 *.dist-info");
        Refuse([File("demo-1.0.dist-info/RECORD")], "no demo-1.0.dist-info/METADATA");
        Refuse([File("demo-1.0.dist-info")], "0 *.dist-info");
    }

    [Fact]
    public void A_METADATA_without_end_is_refused() =>
        Refuse([File("demo-1.0.dist-info/METADATA", new string('x', WheelContents.MaxMetadataBytes + 1))], "METADATA");

    [Theory]
    [InlineData("demo-1.0.data/unknown/x.py")]
    [InlineData("demo-1.0.data/x.py")]
    [InlineData("demo-1.0.data/purelib")]
    public void A_data_directory_that_no_installer_knows_is_refused(string name) => Refuse(RawZip.Demo(File(name)), name);

    private void Refuse(RawMember[] members, string problem)
    {
        var diagnostic = Assert.Throws<CoraException>(() => Read(members)).Diagnostic;
        Assert.Equal("CORA4007", diagnostic.Descriptor.Code);
        Assert.Contains(problem, diagnostic.Message, StringComparison.Ordinal);
    }
}
