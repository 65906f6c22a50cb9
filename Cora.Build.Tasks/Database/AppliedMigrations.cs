using Cora.Build.Diagnostics;

namespace Cora.Build.Database;

/// <summary>Whether migrations are still what was applied of them.</summary>
internal static class AppliedMigrations
{
    /// <summary>CORA7022.</summary>
    /// <param name="sources">The files of some modules.</param>
    /// <param name="known">What the database has of these modules.</param>
    /// <param name="notes">Takes a sentence about migrations that the database has, and the modules have not.</param>
    /// <param name="done">A sentence about what is applied by now.</param>
    public static IEnumerable<Diagnostic> Changed(IReadOnlyList<SchemaSource> sources, IReadOnlyList<AppliedFile> known, IList<string> notes, string done = "Nothing was applied.")
    {
        var migrations = sources.Where(source => source.IsMigration).ToList();
        var names = migrations.Select(source => (source.Module, source.Name)).ToHashSet();
        var applied = known.Where(file => file.IsMigration).ToDictionary(file => (file.Module, file.Name));
        var gone = applied.Values.Where(file => !names.Contains((file.Module, file.Name))).ToList();
        foreach (var source in migrations)
        {
            if (applied.TryGetValue((source.Module, source.Name), out var same))
            {
                if (same.Sha256 == source.Sha256) continue;
                yield return ApplyDiagnostics.s_changedMigration.At(new Location(source.Path, 1, 1),
                    $"The migration '{source.Name}' of '{source.Module}' has changed since it was applied, on {same.Time} UTC, and it runs only once. {done} Take the change back, and write it as a new migration.");
            }
            else if (gone.Find(file => file.Module == source.Module && file.Sha256 == source.Sha256) is { } renamed)
            {
                yield return ApplyDiagnostics.s_changedMigration.At(new Location(source.Path, 1, 1),
                    $"The migration '{source.Name}' of '{source.Module}' was applied as '{renamed.Name}', on {renamed.Time} UTC, and would run again under this name. {done} Give it its old name back.");
            }
        }
        if (gone.Count > 0) notes.Add($"{(gone.Count == 1 ? "A migration was" : $"{gone.Count} migrations were")} applied earlier that {(gone.Count == 1 ? "is" : "are")} not here: {string.Join(", ", gone.Take(3).Select(file => $"{file.Module}/{file.Name}"))}{(gone.Count > 3 ? ", …" : "")}");
    }

    /// <summary>CORA7022: migrations of a module that the database does not know, and that ran as those of one that the project does not have.</summary>
    /// <param name="files">The files of some modules.</param>
    /// <param name="known">All that the database has.</param>
    /// <param name="project">The modules of the project.</param>
    public static IEnumerable<Diagnostic> OfRenamedModules(IEnumerable<FileToApply> files, IReadOnlyList<AppliedFile> known, IReadOnlyCollection<string> project)
    {
        var before = known.Where(file => file.IsMigration && !project.Contains(file.Module)).ToLookup(file => (file.Name, file.Sha256));
        var modules = known.Select(file => file.Module).ToHashSet();
        foreach (var file in files.Where(file => file.Source.IsMigration && !modules.Contains(file.Source.Module) && file.Script.Script.Statements.Count > 0))
        {
            if (before[(file.Source.Name, file.Source.Sha256)].FirstOrDefault() is not { } same) continue;
            yield return ApplyDiagnostics.s_changedMigration.At(new Location(file.Source.Path, 1, 1),
                $"The migration '{same.Name}' was applied as one of '{same.Module}', on {same.Time} UTC, and would run again as one of '{file.Source.Module}'. Nothing was applied. "
                + $"If the module has a new name, say so: UPDATE {AppliedFiles.Table} SET module = '{file.Source.Module}' WHERE module = '{same.Module}'.");
        }
    }
}
