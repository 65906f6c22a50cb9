using System.Text;
using System.Text.RegularExpressions;
using Cora.Build.Diagnostics;
using Cora.Build.Sql;

namespace Cora.Build.Rules;

/// <summary>What any name is written with: words that are free, letters that need no quotes, no more than PostgreSQL keeps.</summary>
public static partial class SchemaNamingIdentifiers
{
    internal static readonly DiagnosticDescriptor s_letters = new("CORA5017", Severity.Warning, "Name that needs quotes");
    internal static readonly DiagnosticDescriptor s_tooLong = new("CORA5018", Severity.Error, "Name that PostgreSQL cuts") { IsConfigurable = true };

    /// <summary>NAMEDATALEN - 1 (PostgreSQL documentation, 4.1.1).</summary>
    private const int Longest = 63;

    /// <summary>CORA5017 and CORA5018.</summary>
    /// <param name="names">The model.</param>
    /// <param name="sources">The files that it is made of.</param>
    /// <param name="report">Takes findings.</param>
    internal static void Check(SchemaNames names, IEnumerable<SqlSource> sources, LintReport report)
    {
        foreach (var relation in names.Relations) CheckRelation(names, relation, report);
        foreach (var item in names.Model.Objects.Where(item => item.Definition.Kind != SqlObjectKind.Extension && !Supabase.HasSchema(item.Schema) && names.IsOwn(item.Origin.Source)))
            CheckLetters(item.Name, item.Origin, What(item.Definition.Kind), report, isFunctionOrType: item.Definition.Kind is SqlObjectKind.Type or SqlObjectKind.Domain);
        foreach (var function in names.Model.Functions.All.Where(function => !Supabase.HasSchema(function.Schema) && names.IsOwn(function.Source)))
        {
            CheckLetters(function.Name, new(function.Source, function.Function.Name.Identifier.At, IsConditional: false), function.Function.IsProcedure ? "procedure" : "function", report, isFunctionOrType: true);
            // One that has no 'p_' is to be called otherwise anyway.
            foreach (var parameter in function.Inputs?.Where(parameter => parameter.Name.StartsWith("p_", StringComparison.OrdinalIgnoreCase)) ?? [])
                CheckLetters(parameter.Name, new(function.Source, parameter.Identifier!.At, IsConditional: false), "parameter", report);
        }

        foreach (var source in sources.Where(names.IsOwn))
        {
            foreach (var (identifier, what) in source.Sql.Statements.SelectMany(NamesOf))
            {
                if (identifier is null || Encoding.UTF8.GetByteCount(identifier.Written) is not (> Longest and var bytes)) continue;
                report.Add(s_tooLong.At(new Location(source.File, identifier.At.Line, identifier.At.Column),
                    $"The name of this {what} has {bytes} bytes, and PostgreSQL keeps {Longest}: it is called '{identifier.Name}'. Shorten it."));
            }
        }
    }

    private static void CheckRelation(SchemaNames names, SchemaRelation relation, LintReport report)
    {
        var what = relation.Kind is SchemaRelationKind.Table or SchemaRelationKind.ForeignTable ? "table" : "view";
        if (names.Own(relation.Origins) is { } origin) CheckLetters(relation.Name, origin, what, report);
        foreach (var column in relation.Columns.Where(column => column is { IsInherited: false, IsCopied: false, MayBeGone: false } && names.IsOwn(column.Origin.Source)))
            CheckLetters(column.Name, column.Origin, "column", report);
        foreach (var constraint in relation.Constraints.Where(constraint => constraint is { IsInherited: false, Identifier: not null } && names.IsOwn(constraint.Origin.Source)))
            CheckLetters(constraint.Name, constraint.Origin, "constraint", report);
        foreach (var index in relation.Indexes.Where(index => index is { IsCopied: false, Definition.Name: not null } && names.IsOwn(index.Origin.Source)))
            CheckLetters(index.Name, index.Origin, "index", report);
        foreach (var trigger in relation.Triggers.Where(trigger => names.IsOwn(trigger.Origin.Source)))
            CheckLetters(trigger.Name, trigger.Origin, "trigger", report);
    }

    private static void CheckLetters(string name, SchemaOrigin origin, string what, LintReport report, bool isFunctionOrType = false)
    {
        if (SqlKeywords.IsReserved(name, isFunctionOrType))
        {
            report.Add(s_letters.At(SchemaNames.Place(origin), $"'{name}' is a reserved word of PostgreSQL, so that this {what} needs quotes wherever it is used. Give it another name."));
            return;
        }
        if (!SnakeCase().IsMatch(name))
        {
            report.Add(s_letters.At(SchemaNames.Place(origin), $"The name of the {what} '{name}' is not snake_case, and needs quotes wherever it is used. {Remedy(name)}"));
        }
        else if (Folded(name, origin) is { } written)
        {
            report.Add(s_letters.At(SchemaNames.Place(origin), $"PostgreSQL has no capitals without quotes: the {what} '{written}' is called '{name}'. {Remedy(written)}"));
        }
    }

    private static string Remedy(string name)
    {
        var snake = string.Join('_', TableNames.Words(name));
        return SnakeCase().IsMatch(snake) && !SqlKeywords.IsReserved(snake) ? $"Call it '{snake}'." : "Use small letters, digits and underscores.";
    }

    /// <summary>What is written where PostgreSQL folds it and the words run into each other: <c>orgId</c>. Null where nothing is lost.</summary>
    private static string? Folded(string name, SchemaOrigin origin)
    {
        var text = origin.Source.Sql.Text;
        var start = text.OffsetOf(origin.At);
        if (start < 0 || start + name.Length > text.Text.Length) return null;
        var written = text.Text.AsSpan(start, name.Length);
        return !written.SequenceEqual(name) && written.Equals(name, StringComparison.OrdinalIgnoreCase) && Hump().IsMatch(written) ? written.ToString() : null;
    }

    /// <summary>The names that a statement gives.</summary>
    private static IEnumerable<(SqlIdentifier? Identifier, string What)> NamesOf(SqlStatement statement)
    {
        switch (statement)
        {
            case CreateTable { Table: var table }:
                return [(table.Name.Identifier, "table"), .. table.Columns.Select(column => (column.Identifier, "column")), .. table.Constraints.Select(constraint => (constraint.Name, "constraint"))];
            case AlterTable alter:
                return alter.Actions.SelectMany(NamesOf);
            case CreateIndex create:
                return [(create.Index.Name, "index")];
            case CreatePolicy create:
                return [(create.Policy.Name, "policy")];
            case AlterPolicy alter:
                return [(alter.NewName, "policy")];
            case CreateTrigger create:
                return [(create.Trigger.Name, "trigger")];
            case RenameTrigger rename:
                return [(rename.NewName, "trigger")];
            case CreateView create:
                return [(create.View.Name.Identifier, "view"), .. (create.View.Columns ?? []).Select(column => (column, "column"))];
            case CreateFunction { Function: var function }:
                return [(function.Name.Identifier, function.IsProcedure ? "procedure" : "function"), .. (function.Parameters ?? []).Select(parameter => (parameter.Identifier, "parameter"))];
            case RenameFunction rename:
                return [(rename.NewName, "function")];
            case CreateDefinition { Definition: var definition }:
                return [(definition.Name.Identifier, What(definition.Kind)), .. (definition.Attributes ?? []).Select(attribute => (attribute.Identifier, "attribute"))];
            case RenameObject rename:
                return [(rename.NewName, What(rename.Kind))];
            default:
                return [];
        }
    }

    private static IEnumerable<(SqlIdentifier? Identifier, string What)> NamesOf(SqlTableAction action) => action switch
    {
        AddColumn add => [(add.Column.Identifier, "column"), .. add.Column.Constraints.Select(constraint => (constraint.Name, "constraint"))],
        RenameColumn rename => [(rename.NewName, "column")],
        AddConstraint add => [(add.Constraint.Name, "constraint")],
        RenameConstraint rename => [(rename.NewName, "constraint")],
        RenameTable rename => [(rename.NewName, "table")],
        _ => [],
    };

    private static string What(SqlObjectKind kind) => kind switch
    {
        SqlObjectKind.Index => "index",
        SqlObjectKind.Sequence => "sequence",
        SqlObjectKind.Type => "type",
        SqlObjectKind.Domain => "domain",
        SqlObjectKind.Schema => "schema",
        SqlObjectKind.Extension => "extension",
        SqlObjectKind.View or SqlObjectKind.MaterializedView => "view",
        _ => "table",
    };

    [GeneratedRegex("^[a-z_][a-z0-9_]*$")]
    private static partial Regex SnakeCase();

    [GeneratedRegex("[a-z0-9][A-Z]")]
    private static partial Regex Hump();
}
