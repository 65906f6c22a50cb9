namespace Cora.Build.Sql;

/// <summary>A relation while statements change it.</summary>
internal sealed class RelationDraft(string schema, SqlIdentifier identifier, SchemaRelationKind kind)
{
    public string Schema { get; set; } = schema;

    public SqlIdentifier Identifier { get; set; } = identifier;

    public string Name => Identifier.Name;

    public SchemaRelationKind Kind { get; } = kind;

    public SqlPersistence Persistence { get; init; }

    public List<SchemaOrigin> Origins { get; } = [];

    public List<SchemaColumn> Columns { get; } = [];

    public bool IsComplete { get; set; } = true;

    public HashSet<string> OtherColumns { get; } = new(StringComparer.Ordinal);

    public List<ConstraintDraft> Constraints { get; } = [];

    public List<SchemaIndex> Indexes { get; } = [];

    /// <summary>Those of its <c>serial</c> and identity columns.</summary>
    public List<string> Sequences { get; } = [];

    public List<SchemaPolicy> Policies { get; } = [];

    public List<SchemaTrigger> Triggers { get; } = [];

    public bool HasRowSecurity { get; set; }

    public bool MayLackRowSecurity { get; set; }

    public bool ForcesRowSecurity { get; set; }

    public bool MayBeGone { get; set; }

    public bool IsPartitioned { get; init; }

    public bool IsPartition { get; set; }

    /// <summary>Those that the model has, and those that it has not.</summary>
    public List<(SchemaName Name, RelationDraft? Relation)> Parents { get; } = [];

    public List<RelationDraft> Children { get; } = [];

    public SchemaText? Query { get; init; }

    public SqlView? View { get; init; }

    public SchemaColumn? Column(string name) => Columns.Find(column => column.Name == name);

    /// <summary>Puts another column in the place of one.</summary>
    public void Change(string name, Func<SchemaColumn, SchemaColumn> change)
    {
        var index = Columns.FindIndex(column => column.Name == name);
        if (index >= 0) Columns[index] = change(Columns[index]);
    }

    /// <summary>The relation as it is now.</summary>
    /// <param name="mayShape">Whether something else may give it columns.</param>
    public SchemaRelation Freeze(bool mayShape)
    {
        var key = Constraints.Find(constraint => constraint.Constraint.Kind == SqlConstraintKind.PrimaryKey);
        return new(Schema, Name, Kind)
        {
            Identifier = Identifier,
            Origins = Origins,
            Persistence = Persistence,
            Columns = [.. Columns.Select(column => key is not null && key.Constraint.Columns.Contains(column.Name) ? column with { IsNotNull = true } : column)],
            IsComplete = IsComplete && !mayShape,
            OtherColumns = OtherColumns,
            Constraints = [.. Constraints.Select(constraint => constraint.Freeze())],
            Indexes = Indexes,
            Policies = Policies,
            Triggers = Triggers,
            HasRowSecurity = HasRowSecurity,
            MayLackRowSecurity = MayLackRowSecurity,
            ForcesRowSecurity = ForcesRowSecurity,
            MayBeGone = MayBeGone,
            IsPartitioned = IsPartitioned,
            IsPartition = IsPartition,
            Parents = [.. Parents.Select(parent => parent.Relation is { } relation ? new SchemaName(relation.Schema, relation.Name) : parent.Name)],
            Query = Query,
            View = View,
        };
    }
}

/// <summary>A constraint while statements change what it is about.</summary>
internal sealed class ConstraintDraft(SchemaConstraint constraint)
{
    public SchemaConstraint Constraint { get; set; } = constraint;

    /// <summary>The table of a foreign key, where the model has it.</summary>
    public RelationDraft? References { get; set; }

    public SchemaConstraint Freeze()
    {
        if (References is not { } table) return Constraint;
        var columns = Constraint.ReferencedColumns.Count > 0 ? Constraint.ReferencedColumns
            : table.Constraints.Find(other => other.Constraint.Kind == SqlConstraintKind.PrimaryKey)?.Constraint.Columns ?? [];
        return Constraint with { References = new(table.Schema, table.Name), ReferencedColumns = columns };
    }
}
