using System.Text.Json;
using Cora.Build.Sql;

namespace Cora.Build.Tests.Sql;

/// <summary>Compares the model with PostgreSQL's own catalogs after it has run the same files.</summary>
[Collection(PostgresTests.Name)]
public sealed class PostgresSchemaTests(PostgresServer server)
{
    private static readonly string s_corpus = Path.Combine(Repository.Root, "tests/Cora.Build.Tasks.Tests/Sql/corpus");

    public static TheoryData<string> Files => [.. Directory.GetFiles(s_corpus, "*.sql").Select(path => Path.GetFileName(path)!).Order(StringComparer.Ordinal)];

    [PostgresTheory]
    [MemberData(nameof(Files))]
    public async Task The_model_of_a_file_is_the_catalog_after_it_ran(string file)
    {
        var path = Path.Combine(s_corpus, file);
        var database = await server.CreateDatabaseAsync();
        await database.RunFileAsync(path);

        var source = new SqlSource("module-test", path, SqlFile.Read(await File.ReadAllBytesAsync(path)), IsMigration: false);
        Assert.Empty(source.Sql.Faults);
        Assert.Empty(source.Sql.NotRead);
        Compare(await CatalogDump.Read(database), SchemaModel.Of([source]));
    }

    [PostgresFact]
    public async Task The_model_of_the_samples_is_the_catalog_after_they_ran()
    {
        string[] modules = ["module-access", "module-mgmt", "module-ai", "module-ws"];
        var database = await server.CreateDatabaseAsync();
        await database.RunAsync(Supabase.Preamble);
        List<SqlSource> sources = [];
        foreach (var module in modules)
        {
            foreach (var path in Directory.GetFiles(Path.Combine(Repository.Root, "samples/demo-stack/packages", module, "db/schema"), "*.sql").Order(StringComparer.Ordinal))
            {
                await database.RunFileAsync(path);
                sources.Add(new(module, path, SqlFile.Read(await File.ReadAllBytesAsync(path)), IsMigration: false));
            }
        }
        var expected = (await CatalogDump.Read(database)).Where(line => !line.Split(' ')[1].StartsWith("auth.", StringComparison.Ordinal) && !line.StartsWith("schema ", StringComparison.Ordinal)).ToList();
        Compare(expected, SchemaModel.Of(sources));
        // In whatever order modules are listed.
        sources.Reverse();
        Compare(expected, SchemaModel.Of([.. sources.GroupBy(source => source.Module).SelectMany(group => group.Reverse())]));
    }

    private static void Compare(IReadOnlyList<string> expected, SchemaModel model)
    {
        var actual = ModelDump.Of(model);
        // What a query gives the model leaves open: columns of which it does not know the name, or not the type.
        var open = model.Relations.Where(relation => !relation.IsComplete).Select(relation => $"column {relation.Schema}.{relation.Name} ").ToList();
        var untyped = actual.Where(line => line.EndsWith(" ?", StringComparison.Ordinal)).Select(line => line[..^1]).ToList();
        expected = [.. expected.Where(line => !open.Exists(line.StartsWith)).Select(line => untyped.Find(line.StartsWith) is { } prefix ? prefix + "?" : line)];
        Assert.True(expected.SequenceEqual(actual), $"Only in PostgreSQL:\n  {string.Join("\n  ", expected.Except(actual))}\nOnly in the model:\n  {string.Join("\n  ", actual.Except(expected))}");
    }
}

/// <summary>PostgreSQL's catalogs as lines.</summary>
internal static class CatalogDump
{
    private const string Query = """
        WITH rel AS (
          SELECT c.*, n.nspname || '.' || c.relname AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
          WHERE n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname NOT LIKE 'pg_toast%' AND n.nspname NOT LIKE 'pg_temp%'
            AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
        ), shown AS (SELECT * FROM rel WHERE relkind IN ('r', 'p', 'v', 'm', 'f'))
        SELECT concat_ws(' ', 'relation', name, CASE relkind WHEN 'p' THEN 'r' ELSE relkind::text END, relpersistence, CASE WHEN relkind = 'p' THEN 'partitioned' END, CASE WHEN relispartition THEN 'partition' END,
               CASE WHEN relrowsecurity THEN 'rls' END, CASE WHEN relforcerowsecurity THEN 'force' END,
               (SELECT 'parents ' || string_agg(p.name, ',' ORDER BY i.inhseqno) FROM pg_inherits i JOIN rel p ON p.oid = i.inhparent WHERE i.inhrelid = shown.oid)) AS line FROM shown
        UNION ALL
        SELECT concat_ws(' ', 'column', name, row_number() OVER (PARTITION BY shown.oid ORDER BY attnum), attname, CASE WHEN relkind IN ('v', 'm') THEN '' ELSE format_type(atttypid, atttypmod) END, CASE WHEN attnotnull THEN 'notnull' END,
               CASE WHEN atthasdef AND attgenerated = '' AND relkind IN ('r', 'p') THEN 'default' END, CASE WHEN attgenerated <> '' THEN 'generated' END, CASE WHEN attidentity <> '' THEN 'identity' END, CASE WHEN NOT attislocal THEN 'inherited' END)
          FROM shown JOIN pg_attribute a ON a.attrelid = shown.oid WHERE attnum > 0 AND NOT attisdropped
        UNION ALL
        SELECT concat_ws(' ', 'constraint', name, conname, contype, '(' || (SELECT string_agg(attname, ',' ORDER BY attname) FROM pg_attribute WHERE attrelid = conrelid AND attnum = ANY (conkey)) || ')',
               '-> ' || (SELECT r.name FROM rel r WHERE r.oid = confrelid), '(' || (SELECT string_agg(attname, ',' ORDER BY array_position(confkey, attnum)) FROM pg_attribute WHERE attrelid = confrelid AND attnum = ANY (confkey)) || ')',
               CASE WHEN NOT conislocal THEN 'inherited' END)
          FROM pg_constraint JOIN shown ON shown.oid = conrelid WHERE conparentid = 0 AND contype IN ('p', 'u', 'f', 'c', 'x')
        UNION ALL
        SELECT concat_ws(' ', 'index', shown.name, i.relname, CASE WHEN indisunique THEN 'unique' END, CASE WHEN indpred IS NOT NULL THEN 'partial' END,
               (SELECT string_agg(coalesce(a.attname, '?'), ',' ORDER BY k.ord) FROM unnest(indkey::int2[]) WITH ORDINALITY AS k(num, ord) LEFT JOIN pg_attribute a ON a.attrelid = indrelid AND a.attnum = k.num AND k.num > 0 WHERE k.ord <= indnkeyatts), am.amname)
          FROM pg_index JOIN shown ON shown.oid = indrelid JOIN pg_class i ON i.oid = indexrelid JOIN pg_am am ON am.oid = i.relam
          WHERE NOT EXISTS (SELECT FROM pg_constraint c WHERE c.conindid = indexrelid AND c.conrelid = indrelid AND c.contype IN ('p', 'u', 'x')) AND NOT i.relispartition
        UNION ALL
        SELECT concat_ws(' ', 'policy', name, polname, polcmd, CASE WHEN NOT polpermissive THEN 'restrictive' END, coalesce((SELECT string_agg(rolname, ',' ORDER BY rolname) FROM pg_roles WHERE oid = ANY (polroles)), 'public'),
               CASE WHEN polqual IS NOT NULL THEN 'using' END, CASE WHEN polwithcheck IS NOT NULL THEN 'check' END)
          FROM pg_policy JOIN shown ON shown.oid = polrelid
        UNION ALL
        SELECT concat_ws(' ', 'trigger', shown.name, tgname, n.nspname || '.' || p.proname, CASE WHEN tgtype & 2 > 0 THEN 'before' WHEN tgtype & 64 > 0 THEN 'instead of' ELSE 'after' END, CASE WHEN tgtype & 1 > 0 THEN 'row' END,
               concat_ws(',', CASE WHEN tgtype & 8 > 0 THEN 'delete' END, CASE WHEN tgtype & 4 > 0 THEN 'insert' END, CASE WHEN tgtype & 32 > 0 THEN 'truncate' END, CASE WHEN tgtype & 16 > 0 THEN 'update' END),
               (SELECT 'of ' || string_agg(attname, ',' ORDER BY attnum) FROM pg_attribute WHERE attrelid = tgrelid AND attnum = ANY (tgattr)), CASE WHEN tgqual IS NOT NULL THEN 'when' END)
          FROM pg_trigger JOIN shown ON shown.oid = tgrelid JOIN pg_proc p ON p.oid = tgfoid JOIN pg_namespace n ON n.oid = p.pronamespace WHERE NOT tgisinternal AND tgparentid = 0
        UNION ALL
        SELECT concat_ws(' ', 'enum', n.nspname || '.' || typname, (SELECT string_agg(enumlabel, '|' ORDER BY enumsortorder) FROM pg_enum WHERE enumtypid = t.oid)) FROM pg_type t JOIN pg_namespace n ON n.oid = typnamespace WHERE typtype = 'e' AND n.nspname NOT IN ('pg_catalog', 'information_schema')
        UNION ALL
        SELECT concat_ws(' ', 'composite', name, (SELECT string_agg(attname || ' ' || format_type(atttypid, atttypmod), ',' ORDER BY attnum) FROM pg_attribute WHERE attrelid = rel.oid AND attnum > 0)) FROM rel WHERE relkind = 'c'
        UNION ALL
        SELECT concat_ws(' ', 'domain', n.nspname || '.' || typname, format_type(typbasetype, typtypmod), CASE WHEN typnotnull THEN 'notnull' END) FROM pg_type t JOIN pg_namespace n ON n.oid = typnamespace WHERE typtype = 'd' AND n.nspname NOT IN ('pg_catalog', 'information_schema')
        UNION ALL
        SELECT concat_ws(' ', 'sequence', name) FROM rel WHERE relkind = 'S' AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = rel.oid AND d.deptype IN ('a', 'i') AND d.refobjsubid > 0)
        UNION ALL
        SELECT concat_ws(' ', 'schema', nspname) FROM pg_namespace WHERE nspname NOT LIKE 'pg\_%' AND nspname NOT IN ('information_schema', 'public')
        """;

    public static async Task<IReadOnlyList<string>> Read(PostgresDatabase database) =>
        [.. (await database.QueryAsync(Query)).Select(row => row.GetProperty("line") is { ValueKind: JsonValueKind.String } line ? line.GetString()! : "").Order(StringComparer.Ordinal)];
}

/// <summary>The model as the same lines.</summary>
internal static class ModelDump
{
    public static IReadOnlyList<string> Of(SchemaModel model) =>
        [.. model.Relations.SelectMany(Lines).Concat(model.Objects.Select(Line).OfType<string>()).Order(StringComparer.Ordinal)];

    private static IEnumerable<string> Lines(SchemaRelation relation)
    {
        var name = $"{relation.Schema}.{relation.Name}";
        var isView = relation.Kind is SchemaRelationKind.View or SchemaRelationKind.MaterializedView;
        yield return Join("relation", name, relation.Kind switch { SchemaRelationKind.Table => "r", SchemaRelationKind.View => "v", SchemaRelationKind.MaterializedView => "m", _ => "f" },
            relation.Persistence == SqlPersistence.Unlogged ? "u" : "p", relation.IsPartitioned ? "partitioned" : null, relation.IsPartition ? "partition" : null, relation.HasRowSecurity ? "rls" : null,
            relation.ForcesRowSecurity ? "force" : null, relation.Parents.Count > 0 ? "parents " + string.Join(',', relation.Parents.Select(parent => $"{parent.Schema}.{parent.Name}")) : null);
        foreach (var (column, number) in relation.Columns.Select((column, index) => (column, index + 1)))
        {
            yield return Join("column", name, number.ToString(), column.Name, isView ? "" : column.Type?.ToString() ?? "?", column.IsNotNull ? "notnull" : null, column.HasDefault ? "default" : null,
                column.Generated is not null ? "generated" : null, column.IsIdentity ? "identity" : null, column.IsInherited ? "inherited" : null);
        }
        foreach (var constraint in relation.Constraints)
        {
            yield return Join("constraint", name, constraint.Name, constraint.Kind switch { SqlConstraintKind.Exclude => "x", var kind => char.ToLowerInvariant(kind.ToString()[0]).ToString() },
                constraint.Columns.Count > 0 ? $"({string.Join(',', constraint.Columns.Order(StringComparer.Ordinal))})" : null,
                constraint.References is { } table ? $"-> {table.Schema}.{table.Name} ({string.Join(',', constraint.ReferencedColumns)})" : null, constraint.IsInherited ? "inherited" : null);
        }
        foreach (var index in relation.Indexes)
        {
            yield return Join("index", name, index.Name, index.Definition.IsUnique ? "unique" : null, index.Where is not null ? "partial" : null, string.Join(',', index.Columns.Select(column => column ?? "?")), index.Definition.Method);
        }
        foreach (var policy in relation.Policies)
        {
            var command = policy.Definition.Command switch { SqlPolicyCommand.All => "*", SqlPolicyCommand.Select => "r", SqlPolicyCommand.Insert => "a", SqlPolicyCommand.Update => "w", _ => "d" };
            yield return Join("policy", name, policy.Name, command, policy.Definition.IsRestrictive ? "restrictive" : null,
                policy.Roles.Count > 0 ? string.Join(',', policy.Roles.Select(role => role.Name).Order(StringComparer.Ordinal)) : "public", policy.Using is null ? null : "using", policy.WithCheck is null ? null : "check");
        }
        foreach (var trigger in relation.Triggers)
        {
            var function = trigger.Definition.Function;
            var schema = function.Schema?.Name ?? (function.Name.StartsWith("suppress_", StringComparison.Ordinal) ? "pg_catalog" : "public");
            yield return Join("trigger", name, trigger.Name, $"{schema}.{function.Name}", trigger.Definition.Timing, trigger.Definition.IsForEachRow ? "row" : null,
                string.Join(',', trigger.Definition.Events.Order(StringComparer.Ordinal)), trigger.Definition.UpdateOf.Count > 0 ? "of " + string.Join(',', trigger.Definition.UpdateOf.Select(column => column.Name)) : null,
                trigger.When is null ? null : "when");
        }
    }

    private static string? Line(SchemaObject item)
    {
        var name = $"{item.Schema}.{item.Name}";
        return item.Definition switch
        {
            { Kind: SqlObjectKind.Schema } => Join("schema", item.Name),
            { Kind: SqlObjectKind.Sequence } => Join("sequence", name),
            { Kind: SqlObjectKind.Domain, BaseType: var type } => Join("domain", name, type!.ToString(), item.Definition.IsNotNull ? "notnull" : null),
            { Attributes: { } attributes } => Join("composite", name, string.Join(',', attributes.Select(attribute => $"{attribute.Name} {attribute.Type}"))),
            { Values: not null } => Join("enum", name, item.Values!.Count > 0 ? string.Join('|', item.Values!) : null),
            _ => null,
        };
    }

    private static string Join(params string?[] parts) => string.Join(' ', parts.OfType<string>());
}
