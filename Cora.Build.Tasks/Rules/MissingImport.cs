using Cora.Build.Diagnostics;
using Cora.Build.Modules;
using Cora.Build.Python.Source;

namespace Cora.Build.Rules;

/// <summary>What is said of an import that nothing provides: why, and what would provide it.</summary>
/// <param name="model">The module.</param>
/// <param name="artifact">What imports.</param>
/// <param name="source">In which file.</param>
/// <param name="import">What.</param>
/// <param name="found">Where looking for it stopped; null when its dots lead out of the package.</param>
internal sealed class MissingImport(LintModel model, ArtifactCode artifact, SourceModule source, ImportFact import, Meaning? found)
{
    /// <summary>What old documents call the place where layers are.</summary>
    private const string Layers = "layers";

    private readonly ImportScope _scope = model.ScopeOf(artifact);

    /// <summary>The message of the finding.</summary>
    public string Message => found is null ? BeyondTop()
        : found.Where.Length > 0 ? InPackage(found)
        : found.Name == Layers && FromLayers() is { } layers ? layers
        : $"Nothing provides '{found.Name}' to {artifact.Artifact.Display} in Lambda{Why(found.Name)}. {WhatProvides(found.Name)}";

    private string BeyondTop()
    {
        var first = import.Module.Length > 0 ? import.Module : import.Name ?? "";
        var isThere = _scope.Find(first).Kind is MeaningKind.Module or MeaningKind.External;
        var write = import.Module.Length > 0 ? $"from {import.Module} import {import.Name}" : $"import {import.Name}";
        return $"'{source.Name}' is {(source.Name.Contains('.') || source.IsPackage ? "not that deep in a package" : "in no package")}, so that '{new string('.', import.Level)}' leads nowhere.{(isThere ? $" Write '{write}'." : "")}";
    }

    private string InPackage(Meaning missing)
    {
        var package = missing.Source is { } known ? ImportScope.ModuleOf(known) : new Meaning(MeaningKind.Module, missing.Where);
        var isName = missing.Source is { IsPackage: true } && _scope.Lookup(package, missing.Name) is [{ Kind: not (MeaningKind.Missing or MeaningKind.Unknown) }];
        return $"'{missing.Where}' has no module '{missing.Name}'."
            + (isName ? $" '{missing.Name}' is a name in it: write 'from {missing.Where} import {missing.Name}'."
                : Suggestion.Closest(missing.Name, _scope.SubmodulesOf(missing.Where)) is { } closest ? $" Did you mean '{missing.Where}.{closest}'?"
                : missing.Source is { IsPackage: false } ? $" '{missing.Where}' is a module, not a package."
                : $" Add it, or import what is there.");
    }

    /// <summary><c>from layers.module_common import common</c>: layers are unpacked so that their packages are imported by their own names.</summary>
    private string? FromLayers()
    {
        var packages = artifact.Layers.Where(layer => layer.Module.Length > 0)
            .SelectMany(layer => layer.Modules.Keys.Select(module => (Layer: layer.Name, Package: module.Split('.')[0])))
            .DistinctBy(item => item.Package).OrderBy(item => item.Package, StringComparer.Ordinal).ToList();
        if (packages.Count == 0) return null;
        const string Begin = "A layer's package is imported by its own name: ";

        var segments = import.Module.Split('.').Skip(1).Concat(import.Name is null or "*" ? [] : [import.Name]).ToList();
        for (var i = segments.Count - 1; i >= 0; i--)
        {
            var segment = segments[i];
            if (packages.FirstOrDefault(item => item.Package == segment || item.Layer.Replace('-', '_') == segment) is { Package: not null } exact) return $"{Begin}write '{Statement(exact.Package, segments[(i + 1)..])}'.";
        }
        var near = import.Module.Split('.').Skip(1).Select(segment => Suggestion.Closest(segment, packages.Select(item => item.Package)))
            .FirstOrDefault(name => name is not null);
        var used = near is not null ? [] : packages.Where(item => Attributes().Count > 0 && Attributes().All(name => IsThere(item.Package, name))).ToList();
        var only = near ?? (used.Count == 1 ? used[0].Package : packages.Count == 1 ? packages[0].Package : null);
        return only is not null ? $"{Begin}write '{Statement(only, [])}'."
            : $"{Begin}write 'import …{As("")}' with the one that is meant: {string.Join(", ", packages.Select(item => item.Package))}.";
    }

    private bool IsThere(string package, string name) =>
        _scope.Find(package) is { Kind: MeaningKind.Module } module && _scope.Lookup(module, name) is not [{ Kind: MeaningKind.Missing }];

    /// <summary>What the file uses of what the import would have bound.</summary>
    private List<string> Attributes()
    {
        var index = source.Facts.Imports.ToList().IndexOf(import);
        return [.. source.Facts.References.Where(reference => reference.Candidates.Any(target => target.Import == index && target.Path.Count == 0))
            .Select(reference => reference.Attributes[0].Name).Distinct()];
    }

    /// <summary>The import statement that binds the same name.</summary>
    private string Statement(string package, List<string> rest) => rest.Count == 0 ? $"import {package}{As(package)}"
        : import.Name is null or "*" ? $"import {string.Join('.', rest.Prepend(package))}{(import.Alias is null ? "" : $" as {import.Alias}")}"
        : $"from {string.Join('.', rest.SkipLast(1).Prepend(package))} import {rest[^1]}{(import.Alias is null ? "" : $" as {import.Alias}")}";

    private string As(string package)
    {
        var bound = import.Alias ?? (import.Name is null or "*" ? null : import.Name);
        return bound is null || bound == package ? "" : $" as {bound}";
    }

    private string Why(string name) => _scope.WhyNotInLibrary(name) is { } why ? $": it {why}" : "";

    private string WhatProvides(string name)
    {
        var display = artifact.Artifact.Display;
        var layer = model.AvailableLayers.Concat(model.Artifacts.Where(item => item.Artifact.Kind == ArtifactKind.Layer).Select(item => item.Code))
            .FirstOrDefault(layer => layer.TopLevel.Contains(name) || layer.Distributions.Any(distribution => distribution.TopLevel.Contains(name)));
        if (layer is not null && artifact.Artifact.Kind == ArtifactKind.Function)
        {
            return $"Layer '{layer.Name}'{(layer.Module.Length > 0 && layer.Module != model.Module.Name ? $" of {layer.Module}" : "")} has it: add it to the Layers of {display}.";
        }
        if (model.PackagesElsewhere.TryGetValue(name, out var project)) return $"A layer of '{project}' has it: reference that module with <ProjectReference Include=\"{project}\" />.";

        var requirements = Path.GetRelativePath(model.Module.Directory, artifact.Artifact.Requirements).Replace('\\', '/');
        foreach (var other in model.Artifacts.Where(other => other != artifact))
        {
            if (other.Code.Distributions.FirstOrDefault(distribution => distribution.TopLevel.Contains(name)) is { } distribution)
                return $"'{distribution.Name}', which {other.Artifact.Display} has, provides it: add it to {requirements}.";
        }
        if (Suggestion.Closest(name, _scope.TopLevel) is { } closest) return $"Did you mean '{closest}'? If not, add the distribution that provides '{name}' to {requirements}.";
        var own = model.Artifacts.FirstOrDefault(other => other != artifact && other.Artifact.Kind == ArtifactKind.Function && other.Code.TopLevel.Contains(name));
        return own is not null
            ? $"{char.ToUpperInvariant(own.Artifact.Display[0])}{own.Artifact.Display[1..]} has a module of that name, which no other zip contains: move it into a layer."
            : $"Add the distribution that provides '{name}' to {requirements}.";
    }
}
