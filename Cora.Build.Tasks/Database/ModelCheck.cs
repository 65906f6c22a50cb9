using System.Text.Json;
using Cora.Build.Diagnostics;
using Cora.Build.Sql;
using Npgsql;

namespace Cora.Build.Database;

/// <summary>
/// Compares a database with what its files make. <c>IF NOT EXISTS</c> changes nothing that is there, so all files may have run, and the database still be another one.
/// Only what the schemas say, and the migrations leave, has to be there.
/// </summary>
/// <param name="model">Of the whole project.</param>
/// <param name="modules">The modules whose tables are compared.</param>
/// <param name="report">Takes findings and counts.</param>
internal sealed class ModelCheck(SchemaModel model, IReadOnlyCollection<string> modules, ApplyReport report)
{
    private const string OwnSchemas = "n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname !~ '^pg_'";

    private Catalog _catalog = null!;

    /// <summary>CORA7025.</summary>
    public async Task RunAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        _catalog = await ReadAsync(connection, cancellation).ConfigureAwait(false);
        foreach (var table in model.Tables.Where(table => IsOurs(table.Origin) && !Supabase.HasSchema(table.Schema)))
        {
            var final = model.WithMigrations.Find(table.Schema, table.Name);
            if (final is null || final.MayBeGone || table.MayBeGone || table.Origin.IsConditional || IsElsewhere(table) || model.WithMigrations.MayBeChanged(final)) report.NotDecidable++;
            else Check(table, final);
        }
    }

    private void Check(SchemaRelation table, SchemaRelation final)
    {
        if (!_catalog.Tables.TryGetValue((table.Schema, table.Name), out var isSecure))
        {
            Add(table.Origin, $"The table {table.FullName} is not in {report.Database} when all files have run. Look for a view of that name, or for what drops or renames it.");
            return;
        }
        report.Tables++;
        foreach (var column in table.Columns.Where(column => Is(column.Origin) && !column.MayBeGone && final.Column(column.Name) is { MayBeGone: false } && !_catalog.Columns.Contains((table.Schema, table.Name, column.Name))))
        {
            Add(column.Origin, $"The table {table.FullName} of {report.Database} has no column '{column.Name}'. It was there before, and CREATE TABLE IF NOT EXISTS does not change it: write ALTER TABLE {Quoted(table)} ADD COLUMN IF NOT EXISTS {SqlIdentifier.Quote(column.Name)} in the schema.");
        }
        if (table.HasRowSecurity && final is { HasRowSecurity: true, MayLackRowSecurity: false } && !isSecure)
            Add(table.Origin, $"Row level security of {table.FullName} is off in {report.Database} when all files have run, so the API gives all of its rows to everybody. Look for what turns it off, and apply again.");
        foreach (var index in table.Indexes.Where(index => index.Definition.Name is not null && !index.IsCopied && Is(index.Origin)))
        {
            if (final.Indexes.FirstOrDefault(item => item.Name == index.Name) is { MayBeGone: false } last) Check(table, last);
        }
        foreach (var policy in table.Policies.Where(policy => Is(policy.Origin) && final.Policies.Any(item => item.Name == policy.Name && !item.MayBeGone)))
        {
            if (_catalog.Policies.Contains((table.Schema, table.Name, policy.Name))) report.Policies++;
            else Add(policy.Origin, $"The table {table.FullName} of {report.Database} has no policy '{policy.Name}' when all files have run. Look for what drops it, and apply again.");
        }
    }

    private void Check(SchemaRelation table, SchemaIndex index)
    {
        var name = SqlIdentifier.Quote(index.Name);
        if (!_catalog.Indexes.TryGetValue((table.Schema, index.Name), out var actual))
            Add(index.Origin, $"The index {name} of {table.FullName} is not in {report.Database} when all files have run. Look for what drops it, and apply again.");
        else if (actual.Table != table.Name)
            Add(index.Origin, $"The index {name} of {report.Database} is one of {actual.Table}, and not of {table.FullName}: an index's name is there once in a schema. Give one of them another name.");
        else if (!actual.IsValid)
            Add(index.Origin, $"The index {name} of {table.FullName} is there in {report.Database}, and was never finished, so no query uses it, and CREATE INDEX IF NOT EXISTS leaves it so. Run DROP INDEX {SqlIdentifier.Quote(table.Schema)}.{name}, and apply again.");
        else if (actual.IsUnique != index.Definition.IsUnique || !actual.Columns.SequenceEqual(index.Columns))
            Add(index.Origin, $"The index {name} of {table.FullName} is {Words(actual.IsUnique, actual.Columns)} in {report.Database}, and {Words(index.Definition.IsUnique, index.Columns)} here. CREATE INDEX IF NOT EXISTS changes no index that is there: give this one another name, and drop the old one in a migration.");
        else report.Indexes++;

        static string Words(bool isUnique, IEnumerable<string?> columns) => $"{(isUnique ? "a unique one " : "")}on ({string.Join(", ", columns.Select(column => column ?? "an expression"))})";
    }

    /// <summary>Whether the server says for this database or user where a name without a schema is made, and it is not what the files take for granted.</summary>
    private bool IsElsewhere(SchemaRelation table) => table.Schema == "public" && _catalog.Schema is { } schema && schema != "public" && _catalog.Tables.ContainsKey((schema, table.Name));

    private bool IsOurs(SchemaOrigin origin) => modules.Contains(origin.Module);

    /// <summary>Whether a statement of these modules makes it in any case.</summary>
    private bool Is(SchemaOrigin origin) => IsOurs(origin) && !origin.IsConditional;

    private static string Quoted(SchemaRelation table) => $"{SqlIdentifier.Quote(table.Schema)}.{SqlIdentifier.Quote(table.Name)}";

    private void Add(SchemaOrigin origin, string message)
    {
        var code = ApplyDiagnostics.s_otherDatabase.Code;
        if (origin.Source.Sql.Suppressions.Any(fact => fact.Line == origin.At.Line && fact.Codes.Any(item => item.Name == code))) return;
        report.AddRange([ApplyDiagnostics.s_otherDatabase.At(new Location(origin.Source.File, origin.At.Line, origin.At.Column), message)]);
    }

    private static async Task<Catalog> ReadAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        var tables = await Statements.QueryAsync(connection, $"""
            SELECT n.nspname, c.relname, c.relrowsecurity::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind IN ('r', 'p') AND {OwnSchemas}
            """, cancellation).ConfigureAwait(false);
        var columns = await Statements.QueryAsync(connection, $"""
            SELECT n.nspname, c.relname, a.attname FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE c.relkind IN ('r', 'p') AND a.attnum > 0 AND NOT a.attisdropped AND {OwnSchemas}
            """, cancellation).ConfigureAwait(false);
        // An index of a partitioned table is valid when each partition has its own, which may take its time.
        var indexes = await Statements.QueryAsync(connection, $"""
            SELECT n.nspname, c.relname, t.relname, (i.indisvalid OR c.relkind = 'I')::text, i.indisunique::text,
                   (SELECT json_agg(a.attname ORDER BY k.position)::text
                    FROM unnest(i.indkey::int2[]) WITH ORDINALITY AS k(number, position) LEFT JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.number AND k.number > 0
                    WHERE k.position <= i.indnkeyatts)
            FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_class t ON t.oid = i.indrelid JOIN pg_namespace n ON n.oid = c.relnamespace WHERE {OwnSchemas}
            """, cancellation).ConfigureAwait(false);
        var policies = await Statements.QueryAsync(connection, $"""
            SELECT n.nspname, c.relname, p.polname FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid JOIN pg_namespace n ON n.oid = c.relnamespace WHERE {OwnSchemas}
            """, cancellation).ConfigureAwait(false);
        var schema = await Statements.QueryAsync(connection, "SELECT current_schema()", cancellation).ConfigureAwait(false);
        return new Catalog(
            schema[0][0],
            tables.ToDictionary(row => (row[0]!, row[1]!), row => row[2] == "true"),
            columns.Select(row => (row[0]!, row[1]!, row[2]!)).ToHashSet(),
            indexes.ToDictionary(row => (row[0]!, row[1]!), row => new CatalogIndex(row[2]!, row[3] == "true", row[4] == "true", [.. JsonDocument.Parse(row[5]!).RootElement.EnumerateArray().Select(item => item.GetString())])),
            policies.Select(row => (row[0]!, row[1]!, row[2]!)).ToHashSet());
    }

    /// <summary>What a database has. Names begin with their schema.</summary>
    /// <param name="Schema">Where names without a schema are made; null for nowhere.</param>
    /// <param name="Tables">Whether each has row level security.</param>
    /// <param name="Columns">Those of tables.</param>
    /// <param name="Indexes">Those of keys too.</param>
    /// <param name="Policies">Those of tables.</param>
    private sealed record Catalog(string? Schema, IReadOnlyDictionary<(string, string), bool> Tables, IReadOnlySet<(string, string, string)> Columns,
        IReadOnlyDictionary<(string, string), CatalogIndex> Indexes, IReadOnlySet<(string, string, string)> Policies);

    /// <summary>An index as PostgreSQL has it.</summary>
    private sealed record CatalogIndex(string Table, bool IsValid, bool IsUnique, IReadOnlyList<string?> Columns);
}
