using Cora.Build.Diagnostics;

namespace Cora.Build.Database;

/// <summary>Whether migrations are still what was applied of them.</summary>
internal static class AppliedMigrations
{
    /// <summary>CORA7022.</summary>
    /// <param name="sources">The files of some modules.</param>
    /// <param name="known">What the database has of these modules.</param>
    /// <param name="notes">Takes a sentence about migrations that the database has, and the modules have not.</param>
    public static IEnumerable<Diagnostic> Changed(IReadOnlyList<SchemaSource> sources, IReadOnlyList<AppliedFile> known, IList<string> notes)
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
                    $"The migration '{source.Name}' of '{source.Module}' has changed since it was applied, on {same.Time} UTC, and it runs only once. Nothing was applied. Take the change back, and write it as a new migration.");
            }
            else if (gone.Find(file => file.Module == source.Module && file.Sha256 == source.Sha256) is { } renamed)
            {
                yield return ApplyDiagnostics.s_changedMigration.At(new Location(source.Path, 1, 1),
                    $"The migration '{source.Name}' of '{source.Module}' was applied as '{renamed.Name}', on {renamed.Time} UTC, and would run again under this name. Nothing was applied. Give it its old name back.");
            }
        }
        if (gone.Count > 0) notes.Add($"{(gone.Count == 1 ? "A migration was" : $"{gone.Count} migrations were")} applied earlier that {(gone.Count == 1 ? "is" : "are")} not here: {string.Join(", ", gone.Take(3).Select(file => $"{file.Module}/{file.Name}"))}{(gone.Count > 3 ? ", …" : "")}");
    }
}
