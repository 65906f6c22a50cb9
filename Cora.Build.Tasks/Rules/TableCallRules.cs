using System.Collections.Frozen;
using System.Text.RegularExpressions;
using Cora.Build.Diagnostics;
using Cora.Build.Python.Source;
using Cora.Build.Sql;

namespace Cora.Build.Rules;

/// <summary>Compares the tables and columns that Python names with those that the project's SQL defines, as PostgREST would: it looks in schema <c>public</c>, and views are tables.</summary>
public static partial class TableCallRules
{
    internal static readonly DiagnosticDescriptor s_unknownTable = new("CORA2030", Severity.Warning, "Table that no schema defines");
    internal static readonly DiagnosticDescriptor s_unknownColumn = new("CORA2031", Severity.Warning, "Column that the table does not have");

    private const string Qualifier = "public.";

    /// <summary>What PostgREST takes for something else than a column, and layers may pass on (its documentation, Tables and Views).</summary>
    private static readonly FrozenSet<string> s_parameters = ["or", "and", "not", "select", "order", "limit", "offset", "on_conflict", "columns"];

    /// <summary>CORA2030 and CORA2031.</summary>
    /// <param name="calls">The module's calls.</param>
    /// <param name="model">Of the whole project. When it has no table at all, nothing is said of the calls: the SQL is not there to be looked at.</param>
    /// <param name="report">Takes findings and counts.</param>
    public static void Check(IEnumerable<TableCall> calls, SchemaModel model, LintReport report)
    {
        ArgumentNullException.ThrowIfNull(calls);
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(report);
        foreach (var call in calls)
        {
            if (call.Table?.Value is not { Text: { } name } table || model.Relations.Count == 0)
            {
                report.NotDecidable++;
                continue;
            }
            if (name.StartsWith(Qualifier, StringComparison.Ordinal))
            {
                report.TableCalls++;
                report.Add(s_unknownTable.At(Place(call, table.At), $"'{name}' names a schema, and PostgREST takes the name of a table alone. Write '{name[Qualifier.Length..]}'."));
                continue;
            }
            switch (model.Find(new SqlName(new SqlIdentifier("public", default), new SqlIdentifier(name, default))))
            {
                case { Relation: { } relation }:
                    report.TableCalls++;
                    CheckColumns(call, relation, model, report);
                    break;
                case { Certainty: SchemaCertainty.Missing }:
                    report.TableCalls++;
                    report.Add(s_unknownTable.At(Place(call, table.At), Missing(name, model)));
                    break;
                default:
                    report.NotDecidable++;
                    break;
            }
        }
    }

    private static string Missing(string name, SchemaModel model) => model.Relations.FirstOrDefault(relation => relation.Name == name) is { } elsewhere
        ? $"'{name}' is in schema '{elsewhere.Schema}' ({Where(elsewhere)}), and PostgREST looks in 'public' when the request does not say otherwise. Make a view of it in 'public', or move it there."
        : $"No schema of the project defines a table or view '{name}'.{Suggestion.Sentence(name, model.Relations.Where(relation => relation.Schema == "public").Select(relation => relation.Name))}";

    private static void CheckColumns(TableCall call, SchemaRelation relation, SchemaModel model, LintReport report)
    {
        var names = new Columns(call);
        var isCertain = names.AreAll;
        foreach (var (name, at) in names.Written)
        {
            if (relation.Column(name) is not null) continue;
            // PostgREST offers functions of a row as columns; count is one of each.
            if (!relation.LacksColumn(name) || name == "count" || model.Functions.Named(name).Any())
            {
                isCertain = false;
                continue;
            }
            report.Add(s_unknownColumn.At(Place(call, at), $"'{relation.Name}' ({Where(relation)}) has no column '{name}'.{SchemaColumns.Hint(name, relation)}"));
        }
        if (!isCertain) report.NotDecidable++;
    }

    /// <summary>The file's name, without a line, which would change with every edit.</summary>
    private static string Where(SchemaRelation relation) => $"{Path.GetFileName(relation.Origin.Source.File)} of {relation.Module}";

    private static Location Place(TableCall call, Position at) => new(call.File, at.Line, at.Column);

    /// <summary>The columns that a call names.</summary>
    private sealed class Columns
    {
        private readonly List<NameAt> _written = [];

        public Columns(TableCall call)
        {
            AreAll = call.IsComplete;
            Add(call.Filters, AddFilter);
            Add(call.Data, _written.Add);
            AddList(call.Select, static item => item is "*" ? "" : item);
            AddList(call.Order, static item => OrderPattern().Match(item) is { Success: true } order ? order.Groups[1].Value : null);
        }

        /// <summary>Those that are plain names, with the places where they are written; of what stands in a text with others, that of the text.</summary>
        public IReadOnlyList<NameAt> Written => _written;

        /// <summary>Whether there are no others.</summary>
        public bool AreAll { get; private set; }

        private void Add(Argument? argument, Action<NameAt> add)
        {
            if (argument is null or { Value.IsNone: true }) return;
            AreAll &= argument.Value is { Keys: not null, IsComplete: true };
            foreach (var key in argument.Value?.Keys ?? []) add(key);
        }

        /// <summary>Layers have forms of their own: <c>created_at__gte</c>, <c>data->>kind</c>, <c>or</c>.</summary>
        private void AddFilter(NameAt key)
        {
            if (NamePattern().IsMatch(key.Name) && !s_parameters.Contains(key.Name) && !key.Name.Contains("__", StringComparison.Ordinal)) _written.Add(key);
            else AreAll = false;
        }

        /// <summary>Names that commas separate.</summary>
        /// <param name="argument">The text.</param>
        /// <param name="columnOf">The column of an item; empty when it names none, null when that is not known.</param>
        private void AddList(Argument? argument, Func<string, string?> columnOf)
        {
            if (argument is null or { Value.IsNone: true }) return;
            if (argument.Value is not { Text: { } text } value)
            {
                AreAll = false;
                return;
            }
            foreach (var item in Items(text))
            {
                var column = columnOf(item);
                if (column is { Length: > 0 } && NamePattern().IsMatch(column)) _written.Add(new(column, value.At));
                else AreAll &= column is "";
            }
        }

        /// <summary>What stands between commas that are in no parentheses and no quotes.</summary>
        private static IEnumerable<string> Items(string text)
        {
            var (start, depth, isQuoted) = (0, 0, false);
            for (var i = 0; i <= text.Length; i++)
            {
                if (i == text.Length || (text[i] == ',' && depth == 0 && !isQuoted))
                {
                    if (text[start..i].Trim() is { Length: > 0 } item) yield return item;
                    start = i + 1;
                    continue;
                }
                if (text[i] == '"') isQuoted = !isQuoted;
                else if (text[i] == '(') depth++;
                else if (text[i] == ')') depth--;
            }
        }
    }

    [GeneratedRegex("^[A-Za-z_][A-Za-z0-9_]*$")]
    private static partial Regex NamePattern();

    [GeneratedRegex(@"^([A-Za-z_][A-Za-z0-9_]*)(\.(asc|desc))?(\.nulls(first|last))?$")]
    private static partial Regex OrderPattern();
}
