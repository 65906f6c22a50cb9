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

    /// <summary>What the database would say of it: <c>new</c>, <c>changed</c>, <c>again</c>.</summary>
    public string State => Before is null ? "new" : Before.Sha256 == Source.Sha256 ? "again" : "changed";
}
