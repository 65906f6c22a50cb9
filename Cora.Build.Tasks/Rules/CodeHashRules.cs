using Cora.Build.Diagnostics;
using Cora.Build.Terraform;

namespace Cora.Build.Rules;

/// <summary>
/// Terraform sees that a zip has changed by <c>source_code_hash</c> alone: the hash of the zip itself where it uploads it, and where it is in S3 the hash that comes with it.
/// A hash that something else passes in is taken for the right one, unless it is named after another function or layer.
/// </summary>
public static class CodeHashRules
{
    internal static readonly DiagnosticDescriptor s_hash = new("CORA6001", Severity.Error, "Hash that does not follow the zip") { IsConfigurable = true };

    private const string Hash = "source_code_hash";

    /// <summary>Those that hash a file or a text, and not as Lambda does.</summary>
    private static readonly string[] s_otherHashes =
        ["filemd5", "filesha1", "filesha256", "filesha512", "filebase64sha512", "base64sha256", "base64sha512", "md5", "sha1", "sha256", "sha512", "timestamp", "uuid"];

    /// <summary>CORA6001: once a resource, at its hash, or at the resource where it has none.</summary>
    public static void Check(LintModel model, TerraformModule terraform, LintReport report)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(terraform);
        ArgumentNullException.ThrowIfNull(report);
        foreach (var resource in model.ArtifactResources.GroupBy(item => item.Resource).Where(group => terraform.IsIntact(group.Key.Block)))
        {
            if (resource.Select(item => Check(model, terraform, item)).FirstOrDefault(finding => finding is not null) is { } found) report.Add(found);
        }
    }

    private static Diagnostic? Check(LintModel model, TerraformModule terraform, ArtifactResource item)
    {
        var (body, address) = (item.Resource.Body, item.Resource.Address);
        if (item.Paths.Count == 0) return null;
        var hash = terraform.Evaluate(body, Hash, item.Instance);
        if (hash is NullValue)
        {
            var (argument, isLocal) = (item.Paths[0].Argument, item.Paths[0].IsLocal);
            if (!isLocal && body.Argument("s3_object_version") is not null) return null;
            var text = terraform.Files.First(file => file.Path == argument.Place.File).TextOf(argument.Value.Place);
            return s_hash.At(body.Argument(Hash)?.Value.Location ?? item.Resource.Block.Location,
                $"{address} has no {Hash}, so Terraform does not see a new zip, and the old code keeps running. Add {Hash} = {(isLocal && text.Length <= 120 ? $"filebase64sha256({text})" : "the hash that comes with the zip")}.");
        }
        foreach (var path in item.Paths)
        {
            // Where it is here or in S3, as an environment says, the hash is of the one or the other.
            var own = hash.Alternatives.Where(value => DeployedZip.Of(value) is null == path.Deployed is null).ToList();
            var reasons = (own.Count == 0 ? hash.Alternatives : own).Select(value => WhyNot(model, terraform, item, value, path)).ToList();
            if (reasons.Contains(null)) continue;
            return s_hash.At(body.Argument(Hash)!.Value.Location,
                $"{Hash} of {address} {reasons[0]}. {(path.IsLocal ? "Terraform deploys what has not changed, or keeps what has. Use filebase64sha256 of the same expression as filename." : "Use the hash that comes with the zip.")}");
        }
        return null;
    }

    /// <summary>Null when it is right, or may be.</summary>
    private static string? WhyNot(LintModel model, TerraformModule terraform, ArtifactResource item, Value hash, ArtifactPath path)
    {
        switch (hash)
        {
            case StringValue:
                return "is a constant, which never changes";
            case CallValue { Name: "filebase64sha256", Arguments: [var file] }:
                return !AreOther(file, path) ? null
                    : NameOf(file) is { } one && path.FileName is { } two && one != two ? $"is that of another file, '{one}' instead of '{two}'" : $"is that of another file, {file} instead of {path.Value}";
            case CallValue call when s_otherHashes.Contains(call.Name):
                return $"is made by {call.Name}, which gives another hash than Lambda's";
            case ReferenceValue { Attribute: "etag" or "version_id" } reference when reference.Type is "aws_s3_object" or "aws_s3_bucket_object":
                return $"is {reference}, which is not the hash that Lambda has";
            case ReferenceValue reference:
                if (hash.Equals(path.Value)) return $"is {reference}, the zip's key";
                if (DeployedZip.Of(hash) is { } deployed) return WhyNot(model, path, reference, deployed);
                var names = Names(terraform, reference).ToList();
                if (item.FileNames is not { } own || own.Any(fileName => names.Exists(name => Says(name, fileName)))) return null;
                return model.Module.Artifacts.FirstOrDefault(artifact => names.Exists(name => Says(name, artifact.FileName))) is { } other ? $"is {reference}, which is that of {other.Display}" : null;
            default:
                return null;
        }
    }

    /// <summary>Of a hash that comes with a deployed zip, which has a name.</summary>
    private static string? WhyNot(LintModel model, ArtifactPath path, ReferenceValue reference, DeployedZip deployed)
    {
        if (deployed.Attribute != Hash) return $"is {reference}, which is not the hash that Lambda has";
        var artifact = model.Module.Artifacts.FirstOrDefault(artifact => artifact.Kind == deployed.Kind && artifact.Name == deployed.Name);
        return artifact is null || path.FileName is null || artifact.FileName == path.FileName ? null : $"is {reference}, which is that of {artifact.Display}";
    }

    /// <summary>Whether two paths certainly lead to different files. Where a zip is also in S3, its name there counts.</summary>
    private static bool AreOther(Value file, ArtifactPath path)
    {
        if (file.Equals(path.Value)) return false;
        if (path.IsLocal && file.Text is { } one && path.Value.Text is { } other) return Path.GetFullPath(one, "/") != Path.GetFullPath(other, "/");
        return NameOf(file) is { } name && path.FileName is { } same && name != same;
    }

    private static string? NameOf(Value path) =>
        (path is TemplateValue template ? template.KnownEnd.Contains('/') ? template.KnownEnd : null : path.Text) is { } end ? end[(end.LastIndexOf('/') + 1)..] : null;

    /// <summary>All that names what a reference is about: of an object in S3 its key.</summary>
    private static IEnumerable<string> Names(TerraformModule terraform, ReferenceValue reference)
    {
        yield return reference.Name;
        foreach (var step in reference.Path.OfType<StringValue>()) yield return step.Value;
        if (terraform.Resource(reference) is { } resource && terraform.Evaluate(resource.Body, "key") is { } key && NameOf(key) is { } name) yield return name;
    }

    /// <summary>Whether a name has the words of a zip's name in it: <c>org_common_layer_hash</c> those of <c>org-common-layer.zip</c>.</summary>
    private static bool Says(string name, string fileName)
    {
        var words = Words(Path.GetFileNameWithoutExtension(fileName));
        return $"-{Words(name)}-".Contains($"-{words}-", StringComparison.OrdinalIgnoreCase) || words.EndsWith("-layer", StringComparison.Ordinal) && $"-{Words(name)}-".Contains($"-{words[..^6]}-", StringComparison.OrdinalIgnoreCase);
    }

    private static string Words(string name) => name.Replace('_', '-').Replace('.', '-');
}
