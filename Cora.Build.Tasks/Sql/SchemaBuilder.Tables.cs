namespace Cora.Build.Sql;

/// <content><c>CREATE TABLE</c> and <c>ALTER TABLE</c>.</content>
internal sealed partial class SchemaBuilder
{
    private bool Create(CreateTable create)
    {
        var table = create.Table;
        var name = Made(table.Name, table.Persistence == SqlPersistence.Temporary);
        if (_byName.TryGetValue(name, out var existing))
        {
            existing.Origins.Add(Origin(table.Name.Identifier.At));
            // Which of two modules makes it is not known.
            if (existing.Origins[0].Module != _source.Module || existing.Origins[0].IsConditional) existing.OtherColumns.UnionWith(table.Columns.Select(column => column.Name));
            return true;
        }
        List<SqlName> parents = [.. table.Inherits, .. table.PartitionOf is { } whole ? [whole] : Array.Empty<SqlName>()];
        if (!_isLast && (parents.Exists(parent => Find(parent) is null) || table.Elements.OfType<SqlLike>().Any(like => Find(like.Table) is null))) return false;

        var relation = new RelationDraft(name.Schema, table.Name.Identifier, table.IsForeign ? SchemaRelationKind.ForeignTable : SchemaRelationKind.Table)
        {
            Persistence = table.Persistence,
            IsPartitioned = table.IsPartitioned,
            IsPartition = table.PartitionOf is not null,
            Query = Text(table.Query),
            IsComplete = table.Query is null || table.Elements.Count > 0,
        };
        relation.Origins.Add(Origin(table.Name.Identifier.At));
        Add(relation);
        foreach (var parent in parents) Inherit(relation, parent);
        if (table.OfType is { } type) AddAttributes(relation, type);
        foreach (var element in table.Elements)
        {
            if (element is SqlColumn column) AddColumn(relation, column);
            else if (element is SqlLike like) Copy(relation, like);
        }
        AddConstraints(relation, table.Constraints);
        foreach (var like in table.Elements.OfType<SqlLike>()) CopyRest(relation, like);
        return true;
    }

    private void Inherit(RelationDraft relation, SqlName name)
    {
        var parent = Find(name);
        relation.Parents.Add((Made(name), parent));
        if (parent is null)
        {
            relation.IsComplete = false;
            return;
        }
        parent.Children.Add(relation);
        relation.IsComplete &= parent.IsComplete;
        var names = relation.Columns.Select(column => column.Name).ToHashSet();
        foreach (var column in parent.Columns)
        {
            if (names.Add(column.Name)) relation.Columns.Add(column with { IsInherited = true, IsIdentity = false });
            else if (column.IsNotNull) relation.Change(column.Name, own => own with { IsNotNull = true });
        }
        // The key of a partitioned table is one of each partition, and NOT NULL comes with it.
        if (relation.IsPartition && Key(parent) is { } key)
        {
            foreach (var column in key.Constraint.Columns) relation.Change(column, own => own with { IsNotNull = true });
        }
        foreach (var constraint in parent.Constraints.Where(IsInheritable)) AddInherited(relation, constraint);
    }

    private static bool IsInheritable(ConstraintDraft draft) => draft.Constraint is { Kind: SqlConstraintKind.Check, Definition.NoInherit: false };

    private static ConstraintDraft? Key(RelationDraft relation) => relation.Constraints.Find(draft => draft.Constraint.Kind == SqlConstraintKind.PrimaryKey);

    private void AddInherited(RelationDraft relation, ConstraintDraft inherited)
    {
        if (!relation.Constraints.Exists(own => own.Constraint.Name == inherited.Constraint.Name)) Add(relation, new(inherited.Constraint with { IsInherited = true }));
        foreach (var child in relation.Children) AddInherited(child, inherited);
    }

    private void AddAttributes(RelationDraft relation, SqlName type)
    {
        if (FindObject(SqlObjectKind.Type, type) is not { Definition.Attributes: { } attributes } defined)
        {
            relation.IsComplete = false;
            return;
        }
        foreach (var attribute in attributes) relation.Columns.Add(new(attribute.Name, defined.Origin with { At = attribute.At }) { Identifier = attribute.Identifier, Type = attribute.Type });
    }

    /// <summary>The columns of a <c>LIKE</c>.</summary>
    private void Copy(RelationDraft relation, SqlLike like)
    {
        if (Find(like.Table) is not { } other)
        {
            relation.IsComplete = false;
            return;
        }
        relation.IsComplete &= other.IsComplete;
        var key = Key(other)?.Constraint.Columns ?? [];
        foreach (var column in other.Columns)
        {
            var isGenerated = like.Including.Contains("generated");
            var hasDefault = like.Including.Contains("defaults");
            relation.Columns.Add(column with
            {
                IsCopied = true,
                IsInherited = false,
                IsNotNull = column.IsNotNull || key.Contains(column.Name),
                Default = hasDefault ? column.Default : null,
                HasDefault = hasDefault && column.HasDefault,
                Generated = isGenerated ? column.Generated : null,
                IsIdentity = column.IsIdentity && like.Including.Contains("identity"),
            });
        }
    }

    /// <summary>Constraints and indexes of a <c>LIKE</c>, which come behind the table's own.</summary>
    private void CopyRest(RelationDraft relation, SqlLike like)
    {
        if (Find(like.Table) is not { } other) return;
        foreach (var draft in other.Constraints.ToList())
        {
            var constraint = draft.Constraint;
            var isWanted = constraint.Kind == SqlConstraintKind.Check ? like.Including.Contains("constraints") : constraint.Kind != SqlConstraintKind.ForeignKey && like.Including.Contains("indexes");
            if (!isWanted) continue;
            var name = constraint.Kind == SqlConstraintKind.Check ? constraint.Name : ConstraintName(relation, constraint.Definition, constraint.Columns);
            Add(relation, new(constraint with { Name = name, Identifier = null, IsInherited = false }));
        }
        if (!like.Including.Contains("indexes")) return;
        foreach (var index in other.Indexes.ToList()) AddIndex(relation, index with { Name = IndexName(relation, index.Definition, index.Columns), IsCopied = true });
    }

    private void AddColumn(RelationDraft relation, SqlColumn column)
    {
        if (relation.Columns.Count >= SqlTableReader.MaxColumns)
        {
            relation.IsComplete = false;
            return;
        }
        var inherited = relation.Column(column.Name);
        var added = new SchemaColumn(column.Name, Origin(column.At))
        {
            Identifier = column.Identifier,
            Type = column.Type ?? inherited?.Type,
            IsNotNull = column.IsNotNull || inherited?.IsNotNull is true,
            Default = Text(column.Default) ?? inherited?.Default,
            HasDefault = column.Default is { } value ? !IsNull(value) : column.IsSerial || inherited?.HasDefault is true,
            Generated = Text(column.Generated) ?? inherited?.Generated,
            IsIdentity = column.IsIdentity,
            // A partition can say more of a column, and has none of its own.
            IsInherited = relation.IsPartition && inherited is not null,
        };
        if (inherited is not null) relation.Change(column.Name, _ => added);
        else relation.Columns.Add(added);
        if (!column.IsSerial && !column.IsIdentity) return;
        var sequence = _names.Choose(relation.Schema, relation.Name, column.Name, "seq", name => IsRelationName(relation.Schema, name));
        _otherNames[new(relation.Schema, sequence)] = relation;
        relation.Sequences.Add(sequence);
    }

    /// <summary>PostgreSQL keeps no default that is NULL.</summary>
    private bool IsNull(SqlSpan value) => _source.Sql.Text.Text.AsSpan(value.Start, value.End - value.Start).Equals("null", StringComparison.OrdinalIgnoreCase);

    private bool Alter(AlterTable alter)
    {
        if (Find(alter.Table) is not { } relation)
        {
            // PostgreSQL takes ALTER TABLE for an index too.
            if (alter.Actions is [RenameTable rename] && FindIndex(alter.Table) is var (table, index)) RenameIndex(table, index, rename.NewName);
            else if (!_isLast) return false;
            return true;
        }
        // As PostgreSQL does: what is dropped goes first.
        foreach (var action in alter.Actions.OrderBy(action => action is DropColumn or DropConstraint ? 0 : 1)) Apply(relation, action, alter.IsOnly);
        return true;
    }

    private void Apply(RelationDraft relation, SqlTableAction action, bool isOnly)
    {
        switch (action)
        {
            case AddColumn add:
                if (relation.Column(add.Column.Name) is null) AddColumnToAll(relation, add.Column);
                // Of two definitions either may be the one that counts.
                break;
            case DropColumn drop:
                Drop(relation, drop.Column.Name);
                break;
            case RenameColumn rename:
                Rename(relation, rename.Column.Name, rename.NewName);
                break;
            case SetNotNull { IsNotNull: true } set:
                ChangeAll(relation, isOnly, set.Column.Name, column => column with { IsNotNull = true });
                break;
            case SetNotNull set when CanTake(relation.Origins[0]):
                ChangeAll(relation, isOnly, set.Column.Name, column => column with { IsNotNull = false });
                break;
            case SetColumnType set:
                ChangeAll(relation, isOnly: false, set.Column.Name, column => column with { Type = CanTake(column.Origin) ? set.Type : null });
                break;
            case SetColumnDefault set:
                ChangeAll(relation, isOnly, set.Column.Name, column => column with { Default = Text(set.Default), HasDefault = set.Default is { } value && !IsNull(value) });
                break;
            case SetIdentity set:
                ChangeAll(relation, isOnly: true, set.Column.Name, column => column with { IsIdentity = set.IsIdentity, IsNotNull = column.IsNotNull || set.IsIdentity });
                break;
            case DropExpression drop:
                ChangeAll(relation, isOnly, drop.Column.Name, column => column with { Generated = null });
                break;
            case AddConstraint add:
                AddConstraints(relation, [add.Constraint]);
                break;
            case DropConstraint drop:
                DropNamed(relation, drop.Constraint.Name);
                break;
            case RenameConstraint rename:
                RenameNamed(relation, rename.Constraint.Name, rename.NewName);
                break;
            case RenameTable rename:
                MoveTo(relation, relation.Schema, rename.NewName);
                break;
            case MoveTable move:
                MoveTo(relation, move.NewSchema.Name, relation.Identifier);
                break;
            case SetRowSecurity { IsEnabled: true }:
                relation.MayLackRowSecurity = !_isCertain && (relation.MayLackRowSecurity || !relation.HasRowSecurity);
                relation.HasRowSecurity = true;
                break;
            case SetRowSecurity when CanTake(relation.Origins[0]):
                relation.HasRowSecurity = false;
                break;
            case SetRowSecurity:
                relation.MayLackRowSecurity = true;
                break;
            case ForceRowSecurity set when set.IsForced || CanTake(relation.Origins[0]):
                relation.ForcesRowSecurity = set.IsForced;
                break;
            case SetPartition { IsAttached: true } set when Find(set.Partition) is { } partition:
                partition.IsPartition = true;
                partition.Parents.Add((new(relation.Schema, relation.Name), relation));
                relation.Children.Add(partition);
                SetInherited(partition, relation, isInherited: true);
                break;
            case SetPartition set when CanTake(relation.Origins[0]) && Find(set.Partition) is { } partition:
                partition.IsPartition = false;
                Leave(partition, relation);
                KeepKeys(partition, relation);
                break;
            case SetParent { Inherits: true } set:
                var parent = Find(set.Parent);
                relation.Parents.Add((Made(set.Parent), parent));
                parent?.Children.Add(relation);
                break;
            case SetParent set when CanTake(relation.Origins[0]) && Find(set.Parent) is { } former:
                Leave(relation, former);
                break;
        }
    }

    /// <summary>What a child inherited is its own from here on.</summary>
    private static void Leave(RelationDraft child, RelationDraft parent)
    {
        child.Parents.RemoveAll(item => item.Relation == parent);
        parent.Children.Remove(child);
        SetInherited(child, parent, isInherited: false);
    }

    private static void SetInherited(RelationDraft child, RelationDraft parent, bool isInherited)
    {
        foreach (var column in parent.Columns) child.Change(column.Name, own => own with { IsInherited = isInherited });
        foreach (var draft in child.Constraints.Where(draft => parent.Constraints.Exists(other => IsInheritable(other) && other.Constraint.Name == draft.Constraint.Name)))
            draft.Constraint = draft.Constraint with { IsInherited = isInherited };
    }

    /// <summary>Keys of its parent that a partition takes along.</summary>
    private void KeepKeys(RelationDraft partition, RelationDraft parent)
    {
        foreach (var draft in parent.Constraints.Where(draft => draft.Constraint.Kind != SqlConstraintKind.Check).ToList())
        {
            var constraint = draft.Constraint;
            var name = constraint.Kind == SqlConstraintKind.ForeignKey ? constraint.Name : ConstraintName(partition, constraint.Definition, constraint.Columns);
            Add(partition, new(constraint with { Name = name, Identifier = null }) { References = draft.References });
        }
    }

    private void AddColumnToAll(RelationDraft relation, SqlColumn column)
    {
        AddColumn(relation, column);
        foreach (var child in Descendants(relation))
        {
            if (child.Column(column.Name) is null && relation.Column(column.Name) is { } added) child.Columns.Add(added with { IsInherited = true, IsIdentity = false });
        }
        AddConstraints(relation, column.Constraints);
    }

    private static void ChangeAll(RelationDraft relation, bool isOnly, string column, Func<SchemaColumn, SchemaColumn> change)
    {
        relation.Change(column, change);
        if (isOnly) return;
        foreach (var child in Descendants(relation)) child.Change(column, change);
    }

    private static IEnumerable<RelationDraft> Descendants(RelationDraft relation)
    {
        HashSet<RelationDraft> seen = [relation];
        Queue<RelationDraft> next = new(relation.Children);
        while (next.TryDequeue(out var child))
        {
            if (!seen.Add(child)) continue;
            yield return child;
            foreach (var grandchild in child.Children) next.Enqueue(grandchild);
        }
    }

    private void Drop(RelationDraft relation, string name)
    {
        if (relation.Column(name) is not { } column) return;
        relation.OtherColumns.Add(name);
        if (!CanTake(column.Origin))
        {
            relation.Change(name, kept => kept with { MayBeGone = true });
            DoubtUsesOf(relation, name);
            return;
        }
        foreach (var item in Descendants(relation).Where(child => child.Column(name) is { IsInherited: true }).Prepend(relation).ToList())
        {
            item.Columns.RemoveAll(dropped => dropped.Name == name);
            foreach (var draft in item.Constraints.Where(draft => draft.Constraint.Columns.Contains(name)).ToList()) Remove(item, draft);
            foreach (var index in item.Indexes.Where(index => index.Columns.Contains(name) || index.Definition.Included.Any(included => included.Name == name)).ToList()) Remove(item, index);
            DoubtUsesOf(item, name);
        }
        foreach (var other in _relations)
        {
            foreach (var draft in other.Constraints.Where(draft => draft.References == relation && draft.Constraint.ReferencedColumns.Contains(name)).ToList()) Remove(other, draft);
        }
    }

    private void Rename(RelationDraft relation, string name, SqlIdentifier newName)
    {
        if (relation.Column(name) is not { } column || relation.Column(newName.Name) is not null) return;
        foreach (var item in Descendants(relation).Where(child => child.Column(name) is not null).Prepend(relation).ToList())
        {
            item.OtherColumns.Add(name);
            var renamed = column with { Name = newName.Name, Identifier = newName, Origin = Origin(newName.At) };
            if (!CanTake(column.Origin))
            {
                // Either name may be the one that is there.
                item.Change(name, kept => kept with { MayBeGone = true });
                item.Columns.Add(renamed with { MayBeGone = true });
                DoubtUsesOf(item, name);
                continue;
            }
            item.Change(name, own => renamed with { IsInherited = own.IsInherited, IsNotNull = own.IsNotNull, Default = own.Default, HasDefault = own.HasDefault });
            foreach (var draft in item.Constraints) draft.Constraint = draft.Constraint with { Columns = Renamed(draft.Constraint.Columns, name, newName.Name) };
            for (var i = 0; i < item.Indexes.Count; i++) item.Indexes[i] = item.Indexes[i] with { Columns = Renamed(item.Indexes[i].Columns, name, newName.Name) };
        }
        foreach (var draft in _relations.SelectMany(other => other.Constraints).Where(draft => draft.References == relation))
            draft.Constraint = draft.Constraint with { ReferencedColumns = Renamed(draft.Constraint.ReferencedColumns, name, newName.Name) };
    }

    private static IReadOnlyList<T> Renamed<T>(IReadOnlyList<T> names, T name, T newName) where T : class? =>
        names.Contains(name) ? [.. names.Select(item => Equals(item, name) ? newName : item)] : names;

    private void MoveTo(RelationDraft relation, string schema, SqlIdentifier newName)
    {
        var (from, to) = (new SchemaName(relation.Schema, relation.Name), new SchemaName(schema, newName.Name));
        _uncertain.Add(from);
        if (!CanTake(relation.Origins[0]) || _byName.ContainsKey(to))
        {
            relation.MayBeGone = true;
            _uncertain.Add(to);
            return;
        }
        _byName.Remove(from);
        // Its indexes and constraints go with it into another schema.
        ReleaseAll(relation);
        (relation.Schema, relation.Identifier) = (schema, newName);
        foreach (var draft in relation.Constraints) Reserve(relation, draft.Constraint);
        foreach (var name in relation.Indexes.Select(index => index.Name).Concat(relation.Sequences)) _otherNames[new(schema, name)] = relation;
        if (relation.Origins[0].Module == _source.Module) relation.Origins[0] = Origin(newName.At);
        _byName[to] = relation;
    }
}
