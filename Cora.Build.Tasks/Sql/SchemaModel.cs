using System.Collections.Frozen;

namespace Cora.Build.Sql;

/// <summary>What is known of a name.</summary>
public enum SchemaCertainty
{
    /// <summary>It is in the model.</summary>
    Found,

    /// <summary>It is certainly not there.</summary>
    Missing,

    /// <summary>It may be there: Supabase, an extension or a migration has it, or something that could not be read.</summary>
    Unknown,
}

/// <summary>What a name stands for.</summary>
/// <param name="Certainty">What is known of it.</param>
/// <param name="Relation">Not null where it is found.</param>
public readonly record struct SchemaLookup(SchemaCertainty Certainty, SchemaRelation? Relation);

/// <summary>
/// The database of a project as its SQL makes it: the schemas of all modules, each in the order of its files. What is dropped later is not there. In which order modules
/// run is not known: what one adds to the tables of another counts, what it drops of them makes it uncertain (<see cref="SchemaRelation.MayBeGone"/>).
/// </summary>
public sealed class SchemaModel
{
    /// <summary>Columns that each table has (PostgreSQL manual, 5.5 System Columns).</summary>
    private static readonly FrozenSet<string> s_systemColumns = ["tableoid", "xmin", "cmin", "xmax", "cmax", "ctid", "oid"];

    private readonly Dictionary<SchemaName, SchemaRelation> _relations;
    private readonly ILookup<string, SchemaRelation> _byName;
    private readonly HashSet<string> _schemas;
    private readonly IReadOnlySet<SchemaName> _uncertain;
    private readonly DynamicNames _dynamic;

    internal SchemaModel(SchemaParts parts)
    {
        Relations = parts.WithMigrations is { } changed ? [.. parts.Relations.Select(relation => With(relation, changed.Find(relation.Schema, relation.Name)))] : parts.Relations;
        Sources = parts.Sources;
        Objects = parts.Objects;
        Functions = parts.Functions;
        IsComplete = parts.IsComplete;
        WithMigrations = parts.WithMigrations ?? this;
        _uncertain = parts.Uncertain;
        _dynamic = parts.Dynamic;
        _relations = Relations.ToDictionary(relation => new SchemaName(relation.Schema, relation.Name));
        _byName = Relations.ToLookup(relation => relation.Name, StringComparer.Ordinal);
        _schemas = [.. Relations.Select(relation => relation.Schema), .. Objects.Where(item => item.Definition.Kind == SqlObjectKind.Schema).Select(item => item.Name), "public"];
        _schemas.RemoveWhere(Supabase.HasSchema);
    }

    /// <summary>The files that it was made of.</summary>
    public IReadOnlyList<SqlSource> Sources { get; }

    /// <summary>Tables and views, in the order in which they are made.</summary>
    public IReadOnlyList<SchemaRelation> Relations { get; }

    /// <summary>Tables, foreign ones aside.</summary>
    public IEnumerable<SchemaRelation> Tables => Relations.Where(relation => relation.Kind == SchemaRelationKind.Table);

    /// <summary>Views and materialized views.</summary>
    public IEnumerable<SchemaRelation> Views => Relations.Where(relation => relation.Kind is SchemaRelationKind.View or SchemaRelationKind.MaterializedView);

    /// <summary>Types, domains, sequences, extensions and schemas.</summary>
    public IReadOnlyList<SchemaObject> Objects { get; }

    /// <summary>Functions, of migrations too.</summary>
    public SqlFunctions Functions { get; }

    /// <summary>Whether all files were read to their end, and each statement says at least what it is about.</summary>
    public bool IsComplete { get; }

    /// <summary>The same with what migrations add; itself where there are none. They change databases that exist: a new one has what the schemas say.</summary>
    public SchemaModel WithMigrations { get; }

    /// <summary>Follows files.</summary>
    /// <param name="sources">Those of all modules; those of one module in the order in which they run.</param>
    public static SchemaModel Of(IReadOnlyList<SqlSource> sources)
    {
        ArgumentNullException.ThrowIfNull(sources);
        var functions = SqlFunctions.Of(sources);
        SchemaModel? withMigrations = null;
        if (sources.Any(source => source.IsMigration)) withMigrations = new(new SchemaBuilder().Follow([.. sources.OrderBy(source => source.IsMigration)], functions));
        return new(new SchemaBuilder().Follow([.. sources.Where(source => !source.IsMigration)], functions) with { WithMigrations = withMigrations });
    }

    /// <summary>A relation by name; null where the model has none.</summary>
    public SchemaRelation? Find(string schema, string name) => _relations.GetValueOrDefault(new(schema, name));

    /// <summary>What a name in a statement stands for.</summary>
    /// <param name="name">With or without a schema.</param>
    /// <param name="searchPath">The schema that names without one are looked up in before <c>public</c>; null where it is not known.</param>
    public SchemaLookup Find(SqlName name, string? searchPath = "public")
    {
        ArgumentNullException.ThrowIfNull(name);
        var found = name.Schema is { } schema ? Find(schema.Name, name.Name)
            : searchPath is null ? null
            : Find(searchPath, name.Name) ?? Find("public", name.Name);
        if (found is { MayBeGone: false }) return new(SchemaCertainty.Found, found);
        return new(found is not null || MayHave(name) ? SchemaCertainty.Unknown : SchemaCertainty.Missing, null);
    }

    /// <summary>Whether something that makes statements when it runs names the relation, or looks for relations in the catalog: it may have more than the model says.</summary>
    public bool MayBeChanged(SchemaRelation relation)
    {
        ArgumentNullException.ThrowIfNull(relation);
        return _dynamic.MayChange(relation.Name);
    }

    /// <summary>Whether it is one of the columns that each table has.</summary>
    internal static bool IsSystemColumn(string name) => s_systemColumns.Contains(name);

    /// <summary>A relation with the names of columns that migrations give it.</summary>
    private static SchemaRelation With(SchemaRelation relation, SchemaRelation? changed) => changed is null ? relation with { IsComplete = false } : relation with
    {
        IsComplete = relation.IsComplete && changed.IsComplete,
        OtherColumns = new HashSet<string>([.. relation.OtherColumns, .. changed.OtherColumns, .. changed.Columns.Select(column => column.Name)], StringComparer.Ordinal),
    };

    /// <summary>Whether a relation that is not found may be there.</summary>
    private bool MayHave(SqlName name)
    {
        if (!IsComplete || _dynamic.MayCreate(name.Name) || (!ReferenceEquals(WithMigrations, this) && WithMigrations.Find(name).Certainty != SchemaCertainty.Missing)) return true;
        if (name.Schema is { } schema) return !_schemas.Contains(schema.Name) || _uncertain.Contains(new(schema.Name, name.Name));
        // Of the catalog, of an extension, or in a schema that the search path has.
        return name.Name.StartsWith("pg_", StringComparison.Ordinal) || _byName[name.Name].Any() || _uncertain.Any(uncertain => uncertain.Name == name.Name)
            || s_ofExtensions.Contains(name.Name);
    }

    /// <summary>Relations that extensions make in the schema that they are in.</summary>
    private static readonly FrozenSet<string> s_ofExtensions =
        ["geography_columns", "geometry_columns", "hypopg_hidden_indexes", "hypopg_list_indexes", "raster_columns", "raster_overviews", "spatial_ref_sys", "tap_funky", "topology", "layer"];
}

/// <summary>What a model is made of.</summary>
internal sealed record SchemaParts
{
    public required IReadOnlyList<SqlSource> Sources { get; init; }

    public required IReadOnlyList<SchemaRelation> Relations { get; init; }

    public required IReadOnlyList<SchemaObject> Objects { get; init; }

    public required SqlFunctions Functions { get; init; }

    /// <summary>Names that a relation may have, or had.</summary>
    public required IReadOnlySet<SchemaName> Uncertain { get; init; }

    public required DynamicNames Dynamic { get; init; }

    public required bool IsComplete { get; init; }

    public SchemaModel? WithMigrations { get; init; }
}
