namespace Cora.Build.Sql;

/// <summary>What names a table or a column.</summary>
public enum SchemaReferrer
{
    /// <summary>A policy.</summary>
    Policy,

    /// <summary>An index.</summary>
    Index,

    /// <summary>A view or materialized view.</summary>
    View,

    /// <summary>A trigger.</summary>
    Trigger,

    /// <summary>A function in SQL.</summary>
    Function,
}

/// <summary>A name in SQL that certainly stands for nothing.</summary>
/// <param name="Source">The file.</param>
/// <param name="Identifier">The name, and where it stands.</param>
/// <param name="Referrer">What names it.</param>
/// <param name="ReferrerName">Its name; empty for an index without one.</param>
public sealed record MissingName(SqlSource Source, SqlIdentifier Identifier, SchemaReferrer Referrer, string ReferrerName)
{
    /// <summary>The table that is not there, as it is written; null where a column is missing.</summary>
    public SqlName? Table { get; init; }

    /// <summary>Of a column: the tables and views that could have it, the nearest first. They all lack it.</summary>
    public IReadOnlyList<SchemaRelation> Relations { get; init; } = [];
}

/// <summary>
/// Names in policies, indexes, views, triggers and functions in SQL that certainly stand for nothing in a model. Of a text that is not understood to its end nothing is
/// said; neither of what may not run, nor of migrations.
/// </summary>
public sealed class SchemaReferences
{
    private readonly SchemaModel _model;
    private readonly List<MissingName> _missing = [];
    private SqlSource _source = null!;
    private string _schema = "public";

    private SchemaReferences(SchemaModel model) => _model = model;

    /// <summary>In the order of files and places.</summary>
    public IReadOnlyList<MissingName> Missing => _missing;

    /// <summary>Names of tables and columns that were found to be there.</summary>
    public int Found { get; private set; }

    /// <summary>Names, and whole texts, of which nothing can be said.</summary>
    public int NotDecidable { get; private set; }

    /// <summary>Looks through the files of a model.</summary>
    /// <param name="model">Of a whole project.</param>
    /// <param name="module">The module whose files are looked through; null for all.</param>
    public static SchemaReferences Of(SchemaModel model, string? module = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        var references = new SchemaReferences(model);
        foreach (var source in model.Sources.Where(source => !source.IsMigration && (module is null || source.Module == module))) references.Read(source);
        return references;
    }

    private void Read(SqlSource source)
    {
        (_source, _schema) = (source, "public");
        foreach (var statement in source.Sql.Statements)
        {
            if (statement is SetSearchPath path) _schema = path.Schema ?? "public";
            else if (!statement.IsConditional) Read(statement);
        }
    }

    private void Read(SqlStatement statement)
    {
        switch (statement)
        {
            case CreatePolicy { Policy: var policy }:
                Read(policy);
                break;
            case AlterPolicy { Policy: var policy }:
                Read(policy);
                break;
            case CreateIndex { Index: var index }:
                Read(index);
                break;
            case CreateTrigger { Trigger: var trigger }:
                Read(trigger);
                break;
            case CreateView { View: var view }:
                var scope = new SqlScope(null);
                if (view.IsRecursive) scope.Queries[view.Name.Name] = null;
                Follow(new(SchemaReferrer.View, view.Name.Name, _schema), view.Query, scope, SqlTextKind.Query);
                break;
            case CreateFunction { Function: { Language: "sql", Parameters: not null, Body: { IsVerbatim: true } body } function }:
                Read(function, body);
                break;
        }
    }

    private void Read(SqlPolicy policy)
    {
        var referrer = new Referrer(SchemaReferrer.Policy, policy.Name.Name, _schema);
        if (Find(referrer, policy.Table) is not { } table) return;
        foreach (var expression in new[] { policy.Using, policy.WithCheck }.OfType<SqlSpan>()) Follow(referrer, expression, Of(table, policy.Table), SqlTextKind.Expression);
    }

    private void Read(SqlIndex index)
    {
        var referrer = new Referrer(SchemaReferrer.Index, index.Name?.Name ?? "", _schema);
        if (Find(referrer, index.Table) is not { } table) return;
        foreach (var element in index.Elements)
        {
            if (element.Column is { } column) Check(referrer, table, column);
            else Follow(referrer, element.Span, Of(table, index.Table), SqlTextKind.Expression);
        }
        foreach (var column in index.Included) Check(referrer, table, column);
        if (index.Where is { } where) Follow(referrer, where, Of(table, index.Table), SqlTextKind.Expression);
    }

    private void Read(SqlTrigger trigger)
    {
        var referrer = new Referrer(SchemaReferrer.Trigger, trigger.Name.Name, _schema);
        if (Find(referrer, trigger.Table) is not { } table) return;
        foreach (var column in trigger.UpdateOf) Check(referrer, table, column);
        if (trigger.When is not { } when) return;
        var scope = new SqlScope(null);
        scope.Items.Add(new("new", table, null));
        scope.Items.Add(new("old", table, null));
        Follow(referrer, when, scope, SqlTextKind.Expression);
    }

    private void Read(SqlFunction function, SqlBody body)
    {
        var scope = new SqlScope(null);
        foreach (var parameter in function.Parameters!) scope.Others.Add(parameter.Name);
        scope.Others.Add(function.Name.Name);
        // Where it looks when it runs, it says itself, or its caller does.
        Follow(new(SchemaReferrer.Function, function.Name.Name, function.Settings.Contains("search_path") ? null : _schema), body.Span, scope, SqlTextKind.Statements);
    }

    private static SqlScope Of(SchemaRelation table, SqlName written)
    {
        var scope = new SqlScope(null);
        scope.Items.Add(new(written.Name, table, null) { Schema = table.Schema });
        return scope;
    }

    private SchemaRelation? Find(Referrer referrer, SqlName name)
    {
        var found = _model.Find(name, referrer.SearchPath);
        if (found.Certainty == SchemaCertainty.Missing) _missing.Add(new(_source, name.Identifier, referrer.Kind, referrer.Name) { Table = name });
        else if (found.Certainty == SchemaCertainty.Unknown) NotDecidable++;
        else Found++;
        return found.Relation;
    }

    private void Check(Referrer referrer, SchemaRelation table, SqlIdentifier column)
    {
        if (table.LacksColumn(column.Name)) _missing.Add(new(_source, column, referrer.Kind, referrer.Name) { Relations = [table] });
        else if (table.Column(column.Name) is null) NotDecidable++;
        else Found++;
    }

    /// <summary>Reads a text, and says what is missing when it is understood to its end.</summary>
    private void Follow(Referrer referrer, SqlSpan span, SqlScope scope, SqlTextKind kind)
    {
        var text = _source.Sql.Text;
        List<SqlToken> tokens = [];
        for (var tokenizer = new SqlTokenizer(text, span.Start, span.End) { HasCommands = false }; tokenizer.TryRead(out var token);) tokens.Add(token);
        var reader = new SqlQueryReader(new SqlCursor(text, tokens), _model, referrer.SearchPath);
        if (!reader.TryRead(scope, kind))
        {
            NotDecidable++;
            return;
        }
        // In the order of the text, whatever scope they are of.
        List<MissingName> missing = [.. reader.MissingTables.Select(table => new MissingName(_source, table.Identifier, referrer.Kind, referrer.Name) { Table = table })];
        NotDecidable += reader.UnknownTables;
        Found += reader.FoundTables;
        foreach (var item in reader.Scopes)
        {
            foreach (var column in item.Columns)
            {
                if (Resolve(item, column) is not { } relations) NotDecidable++;
                else if (relations.Count == 0) Found++;
                else missing.Add(new(_source, column.Parts[^1], referrer.Kind, referrer.Name) { Relations = relations });
            }
        }
        _missing.AddRange(missing.OrderBy(name => name.Identifier.At.Line).ThenBy(name => name.Identifier.At.Column));
    }

    /// <summary>The relations that should have a column and lack it; none where it is there; null where that is not known.</summary>
    private IReadOnlyList<SchemaRelation>? Resolve(SqlScope scope, SqlColumnName column)
    {
        var name = column.Parts[^1].Name;
        if (column.Parts.Count > 1)
        {
            var table = column.Parts[^2].Name;
            var schema = column.Parts.Count > 2 ? column.Parts[^3].Name : null;
            var item = scope.Chain().Select(level => level.Items.Find(item => item.Name == table && (schema is null || item.Schema == schema))).FirstOrDefault(item => item is not null);
            // A parameter's field, or a table that is not in FROM: PostgreSQL knows.
            if (item is null) return null;
            if (item.Has(name)) return [];
            // A function of the row is called like a column.
            return item.Lacks(name) && item.Relation is { } lacking && !_model.Functions.Named(name).Any() ? [lacking] : null;
        }
        List<SchemaRelation> relations = [];
        foreach (var level in scope.Chain())
        {
            if (level.Others.Contains(name) || level.Items.Exists(item => item.Name == name || item.Has(name))) return [];
            if (level == scope && column.MayBeOutput && level.Outputs.Contains(name)) return [];
            if (!level.Items.TrueForAll(item => item.Lacks(name))) return null;
            relations.AddRange(level.Items.Select(item => item.Relation).OfType<SchemaRelation>());
        }
        return relations.Count > 0 ? relations.Distinct().ToList() : null;
    }

    private sealed record Referrer(SchemaReferrer Kind, string Name, string? SearchPath);
}
