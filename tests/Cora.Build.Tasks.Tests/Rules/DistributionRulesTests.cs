using Cora.Build.Diagnostics;
using Cora.Build.Modules;
using Cora.Build.Python.Source;
using Cora.Build.Rules;

namespace Cora.Build.Tests.Rules;

public sealed class DistributionRulesTests
{
    private const string Requirements = "/p/backend/lambdas/orders/requirements.txt";

    [Theory]
    [InlineData("pydantic 2.9.2", "pydantic 1.10.2", "common", "CORA3007 3: pydantic 2.9.2|1.10.2|common")]
    [InlineData("pydantic 2.9.2", "pydantic 2.9.2", "common", "")]
    [InlineData("pydantic 2.9.2", "requests 2.0", "common", "")]
    // A layer that the function has only perhaps.
    [InlineData("pydantic 2.9.2", "pydantic 1.10.2", "json", "")]
    // Used for what it brings, not for its own package.
    [InlineData("pydantic 2.9.2", "pydantic 1.10.2;six 1", "six", "CORA3007 3: pydantic 2.9.2|1.10.2|common")]
    // What its requirements bring along stands in no line.
    [InlineData("six 1.16", "six 1.15", "common", "CORA3007 1: six 1.16|1.15")]
    public void A_function_and_a_layer_in_use_with_different_versions_are_found_at_the_requirement(string own, string layer, string imports, string expected)
    {
        var function = Function(Code("orders", own, imports), [Code("common", layer, "json", topLevel: "common")], ("pydantic", 3, true));

        AssertFound(expected, function, except: "CORA3009");
    }

    [Fact]
    public void A_layer_that_the_function_has_through_another_one_is_in_use()
    {
        var access = Code("access", "", "org", topLevel: "access");
        var org = Code("org", "pydantic 1.10.2", "json", topLevel: "org");

        AssertFound("CORA3007 3: 'org'", Function(Code("orders", "pydantic 2.9.2", "access"), [org, access], ("pydantic", 3, true)), except: "CORA3009");
        AssertFound("", Function(Code("orders", "pydantic 2.9.2", "json"), [org, access], ("pydantic", 3, true)), except: "CORA3009");
    }

    [Fact]
    public void A_layer_that_the_project_names_is_in_use()
    {
        var function = Function(Code("orders", "pydantic 2.9.2", "pydantic"), [Code("org", "pydantic 1.10.2", "json", topLevel: "org")], ("pydantic", 3, true));

        AssertFound("CORA3007 3: 'org'", function with { Artifact = function.Artifact with { Layers = ["org"] } });
    }

    [Theory]
    [InlineData("botocore 1;s3transfer 1", "", "CORA3008 1: botocore, s3transfer")]
    [InlineData("requests 2;urllib3 2", "", "CORA3008 1: urllib3")]
    [InlineData("jmespath 1", "", "CORA3008 4: jmespath")]
    [InlineData("boto3 1;botocore 1;s3transfer 1;urllib3 2;jmespath 1", "", "")]
    [InlineData("botocore 1", "boto3 1", "")]
    [InlineData("requests 2", "", "")]
    [InlineData("", "", "")]
    public void A_part_of_boto3_without_boto3_is_found(string own, string layer, string expected)
    {
        AssertFound(expected, Function(Code("orders", own, "requests botocore jmespath"), [Code("common", layer, "")], ("jmespath", 4, true)));
    }

    [Fact]
    public void A_layer_is_looked_at_by_itself_for_what_is_missing_of_boto3()
    {
        var artifact = Function(Code("common", "urllib3 2", ""), [Code("other", "boto3 1", "")]);

        AssertFound("CORA3008 1: Layer 'common' carries urllib3", artifact with { Artifact = artifact.Artifact with { Kind = ArtifactKind.Layer } });
    }

    [Theory]
    [InlineData("json", "", "CORA3009 3: PyYAML|CORA3009 4: openpyxl")]
    [InlineData("yaml openpyxl.styles", "", "")]
    [InlineData("yaml", "openpyxl", "")]
    [InlineData("_yaml openpyxl", "", "")]
    public void A_requirement_that_nothing_imports_is_found_at_its_line(string imports, string layerImports, string expected)
    {
        var own = Code("orders", "", imports) with { Distributions = [new("pyyaml", "6", ["_yaml", "yaml"]), new("openpyxl", "3", ["openpyxl"]), new("et-xmlfile", "1", ["et_xmlfile"]), new("types-x", "1", [])] };
        var function = Function(own, [Code("common", "", layerImports)], ("pyyaml", 3, true), ("openpyxl", 4, true), ("types-x", 5, true), ("not-for-the-target", 6, true));

        AssertFound(expected.Replace("PyYAML", "pyyaml", StringComparison.Ordinal), function);
    }

    [Fact]
    public void Nothing_is_said_of_a_function_that_imports_by_computed_names_or_cannot_be_read()
    {
        foreach (var facts in new SourceFacts[] { new() { ImportsByName = true }, new() { Fault = new SyntaxFault("x", new Position(1, 1), false) } })
        {
            var own = Code("orders", "six 1", "") with { Modules = Sources("lambda_function", facts) };

            AssertFound("", Function(own, [], ("six", 3, true)), undecided: 1);
        }
        AssertFound("", Function(Code("orders", "six 1", "") with { IsComplete = false }, [], ("six", 3, true)), undecided: 1);
    }

    [Fact]
    public void Nothing_is_said_of_what_a_layer_brings_and_does_not_import_itself()
    {
        var layer = Function(Code("common", "six 1", ""), [], ("six", 3, true));

        AssertFound("", layer with { Artifact = layer.Artifact with { Kind = ArtifactKind.Layer } });
    }

    [Theory]
    [InlineData(false, false, "CORA3010 4: requests may be")]
    [InlineData(true, false, "")]
    [InlineData(false, true, "")]
    public void Requirements_without_versions_and_lock_are_found_at_the_first_one(bool isLocked, bool isExact, string expected)
    {
        AssertFound(expected, Function(Code("orders", "", ""), [], ("six", 3, true), ("requests", 4, isExact)) with { IsLocked = isLocked });
    }

    private static void AssertFound(string expected, ArtifactCode artifact, int undecided = 0, string except = "")
    {
        var report = new LintReport();
        DistributionRules.Check(new LintModel(s_module, [artifact]), report);

        var wanted = expected.Length == 0 ? [] : expected.Split("|CORA").Select((part, i) => i == 0 ? part : "CORA" + part).ToList();
        var found = report.Diagnostics.Where(item => item.Descriptor.Code != except).Select(item => $"{item.Descriptor.Code} {item.Location.Line}: {item.Message}").ToList();
        Assert.True(wanted.Count == found.Count, string.Join('\n', found));
        foreach (var (want, have) in wanted.Zip(found))
        {
            var parts = want.Split(": ", 2);
            Assert.StartsWith(parts[0] + ": ", have, StringComparison.Ordinal);
            Assert.All(parts[1].Split('|'), text => Assert.Contains(text, have, StringComparison.Ordinal));
        }
        Assert.Equal(undecided, report.NotDecidable);
    }

    private static readonly Module s_module = CreateModule();

    private static Module CreateModule()
    {
        using var module = new TestModule();
        return module.Module;
    }

    private static ArtifactCode Function(ImportableCode code, ImportableCode[] layers, params (string Name, int Line, bool IsExact)[] requirements) =>
        new(new Artifact
        {
            Kind = ArtifactKind.Function,
            Name = code.Name,
            FileName = code.Name + ".zip",
            Directory = "/p/backend/lambdas/orders",
            ContentDirectory = "/p/backend/lambdas/orders",
            Handler = "lambda_function.lambda_handler",
            Requirements = Requirements,
        }, code, layers)
        {
            Requirements = [.. requirements.Select(item => new DeclaredRequirement(item.Name, item.IsExact, new Location(Requirements, item.Line, 1)))],
        };

    /// <param name="name">The function or layer.</param>
    /// <param name="distributions"><c>name version</c>, separated by <c>;</c>; what can be imported of each has its name.</param>
    /// <param name="imports">Dotted names, separated by spaces.</param>
    /// <param name="topLevel">Its own package.</param>
    private static ImportableCode Code(string name, string distributions, string imports, string topLevel = "") => new("module-test", name,
        Sources("lambda_function", new SourceFacts
        {
            Imports = [.. imports.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(import => new ImportFact(new Position(1, 8), import, 0, null, null, ImportPlace.Top, []))],
        }),
        topLevel.Length == 0 ? [] : [topLevel],
        [.. distributions.Split(';', StringSplitOptions.RemoveEmptyEntries).Select(item => item.Split(' ')).Select(item => new ImportableDistribution(item[0], item[1], [item[0]]))],
        IsComplete: true);

    private static Dictionary<string, SourceModule> Sources(string name, SourceFacts facts) => new() { [name] = new SourceModule(name, false, $"/p/{name}.py", facts) };
}
