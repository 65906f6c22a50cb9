using Cora.Build.Diagnostics;
using Cora.Build.Modules;
using Cora.Build.Terraform;

namespace Cora.Build.Rules;

/// <summary>Whether Terraform deploys the zips that the module makes, and no others. A zip that lies somewhere else, under another name, is not the module's.</summary>
public static class ArtifactUseRules
{
    internal static readonly DiagnosticDescriptor s_notMade = new("CORA6008", Severity.Error, "Zip that the module does not make") { IsConfigurable = true };
    internal static readonly DiagnosticDescriptor s_notUsed = new("CORA6009", Severity.Warning, "Zip that nothing deploys");

    /// <summary>CORA6008 and CORA6009.</summary>
    public static void Check(LintModel model, TerraformModule terraform, LintReport report)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(terraform);
        ArgumentNullException.ThrowIfNull(report);
        CheckMade(model, terraform, report);
        CheckUsed(model, terraform, report);
    }

    private static void CheckMade(LintModel model, TerraformModule terraform, LintReport report)
    {
        var used = model.ArtifactResources.Where(item => item.FileNames is not null && terraform.IsIntact(item.Resource.Block)).SelectMany(item => item.Paths.Select(path => (Item: item, Path: path))).ToList();
        // Where zips of the module are, all that is there is the module's.
        var directories = used.Where(use => Find(model, use.Path) is not null).Select(use => DirectoryOf(use.Path)).OfType<string>().ToHashSet(StringComparer.Ordinal);
        var target = Normal(model.Module.ArtifactsDirectory);
        var said = new HashSet<(TerraformResource, string)>();
        foreach (var (item, path) in used)
        {
            if (path.FileName is not { } name) continue;
            var artifact = Find(model, path);
            var directory = path is { IsLocal: true, Value.Text: { } text } ? Normal(text[..(text.LastIndexOf('/') + 1)]) : null;
            var isElsewhere = artifact is not null && directory is not null && directory != target;
            if (artifact?.Kind == item.Kind && !isElsewhere) continue;
            if (artifact is null && directory != target && !(DirectoryOf(path) is { } shape && directories.Contains(shape))) continue;
            if (!said.Add((item.Resource, name))) continue;
            var what = item.Kind == ArtifactKind.Layer ? "layer" : "function";
            var names = model.Module.Artifacts.Where(other => other.Kind == item.Kind).Select(other => other.FileName);
            report.Add(s_notMade.At(path.Argument.Value.Location,
                artifact is null ? $"{item.Resource.Address} takes '{name}', and the module makes no such zip.{Suggestion.Sentence(name, names)} Name the zip of a {what}, or remove the resource."
                : artifact.Kind != item.Kind ? $"{item.Resource.Address} takes '{name}', which is the zip of {artifact.Display}. Name the zip of a {what}.{Suggestion.Sentence(name, names)}"
                : $"{item.Resource.Address} takes '{name}' of {directory}, and the zip of {artifact.Display} is made in {target}. Name that directory."));
        }
    }

    private static void CheckUsed(LintModel model, TerraformModule terraform, LintReport report)
    {
        if (!terraform.IsWhole || terraform.ModuleCalls.Count > 0) return;
        var others = terraform.AllResources.Where(resource => resource.Type is not (ArtifactResource.FunctionType or ArtifactResource.LayerType))
            .SelectMany(resource => resource.Body.Arguments.Select(argument => NameOf(terraform.Evaluate(argument.Value)))).OfType<string>().ToHashSet(StringComparer.Ordinal);
        foreach (var artifact in model.Module.Artifacts.Where(artifact => !others.Contains(artifact.FileName) && model.ArtifactResources.All(resource => resource.MayTake(artifact) == false)))
        {
            report.Add(s_notUsed.At(new Location(artifact.Directory),
                $"Nothing in infrastructure/ takes '{artifact.FileName}', the zip of {artifact.Display}: it is built and never deployed. Add a resource \"{(artifact.Kind == ArtifactKind.Layer ? ArtifactResource.LayerType : ArtifactResource.FunctionType)}\", or delete the directory."));
        }
    }

    private static Artifact? Find(LintModel model, ArtifactPath path) => model.Module.Artifacts.FirstOrDefault(artifact => artifact.FileName == path.FileName);

    private static string? NameOf(Value path) => EndOf(path) is { } end ? end[(end.LastIndexOf('/') + 1)..] : null;

    /// <summary>All before the name, as it would be written; of what is deployed, where the module's zips are named.</summary>
    private static string? DirectoryOf(ArtifactPath path) => path.Deployed is { } deployed ? deployed.Source
        : EndOf(path.Value) is { } end && path.Value.ToString() is { } text ? text[..(text.Length - 1 - (end.Length - end.LastIndexOf('/') - 1))] : null;

    private static string? EndOf(Value path) => path is TemplateValue template ? template.KnownEnd.Contains('/') ? template.KnownEnd : null : path.Text;

    /// <summary>Full, with <c>/</c> between segments and at the end.</summary>
    private static string Normal(string directory) => Path.TrimEndingDirectorySeparator(Path.GetFullPath(directory, "/")).Replace('\\', '/') + "/";
}
