namespace Cora.Build.Sql;

/// <content>Constraints and indexes, and the names that PostgreSQL gives them.</content>
internal sealed partial class SchemaBuilder
{
    /// <summary>Adds constraints of one statement in the order in which PostgreSQL names them: checks, then keys, then foreign keys.</summary>
    private void AddConstraints(RelationDraft relation, IReadOnlyList<SqlConstraint> constraints)
    {
        foreach (var constraint in constraints.Where(constraint => constraint.Kind == SqlConstraintKind.NotNull))
            ChangeAll(relation, isOnly: false, constraint.Columns[0].Name, column => column with { IsNotNull = true });
        foreach (var constraint in constraints.Where(constraint => constraint.Kind == SqlConstraintKind.Check)) AddCheck(relation, constraint);
        foreach (var constraint in Keys(constraints)) AddKey(relation, constraint);
        foreach (var constraint in constraints.Where(constraint => constraint.Kind == SqlConstraintKind.ForeignKey)) AddForeignKey(relation, constraint);
    }

    /// <summary>The primary key first; a key of the same columns is one with it.</summary>
    private static List<SqlConstraint> Keys(IReadOnlyList<SqlConstraint> constraints)
    {
        List<SqlConstraint> keys = [];
        foreach (var constraint in constraints.Where(constraint => constraint.Kind is SqlConstraintKind.PrimaryKey or SqlConstraintKind.Unique or SqlConstraintKind.Exclude)
            .OrderBy(constraint => constraint.Kind == SqlConstraintKind.PrimaryKey ? 0 : 1))
        {
            var same = constraint.Kind == SqlConstraintKind.Exclude || constraint.UsingIndex is not null ? -1
                : keys.FindIndex(key => key.Kind != SqlConstraintKind.Exclude && key.UsingIndex is null && key.Columns.Select(column => column.Name).SequenceEqual(constraint.Columns.Select(column => column.Name)));
            if (same < 0) keys.Add(constraint);
            else keys[same] = keys[same] with { Name = keys[same].Name ?? constraint.Name };
        }
        return keys;
    }

    private void AddCheck(RelationDraft relation, SqlConstraint constraint)
    {
        if (Has(relation, constraint)) return;
        var columns = ColumnsIn(relation, constraint.Expression!.Value);
        var added = Named(relation, constraint, columns) with { Expression = Text(constraint.Expression) };
        Add(relation, new(added));
        if (constraint.NoInherit) return;
        foreach (var child in relation.Children) AddInherited(child, new(added));
    }

    private void AddKey(RelationDraft relation, SqlConstraint constraint)
    {
        if (Has(relation, constraint)) return;
        IReadOnlyList<string> columns = [.. constraint.Columns.Select(column => column.Name)];
        if (constraint.UsingIndex is { } used)
        {
            var index = relation.Indexes.Find(index => index.Name == used.Name);
            if (index is not null) Remove(relation, index);
            columns = [.. (index?.Columns ?? []).OfType<string>()];
            constraint = constraint with { Name = constraint.Name ?? used };
        }
        else if (constraint.Kind == SqlConstraintKind.Exclude)
        {
            columns = [.. constraint.Elements.Select(element => element.Column?.Name).OfType<string>()];
        }
        Add(relation, new(Named(relation, constraint, columns)));
        if (constraint.Kind != SqlConstraintKind.PrimaryKey) return;
        foreach (var column in columns) ChangeAll(relation, isOnly: false, column, kept => kept with { IsNotNull = true });
    }

    private void AddForeignKey(RelationDraft relation, SqlConstraint constraint)
    {
        if (Has(relation, constraint)) return;
        var table = Find(constraint.References!);
        var named = Named(relation, constraint, [.. constraint.Columns.Select(column => column.Name)]);
        Add(relation, new(named with
        {
            References = table is null ? new(constraint.References!.Schema?.Name ?? _schema, constraint.References.Name) : new(table.Schema, table.Name),
            ReferencedColumns = [.. constraint.ReferencedColumns.Select(column => column.Name)],
        })
        { References = table });
    }

    /// <summary>Tables that foreign keys name and that were made after them, by other modules.</summary>
    private void FindReferences()
    {
        foreach (var draft in _relations.SelectMany(relation => relation.Constraints).Where(draft => draft is { References: null, Constraint.References: not null }))
        {
            var name = draft.Constraint.References!;
            draft.References = _byName.GetValueOrDefault(name);
            if (draft.References is null && draft.Constraint.Definition.References!.Schema is null) draft.References = _byName.GetValueOrDefault(name with { Schema = "public" });
        }
    }

    /// <summary>Whether a constraint of this name is there: the statement stands under a condition, or fails.</summary>
    private static bool Has(RelationDraft relation, SqlConstraint constraint) =>
        constraint.Name is { } name && relation.Constraints.Exists(draft => draft.Constraint.Name == name.Name && !draft.Constraint.IsInherited);

    private SchemaConstraint Named(RelationDraft relation, SqlConstraint constraint, IReadOnlyList<string> columns) =>
        new(constraint.Kind, constraint.Name?.Name ?? ConstraintName(relation, constraint, columns), Origin(constraint.Name?.At ?? constraint.At))
        {
            Identifier = constraint.Name,
            Definition = constraint,
            Columns = columns,
        };

    private string ConstraintName(RelationDraft relation, SqlConstraint constraint, IReadOnlyList<string> columns)
    {
        var (part, label) = constraint.Kind switch
        {
            SqlConstraintKind.PrimaryKey => ("", "pkey"),
            SqlConstraintKind.Unique => (GeneratedName.Join(GeneratedName.Distinct(columns.Concat(Names(constraint.Included)))), "key"),
            SqlConstraintKind.ForeignKey => (GeneratedName.Join(columns), "fkey"),
            SqlConstraintKind.Exclude => (GeneratedName.Join(IndexColumns(constraint.Elements, [], constraint.Included)), "excl"),
            _ => (columns.Count == 1 ? columns[0] : "", "check"),
        };
        var isIndex = constraint.Kind is not (SqlConstraintKind.Check or SqlConstraintKind.ForeignKey);
        return _names.Choose(relation.Schema, relation.Name, part, label, name => _constraintNames.ContainsKey(new(relation.Schema, name)) || (isIndex && IsRelationName(relation.Schema, name)));
    }

    private string IndexName(RelationDraft relation, SqlIndex index, IReadOnlyList<string?> columns)
    {
        return _names.Choose(relation.Schema, relation.Name, GeneratedName.Join(IndexColumns(index.Elements, columns, index.Included)), "idx", name => IsRelationName(relation.Schema, name));
    }

    /// <summary>What an index calls its columns: an expression as the function that it calls.</summary>
    private static IEnumerable<string> IndexColumns(IReadOnlyList<SqlIndexElement> elements, IReadOnlyList<string?> columns, IReadOnlyList<SqlIdentifier> included) =>
        GeneratedName.Distinct(elements.Select((element, i) => columns.ElementAtOrDefault(i) ?? element.Column?.Name ?? element.Function?.Name ?? "expr").Concat(Names(included)));

    private static IEnumerable<string> Names(IEnumerable<SqlIdentifier> identifiers) => identifiers.Select(identifier => identifier.Name);

    private bool IsRelationName(string schema, string name) => _byName.ContainsKey(new(schema, name)) || _otherNames.ContainsKey(new(schema, name));

    private void Add(RelationDraft relation, ConstraintDraft draft)
    {
        relation.Constraints.Add(draft);
        Reserve(relation, draft.Constraint);
    }

    private void Remove(RelationDraft relation, ConstraintDraft draft)
    {
        relation.Constraints.Remove(draft);
        Release(relation, draft.Constraint);
    }

    private void Reserve(RelationDraft relation, SchemaConstraint constraint)
    {
        var name = new SchemaName(relation.Schema, constraint.Name);
        _constraintNames[name] = _constraintNames.GetValueOrDefault(name) + 1;
        if (constraint.Kind is not (SqlConstraintKind.Check or SqlConstraintKind.ForeignKey)) _otherNames[name] = relation;
    }

    private void Release(RelationDraft relation, SchemaConstraint constraint)
    {
        _names.Clear();
        var name = new SchemaName(relation.Schema, constraint.Name);
        if (_constraintNames.GetValueOrDefault(name) is var count and > 1) _constraintNames[name] = count - 1;
        else _constraintNames.Remove(name);
        if (constraint.Kind is not (SqlConstraintKind.Check or SqlConstraintKind.ForeignKey)) _otherNames.Remove(name);
    }

    /// <summary>Names that a relation takes besides its own.</summary>
    private void ReleaseAll(RelationDraft relation)
    {
        foreach (var draft in relation.Constraints) Release(relation, draft.Constraint);
        foreach (var name in relation.Indexes.Select(index => index.Name).Concat(relation.Sequences)) _otherNames.Remove(new(relation.Schema, name));
        _names.Clear();
    }

    private void DropNamed(RelationDraft relation, string name)
    {
        if (relation.Constraints.Find(draft => draft.Constraint.Name == name) is not { } dropped || !CanTake(dropped.Constraint.Origin)) return;
        Remove(relation, dropped);
        foreach (var child in Descendants(relation))
        {
            if (child.Constraints.Find(draft => draft.Constraint.IsInherited && draft.Constraint.Name == name) is { } inherited) Remove(child, inherited);
        }
    }

    private void RenameNamed(RelationDraft relation, string name, SqlIdentifier newName)
    {
        foreach (var item in Descendants(relation).Prepend(relation).ToList())
        {
            if (item.Constraints.Find(draft => draft.Constraint.Name == name) is not { } draft || !CanTake(draft.Constraint.Origin)) continue;
            Release(item, draft.Constraint);
            draft.Constraint = draft.Constraint with { Name = newName.Name, Identifier = newName, Origin = Origin(newName.At) };
            Reserve(item, draft.Constraint);
        }
    }

    /// <summary>The columns of its table that the expression of a <c>CHECK</c> names.</summary>
    private List<string> ColumnsIn(RelationDraft relation, SqlSpan span)
    {
        var text = _source.Sql.Text;
        var tokens = new List<SqlToken>();
        for (var tokenizer = new SqlTokenizer(text, span.Start, span.End) { HasCommands = false }; tokenizer.TryRead(out var token);) tokens.Add(token);
        List<string> columns = [];
        for (var cursor = new SqlCursor(text, tokens); !cursor.AtEnd;)
        {
            // A type behind a cast is no column.
            if (cursor.TakeSymbol("::")) SqlTypeReader.Read(cursor);
            else if (cursor.TakeName() is { } name)
            {
                if (!cursor.IsSymbol("(") && (name.Schema is null || name.Schema.Name == relation.Name) && relation.Column(name.Name) is not null && !columns.Contains(name.Name)) columns.Add(name.Name);
            }
            else cursor.Index++;
        }
        return columns;
    }

    private bool Create(CreateIndex create)
    {
        var index = create.Index;
        if (Find(index.Table) is not { } relation) return _isLast;
        IReadOnlyList<string?> columns = [.. index.Elements.Select(element => element.Column?.Name)];
        if (index.Name is { } given && IsRelationName(relation.Schema, given.Name)) return true;
        AddIndex(relation, new(index.Name?.Name ?? IndexName(relation, index, columns), Origin(index.Name?.At ?? create.At))
        {
            Definition = index,
            Columns = columns,
            Expressions = [.. index.Elements.Where(element => element.Column is null).Select(element => Text(element.Span)!)],
            Where = Text(index.Where),
        });
        return true;
    }

    private void AddIndex(RelationDraft relation, SchemaIndex index)
    {
        relation.Indexes.Add(index);
        _otherNames[new(relation.Schema, index.Name)] = relation;
    }

    private void Remove(RelationDraft relation, SchemaIndex index)
    {
        relation.Indexes.Remove(index);
        _names.Clear();
        _otherNames.Remove(new(relation.Schema, index.Name));
    }

    private static void Doubt(RelationDraft relation, SchemaIndex index) => Replace(relation.Indexes, item => item.Name == index.Name, item => item with { MayBeGone = true });

    /// <summary>What an expression names goes with its column, and what it names only PostgreSQL knows.</summary>
    private static void DoubtUsesOf(RelationDraft relation, string column)
    {
        foreach (var index in relation.Indexes.Where(index => index.Columns.Contains(column) || index.Expressions.Append(index.Where).Any(Names)).ToList()) Doubt(relation, index);
        for (var i = 0; i < relation.Policies.Count; i++)
        {
            if (Names(relation.Policies[i].Using) || Names(relation.Policies[i].WithCheck)) relation.Policies[i] = relation.Policies[i] with { MayBeGone = true };
        }

        bool Names(SchemaText? text) => text?.Contains(column) is true;
    }

    private (RelationDraft Table, SchemaIndex Index)? FindIndex(SqlName name)
    {
        foreach (var schema in name.Schema is { } written ? [written.Name] : new[] { _schema, "public" })
        {
            if (_otherNames.GetValueOrDefault(new(schema, name.Name)) is { } table && table.Indexes.Find(index => index.Name == name.Name) is { } index) return (table, index);
        }
        return null;
    }

    private void RenameIndex(RelationDraft relation, SchemaIndex index, SqlIdentifier newName)
    {
        if (!CanTake(index.Origin))
        {
            Doubt(relation, index);
            return;
        }
        Remove(relation, index);
        AddIndex(relation, index with { Name = newName.Name, Origin = Origin(newName.At) });
    }
}
