using System.Text.Json;
using Cora.Build.Python;

namespace Cora.Build.Tests.Python;

/// <summary>
/// Thousands of made cases against the reference implementation. Where its versions differ among each other (before and after 22.0), the cases
/// keep to what they agree on; the tables of the other tests hold the rest.
/// </summary>
public class PackagingOracleTests
{
    private readonly Random _random = new(20240229);

    [PythonFact]
    public void Versions_are_read_and_normalized_like_packaging() => PackagingOracle.AssertSame(
        "v = version.Version(case); return [str(v), v.is_prerelease, v.is_postrelease, v.public, v.base_version]",
        [.. Many(4000, VersionText), .. Many(1000, () => Damaged(VersionText()))],
        text => PythonVersion.TryParse(text, out var version)
            ? new object[] { version.ToString(), version.IsPrerelease, version.IsPostrelease, version.Public.ToString(), version.Base.ToString() }
            : null);

    [PythonFact]
    public void Versions_are_ordered_like_packaging() => PackagingOracle.AssertSame(
        "a, b = map(version.Version, case); return (a > b) - (a < b)",
        Many(3000, () => new[] { VersionText(), VersionText() }),
        pair => Math.Sign(PythonVersion.Parse(pair[0]).CompareTo(PythonVersion.Parse(pair[1]))));

    [Fact]
    public void Equal_versions_have_equal_hashes()
    {
        var versions = Many(400, VersionText).Select(PythonVersion.Parse).ToList();
        var equal = versions.SelectMany(left => versions.Where(right => left == right && left.ToString() != right.ToString()).Select(right => (left, right))).ToList();
        Assert.NotEmpty(equal);
        Assert.All(equal, pair => Assert.Equal(pair.left.GetHashCode(), pair.right.GetHashCode()));
    }

    [PythonFact]
    public void Specifiers_contain_the_versions_that_packaging_says() => PackagingOracle.AssertSame(
        """
        # Strict also before 22.0, where a set fell back to its own rules of old.
        parts = [specifiers.Specifier(part.strip()) for part in case[0].split(',')]
        s = specifiers.SpecifierSet(','.join(map(str, parts)))
        # Older ones let '<' and '>' not ask for pre-releases.
        asked = any(version.Version(part.version.replace('.*', '')).is_prerelease for part in parts if part.operator != '!=')
        return [s.contains(case[1], prereleases=True), s.contains(case[1], prereleases=asked)]
        """,
        Many(4000, () => new[] { SpecifierText(), NearbyVersion("1.0.0", "1.1.0", "1.2.3", "2.0.0", "0.9.0") }),
        pair =>
        {
            try
            {
                var specifiers = VersionSpecifiers.Parse(pair[0]);
                var version = PythonVersion.Parse(pair[1]);
                return new[] { specifiers.Contains(version, allowPrereleases: true), specifiers.Contains(version, allowPrereleases: false) };
            }
            catch (FormatException)
            {
                return null;
            }
        });

    [PythonFact]
    public void Markers_are_evaluated_like_packaging()
    {
        Assert.True(TargetPlatform.TryParse("python3.11", "x86_64", out var platform));
        var environment = MarkerEnvironment.For(platform);
        PackagingOracle.AssertSame(
            """
            environment = {'os_name': 'posix', 'sys_platform': 'linux', 'platform_machine': 'x86_64', 'platform_python_implementation': 'CPython',
                           'platform_release': '', 'platform_system': 'Linux', 'platform_version': '', 'python_version': '3.11',
                           'python_full_version': '3.11.0', 'implementation_name': 'cpython', 'implementation_version': '3.11.0', 'extra': case[1]}
            return markers.Marker(case[0]).evaluate(environment)
            """,
            Many(2000, () => new[] { MarkerText(2), Pick("", "a", "b", "c-d") }),
            pair =>
            {
                try
                {
                    var marker = Marker.Parse(pair[0]);
                    var extras = pair[1].Length == 0 ? null : new HashSet<string> { pair[1] };
                    Assert.Equal(marker.Evaluate(environment, extras), Marker.Parse(marker.ToString()).Evaluate(environment, extras));
                    return (bool?)marker.Evaluate(environment, extras);
                }
                catch (FormatException)
                {
                    return null;
                }
            });
    }

    [PythonFact]
    public void Requirements_are_read_like_packaging() => PackagingOracle.AssertSame(
        """
        r = requirements.Requirement(case)
        for part in r.specifier:
            specifiers.Specifier(str(part))
        return [r.name, sorted(utils.canonicalize_name(e) for e in r.extras), sorted(str(s).replace(' ', '') for s in r.specifier), r.url, r.marker is None]
        """,
        [.. Many(1500, () => RequirementText(_random.Next(5) == 0)), .. Many(1000, () => Damaged(RequirementText(url: false)))],
        text =>
        {
            try
            {
                var requirement = Requirement.Parse(text);
                Assert.Equal(requirement.ToString(), Requirement.Parse(requirement.ToString()).ToString());
                return new object?[]
                {
                    requirement.Name, requirement.Extras,
                    requirement.Specifiers.Specifiers.Select(specifier => specifier.Operator + specifier.Text).Distinct().Order(StringComparer.Ordinal),
                    requirement.Url, requirement.Marker is null,
                };
            }
            catch (FormatException)
            {
                return null;
            }
        });

    [PythonFact]
    public void Supported_tags_are_those_of_pip_with_our_arguments_in_its_order()
    {
        var answers = PackagingOracle.Ask(
            """
            from pip._internal.utils.compatibility_tags import get_supported
            return [str(tag) for tag in get_supported(version=case['version'], platforms=case['platforms'], impl='cp', abis=[case['abi']])]
            """,
            TargetPlatform.All.Select(platform => new
            {
                version = platform.PythonVersion.Replace(".", ""),
                platforms = platform.PipPlatforms,
                abi = platform.AbiTag,
            }).ToList());
        Assert.Equal(10, answers.Count);
        Assert.All(TargetPlatform.All.Zip(answers), pair => Assert.Equal(pair.Second.Deserialize<string[]>(), pair.First.SupportedTags));
    }

    private static List<T> Many<T>(int count, Func<T> make) => [.. Enumerable.Range(0, count).Select(_ => make())];

    private string Pick(params string[] texts) => texts[_random.Next(texts.Length)];

    private string Maybe(Func<string> make) => _random.Next(3) == 0 ? make() : "";

    private string Number() => Pick("0", "1", "2", "3", "10", "007", "20240229123456", "123456789012345678901234567890");

    private string VersionText() => Pick("", "", "", " ", "v", "V") + Maybe(() => Pick("0!", "1!", "2!"))
        + string.Join('.', Many(_random.Next(1, 5), () => Pick("0", "0", Number())))
        + Maybe(() => Pick("", ".", "-", "_") + Pick("a", "b", "c", "rc", "alpha", "Beta", "PRE", "preview") + Pick("", ".", "-", "_") + Number())
        + Maybe(() => Pick("-" + Number(), ".post" + Number(), "post", "-rev-" + Number(), "_r" + Number(), ".POST"))
        + Maybe(() => Pick("", ".", "-", "_") + "dev" + Pick("", ".", "-", "_") + Pick("", Number()))
        + Maybe(() => "+" + string.Join(Pick(".", "-", "_"), Many(_random.Next(1, 4), () => Pick("1", "01", "abc", "ABC", "1a", "ubuntu", "10"))))
        + Pick("", "", "", " ");

    /// <summary>Few different ones, so that specifiers meet them.</summary>
    private string NearbyVersion(params string[] releases) => Maybe(() => "1!") + Pick(releases)
        + Maybe(() => Pick("a1", "b2", "rc1")) + Maybe(() => Pick(".post0", ".post1")) + Maybe(() => Pick(".dev0", ".dev1")) + Maybe(() => Pick("+l", "+1", "+l.2"));

    private string SpecifierText() => string.Join(Pick(",", " , ", ", "), Many(_random.Next(1, 4), () =>
    {
        var @operator = Pick("==", "!=", "<=", ">=", "<", ">", "~=", "===");
        string[] releases = ["1", "1.0", "1.0.0", "1.1", "1.1.0", "1.2.3", "2", "2.0", "0.9"];
        return @operator + Pick("", "", " ") + (@operator is "==" or "!=" && _random.Next(3) == 0 ? Pick(releases) + ".*" : NearbyVersion(releases));
    }));

    private string MarkerText(int depth) => depth > 0 && _random.Next(3) > 0
        ? Pick("(", " ( ", "") is var open && open.Length == 0
            ? $"{MarkerText(depth - 1)} {Pick("and", "or")} {MarkerText(depth - 1)}"
            : $"{open}{MarkerText(depth - 1)} {Pick("and", "or")} {MarkerText(depth - 1)}{Pick(")", " )")}"
        : Comparison();

    private string Comparison()
    {
        var quote = Pick("'", "\"");
        string Quoted(string text) => quote + text + quote;
        var space = Pick("", " ");
        return Pick("version", "version", "text", "in", "extra", "reversed") switch
        {
            "version" => Pick("python_version", "python_full_version", "implementation_version") + space + Pick("==", "!=", "<", ">", "<=", ">=")
                + space + Quoted(Pick("3.9", "3.10", "3.11", "3.11.0", "3.12", "2.7", "3.11.0rc1", "4", "3")),
            "text" => Pick("os_name", "sys_platform", "platform_machine", "platform_system", "implementation_name", "os.name", "python_implementation",
                "platform_python_implementation") + space + Pick("==", "!=", "<", ">=") + space + Quoted(Pick("posix", "linux", "win32", "x86_64", "Linux", "CPython")),
            "in" => Pick("python_version", "sys_platform", "platform_machine") + " " + Pick("in", "not in") + " "
                + Quoted(Pick("3.10 3.11", "3.9,3.12", "linux", "linux2 linux", "x86_64 AMD64")),
            "extra" => "extra" + space + Pick("==", "!=") + space + Quoted(Pick("a", "b", "c-d")),
            _ => Quoted(Pick("3.9", "3.11", "3.12")) + space + Pick("==", "!=", "<", ">", "<=", ">=") + space + "python_version",
        };
    }

    private string RequirementText(bool url) => Pick("", " ") + Pick("requests", "Zope.Interface", "a", "python-jose", "ruamel_yaml", "x1") + Pick("", " ")
        + Maybe(() => Pick("[a]", "[a,b]", "[ a , B_cd ]", "[]"))
        + (url
            ? Pick(" @ ", "@ ", " @") + Pick("https://h.example/a-1-py3-none-any.whl", "file:///tmp/a-1-py3-none-any.whl", "https://h.example/a.whl#sha256=0&x=y")
                + Maybe(() => " ; " + Comparison())
            : Pick("", " ") + Maybe(() => Pick(SafeSpecifiers(), $"({SafeSpecifiers()})", $"( {SafeSpecifiers()} )")) + Maybe(() => Pick("", " ") + ";" + Pick("", " ") + Comparison()));

    private string SafeSpecifiers() => string.Join(Pick(",", " , "), Many(_random.Next(1, 3), () => Pick(">=1", "<2.0", "==1.0.*", "!=1.5", "~=2.2", ">1.0a1", "<=3.1")));

    /// <summary>One character more, fewer, or other; in front of a marker, in which old and new versions differ.</summary>
    private string Damaged(string text)
    {
        var at = _random.Next(text.IndexOf(';') is var marker and > 0 ? marker : text.Length);
        var character = Pick(".", "-", "*", "+", "!", "=", ">", "x", "[", "]", "(", ")", "$", "é", "&");
        return _random.Next(3) switch
        {
            0 => text.Remove(at, 1),
            1 => text.Remove(at, 1).Insert(at, character),
            _ => text.Insert(at, character),
        };
    }
}
