using Cora.Build.Diagnostics;
using Cora.Build.Python.Source;
using Cora.Build.Sql;

namespace Cora.Build.Rules;

/// <summary>
/// Whether a module's schema can be applied to a database that has it already. A statement that makes what may be there must look first, or stand behind a <c>DROP</c> of it.
/// In a <c>DO</c> block, what stands under a condition, or where an error is caught, looks first.
/// </summary>
public static class SchemaIdempotencyRules
{
    internal static readonly DiagnosticDescriptor s_notIdempotent = new("CORA5019", Severity.Warning, "Schema that cannot be applied again");

    /// <summary>CORA5019.</summary>
    /// <param name="sources">The SQL of the whole project; that of the module in the order in which it runs.</param>
    /// <param name="module">The module whose files are looked at.</param>
    /// <param name="report">Takes findings and counts.</param>
    public static void Check(IEnumerable<SqlSource> sources, string module, LintReport report)
    {
        ArgumentNullException.ThrowIfNull(sources);
        ArgumentNullException.ThrowIfNull(report);
        var own = sources.Where(source => source.Module == module && !source.IsMigration).ToList();
        var second = new SecondRun();
        foreach (var source in own) second.Follow(source);
        var computed = own.SelectMany(source => source.Sql.Statements.OfType<DynamicStatements>().Select(statement => source.Sql.Text.Text[statement.Body.Start..statement.Body.End])).ToList();
        foreach (var (thing, table, location, message) in second.Failures())
        {
            // What is computed may drop it, or look for it.
            if (computed.Exists(text => MayBeAbout(text, thing, table))) report.NotDecidable++;
            else report.Add(s_notIdempotent.At(location, message));
        }
    }

    private static bool MayBeAbout(string text, Thing thing, string table) =>
        (table.Length > 0 && text.Contains(table, StringComparison.OrdinalIgnoreCase)) || (thing.Name.Length > 0 && text.Contains(thing.Name, StringComparison.OrdinalIgnoreCase))
        || (text.Contains("drop", StringComparison.OrdinalIgnoreCase)
            && (text.Contains("pg_", StringComparison.OrdinalIgnoreCase) || text.Contains("information_schema", StringComparison.OrdinalIgnoreCase)));

    /// <summary>Something that a statement makes.</summary>
    /// <param name="Kind">What it is: <c>table</c>, <c>policy</c>…</param>
    /// <param name="Table">The table that it is of, without a schema; empty where it is of none.</param>
    /// <param name="Name">Its name without a schema; of what has none its place.</param>
    private sealed record Thing(string Kind, string Table, string Name);

    /// <summary>A statement that fails in the second run, or does again what it has done.</summary>
    /// <param name="Thing">What it makes.</param>
    /// <param name="Table">The table that goes with, when it is dropped; empty where there is none.</param>
    /// <param name="Location">Where it is.</param>
    /// <param name="Message">What is wrong and what to do.</param>
    private sealed record Failure(Thing Thing, string Table, Location Location, string Message);

    /// <summary>What a second run meets: all that the first has left there, except what it has dropped itself up to then.</summary>
    private sealed class SecondRun
    {
        private readonly HashSet<Thing> _dropped = [];
        private readonly HashSet<string> _droppedTables = [];
        private readonly HashSet<string> _droppedSchemas = [];
        private readonly HashSet<string> _temporary = [];

        /// <summary>What is not there in the end.</summary>
        private readonly HashSet<Thing> _gone = [];
        private readonly List<Failure> _failures = [];

        /// <summary>By the table that they go with.</summary>
        private readonly Dictionary<string, List<Thing>> _ofTable = [];
        private SqlSource _source = null!;
        private string _schema = "public";

        public IEnumerable<Failure> Failures() => _failures.Where(failure => !_gone.Contains(failure.Thing));

        public void Follow(SqlSource source)
        {
            _source = source;
            _schema = "public";
            _temporary.Clear();
            foreach (var statement in source.Sql.Statements) Follow(statement);
        }

        private void Follow(SqlStatement statement)
        {
            switch (statement)
            {
                case SetSearchPath path:
                    _schema = path.Schema ?? "public";
                    break;
                case CreateTable { Table: { Persistence: SqlPersistence.Temporary } table }:
                    _temporary.Add(table.Name.Name);
                    break;
                case CreateTable { Table: var table }:
                    Make(statement, new("table", table.Name.Name, ""), table.Name, table.IfNotExists,
                        $"CREATE TABLE fails when the schema is applied again, because '{table.Name}' is there then. Write CREATE {(table.IsForeign ? "FOREIGN " : "")}TABLE IF NOT EXISTS.");
                    break;
                case CreateView { View: { IsTemporary: false } view }:
                    Make(statement, new("view", view.Name.Name, ""), view.Name, view.Replaces || view.IfNotExists, view.IsMaterialized
                        ? $"CREATE MATERIALIZED VIEW fails when the schema is applied again, because '{view.Name}' is there then. Write CREATE MATERIALIZED VIEW IF NOT EXISTS, or drop it before."
                        : $"CREATE VIEW fails when the schema is applied again, because '{view.Name}' is there then. Write CREATE OR REPLACE VIEW.");
                    break;
                case CreateFunction { Function: var function }:
                    var kind = function.IsProcedure ? "PROCEDURE" : "FUNCTION";
                    Make(statement, new("function", "", function.Name.Name), function.Name, function.Replaces,
                        $"CREATE {kind} fails when the schema is applied again, because '{function.Name}' is there then. Write CREATE OR REPLACE {kind}.");
                    break;
                case CreateIndex { Index: var index }:
                    Make(statement, index);
                    break;
                case CreatePolicy { Policy: var policy }:
                    Make(statement, new("policy", policy.Table.Name, policy.Name.Name), policy.Table, isGuarded: false,
                        $"CREATE POLICY fails when the schema is applied again, because '{policy.Name.Name}' is there then. Write DROP POLICY IF EXISTS {SqlIdentifier.Quote(policy.Name.Name)} ON {Quote(policy.Table)}; before it.");
                    break;
                case CreateTrigger { Trigger: var trigger }:
                    Make(statement, new("trigger", trigger.Table.Name, trigger.Name.Name), trigger.Table, trigger.Replaces,
                        $"CREATE TRIGGER fails when the schema is applied again, because '{trigger.Name.Name}' is there then. Write CREATE OR REPLACE TRIGGER, or DROP TRIGGER IF EXISTS {SqlIdentifier.Quote(trigger.Name.Name)} ON {Quote(trigger.Table)}; before it.");
                    break;
                case CreateDefinition { Definition: var definition }:
                    Make(statement, definition);
                    break;
                case SetEnumValue { Replaces: null } value:
                    Make(statement, new("value", value.Type.Name, value.Value), value.Type, value.IfNotExists,
                        $"ADD VALUE fails when the schema is applied again, because '{value.Type}' has '{value.Value}' then. Write ADD VALUE IF NOT EXISTS.");
                    break;
                case AlterTable alter:
                    foreach (var action in alter.Actions) Follow(alter, action);
                    break;
                case InsertRows insert when !_temporary.Contains(insert.Table.Name):
                    Make(statement, new("rows", insert.Table.Name, Place(insert.At)), insert.Table, insert.HandlesConflict || insert.Chooses || _dropped.Contains(new("rows", insert.Table.Name, "")),
                        insert.IsCopy
                            ? $"This copies its rows again, or fails, each time the schema is applied. Write INSERT INTO {Quote(insert.Table)} … ON CONFLICT DO NOTHING instead, or TRUNCATE the table before."
                            : $"This inserts its rows again, or fails, each time the schema is applied. Add ON CONFLICT DO NOTHING, or ON CONFLICT (…) DO UPDATE, on a unique key of '{insert.Table}'.");
                    break;
                case ClearTables clear:
                    foreach (var table in clear.Tables) _dropped.Add(new("rows", table.Name, ""));
                    break;
                default:
                    FollowDrop(statement);
                    break;
            }
        }

        private void FollowDrop(SqlStatement statement)
        {
            switch (statement)
            {
                case DropPolicy drop:
                    Drop(new("policy", drop.Table.Name, drop.Policy.Name));
                    break;
                case DropTrigger drop:
                    Drop(new("trigger", drop.Table.Name, drop.Trigger.Name));
                    break;
                case DropFunctions drop:
                    foreach (var function in drop.Functions) Drop(new("function", "", function.Name.Name));
                    break;
                case DropObjects { Kind: SqlObjectKind.Table or SqlObjectKind.View or SqlObjectKind.MaterializedView } drop:
                    foreach (var name in drop.Names) DropTable(name.Name);
                    break;
                case DropObjects { Kind: SqlObjectKind.Schema } drop:
                    foreach (var name in drop.Names) _droppedSchemas.Add(name.Name);
                    foreach (var name in drop.Names) Drop(new(Key(drop.Kind), "", name.Name));
                    break;
                case DropObjects { Kind: SqlObjectKind.Index } drop:
                    foreach (var name in drop.Names) Drop(new("index", "", name.Name));
                    break;
                case DropObjects drop:
                    foreach (var name in drop.Names) Drop(new(Key(drop.Kind), "", name.Name));
                    break;
            }
        }

        private void Follow(AlterTable alter, SqlTableAction action)
        {
            var table = alter.Table.Name;
            switch (action)
            {
                case AddColumn add:
                    Make(alter, new("column", table, add.Column.Name), alter.Table, add.IfNotExists,
                        $"ADD COLUMN fails when the schema is applied again, because '{alter.Table}' has '{add.Column.Name}' then. Write ADD COLUMN IF NOT EXISTS.", action.At);
                    break;
                case AddConstraint { Constraint: { UsingIndex: null } constraint }:
                    Make(alter, constraint, action.At);
                    break;
                case RenameColumn rename:
                    Make(alter, new("column", table, rename.NewName.Name), alter.Table, isGuarded: false,
                        $"RENAME COLUMN fails when the schema is applied again, because '{rename.Column.Name}' has its new name then. Use the new name where the column is made, and rename it in db/migrations.", action.At);
                    break;
                case RenameTable rename when alter.Kind == SqlObjectKind.Table:
                    Make(alter, new("table", rename.NewName.Name, ""), alter.Table, alter.IfExists,
                        $"RENAME fails when the schema is applied again, because '{alter.Table}' has its new name then. Use the new name where the table is made, and rename it in db/migrations.", action.At);
                    break;
                case DropColumn drop:
                    Drop(new("column", table, drop.Column.Name));
                    break;
                case DropConstraint drop:
                    Drop(new("constraint", table, drop.Constraint.Name));
                    break;
            }
        }

        private void Make(SqlStatement statement, SqlIndex index)
        {
            var words = $"CREATE {(index.IsUnique ? "UNIQUE " : "")}INDEX{(index.IsConcurrent ? " CONCURRENTLY" : "")} IF NOT EXISTS";
            if (index.Name is { } name)
                Make(statement, new("index", "", name.Name), index.Table, index.IfNotExists, $"CREATE INDEX fails when the schema is applied again, because '{name.Name}' is there then. Write {words}.", table: index.Table.Name);
            else
                Make(statement, new("index", "", Place(statement.At)), index.Table, isGuarded: false, $"This index has no name, so each time the schema is applied makes another one like it. Give it a name, and write {words}.", table: index.Table.Name);
        }

        private void Make(SqlStatement statement, SqlConstraint constraint, Position at)
        {
            var table = ((AlterTable)statement).Table;
            if (constraint.Name is { } name)
            {
                Make(statement, new("constraint", table.Name, name.Name), table, isGuarded: false,
                    $"ADD CONSTRAINT fails when the schema is applied again, because '{table}' has '{name.Name}' then. Write DROP CONSTRAINT IF EXISTS {SqlIdentifier.Quote(name.Name)} before it, or look into pg_constraint in a DO block.", at);
            }
            else
            {
                var consequence = constraint.Kind == SqlConstraintKind.PrimaryKey ? "the second time the schema is applied fails" : "each time the schema is applied adds another one like it";
                Make(statement, new("constraint", table.Name, Place(at)), table, isGuarded: false, $"This constraint has no name, and {consequence}. Write it in CREATE TABLE, or give it a name and write DROP CONSTRAINT IF EXISTS before it.", at);
            }
        }

        private void Make(SqlStatement statement, SqlDefinition definition)
        {
            var word = definition.Kind.ToString().ToUpperInvariant();
            var remedy = definition.Kind is SqlObjectKind.Type or SqlObjectKind.Domain ? "Put it into a DO block that looks into pg_type first, or catches duplicate_object." : $"Write CREATE {word} IF NOT EXISTS.";
            Make(statement, new(Key(definition.Kind), "", definition.Name.Name), definition.Name, definition.IfNotExists, $"CREATE {word} fails when the schema is applied again, because '{definition.Name}' is there then. {remedy}");
        }

        private void Make(SqlStatement statement, Thing thing, SqlName inSchemaOf, bool isGuarded, string message, Position? at = null, string? table = null)
        {
            _gone.Remove(thing);
            if (isGuarded || statement.IsConditional || _dropped.Contains(thing) || _droppedTables.Contains(table ?? thing.Table) || _droppedSchemas.Contains(inSchemaOf.Schema?.Name ?? _schema)) return;
            var place = at ?? statement.At;
            if (!_ofTable.TryGetValue(table ?? thing.Table, out var things)) things = _ofTable[table ?? thing.Table] = [];
            things.Add(thing);
            _failures.Add(new(thing, table ?? thing.Table, new Location(_source.File, place.Line, place.Column), message));
        }

        private void Drop(Thing thing)
        {
            _dropped.Add(thing);
            _gone.Add(thing);
        }

        private void DropTable(string name)
        {
            _droppedTables.Add(name);
            if (_ofTable.TryGetValue(name, out var things)) _gone.UnionWith(things);
        }

        private string Place(Position at) => $"{_source.File}:{at.Line}:{at.Column}";

        private static string Quote(SqlName name) => (name.Schema is { } schema ? SqlIdentifier.Quote(schema.Name) + "." : "") + SqlIdentifier.Quote(name.Name);

        /// <summary>A domain is a type.</summary>
        private static string Key(SqlObjectKind kind) => kind == SqlObjectKind.Domain ? "type" : kind.ToString().ToLowerInvariant();
    }
}
