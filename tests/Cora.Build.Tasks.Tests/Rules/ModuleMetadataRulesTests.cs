using System.Text;
using Cora.Build.Diagnostics;
using Cora.Build.Modules;
using Cora.Build.Rules;

namespace Cora.Build.Tests.Rules;

public sealed class ModuleMetadataRulesTests
{
    private static List<string> Check(string json, params string[] functions) => Check(Encoding.UTF8.GetBytes(json), functions);

    private static List<string> Check(byte[] json, params string[] functions)
    {
        using var test = new TestModule();
        foreach (var function in functions) test.Function(function);
        var report = new LintReport();
        ModuleMetadataRules.Check(new LintModel(test.Discover().Module, []) { Metadata = ModuleMetadata.Read(json) }, report);
        Assert.All(report.Diagnostics, item => Assert.Equal((Severity.Suggestion, test["module.json"]), (item.Severity, item.Location.File)));
        return [.. report.Diagnostics.Select(item => $"{item.Location.Line}:{item.Location.Column} {item.Descriptor.Code} {item.Message}")];
    }

    [Fact]
    public void Each_list_of_functions_is_compared_with_those_that_there_are()
    {
        var found = Check("""
            {
              "name": "module-kb",
              "backend": {
                "lambdas": [
                  { "name": "kb-base", "handler": "x", "env": { "name": "no", "lambdas": ["no"] } },
                  { "handler": "x", "name": "kb-bases" },
                  { "path": "backend/lambdas/kb-docs" }, 5, null, ["no"], "kb-docs"
                ],
                "layers": ["no"]
              },
              "provides": { "lambdas": ["kb-base", "gone"], "routes": ["/kb"] },
              // Written by hand.
              "capabilities": { "backend": { "lambdas": [ "kb-docs", "é", "x", ] } },
              "lambdas": ["no"],
              "functions": ["no"],
              "other": { "backend": { "lambdas": ["no"] } }
            }
            """, "kb-base", "kb-docs", "new");

        Assert.Equal(
            [
                "6:33 CORA1008 backend.lambdas lists 'kb-bases', and the module has no such function. Did you mean 'kb-base'? Remove it from the list, or give it the name of the function's directory.",
                "11:40 CORA1008 provides.lambdas lists 'gone', and the module has no such function. Remove it from the list, or give it the name of the function's directory.",
                "13:58 CORA1008 capabilities.backend.lambdas lists 'é', and the module has no such function. Remove it from the list, or give it the name of the function's directory.",
                "13:63 CORA1008 capabilities.backend.lambdas lists 'x', and the module has no such function. Remove it from the list, or give it the name of the function's directory.",
                "4:16 CORA1008 backend.lambdas does not list function 'new'. Add it.",
            ],
            found);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("{\"functions\": [\"x\"], \"layers\": []}")]
    [InlineData("{\"backend\": {\"lambdas\": [\"orders\", \"orders.zip\"]}}")]
    [InlineData("{\"provides\": {\"lambdas\": [{\"name\": \"orders\"}]}, \"backend\": {\"lambdas\": []}}")]
    [InlineData("{\"backend\": {\"lambdas\": 5}}")]
    [InlineData("{\"backend\": {\"lambdas\": {\"name\": \"x\"}}}")]
    [InlineData("{\"backend\": [{\"lambdas\": [\"x\"]}]}")]
    [InlineData("\uFEFF{\"backend\": {\"lambdas\": [\"orders\"]}}")]
    public void What_lists_no_other_functions_is_left_alone(string json) => Assert.Empty(Check(json, "orders"));

    [Fact]
    public void A_function_is_in_one_list_or_another() =>
        Assert.Equal(["1:26 CORA1008 provides.lambdas does not list function 'c'. Add it."], Check("{\"provides\": {\"lambdas\": [\"a\"]}, \"backend\": {\"lambdas\": [\"b\"]}}", "a", "b", "c"));

    [Theory]
    [InlineData("", "1:1")]
    [InlineData("{\n  \"backend\": {\"lambdas\": [\"é\" \"a\"]}\n}", "2:31")]
    [InlineData("{\"a\": 1}\n}", "2:1")]
    [InlineData("{\"a\": ", "1:7")]
    [InlineData("{\"a\0\": 1}", "1:4")]
    public void What_is_no_JSON_is_said_at_its_place(string json, string place) => Assert.StartsWith($"{place} CORA1008 This is no JSON: ", Assert.Single(Check(json, "orders")), StringComparison.Ordinal);

    [Fact]
    public void Text_in_another_encoding_is_said_at_its_place()
    {
        var message = Assert.Single(Check(Encoding.Latin1.GetBytes("{\n\"backend\": {\"lambdas\": [\"é\"]}}")));
        Assert.StartsWith("2:", message, StringComparison.Ordinal);
        Assert.Contains("What the file lists was not compared with the functions. Mend it, or delete the file.", message, StringComparison.Ordinal);
        Assert.DoesNotContain("LineNumber", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Hostile_files_come_to_an_end()
    {
        foreach (var hostile in new[]
        {
            new string('[', 1_000_000), "{\"backend\": {\"lambdas\": [" + string.Join(',', Enumerable.Range(0, 200_000).Select(i => "\"orders\"")) + "]}}", string.Concat(Enumerable.Repeat("{\"a\":", 100_000)), new string(' ', 1_000_000), "\uFEFF",
        })
        {
            Check(hostile, "orders");
        }
    }
}
