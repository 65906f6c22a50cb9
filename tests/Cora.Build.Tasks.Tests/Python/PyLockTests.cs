using System.Text;
using System.Text.Json;
using Cora.Build.Diagnostics;
using Cora.Build.Python;

namespace Cora.Build.Tests.Python;

public sealed class PyLockTests : IDisposable
{
    private const string Sha256 = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
    private const string Head = "lock-version = '1.0'\ncreated-by = 'test'\n";

    private readonly string _directory = Directory.CreateTempSubdirectory("cora-lock-").FullName;

    private string LockPath => Path.Combine(_directory, "pylock.toml");

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void The_example_of_PEP_751_is_read()
    {
        var pyLock = Read("""
            lock-version = '1.0'
            environments = ["sys_platform == 'win32'", "sys_platform == 'linux'"]
            requires-python = '==3.12'
            created-by = 'mousebender'
            extras = ['x']
            dependency-groups = ['dev', 'test']
            default-groups = ['dev']

            [[packages]]
            name = 'attrs'
            version = '25.1.0'
            requires-python = '>=3.8'
            wheels = [
              {name = 'attrs-25.1.0-py3-none-any.whl', upload-time = 2025-01-25T11:30:10.164985+00:00, url = 'https://files.pythonhosted.org/packages/fc/30/attrs-25.1.0-py3-none-any.whl', size = 63152, hashes = {sha256 = 'c75a69e28a550a7e93789579c22aa26b0f5b83b75dc4e08fe092980051e1090a'}},
            ]
            [[packages.attestation-identities]]
            environment = 'release-pypi'
            kind = 'GitHub'

            [[packages]]
            name = 'NumPy'
            version = '2.2.3'
            marker = "sys_platform != 'win32'"
            [packages.sdist]
            name = 'numpy-2.2.3.tar.gz'
            [[packages.wheels]]
            path = 'wheels/numpy-2.2.3%20-cp312-cp312-win_amd64.whl'
            [packages.wheels.hashes]
            md5 = '0'
            sha256 = '83807D445817326B4BCDAAAF8E8E9F1753DA04341ECEEC705C001FF342002E5D'

            [[packages]]
            name = 'own'
            [packages.vcs]
            type = 'git'
            url = 'https://github.com/x/own'
            commit-id = '0000'

            [tool.mousebender]
            command = ['.', 'lock']
            """);

        Assert.Equal(("mousebender", "==3.12", false), (pyLock.CreatedBy, pyLock.RequiresPython, pyLock.IsOurs));
        Assert.Equal(["sys_platform == 'win32'", "sys_platform == 'linux'"], pyLock.Environments);
        Assert.Equal([["x"], ["dev", "test"], ["dev"]], new[] { pyLock.Extras, pyLock.DependencyGroups, pyLock.DefaultGroups });
        Assert.Null(pyLock.Origin);
        Assert.Collection(pyLock.Packages,
            attrs =>
            {
                Assert.Equal(("attrs", "25.1.0", null, ">=3.8", null), (attrs.Name, attrs.Version, attrs.Marker, attrs.RequiresPython, attrs.Source));
                Assert.Equal(new Location(LockPath, 9, 3), attrs.Location);
                Assert.Equal(new LockedWheel("attrs-25.1.0-py3-none-any.whl", new Uri("https://files.pythonhosted.org/packages/fc/30/attrs-25.1.0-py3-none-any.whl"),
                    null, "c75a69e28a550a7e93789579c22aa26b0f5b83b75dc4e08fe092980051e1090a", 63152, new Location(LockPath, 14, 3)), Assert.Single(attrs.Wheels));
            },
            numpy =>
            {
                Assert.Equal(("numpy", "2.2.3", "sys_platform != 'win32'", null, "sdist"), (numpy.Name, numpy.Version, numpy.Marker, numpy.RequiresPython, numpy.Source));
                var wheel = Assert.Single(numpy.Wheels);
                Assert.Equal("83807d445817326b4bcdaaaf8e8e9f1753da04341eceec705c001ff342002e5d", wheel.Sha256);
                Assert.Equal(Path.Combine(_directory, "wheels", "numpy-2.2.3%20-cp312-cp312-win_amd64.whl"), wheel.Path);
                Assert.Equal((null, null), (wheel.Url, wheel.Bytes));
            },
            own =>
            {
                Assert.Equal(("own", null, "vcs"), (own.Name, own.Version, own.Source));
                Assert.Empty(own.Wheels);
            });
    }

    [Fact]
    public void A_wheel_without_a_name_has_that_of_its_url()
    {
        var wheel = Assert.Single(Assert.Single(Read(Wheel("url = 'https://h/a/torch-2.0%2Bcpu-py3-none-any.whl?x=/y#z', hashes = {sha256 = '{0}'}")).Packages).Wheels);
        Assert.Equal("torch-2.0+cpu-py3-none-any.whl", wheel.FileName);
        Assert.Equal("https://h/a/torch-2.0%2Bcpu-py3-none-any.whl?x=/y#z", wheel.Source.Location);
        Assert.Equal(wheel.Location, wheel.Source.NeededBy);
    }

    [Theory]
    [InlineData("lock-version = ", 1, 16, "not valid TOML: expected a value")]
    [InlineData("created-by = 'x'\npackages = []", 1, 1, "'lock-version' is missing")]
    [InlineData("lock-version = '2.0'\ncreated-by = 'x'\npackages = []", 1, 16, "lock-version '2.0' is not supported")]
    [InlineData("lock-version = 1.0\ncreated-by = 'x'\npackages = []", 1, 16, "'lock-version' must be a string")]
    [InlineData("lock-version = '1.0'\npackages = []", 1, 1, "'created-by' is missing")]
    [InlineData("lock-version = '1.0'\ncreated-by = 'x'", 1, 1, "'packages' is missing")]
    [InlineData("lock-version = '1.0'\ncreated-by = 'x'\npackages = {}", 3, 12, "'packages' must be an array")]
    [InlineData("lock-version = '1.0'\ncreated-by = 'x'\npackages = [1]", 3, 13, "a package must be a table")]
    [InlineData(Head + "environments = 'x'\npackages = []", 3, 16, "'environments' must be an array")]
    [InlineData(Head + "environments = ['x', 1]\npackages = []", 3, 22, "each of 'environments' must be a string")]
    [InlineData(Head + "[[packages]]\nversion = '1'", 3, 3, "'name' is missing")]
    [InlineData(Head + "[[packages]]\nname = 'a/b'", 4, 8, "'a/b' is no name of a package")]
    [InlineData(Head + "[[packages]]\nname = \"a\\n\\u0007b\"", 4, 8, "'a\uFFFD\uFFFDb' is no name of a package")]
    [InlineData(Head + "[[packages]]\nname = 'a'\nversion = 1", 5, 11, "'version' must be a string")]
    [InlineData(Head + "[[packages]]\nname = 'a'\nwheels = {}", 5, 10, "'wheels' must be an array")]
    [InlineData(Head + "[[packages]]\nname = 'a'\nsdist = 'x'", 5, 9, "'sdist' must be a table")]
    public void A_lock_that_is_not_as_it_must_be_is_refused_where_it_is_wrong(string text, int line, int column, string message) =>
        AssertRefused(text, line, column, message);

    [Theory]
    [InlineData("name = 'a-1-py3-none-any.whl', hashes = {sha256 = '{0}'}", 1, "needs a 'url' or a 'path'")]
    [InlineData("url = 'a-1-py3-none-any.whl', hashes = {sha256 = '{0}'}", 9, "must be an absolute https, http or file URL")]
    [InlineData("url = 'ftp://user:secret@h/a-1-py3-none-any.whl', hashes = {sha256 = '{0}'}", 9, "must be an absolute https, http or file URL")]
    [InlineData("url = 'https://user:secret@[/a-1-py3-none-any.whl', hashes = {sha256 = '{0}'}", 9, "must be an absolute https, http or file URL")]
    [InlineData("url = 'https://user:secret@h/a.tar.gz', hashes = {sha256 = '{0}'}", 1, "'a.tar.gz' is no file name of a wheel")]
    [InlineData("url = 'https://h/..%2Fa.whl', name = '../a.whl', hashes = {sha256 = '{0}'}", 1, "'../a.whl' is no file name of a wheel")]
    [InlineData("path = '', hashes = {sha256 = '{0}'}", 10, "is no path")]
    [InlineData("path = \"\\u0000\", hashes = {sha256 = '{0}'}", 10, "is no path")]
    [InlineData("path = 'a-1-py3-none-any.whl'", 1, "'hashes' is missing")]
    [InlineData("path = 'a-1-py3-none-any.whl', hashes = {md5 = '0'}", 43, "the wheel 'a-1-py3-none-any.whl' has no 'sha256'")]
    [InlineData("path = 'a-1-py3-none-any.whl', hashes = {sha256 = '../../x'}", 53, "is not 64 hexadecimal digits")]
    [InlineData("path = 'a-1-py3-none-any.whl', hashes = {sha256 = 'g{0}'}", 53, "is not 64 hexadecimal digits")]
    [InlineData("path = 'a-1-py3-none-any.whl', size = -1, hashes = {sha256 = '{0}'}", 41, "is negative")]
    [InlineData("path = 'a-1-py3-none-any.whl', size = '1', hashes = {sha256 = '{0}'}", 41, "'size' must be an integer")]
    public void A_wheel_that_cannot_be_fetched_and_verified_is_refused(string wheel, int column, string message)
    {
        var error = AssertRefused(Wheel(wheel), 6, column, message);
        Assert.DoesNotContain("secret", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_lock_that_is_not_there_is_refused()
    {
        var error = Assert.Throws<CoraException>(() => PyLock.Read(LockPath));
        Assert.Equal((PyLock.Unreadable, LockPath), (error.Diagnostic.Descriptor, error.Diagnostic.Location.File));
        Assert.Equal(PyLock.Unreadable, Assert.Throws<CoraException>(() => PyLock.Read(_directory)).Diagnostic.Descriptor);
    }

    [Theory]
    [InlineData("[tool.cora]\nrequirements = 1")]
    [InlineData("[tool.cora]\nrequirements = ['a']\ntarget-framework = 1\narchitecture = 'x86_64'")]
    [InlineData("[tool]\ncora = 1")]
    public void Tool_entries_never_make_a_lock_unreadable(string tool) => Assert.Null(Read(Head + "packages = []\n" + tool).Origin);

    [Fact]
    public void What_is_written_is_read_back()
    {
        var written = Example();
        File.WriteAllBytes(LockPath, written.ToBytes());
        var read = PyLock.Read(LockPath);

        Assert.True(read.IsOurs);
        Assert.Equal((">=3.11", "cora-build-sdk"), (read.RequiresPython, read.CreatedBy));
        Assert.Equal(written.Environments, read.Environments);
        Assert.Equal(["a", "typing-extensions"], read.Packages.Select(package => package.Name));
        Assert.Equal(["a-1-py2-none-any.whl", "a-1-py3-none-any.whl"], read.Packages[0].Wheels.Select(wheel => wheel.FileName));
        Assert.Equal(Path.GetFullPath(Path.Combine(_directory, "..", "shared wheels", "a-1-py2-none-any.whl")), read.Packages[0].Wheels[0].Path);
        Assert.Equal(new Uri("https://h:8443/t/typing_extensions-4-py3-none-any.whl"), read.Packages[1].Wheels[0].Url);
        Assert.Equal((12L, Sha256), (read.Packages[1].Wheels[0].Bytes, read.Packages[1].Wheels[0].Sha256));
        Assert.Equal("python_version < '3.12' and \"quoted\\\" == '\u0001'", read.Packages[0].Marker);
        Assert.True(read.IsMadeFrom(written.Origin!));
    }

    [Fact]
    public void The_same_lock_is_the_same_bytes()
    {
        var example = Example();
        var shuffled = example with
        {
            Packages = [.. example.Packages.Reverse().Select(package => package with { Wheels = [.. package.Wheels.Reverse()] })],
            Origin = example.Origin! with { Requirements = [.. example.Origin.Requirements.Reverse()] },
        };
        Assert.Equal(example.ToBytes(), shuffled.ToBytes());
        File.WriteAllBytes(LockPath, example.ToBytes());
        Assert.Equal(example.ToBytes(), PyLock.Read(LockPath).ToBytes());
    }

    [Fact]
    public void A_lock_is_written_in_this_form() => Assert.Equal($$$"""
        lock-version = "1.0"
        environments = ["python_full_version == '3.11.*' and platform_machine == 'x86_64'"]
        requires-python = ">=3.11"
        created-by = "cora-build-sdk"

        [[packages]]
        name = "a"
        version = "1"
        marker = "python_version < '3.12' and \"quoted\\\" == '\u0001'"
        wheels = [
            { name = "a-1-py2-none-any.whl", path = "../shared wheels/a-1-py2-none-any.whl", hashes = { sha256 = "{{{Sha256}}}" } },
            { name = "a-1-py3-none-any.whl", path = "wheels/a-1-py3-none-any.whl", hashes = { sha256 = "{{{Sha256}}}" } },
        ]

        [[packages]]
        name = "typing-extensions"
        version = "4"
        requires-python = ">=3.9"
        wheels = [
            { name = "typing_extensions-4-py3-none-any.whl", url = "https://h:8443/t/typing_extensions-4-py3-none-any.whl", size = 12, hashes = { sha256 = "{{{Sha256}}}" } },
        ]

        [tool.cora]
        requirements = [
            "--index-url https://pypi.example/simple",
            "a",
            "b @ https://h/b-1-py3-none-any.whl",
            "typing_extensions>=4",
        ]
        target-framework = "python3.11"
        architecture = "x86_64"

        """, Encoding.UTF8.GetString(Example().ToBytes()), ignoreLineEndingDifferences: false);

    [Fact]
    public void A_password_is_never_written()
    {
        var text = Encoding.UTF8.GetString(Example().ToBytes());
        Assert.DoesNotContain("secret", text, StringComparison.Ordinal);
        Assert.DoesNotContain("user", text, StringComparison.Ordinal);
        Assert.DoesNotContain("@h", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("b @ https://user:se@cret@h/b.whl", "b @ https://h/b.whl")]
    [InlineData("--extra-index-url=https://${USER}:${PASSWORD}@h:1/", "--extra-index-url=https://h:1/")]
    [InlineData("https://secret@h", "https://h")]
    [InlineData("https://h/x@y https://h?a=@ b@c", "https://h/x@y https://h?a=@ b@c")]
    [InlineData("-f https://u:p@h/ --index-url https://u:p@i/", "-f https://h/ --index-url https://i/")]
    public void A_line_loses_its_user_info_and_nothing_else(string line, string expected) => Assert.Equal(expected, PyLock.WithoutCredentials(line));

    [Fact]
    public void A_lock_is_made_from_its_requirements_and_target_alone()
    {
        var origin = new LockOrigin(["a", "b @ https://user:secret@h/b.whl"], "python3.11", "x86_64");
        var pyLock = new PyLock { Path = LockPath, Origin = origin };
        Assert.True(pyLock.IsMadeFrom(origin with { Requirements = ["b @ https://h/b.whl", "a", "a"] }));
        Assert.False(pyLock.IsMadeFrom(origin with { Requirements = ["a"] }));
        Assert.False(pyLock.IsMadeFrom(origin with { TargetFramework = "python3.12" }));
        Assert.False(pyLock.IsMadeFrom(origin with { Architecture = "arm64" }));
        Assert.False((pyLock with { CreatedBy = "uv" }).IsMadeFrom(origin));
        Assert.False((pyLock with { Origin = null }).IsMadeFrom(origin));
    }

    [Fact]
    public void A_package_without_wheels_is_not_written() =>
        Assert.Throws<InvalidOperationException>(() => new PyLock { Path = LockPath, Packages = [new("a", "1", null, null, [], "sdist")] }.ToBytes());

    [Fact]
    public void A_lock_of_nothing_is_a_lock()
    {
        File.WriteAllBytes(LockPath, new PyLock { Path = LockPath }.ToBytes());
        Assert.Empty(PyLock.Read(LockPath).Packages);
    }

    [TomllibFact]
    public void What_is_written_has_what_PEP_751_requires()
    {
        var document = Assert.Single(Tomllib.Read([Example().ToBytes()]));
        Assert.Equal("str 1.0", document.GetProperty("lock-version").GetString());
        Assert.Equal("str cora-build-sdk", document.GetProperty("created-by").GetString());
        Assert.Equal(2, document.GetProperty("packages").GetArrayLength());
        foreach (var package in document.GetProperty("packages").EnumerateArray())
        {
            AssertKeys(package, ["name", "wheels"], ["version", "marker", "requires-python"]);
            foreach (var wheel in package.GetProperty("wheels").EnumerateArray())
            {
                AssertKeys(wheel, ["name", "hashes"], ["url", "path", "size"]);
                Assert.True(wheel.TryGetProperty("url", out _) || wheel.TryGetProperty("path", out _));
                AssertKeys(wheel.GetProperty("hashes"), ["sha256"], []);
            }
        }
        AssertKeys(document, ["lock-version", "created-by", "packages"], ["environments", "requires-python", "tool"]);

        static void AssertKeys(JsonElement table, string[] required, string[] optional)
        {
            var keys = table.EnumerateObject().Select(property => property.Name).ToHashSet();
            Assert.Superset(required.ToHashSet(), keys);
            Assert.Subset(required.Concat(optional).ToHashSet(), keys);
        }
    }

    private PyLock Example() => new()
    {
        Path = LockPath,
        CreatedBy = "uv",
        RequiresPython = ">=3.11",
        Environments = ["python_full_version == '3.11.*' and platform_machine == 'x86_64'"],
        Packages =
        [
            new("Typing.Extensions", "4", null, ">=3.9",
                [new("typing_extensions-4-py3-none-any.whl", new Uri("https://user:secret@h:8443/t/typing_extensions-4-py3-none-any.whl"), null, Sha256, 12)]),
            new("a", "1", "python_version < '3.12' and \"quoted\\\" == '\u0001'", null,
            [
                new("a-1-py3-none-any.whl", null, Path.Combine(_directory, "wheels", "a-1-py3-none-any.whl"), Sha256, null),
                new("a-1-py2-none-any.whl", null, Path.Combine(Path.GetDirectoryName(_directory)!, "shared wheels", "a-1-py2-none-any.whl"), Sha256, null),
            ]),
        ],
        Origin = new LockOrigin(
            ["typing_extensions>=4", "a", "b @ https://user:secret@h/b-1-py3-none-any.whl", "--index-url https://secret@pypi.example/simple", "a"],
            "python3.11", "x86_64"),
    };

    private static string Wheel(string wheel) =>
        Head + "[[packages]]\nname = 'a'\nwheels = [\n{ "
        + wheel.Replace("{0}", Sha256, StringComparison.Ordinal) + " }\n]";

    private PyLock Read(string text)
    {
        File.WriteAllText(LockPath, text);
        return PyLock.Read(LockPath);
    }

    private CoraException AssertRefused(string text, int line, int column, string message)
    {
        var error = Assert.Throws<CoraException>(() => Read(text));
        Assert.Equal(PyLock.Unreadable, error.Diagnostic.Descriptor);
        Assert.Equal(new Location(LockPath, line, column), error.Diagnostic.Location);
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(error.Message, char.IsControl);
        return error;
    }
}
