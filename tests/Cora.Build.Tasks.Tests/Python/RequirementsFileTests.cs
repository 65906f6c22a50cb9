using System.Text;
using Cora.Build.Diagnostics;
using Cora.Build.Python;

namespace Cora.Build.Tests.Python;

public sealed class RequirementsFileTests : IDisposable
{
    private const string Hash = "sha256:00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";

    private readonly string _directory = Directory.CreateTempSubdirectory("requirements ").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Theory]
    [InlineData("")]
    [InlineData("\ufeff")]
    [InlineData("# none\r\n   # none\n\t\n\n   ")]
    [InlineData("\\\n")]
    [InlineData("#boto3 \\\n# more")]
    public void A_file_of_comments_has_no_requirements(string text)
    {
        var file = Valid(text);
        Assert.Empty(file.Requirements);
        Assert.Equal("", file.Key);
        Assert.Equal(PathOf("requirements.txt"), Assert.Single(file.Files));
    }

    [Fact]
    public void A_file_that_is_not_there_has_no_requirements()
    {
        var file = RequirementsFile.Read(PathOf("none.txt"), _ => null);
        Assert.Empty(file.Requirements);
        Assert.Empty(file.Files);
        Assert.Empty(file.Diagnostics);
    }

    [Fact]
    public void A_relative_path_is_refused() => Assert.Throws<ArgumentException>(() => RequirementsFile.Read("requirements.txt", _ => null));

    [Theory]
    [InlineData("boto3==1.34.0", "boto3==1.34.0")]
    [InlineData("\ufeffboto3", "boto3")]
    [InlineData("  pydantic >= 2.0.0 , < 3.0.0   # why\r\n", "pydantic>=2.0.0,<3.0.0")]
    [InlineData("python-jose[cryptography]>=3.3.0;python_version<'4' #x", "python-jose[cryptography]>=3.3.0; python_version < \"4\"")]
    [InlineData("a \\\n  >=1 \\\n  ,<2", "a>=1,<2")]
    [InlineData("a \\\n# note\nb", "a|b")]
    [InlineData("a\rb\r\nc", "a|b|c")]
    [InlineData("https://h/x/a-1-py3-none-any.whl#sha256=0f", "a @ https://h/x/a-1-py3-none-any.whl#sha256=0f")]
    [InlineData("https://h/a-1%2Bl-py3-none-any.whl ; os_name == 'posix'", "a @ https://h/a-1%2Bl-py3-none-any.whl ; os_name == \"posix\"")]
    [InlineData("A_b[x] @ https://u:p@h/a.b-1-py3-none-any.whl", "A_b[x] @ https://u:p@h/a.b-1-py3-none-any.whl")]
    [InlineData("a --hash=" + Hash, "a --hash=" + Hash)]
    [InlineData("a \\\n    --hash=SHA256:00112233445566778899AABBCCDDEEFF00112233445566778899AABBCCDDEEFF --hash " + Hash, "a --hash=" + Hash)]
    [InlineData("a; sys_platform == 'win32' --hash=" + Hash, "a; sys_platform == \"win32\" --hash=" + Hash)]
    [InlineData("${NAME}==${VERSION}", "boto3==1.0")]
    [InlineData("a\na # again", "a")]
    public void Requirements_are_read_and_rendered(string text, string expected) =>
        Assert.Equal(expected, string.Join('|', Valid(text).Render()));

    [Theory]
    [InlineData("./wheels/a-1-py3-none-any.whl", "")]
    [InlineData("wheels/a-1-py3-none-any.whl[x,Y_z]", "[x,y-z]")]
    [InlineData("file:wheels/a-1-py3-none-any.whl", "")]
    [InlineData("a @ file:./wheels/a-1-py3-none-any.whl", "")]
    public void A_local_wheel_is_found_from_the_file_that_names_it(string text, string extras)
    {
        Write("sub/inner.txt", text);
        var line = Assert.Single(Valid("-r sub/inner.txt").Requirements);
        var url = new Uri(line.Requirement.Url!);
        Assert.Equal(PathOf("sub/wheels/a-1-py3-none-any.whl"), url.LocalPath);
        Assert.Contains("requirements%20", line.Requirement.Url);
        Assert.StartsWith($"a{extras} @ file:///", line.Requirement.ToString());
    }

    [Fact]
    public void Positions_survive_continuations_variables_and_byte_order_marks()
    {
        var file = Read("\ufeff# a\r\nboto3 \\\r\n  >=1,\\\r\n  =2\r\n   ${VERSION}${EMPTY} ok\r\n\r\n\tx & y\r\n");
        Assert.Equal([(4, 3), (5, 14), (7, 4)], file.Diagnostics.Select(diagnostic => (diagnostic.Location.Line, diagnostic.Location.Column)));
    }

    [Fact]
    public void Includes_and_constraints_are_read_from_their_own_directory()
    {
        Write("sub/a.txt", "a\n-r deeper/b.txt\n-c c.txt\n");
        Write("sub/deeper/b.txt", "b\n--constraint=../c.txt");
        Write("sub/c.txt", "c<2\nd @ https://h/d-1-py3-none-any.whl --hash=" + Hash);
        var file = Valid("--requirement sub/a.txt\n-rsub/a.txt\ne\n");
        Assert.Equal(["a", "b", "e"], file.Requirements.Select(line => line.Requirement.Name));
        Assert.Equal(["c<2", "d @ https://h/d-1-py3-none-any.whl --hash=" + Hash], file.RenderConstraints().AsEnumerable());
        Assert.Equal(["requirements.txt", "a.txt", "b.txt", "c.txt"], file.Files.Select(Path.GetFileName));
        Assert.Equal(new Location(PathOf("sub/deeper/b.txt"), 1, 1), file.Requirements[1].Location);
    }

    [Fact]
    public void Options_are_read()
    {
        var file = Valid("""
            -i https://one.example/simple
            --index-url=https://${USER}:${TOKEN}@two.example/simple --extra-index-url "https://three.example/simple"
            --extra-index-url https://four.example/simple
            -f wheels dir
            """.Replace("wheels dir", "\"wheels dir\"") + "\n--find-links=https://five.example/\n--no-index\n--pre\n--prefer-binary\n--only-binary :all:\n"
            + "--trusted-host six.example:8080\n--require-hashes\n--only-binary=a,b\n");
        Assert.Equal("https://me:hunter2@two.example/simple", file.Options.IndexUrl);
        Assert.Equal<string>(["https://three.example/simple", "https://four.example/simple"], file.Options.ExtraIndexUrls);
        Assert.Equal<string>([PathOf("wheels dir"), "https://five.example/"], file.Options.FindLinks);
        Assert.Equal<string>(["six.example:8080"], file.Options.TrustedHosts);
        Assert.True(file.Options is { NoIndex: true, Pre: true, RequireHashes: true });
        var rendered = string.Join('\n', file.Render());
        Assert.Contains("--index-url https://me:hunter2@two.example/simple\n", rendered);
        Assert.Contains($"--find-links {new Uri(PathOf("wheels dir")).AbsoluteUri}\n", rendered);
        Assert.DoesNotContain("hunter2", file.Key);
        Assert.Contains("two.example", file.Key);
    }

    [Fact]
    public void The_rendered_text_reads_back_as_the_same()
    {
        Write("more.txt", "B>=1,<2\n-f links\n");
        var file = Valid($"-r more.txt\na[y,x]==1 --hash={Hash}\n./c-1-py3-none-any.whl ; os_name=='posix'\n-i https://u:p@h/s\n--pre");
        var again = Valid(string.Join('\n', file.Render()), "flat.txt");
        Assert.Equal(file.Key, again.Key);
        Assert.Equal(file.Render().AsEnumerable(), again.Render());
    }

    [Fact]
    public void The_same_set_has_the_same_key()
    {
        Write("more.txt", "# first\nBoto_3 >= 1 , < 2\n-c c.txt");
        Write("c.txt", "x==1\ny==1");
        Write("d.txt", "y==1\nx==1\n");
        var one = Valid("-r more.txt\npython-jose[b,a] ; os_name=='posix' and (python_version>'3')\n--pre\n--trusted-host b\n--trusted-host a");
        var two = Valid("--trusted-host a\n--trusted-host b\n--pre\npython.jose[A,B];(os_name == \"posix\")and python_version>'3'\nboto-3<2,>=1\nboto-3<2,>=1\n-c d.txt\n", "two.txt");
        Assert.Equal(one.Key, two.Key);
        string[] others = ["boto3", "boto3\n--pre", "boto3==1", "boto3 --hash=" + Hash, "-c c.txt\nboto3", "boto3[a]", "-i https://u:p@h/\nboto3", "-i https://u:q@h/\nboto3",
            "boto3 @ https://u:p@h/boto3-1-py3-none-any.whl", "boto3 @ https://u:q@h/boto3-1-py3-none-any.whl", "boto3; os_name=='posix'", "--no-index\nboto3", "--require-hashes\nboto3"];
        Assert.Equal(others.Length, others.Select((text, index) => Valid(text, $"{index}.txt").Key).Distinct().Count());
    }

    [Theory]
    [InlineData("-e .", 1, "editable requirement")]
    [InlineData("--editable=git+https://github.com/a/b", 1, "editable requirement")]
    [InlineData(".", 1, "local directory")]
    [InlineData("./lib", 1, "local directory")]
    [InlineData("../lib ; os_name == 'posix'", 1, "local directory")]
    [InlineData("sub/lib[x]", 1, "local directory")]
    [InlineData("a @ file:///opt/lib", 5, "local directory")]
    [InlineData("./a-1.tar.gz", 1, "source distribution")]
    [InlineData("a-1.zip", 1, "source distribution")]
    [InlineData("https://h/a-1.tar.gz#sha256=00", 1, "source distribution")]
    [InlineData("a @ https://h/a-1.zip", 5, "source distribution")]
    [InlineData("https://h/a", 1, "not the URL of a wheel")]
    [InlineData("https://h/../a-1-py3-none.whl", 1, "not the name of a wheel")]
    [InlineData("https://h/..%2Fa-1-py3-none-any.whl", 1, "not the name of a wheel")]
    [InlineData("git+https://github.com/a/b@v1", 1, "version control")]
    [InlineData("a @ git+ssh://git@github.com/a/b", 5, "version control")]
    [InlineData("git@github.com:a/b.git", 1, "version control")]
    [InlineData("hg+https://h/a", 1, "version control")]
    [InlineData("ftp://h/a-1-py3-none-any.whl", 1, "a scheme that is not supported")]
    [InlineData("file://other/a-1-py3-none-any.whl", 1, "not a path on this machine")]
    [InlineData("https://u:hunter2/@h/a-1-py3-none-any.whl", 1, "is not a URL")]
    [InlineData("b @ https://h/a-1-py3-none-any.whl", 5, "The wheel 'a-1-py3-none-any.whl' is not 'b'")]
    [InlineData("--no-binary :all:", 1, "asks to build from source")]
    [InlineData("a\t--no-binary=a", 3, "cannot follow a requirement")]
    [InlineData("a --pre", 3, "cannot follow a requirement")]
    [InlineData("a --global-option=x", 3, "option '--global-option' is not supported")]
    [InlineData("--pre --target=/etc", 7, "option '--target' is not supported")]
    [InlineData("-x", 1, "option '-x' is not supported")]
    [InlineData("--pre boto3", 7, "'boto3' after an option is unexpected")]
    [InlineData("--index-url", 1, "'--index-url' needs a value")]
    [InlineData("--pre=yes", 1, "'--pre' has no value")]
    [InlineData("-f 'a b", 4, "quote ' is not closed")]
    [InlineData("-i example.com/simple", 1, "not the URL of an index")]
    [InlineData("-i https://u:hunter2@", 1, "not the URL of an index")]
    [InlineData("-f ~/wheels", 1, "${HOME}")]
    [InlineData("--trusted-host 'a b'", 1, "not a host")]
    [InlineData("-r https://h/requirements.txt", 1, "not a local file")]
    [InlineData("a --hash=md5:00", 3, "not a hash")]
    [InlineData("a --hash=sha256:00", 3, "not a hash")]
    [InlineData("--hash=" + Hash, 1, "belongs to a requirement")]
    [InlineData("requests=2", 9, "write '=='")]
    [InlineData("requests 2", 10, "is not a requirement")]
    [InlineData("requests;rm", 10, "'rm' is not a name of the marker environment")]
    [InlineData("a && curl h", 3, "No shell reads this file")]
    [InlineData("$(curl h)", 1, "No shell reads this file")]
    [InlineData("`id`", 1, "is not a requirement")]
    [InlineData("a|b", 2, "is not a requirement")]
    [InlineData("a>/etc/passwd", 3, "'/etc/passwd' is not a version")]
    [InlineData("a==1;os_name=='x' > /etc/passwd", 19, "the end of the marker expected")]
    [InlineData("a\u0000b", 2, "'\\u0000' found")]
    [InlineData("a==1 \\ ", 6, "very last character")]
    [InlineData("${UNSET}", 1, "must be set")]
    public void What_cannot_be_packaged_is_an_error_at_its_place(string text, int column, string message)
    {
        var file = Read("# one\n" + text + "\nboto3\n");
        var diagnostic = file.Diagnostics[0];
        Assert.Equal("CORA3002", diagnostic.Descriptor.Code);
        Assert.Contains(message, diagnostic.Message);
        Assert.Equal(new Location(PathOf("requirements.txt"), 2, column), diagnostic.Location);
        Assert.DoesNotContain(diagnostic.Message, char.IsControl);
        Assert.DoesNotContain("hunter2", diagnostic.Message);
        Assert.Equal("boto3", Assert.Single(file.Requirements).Requirement.Name);
    }

    [Fact]
    public void Every_problem_of_a_file_is_told()
    {
        Write("c.txt", "a[x]\n-e .");
        var file = Read("-e .\nok\nrequests=2 --hash=md5:0\n-c c.txt\n-r none.txt\n");
        Assert.Equal(["CORA3002 1", "CORA3002 3", "CORA3002 3", "CORA3002 1", "CORA3002 2", "CORA3016 5"],
            file.Diagnostics.Select(diagnostic => $"{diagnostic.Descriptor.Code} {diagnostic.Location.Line}"));
    }

    [Fact]
    public void Files_that_include_each_other_are_an_error()
    {
        Write("b.txt", "b\n-r requirements.txt");
        var file = Read("a\n-r b.txt");
        var diagnostic = Assert.Single(file.Diagnostics);
        Assert.Equal("CORA3016", diagnostic.Descriptor.Code);
        Assert.Equal(new Location(PathOf("b.txt"), 2, 1), diagnostic.Location);
        Assert.Contains("requirements.txt → b.txt → requirements.txt", diagnostic.Message);
    }

    [Fact]
    public void Includes_that_multiply_are_read_once()
    {
        for (var i = 0; i < 100; i++)
            Write($"{i}.txt", $"p{i}\n-r {i + 1}.txt\n-r {i + 1}.txt\n");
        Write("100.txt", "");
        Assert.Equal(100, Valid("-r 0.txt").Requirements.Length);
    }

    [Theory]
    [InlineData(new byte[] { (byte)'a', (byte)'\n', (byte)'#', 0xE9, (byte)'\n' }, 2)]
    [InlineData(new byte[] { 0xFF, 0xFE, 0x00, 0xD8 }, 0)]
    public void A_file_that_is_not_UTF_8_is_an_error(byte[] bytes, int line)
    {
        File.WriteAllBytes(PathOf("requirements.txt"), bytes);
        var diagnostic = Assert.Single(RequirementsFile.Read(PathOf("requirements.txt"), _ => null).Diagnostics);
        Assert.Equal("CORA3016", diagnostic.Descriptor.Code);
        Assert.Equal(line, diagnostic.Location.Line);
    }

    [Fact]
    public void A_file_that_PowerShell_wrote_is_read()
    {
        File.WriteAllText(PathOf("requirements.txt"), "boto3\r\n", Encoding.Unicode);
        Assert.Equal("boto3", Assert.Single(RequirementsFile.Read(PathOf("requirements.txt"), _ => null).Requirements).Requirement.Name);
    }

    [Fact]
    public void A_file_that_is_too_large_or_a_directory_is_an_error()
    {
        using (var large = File.Create(PathOf("large.txt")))
            large.SetLength(1L << 32);
        Directory.CreateDirectory(PathOf("directory"));
        Assert.Equal(["CORA3016", "CORA3016"], Read("-r large.txt\n-r directory").Diagnostics.Select(diagnostic => diagnostic.Descriptor.Code));
    }

    [Fact]
    public void Hostile_files_end_soon()
    {
        Assert.Contains("longer than", Assert.Single(Read(string.Concat(Enumerable.Repeat("${LONG}", 100_000))).Diagnostics).Message);
        Assert.Contains("longer than", Assert.Single(Read(string.Concat(Enumerable.Repeat("a\\\n", 1_000_000))).Diagnostics).Message);
        Assert.Equal(201, Read(string.Concat(Enumerable.Repeat("&\n", 1_000_000))).Diagnostics.Length);
        if (!OperatingSystem.IsWindows())
            Assert.Empty(Read("-r /dev/zero").Diagnostics);
    }

    [Fact]
    public void Nothing_that_is_logged_has_a_password()
    {
        var file = Valid("-i https://u:hunter2@h/s\nhttps://u:hunter2@h/a-1-py3-none-any.whl");
        Assert.Contains("hunter2", file.Render()[0]);
        Assert.Contains("hunter2", file.Render()[1]);
        Assert.DoesNotContain("hunter2", $"{file} {file.Options} {file.Requirements[0]}");
    }

    [PythonFact]
    public void Pip_reads_the_file_and_what_is_rendered_of_it_as_the_same()
    {
        string[] texts =
        [
            "boto3==1.34.0\n  # note\n\n\tpydantic >= 2.0.0,<3.0.0 # why\r\npython-jose[cryptography]>=3.3.0 ; python_version<'4'",
            "a \\\n  >=1 \\\n ,<2\n" + $"b==1 \\\n  --hash={Hash} \\\n  --hash=sha512:{new string('a', 128)}\nc",
            "a # note \\\nb\nc \\\n# note\nd\n e \\",
            "https://h/a-1-py3-none-any.whl#a#b\nb @ https://u:p@h/b-1-py3-none-any.whl ; os_name == 'posix'\n#x",
            $"a @ {new Uri(PathOf("a-1-py3-none-any.whl")).AbsoluteUri}\n-r sub dir/b.txt\nz".Replace("sub dir/b.txt", "'sub dir/b.txt'"),
            "-c sub\\ dir/c.txt\n--pre -i https://h/s --extra-index-url=https://i/s\nx\n--trusted-host h:1",
        ];
        Write("sub dir/b.txt", "b\n-c c.txt");
        Write("sub dir/c.txt", "c<2\n");
        var cases = texts.Index().Select(text =>
        {
            var file = Valid(text.Item, $"{text.Index}.txt");
            Write($"{text.Index}.flat.txt", string.Join('\n', file.Render()));
            Write($"{text.Index}.constraints.txt", string.Join('\n', file.RenderConstraints()));
            return new[] { PathOf($"{text.Index}.txt"), PathOf($"{text.Index}.flat.txt"), PathOf($"{text.Index}.constraints.txt") };
        }).ToList();
        var answers = PackagingOracle.Ask(
            """
            from pip._internal.index.package_finder import PackageFinder
            from pip._internal.models.search_scope import SearchScope
            from pip._internal.models.selection_prefs import SelectionPreferences
            from pip._internal.index.collector import LinkCollector
            from pip._internal.network.session import PipSession
            from pip._internal.req.constructors import install_req_from_parsed_requirement
            from pip._internal.req.req_file import parse_requirements
            def read(paths):
                session = PipSession()
                finder = PackageFinder.create(LinkCollector(session, SearchScope([], [], False)), SelectionPreferences(allow_yanked=False))
                found = set()
                for path, constraint in paths:
                    for parsed in parse_requirements(path, session, finder=finder, constraint=constraint):
                        r = install_req_from_parsed_requirement(parsed)
                        spec = '' if r.link else str(r.req.specifier)
                        hashes = sorted((k, sorted(v)) for k, v in r.hash_options.items())
                        found.add(str((utils.canonicalize_name(r.req.name), spec, sorted(r.extras), str(r.markers), str(r.link), hashes, r.constraint)))
                return [sorted(found), finder.index_urls, sorted(map(str, finder.trusted_hosts)), finder.allow_all_prereleases]
            return [read([(case[0], False)]), read([(case[1], False), (case[2], True)])]
            """, cases);
        Assert.All(answers, answer =>
        {
            Assert.NotEqual(System.Text.Json.JsonValueKind.Null, answer.ValueKind);
            Assert.NotEqual("[]", answer[0][0].GetRawText());
            Assert.Equal(answer[0].GetRawText(), answer[1].GetRawText());
        });
    }

    private string PathOf(string name) => Path.GetFullPath(name, _directory);

    private void Write(string name, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(PathOf(name))!);
        File.WriteAllText(PathOf(name), text);
    }

    private RequirementsFile Read(string text, string name = "requirements.txt")
    {
        Write(name, text);
        return RequirementsFile.Read(PathOf(name), variable => variable switch
        {
            "NAME" => "boto3",
            "VERSION" => "1.0",
            "USER" => "me",
            "TOKEN" => "hunter2",
            "EMPTY" => "",
            "LONG" => new string('x', 100_000),
            _ => null,
        });
    }

    private RequirementsFile Valid(string text, string name = "requirements.txt")
    {
        var file = Read(text, name);
        Assert.Empty(file.Diagnostics);
        return file;
    }
}
