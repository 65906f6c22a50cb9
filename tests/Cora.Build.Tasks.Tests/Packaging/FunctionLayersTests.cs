using Cora.Build.Modules;
using Cora.Build.Packaging;
using Cora.Build.Python;

namespace Cora.Build.Tests.Packaging;

public sealed class FunctionLayersTests : IDisposable
{
    private readonly TestModule _module = new TestModule().Function("orders", "");

    public FunctionLayersTests()
    {
        foreach (var layer in new[] { "common", "large" }) _module.Write($"backend/layers/{layer}/python/{layer}.py", new string('#', layer == "large" ? 9000 : 10));
        // The function with both layers has more than is allowed.
        _module.Module = _module.Module with { Limits = new SizeLimits(100_000, 9_050, 9_050) };
    }

    public void Dispose() => _module.Dispose();

    [Theory]
    [InlineData("layers = [aws_lambda_layer_version.common.arn]", "common")]
    [InlineData("layers = compact([local.arns.common, null])", "common")]
    [InlineData("layers = []", "")]
    [InlineData("layers = [for name in [\"large\"] : local.arns[name]]", "large", "CORA4002 error")]
    [InlineData("layers = [aws_lambda_layer_version.large.arn, aws_lambda_layer_version.common.arn]", "common large", "CORA4002 error")]
    public async Task A_function_has_the_layers_that_Terraform_attaches(string layers, string expected, string finding = "") =>
        Assert.Equal((expected, finding), await PackageAsync($$"""
            resource "aws_lambda_function" "orders" {
              filename = "${path.module}/../backend/.build/orders.zip"
              {{layers}}
            }
            """));

    [Theory]
    [InlineData("layers = var.layers")]
    [InlineData("layers = [aws_lambda_layer_version.common.arn, var.other]")]
    [InlineData("layers = concat([aws_lambda_layer_version.common.arn], var.more ? [aws_lambda_layer_version.large.arn] : [])")]
    [InlineData("layers = [aws_lambda_layer_version.common.arn]\n}\nresource \"aws_lambda_function\" \"other\" {\n  filename = var.zip")]
    [InlineData("layers = [aws_lambda_layer_version.common.arn]\n}\nresource \"aws_lambda_function\" \"other\" {\n  filename = \"x/orders.zip\"\n  layers = []")]
    public async Task Where_that_is_not_certain_all_are_assumed(string layers) =>
        Assert.Equal(("common large", "CORA4002 warning"), await PackageAsync($$"""
            resource "aws_lambda_function" "orders" {
              filename = "${path.module}/../backend/.build/orders.zip"
              {{layers}}
            }
            """));

    [Fact]
    public async Task What_the_project_names_comes_first() => Assert.Equal(("large", "CORA4002 error"), await PackageAsync("""
        resource "aws_lambda_function" "orders" {
          filename = "${path.module}/../backend/.build/orders.zip"
          layers   = [aws_lambda_layer_version.common.arn]
        }
        """, ["large"]));

    [Fact]
    public async Task Without_Terraform_all_are_assumed() => Assert.Equal(("common large", "CORA4002 warning"), await PackageAsync(null));

    private async Task<(string Layers, string Findings)> PackageAsync(string? terraform, IReadOnlyList<string>? named = null)
    {
        const string Layers = """

            locals {
              arns = { common = aws_lambda_layer_version.common.arn, large = aws_lambda_layer_version.large.arn }
            }
            resource "aws_lambda_layer_version" "common" {
              filename = "${path.module}/../backend/.build/common-layer.zip"
            }
            resource "aws_lambda_layer_version" "large" {
              filename = "${path.module}/../backend/.build/large-layer.zip"
            }

            """;
        if (terraform is not null) _module.Write("infrastructure/main.tf", terraform + Layers);
        var module = _module.Discover().Module;
        module = module with { Artifacts = [.. module.Artifacts.Select(artifact => artifact.Kind == ArtifactKind.Function ? artifact with { Layers = named } : artifact)] };
        var packaged = await new ModulePackager(module, Dependencies.None, (_, _, _) => throw new InvalidOperationException()).PackageAsync([], default);
        var function = Manifest.TryRead(_module["backend/.build/cora-manifest.json"])!.Artifacts.Single(artifact => artifact.Name == "orders");
        return (string.Join(' ', function.Layers!.Select(layer => layer.Name).Order(StringComparer.Ordinal)),
            string.Join(' ', packaged.Diagnostics.Where(item => item.Location.File.EndsWith("orders", StringComparison.Ordinal)).Select(item => $"{item.Descriptor.Code} {item.Severity.ToString().ToLowerInvariant()}")));
    }
}
