namespace Cora.Build.Sql;

/// <content>Views, policies, triggers, types and the like; what is dropped and renamed.</content>
internal sealed partial class SchemaBuilder
{
    private void Create(CreateView create)
    {
        var view = create.View;
        var name = Made(view.Name, view.IsTemporary);
        if (_byName.TryGetValue(name, out var existing))
        {
            if (view.Replaces && existing.View is not null) Remove(existing);
            else
            {
                existing.Origins.Add(Origin(view.Name.Identifier.At));
                return;
            }
        }
        var relation = new RelationDraft(name.Schema, view.Name.Identifier, view.IsMaterialized ? SchemaRelationKind.MaterializedView : SchemaRelationKind.View)
        {
            Persistence = view.IsTemporary ? SqlPersistence.Temporary : SqlPersistence.Permanent,
            Query = Text(view.Query),
            View = view,
            IsComplete = view.Columns is not null,
        };
        relation.Origins.Add(Origin(view.Name.Identifier.At));
        foreach (var column in view.Columns ?? []) relation.Columns.Add(new(column.Name, Origin(column.At)) { Identifier = column });
        // What an older form of it had is still there for triggers and rights.
        if (existing is not null) relation.Triggers.AddRange(existing.Triggers);
        Add(relation);
    }

    private bool Create(CreatePolicy create)
    {
        var policy = create.Policy;
        if (Find(policy.Table) is not { } relation) return _isLast;
        relation.Policies.RemoveAll(other => other.Name == policy.Name.Name);
        relation.Policies.Add(new(policy.Name.Name, Origin(policy.Name.At)) { Definition = policy, Roles = policy.Roles, Using = Text(policy.Using), WithCheck = Text(policy.WithCheck) });
        return true;
    }

    private bool Alter(AlterPolicy alter)
    {
        if (Find(alter.Policy.Table) is not { } relation) return _isLast;
        Replace(relation.Policies, policy => policy.Name == alter.Policy.Name.Name, policy => policy with
        {
            Name = alter.NewName?.Name ?? policy.Name,
            MayBeGone = policy.MayBeGone || (alter.NewName is not null && !CanTake(policy.Origin)),
            Roles = alter.Policy.Roles.Count > 0 ? alter.Policy.Roles : policy.Roles,
            Using = Text(alter.Policy.Using) ?? policy.Using,
            WithCheck = Text(alter.Policy.WithCheck) ?? policy.WithCheck,
        });
        return true;
    }

    private bool Create(CreateTrigger create)
    {
        var trigger = create.Trigger;
        if (Find(trigger.Table) is not { } relation) return _isLast;
        relation.Triggers.RemoveAll(other => other.Name == trigger.Name.Name);
        relation.Triggers.Add(new(trigger.Name.Name, Origin(trigger.Name.At)) { Definition = trigger, When = Text(trigger.When) });
        return true;
    }

    private void DropTriggersOf(SqlName function)
    {
        foreach (var relation in _relations)
        {
            Drop(relation.Triggers, trigger => trigger.Definition.Function.Name == function.Name && (trigger.Definition.Function.Schema?.Name ?? "public") == (function.Schema?.Name ?? "public"), trigger => trigger.Origin);
        }
    }

    private void Create(CreateDefinition create)
    {
        var definition = create.Definition;
        var isInSchema = definition.Kind is not (SqlObjectKind.Schema or SqlObjectKind.Extension);
        var schema = definition.Kind == SqlObjectKind.Extension ? definition.ExtensionSchema?.Name ?? _schema : isInSchema ? Made(definition.Name).Schema : "";
        var values = definition.Values is { } written ? written.ToList() : null;
        if (_objects.Exists(item => IsKind(item, definition.Kind) && item.Schema == schema && item.Name == definition.Name.Name)) return;
        _objects.Add(new(schema, definition.Name.Name, Origin(definition.Name.Identifier.At)) { Definition = definition, Values = values });
        if (definition.Kind == SqlObjectKind.Sequence || definition.Attributes is not null) _otherNames[new(schema, definition.Name.Name)] = null;
    }

    private static bool IsKind(SchemaObject item, SqlObjectKind kind) =>
        item.Definition.Kind == kind || (kind is SqlObjectKind.Type or SqlObjectKind.Domain && item.Definition.Kind is SqlObjectKind.Type or SqlObjectKind.Domain);

    private SchemaObject? FindObject(SqlObjectKind kind, SqlName name)
    {
        if (kind is SqlObjectKind.Schema or SqlObjectKind.Extension) return _objects.Find(item => item.Definition.Kind == kind && item.Name == name.Name);
        string[] schemas = name.Schema is { } schema ? [schema.Name] : [_schema, "public"];
        return schemas.Select(schema => _objects.Find(item => IsKind(item, kind) && item.Schema == schema && item.Name == name.Name)).FirstOrDefault(item => item is not null);
    }

    private void Set(SetEnumValue set)
    {
        if (FindObject(SqlObjectKind.Type, set.Type) is not { Values: List<string> values }) return;
        if (set.Replaces is { } old)
        {
            if (values.IndexOf(old) is >= 0 and var at) values[at] = set.Value;
        }
        else if (!values.Contains(set.Value))
        {
            var beside = set.Beside is null ? -1 : values.IndexOf(set.Beside);
            values.Insert(beside < 0 ? values.Count : set.IsBefore ? beside : beside + 1, set.Value);
        }
    }

    private void Drop(DropObjects drop)
    {
        foreach (var name in drop.Names)
        {
            switch (drop.Kind)
            {
                case SqlObjectKind.Table or SqlObjectKind.View or SqlObjectKind.MaterializedView:
                    if (Find(name) is { } relation) Drop(relation);
                    break;
                case SqlObjectKind.Index:
                    if (FindIndex(name) is not var (table, index)) break;
                    if (CanTake(index.Origin)) Remove(table, index);
                    else Doubt(table, index);
                    break;
                case SqlObjectKind.Schema when drop.IsCascade:
                    foreach (var item in _relations.Where(item => item.Schema == name.Name).ToList()) Drop(item);
                    foreach (var type in _objects.Where(item => item.Schema == name.Name && IsKind(item, SqlObjectKind.Type) && CanTake(item.Origin)).ToList()) DropColumnsOf(type);
                    _objects.RemoveAll(item => (item.Schema == name.Name || (item.Definition.Kind == SqlObjectKind.Schema && item.Name == name.Name)) && CanTake(item.Origin));
                    break;
                default:
                    if (FindObject(drop.Kind, name) is not { } found || !CanTake(found.Origin)) break;
                    _objects.Remove(found);
                    if (_otherNames.GetValueOrDefault(new(found.Schema, found.Name)) is null) _otherNames.Remove(new(found.Schema, found.Name));
                    if (drop.IsCascade && IsKind(found, SqlObjectKind.Type)) DropColumnsOf(found);
                    break;
            }
        }
    }

    private void Drop(RelationDraft relation)
    {
        _uncertain.Add(new(relation.Schema, relation.Name));
        if (!CanTake(relation.Origins[0]))
        {
            relation.MayBeGone = true;
            return;
        }
        Remove(relation);
        foreach (var other in _relations)
        {
            foreach (var draft in other.Constraints.Where(draft => draft.References == relation).ToList()) Remove(other, draft);
            // CASCADE takes views along, and which ones only PostgreSQL knows.
            if (other.View is not null && other.Query!.Contains(relation.Name)) other.MayBeGone = true;
        }
    }

    private void DropColumnsOf(SchemaObject type)
    {
        foreach (var relation in _relations.ToList())
        {
            foreach (var column in relation.Columns.Where(column => column.Type is { } written && written.Name == type.Name && (written.Schema ?? type.Schema) == type.Schema).ToList()) Drop(relation, column.Name);
        }
    }

    private void Rename(RenameObject rename)
    {
        if (rename.Kind == SqlObjectKind.Index)
        {
            if (FindIndex(rename.Name) is var (table, index)) RenameIndex(table, index, rename.NewName);
            return;
        }
        if (FindObject(rename.Kind, rename.Name) is not { } found || !CanTake(found.Origin)) return;
        _objects[_objects.IndexOf(found)] = found with { Name = rename.NewName.Name, Origin = Origin(rename.NewName.At) };
        if (rename.Kind != SqlObjectKind.Schema) return;
        foreach (var relation in _relations.Where(relation => relation.Schema == found.Name).ToList()) MoveTo(relation, rename.NewName.Name, relation.Identifier);
    }

    private void Move(MoveObject move)
    {
        if (FindObject(move.Kind, move.Name) is { } found && CanTake(found.Origin)) _objects[_objects.IndexOf(found)] = found with { Schema = move.NewSchema.Name };
    }
}
