using Cora.Build.Diagnostics;
using Cora.Build.Modules;
using Cora.Build.Packaging;
using Cora.Build.Python;

namespace Cora.Build.Tests.Packaging;

/// <summary>No Python is there: packaging needs none.</summary>
public sealed class ManifestRoutesTests : IDisposable
{
    private readonly TestModule _module = new TestModule().Function("orders", "");
    private IReadOnlyList<ArtifactRecord> _records = [];

    public void Dispose() => _module.Dispose();

    private async Task<IReadOnlyList<Diagnostic>> PackageAsync(string handler = "lambda_function.lambda_handler")
    {
        var module = _module.Discover().Module;
        module = module with { Artifacts = [.. module.Artifacts.Select(artifact => artifact.Kind == ArtifactKind.Function ? artifact with { Handler = handler } : artifact)] };
        var packaged = await new ModulePackager(module, Dependencies.None, (_, _, _) => throw new InvalidOperationException()).PackageAsync(_records, default);
        _records = packaged.Records;
        return packaged.Diagnostics;
    }

    private IReadOnlyList<ManifestRoute>? Routes(string name) => Manifest.TryRead(_module["backend/.build/cora-manifest.json"])!.Artifacts.Single(artifact => artifact.Name == name).Routes;

    [Fact]
    public async Task The_manifest_has_the_routes_of_each_function()
    {
        _module.Write("backend/lambdas/orders/lambda_function.py", "'''Orders.\n\nRoutes:\n- GET /orders - List\n\nRoutes - Public:\n- POST /orders\n'''\n\ndef lambda_handler(event, context):\n    '''Routes:\n    - PUT /orders\n    '''\n");
        _module.Write("backend/lambdas/cleanup/lambda_function.py", "def lambda_handler(event, context): pass\n");
        _module.Write("backend/layers/common/python/common.py", "'''Routes:\n- GET /x\n'''\n");

        Assert.Empty(await PackageAsync());

        Assert.Equal([new ManifestRoute("GET", "/orders", false, "List"), new ManifestRoute("POST", "/orders", true, null), new ManifestRoute("PUT", "/orders", false, null)], Routes("orders"));
        Assert.Equal([], Routes("cleanup"));
        Assert.Null(Routes("common"));
    }

    [Fact]
    public async Task They_follow_the_source_and_the_handler()
    {
        _module.Write("backend/lambdas/orders/lambda_function.py", "'''Routes:\n- GET /orders\n'''\n");
        _module.Write("backend/lambdas/orders/src/app.py", "'''Routes:\n- GET /app\n'''\n");
        await PackageAsync();
        Assert.Equal(["/orders"], Routes("orders")!.Select(route => route.Path));

        _module.Write("backend/lambdas/orders/lambda_function.py", "'''Routes:\n- GET /orders/{id}\n'''\n");
        await PackageAsync();
        Assert.Equal(["/orders/{id}"], Routes("orders")!.Select(route => route.Path));

        await PackageAsync("src/app.handler");
        Assert.Equal(["/app"], Routes("orders")!.Select(route => route.Path));
        Assert.Equal(ArtifactOutcome.UpToDate, _records.Single().Outcome);
    }

    [Fact]
    public async Task A_handler_that_is_no_Python_has_no_routes()
    {
        File.WriteAllBytes(_module["backend/lambdas/orders/lambda_function.py"], [.. "'''Routes:\n- GET /orders\n"u8, 0xff, 0, .. "'''"u8]);

        Assert.Empty(await PackageAsync());

        Assert.Equal([], Routes("orders"));
    }
}
