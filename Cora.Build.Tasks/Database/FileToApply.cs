using Cora.Build.Diagnostics;

namespace Cora.Build.Database;

/// <summary>A file, and what the database has of it.</summary>
internal sealed class FileToApply(SchemaSource source, SchemaScript script)
{
    /// <summary>As it is in the module.</summary>
    public SchemaSource Source { get; } = source;

    /// <summary>What it says.</summary>
    public SchemaScript Script { get; } = script;

    /// <summary>What the database had before; null where that is nothing.</summary>
    public AppliedFile? Before { get; set; }

    /// <summary>Whether it is to run: a schema each time.</summary>
    public bool IsDue => !Source.IsMigration || Before is null;

    /// <summary>How long it took; null as long as it has not run.</summary>
    public TimeSpan? Elapsed { get; set; }

    /// <summary>For messages: <c>module-orders/db/schema/010-orders.sql</c>.</summary>
    public string Display => $"{Source.Module}/{Source.Name}";

    /// <summary>CORA7024: the name by which a database knows a file is there once. What a module has elsewhere gets one that another file may have.</summary>
    public static IEnumerable<Diagnostic> SameNames(IEnumerable<FileToApply> files) => files.GroupBy(file => file.Display).SelectMany(same => same.Skip(1).Select(file =>
        ApplyDiagnostics.s_unusableFile.At(new Location(file.Source.Path, 1, 1), $"This file and '{same.First().Source.Path}' would both be '{file.Display}', by which a database knows what it has. Nothing was applied. Rename one of them.")));

    /// <summary>What the database would say of it: <c>new</c>, <c>changed</c>, <c>again</c>.</summary>
    public string State => Before is null ? "new" : Before.Sha256 == Source.Sha256 ? "again" : "changed";
}
