using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Cora.Build.Database;
using Cora.Build.Diagnostics;
using Cora.Build.Modules;
using Cora.Build.Packaging;

namespace Cora.Build.Publishing;

/// <summary>
/// What a deployment leaves in <c>CoraTfVarsDir</c>: <c>cora-artifacts.auto.tfvars.json</c>, which Terraform reads, and <c>cora-deploy.json</c>, the record. A deployment changes the entries of its
/// own modules; each file is replaced whole, under a lock.
/// </summary>
/// <param name="options">The deployment.</param>
internal sealed class DeployResults(EnvironmentOptions options)
{
    /// <summary>The file that Terraform reads.</summary>
    public const string VariablesFile = "cora-artifacts.auto.tfvars.json";

    /// <summary>The record.</summary>
    public const string RecordFile = "cora-deploy.json";

    private const string Variable = "cora_artifacts";

    /// <summary>How many deployments of a module the record keeps.</summary>
    private const int Kept = 20;

    private static readonly JsonSerializerOptions s_readable = new() { WriteIndented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private string Variables => Path.Combine(options.ResultDirectory, VariablesFile);

    private string Record => Path.Combine(options.ResultDirectory, RecordFile);

    /// <summary>What the layers of the file are called. None when it cannot be read, which <see cref="CheckAsync"/> says.</summary>
    public LayerLabels Labels()
    {
        try
        {
            return new LayerLabels(JsonNode.Parse(File.ReadAllBytes(Variables)) is JsonObject json ? json[Variable] as JsonObject : null);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException or ArgumentException)
        {
            return new LayerLabels(null);
        }
    }

    /// <summary>Says before anything is sent what would keep the result from being written.</summary>
    /// <exception cref="CoraException">CORA7010, CORA7014.</exception>
    public Task CheckAsync(CancellationToken cancellation) => options.DryRun ? Task.Run(Read, cancellation) : LockedAsync(Read, cancellation);

    /// <summary>Writes the entries of the deployed modules.</summary>
    /// <param name="modules">The modules.</param>
    /// <param name="objects">Their objects, all of which are in the bucket.</param>
    /// <param name="target">Where they are.</param>
    /// <param name="time">When it was.</param>
    /// <param name="cancellation">Stops waiting for another deployment.</param>
    /// <exception cref="CoraException">CORA7010, CORA7014. Each file is then the old one or the new one.</exception>
    public Task WriteAsync(IReadOnlyList<DeployModule> modules, IReadOnlyList<DeployedObject> objects, DeployTarget target, DateTimeOffset time, CancellationToken cancellation) => LockedAsync(() =>
    {
        var (variables, record) = Read();
        var artifacts = (JsonObject)variables[Variable]!;
        var recorded = (JsonObject)record["modules"]!;
        foreach (var module in modules)
        {
            var own = objects.Where(item => item.Item.Module == module).ToList();
            artifacts[module.Name] = Entry(module, [.. own.Where(item => !item.Item.IsLegacy)], new LayerLabels(artifacts), target);
            recorded[module.Name] = Deployments(recorded[module.Name] as JsonArray, Deployment(module, own, target, time));
        }
        variables[Variable] = Sorted(artifacts);
        record["modules"] = Sorted(recorded);
        Write(Variables, variables);
        Write(Record, record);
    }, cancellation);

    /// <summary>Notes which files of SQL were applied.</summary>
    /// <param name="modules">The modules.</param>
    /// <param name="sources">The files that ran, in their order.</param>
    /// <param name="database">Host and name.</param>
    /// <param name="time">When it was.</param>
    /// <param name="cancellation">Stops waiting for another deployment.</param>
    /// <exception cref="CoraException">CORA7010, CORA7014.</exception>
    public Task WriteAsync(IReadOnlyList<DeployModule> modules, IReadOnlyList<SchemaSource> sources, string database, DateTimeOffset time, CancellationToken cancellation) => LockedAsync(() =>
    {
        var (_, record) = Read();
        var recorded = record["schemas"] as JsonObject ?? [];
        foreach (var module in modules)
        {
            var own = sources.Where(source => source.Module == module.Name).ToList();
            if (own.Count > 0) recorded[module.Name] = Deployments(recorded[module.Name] as JsonArray, Schema(module, own, database, time));
        }
        record["schemas"] = Sorted(recorded);
        Write(Record, record);
    }, cancellation);

    private async Task LockedAsync(Action work, CancellationToken cancellation)
    {
        try
        {
            using var held = await DirectoryLock.AcquireAsync(options.ResultDirectory, options.LockTimeout, cancellation).ConfigureAwait(false)
                ?? throw Unwritable($"another process has held '{Path.Combine(options.ResultDirectory, DirectoryLock.FileName)}' for {options.LockTimeout.TotalSeconds:0} s", "Wait for the other deployment to end");
            work();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unwritable(e.Message.TrimEnd('.'), "Check permissions and free space, or name another directory with CoraTfVarsDir");
        }
    }

    private Task LockedAsync(Func<(JsonObject, JsonObject)> read, CancellationToken cancellation) => LockedAsync(() => { read(); }, cancellation);

    /// <summary>Both files as they are, or as they begin.</summary>
    private (JsonObject Variables, JsonObject Record) Read()
    {
        var variables = ReadObject(Variables, Variable) ?? new JsonObject { [Variable] = new JsonObject() };
        var record = ReadObject(Record, "modules") ?? new JsonObject { ["schemaVersion"] = 1, ["environment"] = options.Environment, ["modules"] = new JsonObject() };
        if (record["environment"] is not JsonValue value || !value.TryGetValue(out string? environment) || environment != options.Environment)
        {
            throw DeployDiagnostics.s_otherEnvironment.Error(new Location(Record),
                $"'{options.ResultDirectory}' has the results of the environment '{record["environment"]}', and this deployment is to '{options.Environment}'. They would be mixed. Give each environment a CoraTfVarsDir of its own, or delete '{RecordFile}' and '{VariablesFile}' there.");
        }
        return (variables, record);
    }

    private JsonObject? ReadObject(string path, string property)
    {
        try
        {
            if (JsonNode.Parse(File.ReadAllBytes(path)) is JsonObject json && json[property] is JsonObject) return json;
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (Exception e) when (e is JsonException or ArgumentException)
        {
        }
        throw Unwritable($"'{path}' is there, and is not what a deployment writes", "Mend it, or delete it and deploy all modules again");
    }

    /// <summary>What Terraform gets of a module.</summary>
    private static JsonObject Entry(DeployModule module, List<DeployedObject> objects, LayerLabels before, DeployTarget target)
    {
        var entry = new JsonObject();
        foreach (var group in new[] { "lambdas", "layers" })
        {
            var named = new JsonObject();
            foreach (var item in objects.Where(item => item.Item.Artifact.Group == group).OrderBy(item => item.Item.Artifact.Name, StringComparer.Ordinal))
            {
                var artifact = item.Item.Artifact;
                var values = new JsonObject { ["s3_bucket"] = target.Bucket, ["s3_key"] = item.Item.Key };
                if (item.VersionId is { } version) values["s3_object_version"] = version;
                values["source_code_hash"] = artifact.Sha256Base64;
                values["runtime"] = module.Runtime;
                if (artifact.VersionLabel is { } label) values["version_label"] = before.Of(module.Name, artifact.Name, artifact.Sha256Base64) ?? label;
                named[artifact.Name] = values;
            }
            entry[group] = named;
        }
        return entry;
    }

    private static JsonObject Deployment(DeployModule module, List<DeployedObject> objects, DeployTarget target, DateTimeOffset time)
    {
        var deployment = Origin(module, time);
        deployment["bucket"] = target.Bucket;
        deployment["region"] = target.Region;
        deployment["endpoint"] = target.Endpoint?.AbsoluteUri;
        deployment["objects"] = new JsonArray([.. objects.OrderBy(item => item.Item.Key, StringComparer.Ordinal).Select(item => new JsonObject
        {
            ["key"] = item.Item.Key,
            ["version"] = item.VersionId,
            ["sha256"] = item.Item.Artifact.Sha256,
            ["bytes"] = item.Item.Artifact.Bytes,
        })]);
        return deployment;
    }

    private static JsonObject Schema(DeployModule module, IEnumerable<SchemaSource> sources, string database, DateTimeOffset time)
    {
        var schema = Origin(module, time);
        schema["database"] = database;
        schema["files"] = new JsonArray([.. sources.Select(source => new JsonObject { ["file"] = source.Name, ["sha256"] = source.Sha256 })]);
        return schema;
    }

    /// <summary>What was deployed when, and from which commit.</summary>
    private static JsonObject Origin(DeployModule module, DateTimeOffset time) => new()
    {
        ["time"] = time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
        ["version"] = module.Version,
        ["commit"] = module.Commit,
        ["uncommittedChanges"] = module.HasUncommittedChanges,
        ["package"] = module.Package,
        ["sdk"] = Manifest.RunningSdkVersion,
    };

    /// <summary>Newest first. One that brought what the last one brought is not noted again: the record says since when it is there.</summary>
    private static JsonArray Deployments(JsonArray? before, JsonObject deployment)
    {
        var earlier = (before ?? []).OfType<JsonObject>().Select(item => (JsonObject)item.DeepClone()).ToList();
        if (earlier.Count > 0)
        {
            var last = (JsonObject)earlier[0].DeepClone();
            last["time"] = deployment["time"]!.DeepClone();
            if (JsonNode.DeepEquals(last, deployment)) return new JsonArray([.. earlier]);
        }
        return new JsonArray([deployment, .. earlier.Take(Kept - 1)]);
    }

    private static JsonObject Sorted(JsonObject json) => new(json.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => KeyValuePair.Create(pair.Key, pair.Value?.DeepClone())));

    private static void Write(string path, JsonObject json) => IntermediateFiles.WriteIfDifferent(path, [.. JsonSerializer.SerializeToUtf8Bytes(json, s_readable), (byte)'\n']);

    private CoraException Unwritable(string why, string remedy) =>
        DeployDiagnostics.s_unwritable.Error(new Location(options.ResultDirectory), $"The results of the deployment cannot be written to '{options.ResultDirectory}': {why}. What was there is still whole. {remedy}, and deploy again: what arrived is not sent again.");
}
