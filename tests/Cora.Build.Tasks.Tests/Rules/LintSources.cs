using System.Collections;
using System.Globalization;
using System.Text;
using Cora.Build.Modules;
using Cora.Build.Python.Source;
using Cora.Build.Rules;
using Cora.Build.Terraform;
using Cora.Build.Tests.Python.Source;

namespace Cora.Build.Tests.Rules;

/// <summary>
/// Sources of functions and layers, read by real Python: <c>lambdas/{function}/…</c>, <c>layers/{layer}/…</c> (what is in its <c>python/</c>). A function has all layers, a layer
/// stands beside all others.
/// </summary>
internal sealed class LintSources : IEnumerable<KeyValuePair<string, string>>
{
    private readonly Dictionary<string, string> _files = new(StringComparer.Ordinal);

    public string TargetFramework { get; init; } = "python3.11";

    /// <summary>By artifact: which layers it has, where that is not all.</summary>
    public Dictionary<string, string[]> Layers { get; init; } = [];

    /// <summary>By artifact: what its requirements bring.</summary>
    public Dictionary<string, ImportableDistribution[]> Distributions { get; init; } = [];

    /// <summary>By artifact: further names that it provides, without sources.</summary>
    public Dictionary<string, string[]> Provides { get; init; } = [];

    public Dictionary<string, string> PackagesElsewhere { get; init; } = [];

    /// <summary>Artifacts of which not all is known.</summary>
    public HashSet<string> Incomplete { get; init; } = [];

    /// <summary>Layers of another module, <c>module-access</c>.</summary>
    public HashSet<string> Elsewhere { get; init; } = [];

    /// <summary>By file: the Terraform of the module.</summary>
    public Dictionary<string, string> Terraform { get; init; } = [];

    /// <summary>By module: the Terraform of the others.</summary>
    public Dictionary<string, string> TerraformElsewhere { get; init; } = [];

    public string Handler { get; init; } = "lambda_function.lambda_handler";

    public string this[string file]
    {
        get => _files[file];
        set => _files[file] = value;
    }

    public void Add(string file, string source) => _files.Add(file, source);

    public LintSources With(IEnumerable<KeyValuePair<string, string>> more)
    {
        foreach (var (file, source) in more) _files[file] = source;
        return this;
    }

    /// <summary>The findings of some rules.</summary>
    public LintReport Check(params Action<LintModel, LintReport>[] rules)
    {
        var report = new LintReport();
        var model = Model();
        foreach (var rule in rules) rule(model, report);
        return report;
    }

    /// <summary>The findings of all rules of this folder, as <c>lambdas/f/lambda_function.py:1:2 CORA2001</c>.</summary>
    public void Expect(params string[] findings) => Assert.Equal(findings, Show(CheckAll()));

    public LintReport CheckAll() => Check(HandlerRules.Check, ImportRules.Check, LayerApiRules.Check);

    public static IEnumerable<string> Show(LintReport report) => report.Diagnostics.Select(item => (item.Location, item.Descriptor.Code)).OrderBy(item => item.Location.File, StringComparer.Ordinal)
        .ThenBy(item => item.Location.Line).ThenBy(item => item.Location.Column).ThenBy(item => item.Code, StringComparer.Ordinal)
        .Select(item => $"{item.Location.File}:{item.Location.Line}:{item.Location.Column} {item.Code}");

    public LintModel Model()
    {
        using var test = new TestModule();
        var read = Facts.Of([.. _files.Values.Select(Encoding.UTF8.GetBytes)], int.Parse(TargetFramework.Split('.')[1], CultureInfo.InvariantCulture));
        var facts = _files.Keys.Zip(read).ToDictionary(pair => pair.First, pair => pair.Second, StringComparer.Ordinal);
        var parts = _files.Keys.GroupBy(file => string.Join('/', file.Split('/').Take(2))).ToDictionary(group => group.Key, group => Code(group.Key, group, facts));
        var layers = parts.Where(part => part.Key.StartsWith("layers/", StringComparison.Ordinal)).ToList();
        var artifacts = parts.Where(part => !Elsewhere.Contains(part.Value.Name)).Select(part => new ArtifactCode(ArtifactOf(part.Key), part.Value,
            [.. layers.Where(layer => layer.Key != part.Key && (!Layers.TryGetValue(part.Key.Split('/')[1], out var only) || only.Contains(layer.Value.Name))).Select(layer => layer.Value)])
        { Routes = RoutesOf(ArtifactOf(part.Key), part.Key) }).ToList();
        return new LintModel(test.Module with { ProjectFile = "/src/module-test/module.coraproj", ArtifactsDirectory = "/src/module-test/backend/.build/", TargetFramework = TargetFramework, Artifacts = [.. artifacts.Select(item => item.Artifact)] }, artifacts)
        {
            AvailableLayers = [.. layers.Select(layer => layer.Value)],
            PackagesElsewhere = PackagesElsewhere,
            Terraform = Terraform.Count == 0 ? null : TerraformModule.Of("/src/module-test/infrastructure", [.. Terraform.Select(file => HclFile.Read(file.Key, file.Value))]),
            TerraformElsewhere = TerraformElsewhere.ToDictionary(item => item.Key, item => TerraformModule.Of(item.Key, [HclFile.Read($"{item.Key}/main.tf", item.Value)])),
        };
    }

    public IEnumerator<KeyValuePair<string, string>> GetEnumerator() => _files.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private FunctionRoutes? RoutesOf(Artifact artifact, string key)
    {
        var file = _files.Keys.FirstOrDefault(file => file.StartsWith(key + "/", StringComparison.Ordinal) && artifact.IsHandlerFile(file[(key.Length + 1)..]));
        return file is null ? null : FunctionRoutes.Read(Encoding.UTF8.GetBytes(_files[file]), artifact.HandlerFunction);
    }

    private Artifact ArtifactOf(string key)
    {
        var (kind, name) = (key.StartsWith("layers/", StringComparison.Ordinal) ? ArtifactKind.Layer : ArtifactKind.Function, key.Split('/')[1]);
        var directory = $"/src/module-test/backend/{key}";
        return new Artifact
        {
            Kind = kind,
            Name = name,
            FileName = kind == ArtifactKind.Layer ? $"{name}-layer.zip" : $"{name}.zip",
            Directory = directory,
            ContentDirectory = directory,
            Requirements = $"{directory}/requirements.txt",
            Handler = kind == ArtifactKind.Function ? Handler : "",
        };
    }

    private ImportableCode Code(string key, IEnumerable<string> files, Dictionary<string, SourceFacts> facts)
    {
        var name = key.Split('/')[1];
        var modules = files.Where(file => file.EndsWith(".py", StringComparison.Ordinal)).Select(file =>
        {
            var dotted = file[(key.Length + 1)..^3].Replace('/', '.');
            var isPackage = dotted.EndsWith(".__init__", StringComparison.Ordinal);
            return new SourceModule(isPackage ? dotted[..^".__init__".Length] : dotted, isPackage, file, facts[file]);
        }).ToDictionary(module => module.Name, StringComparer.Ordinal);
        return new ImportableCode(Elsewhere.Contains(name) ? "module-access" : "module-test", name, modules, [.. modules.Keys.Select(module => module.Split('.')[0]).Concat(Provides.GetValueOrDefault(name) ?? []).Distinct()],
            Distributions.GetValueOrDefault(name) ?? [], !Incomplete.Contains(name));
    }
}
