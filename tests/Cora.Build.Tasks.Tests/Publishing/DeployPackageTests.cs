using System.IO.Compression;
using System.Text;
using System.Text.Json.Nodes;
using Cora.Build.Diagnostics;

namespace Cora.Build.Tests.Publishing;

/// <summary>Packages, of which anybody may have made any.</summary>
public sealed class DeployPackageTests
{
    [MotoFact]
    public async Task A_directory_with_a_manifest_is_a_package()
    {
        using var scene = new DeployScene().Module("module-a", [("f", 1000)], [("common", 2000)]);

        await scene.DeployPackageAsync(Path.GetDirectoryName(scene.Zip("module-a", "f.zip"))!);
        Assert.Equal(2, (await scene.ObjectsAsync()).Count);
        await scene.AssertSoundAsync();
    }

    [MotoFact]
    public async Task Several_packages_are_one_deployment_and_one_module_twice_is_refused()
    {
        using var scene = new DeployScene().Module("module-a", [("f", 1000)]).Module("module-b", [("f", 1000)]);
        var (a, b) = (Pack(scene, "module-a"), Pack(scene, "module-b"));

        Assert.Contains("2 sent", (await scene.DeployPackageAsync(a, b)).Line, StringComparison.Ordinal);
        Assert.Equal("CORA7012", await CodeAsync(scene, a, a));
        Assert.Empty(Directory.GetFileSystemEntries(Path.Combine(scene.Root, "tmp")));
    }

    public static TheoryData<string, string> Bad => new()
    {
        { "no file", "CORA7011" },
        { "no zip", "CORA7011" },
        { "no manifest", "CORA7011" },
        { "broken manifest", "CORA7011" },
        { "later version", "CORA7011" },
        { "no artifact", "CORA7011" },
        { "other content", "CORA7007" },
        { "shorter", "CORA7007" },
        { "/etc/passwd", "CORA7011" },
        { "../../f.zip", "CORA7011" },
        { "a:b.zip", "CORA7011" },
        { "module", "CORA7011" },
        { "hash", "CORA7011" },
        { "size", "CORA7011" },
        { "null", "CORA7011" },
        { "kind", "CORA7011" },
        { "one name twice", "CORA7011" },
        { "one file twice", "CORA7011" },
    };

    [MotoTheory]
    [MemberData(nameof(Bad))]
    public async Task A_package_that_is_not_one_is_refused_before_anything_is_sent(string defect, string code)
    {
        using var scene = new DeployScene().Module("module-a", [("f", 1000), ("g", 1000)]);
        var path = Pack(scene, "module-a", manifest =>
        {
            var artifact = manifest["artifacts"]![0]!;
            switch (defect)
            {
                case "later version": manifest["schemaVersion"] = 2; break;
                case "no artifact": manifest["artifacts"] = new JsonArray(); break;
                case "module": manifest["module"] = "../module-b"; break;
                case "hash": artifact["sha256"] = new string('g', 64); break;
                case "null": manifest["artifacts"]!.AsArray().Add(null); break;
                case "kind": artifact["kind"] = 7; break;
                case "one name twice": manifest["artifacts"]![1]!["name"] = "f"; break;
                case "one file twice": manifest["artifacts"]![1]!["file"] = "f.zip"; break;
                case "size": artifact["bytes"] = long.MaxValue; break;
                case "other content": artifact["sha256"] = new string('0', 64); break;
                case "shorter": artifact["bytes"] = 999; break;
                case "/etc/passwd" or "../../f.zip" or "a:b.zip": artifact["file"] = defect; break;
            }
        });
        if (defect == "no file") File.Delete(path);
        if (defect == "no zip") File.WriteAllText(path, "PK");
        if (defect is "no manifest" or "broken manifest" or "no artifact zip")
        {
            using var zip = ZipFile.Open(path, ZipArchiveMode.Update);
            zip.GetEntry("cora/cora-manifest.json")!.Delete();
            if (defect == "broken manifest") zip.CreateEntryFromFile(scene.Zip("module-a", "f.zip"), "cora/cora-manifest.json");
        }

        Assert.Equal(code, await CodeAsync(scene, path));
        Assert.Empty(scene.Proxy.Requests);
    }

    private static async Task<string> CodeAsync(DeployScene scene, params string[] paths) => (await Assert.ThrowsAsync<CoraException>(() => scene.DeployPackageAsync(paths))).Diagnostic.Descriptor.Code;

    private static string Pack(DeployScene scene, string module, Action<JsonNode>? change = null)
    {
        var path = Path.Combine(scene.Root, $"{module}.nupkg");
        var directory = Path.GetDirectoryName(scene.Zip(module, "f.zip"))!;
        using var zip = ZipFile.Open(path, ZipArchiveMode.Create);
        foreach (var file in Directory.GetFiles(directory, "*.zip")) zip.CreateEntryFromFile(file, $"cora/{Path.GetFileName(file)}");
        var manifest = JsonNode.Parse(File.ReadAllText(Path.Combine(directory, "cora-manifest.json")))!;
        change?.Invoke(manifest);
        using var entry = zip.CreateEntry("cora/cora-manifest.json").Open();
        entry.Write(Encoding.UTF8.GetBytes(manifest.ToJsonString()));
        return path;
    }
}
