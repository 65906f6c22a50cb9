using System.Globalization;
using System.Text.Json;
using Cora.Build.Sql;
using Npgsql;

namespace Cora.Build.Database;

/// <summary>Compares what PostgreSQL has when all files have run with what the files are meant to make.</summary>
internal sealed class CatalogCheck(SchemaPlan plan, IReadOnlyCollection<string> modules, SchemaRun run, VerificationReport report)
{
    /// <summary>What schemas of the project are, and no extension's.</summary>
    private const string Ours = """
        n.nspname NOT IN ('pg_catalog', 'information_schema', 'auth', 'extensions') AND n.nspname !~ '^pg_'
        """;

    /// <summary>Checks tables, policies and functions.</summary>
    public async Task RunAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        await CheckTablesAsync(connection, cancellation).ConfigureAwait(false);
        var functions = await ReadFunctionsAsync(connection, cancellation).ConfigureAwait(false);
        CompareParameters(functions);
        await new FunctionCheck(connection, plan, modules, run, report).RunAsync(functions, cancellation).ConfigureAwait(false);
    }

    private async Task CheckTablesAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        var tables = await Statements.QueryAsync(connection, $"""
            SELECT n.nspname, c.relname, c.relrowsecurity::text, (SELECT count(*) FROM pg_policy p WHERE p.polrelid = c.oid)::text
            FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE c.relkind IN ('r', 'p') AND c.relpersistence <> 't' AND {Ours} AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
            ORDER BY 1, 2
            """, cancellation).ConfigureAwait(false);
        foreach (var row in tables)
        {
            var (schema, name, isSecure, policies) = (row[0]!, row[1]!, row[2] == "true", int.Parse(row[3]!, CultureInfo.InvariantCulture));
            // Two files may make it; the one that ran last is where it is as it is.
            var definition = plan.Scripts.Reverse().SelectMany(script => plan.Named(name).Where(item => item.Script == script))
                .FirstOrDefault(item => item.Name is { Kind: ObjectKind.Relation, IsTemporary: false } && (item.Name.Schema ?? schema) == schema);
            if (definition is not null && !modules.Contains(definition.Script.Module)) continue;
            report.Tables++;
            report.Policies += policies;
            if (isSecure || run.Missing.Contains(name)) continue;
            if (definition is null)
            {
                report.CannotDecide(new(plan.Scripts[0].Path), $"row level security of {schema}.{name} is off, and no file says that it makes this table.");
                continue;
            }
            if (IsSuppressed(definition)) continue;
            var without = policies == 0 ? "" : $" Its {(policies == 1 ? "policy has" : $"{policies} policies have")} no effect without it.";
            report.Add(DatabaseDiagnostics.s_noRowLevelSecurity.At(definition.Script.Place(definition.Name.Offset),
                $"Row level security of {schema}.{name} is off when all files have run, so the API gives all of its rows to everybody.{without} Write ALTER TABLE {schema}.{name} ENABLE ROW LEVEL SECURITY."));
        }
    }

    private static bool IsSuppressed(Definition definition)
    {
        var line = definition.Script.Place(definition.Name.Offset).Line;
        return definition.Script.Sql.Suppressions.Any(fact => fact.Line == line && fact.Codes.Any(code => code.Name == DatabaseDiagnostics.s_noRowLevelSecurity.Code));
    }

    private static async Task<List<CatalogFunction>> ReadFunctionsAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        var rows = await Statements.QueryAsync(connection, $"""
            SELECT p.oid::text, n.nspname, p.proname, l.lanname, p.prosrc, p.pronargdefaults::text,
                   (SELECT c FROM unnest(p.proconfig) AS c WHERE c LIKE 'search_path=%'),
                   (SELECT coalesce(json_agg(json_build_object('name', coalesce(p.proargnames[a.i], ''), 'type', format_type(a.type, NULL), 'mode', coalesce(p.proargmodes[a.i]::text, 'i')) ORDER BY a.i), '[]')
                    FROM unnest(coalesce(p.proallargtypes, p.proargtypes::oid[])) WITH ORDINALITY AS a(type, i))::text,
                   p.prorettype::regtype::text,
                   (SELECT coalesce(json_agg(DISTINCT format('%I.%I', tn.nspname, tc.relname)), '[]')
                    FROM pg_trigger t JOIN pg_class tc ON tc.oid = t.tgrelid JOIN pg_namespace tn ON tn.oid = tc.relnamespace WHERE t.tgfoid = p.oid)::text
            FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace JOIN pg_language l ON l.oid = p.prolang
            WHERE {Ours} AND p.prokind IN ('f', 'p') AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e')
            ORDER BY 2, 3, 1
            """, cancellation).ConfigureAwait(false);
        return [.. rows.Select(row => new CatalogFunction(row[0]!, row[1]!, row[2]!, row[3]!, row[4]!, int.Parse(row[5]!, CultureInfo.InvariantCulture), row[6]?["search_path=".Length..],
            [.. JsonDocument.Parse(row[7]!).RootElement.EnumerateArray().Select(item => new CatalogParameter(item.GetProperty("name").GetString()!, item.GetProperty("type").GetString()!, item.GetProperty("mode").GetString()![0]))],
            row[8]!, [.. JsonDocument.Parse(row[9]!).RootElement.EnumerateArray().Select(item => item.GetString()!)]))];
    }

    /// <summary>The checks of RPC calls look at functions as they are read from the files. Where PostgreSQL has others, they may say what is not so.</summary>
    private void CompareParameters(IReadOnlyList<CatalogFunction> functions)
    {
        if (report.NotVerified > 0 || report.Diagnostics.Count > 0) return;
        var read = SqlFunctions.Of([.. plan.Scripts.Select(script => new SqlSource(script.Module, script.Path, script.Sql, IsMigration: false))]);
        var expected = read.All.ToLookup(function => (function.Schema, function.Name));
        foreach (var group in functions.GroupBy(function => (function.Schema, function.Name)))
        {
            var actual = group.Select(Shape).Order(StringComparer.Ordinal);
            var known = expected[group.Key].Select(function => function.Inputs is null ? "?" : string.Join(", ", function.Inputs.Select(input => input.Name)) + $"/{function.Inputs.Count(input => input.Default is not null)}").Distinct().Order(StringComparer.Ordinal);
            if (actual.SequenceEqual(known) || read.MayDefine(group.Key.Name)) continue;
            report.CannotDecide(new(plan.Scripts[0].Path), $"PostgreSQL has the function {group.Key.Schema}.{group.Key.Name} with other parameters than are read from its file, so what is said of RPC calls to it may not be so.");
        }

        static string Shape(CatalogFunction function)
        {
            var inputs = function.Parameters.Where(parameter => parameter.Mode is 'i' or 'b' or 'v').ToList();
            return $"{string.Join(", ", inputs.Select(input => input.Name))}/{function.Defaults}";
        }
    }
}

/// <summary>A function as PostgreSQL has it.</summary>
/// <param name="Oid">Its number.</param>
/// <param name="Schema">Where it is.</param>
/// <param name="Name">Its name.</param>
/// <param name="Language">Of the body.</param>
/// <param name="Body">Its text; empty where PostgreSQL has only what it understood of it.</param>
/// <param name="Defaults">How many parameters have one.</param>
/// <param name="SearchPath">What it sets; null when it sets none.</param>
/// <param name="Parameters">All of them.</param>
/// <param name="Returns">A type.</param>
/// <param name="Tables">Those whose triggers call it, with their schemas, in quotes where they need some.</param>
internal sealed record CatalogFunction(string Oid, string Schema, string Name, string Language, string Body, int Defaults, string? SearchPath,
    IReadOnlyList<CatalogParameter> Parameters, string Returns, IReadOnlyList<string> Tables)
{
    /// <summary>Whether only triggers call it.</summary>
    public bool IsTrigger => Returns == "trigger";
}

/// <summary>A parameter as PostgreSQL has it.</summary>
/// <param name="Name">Empty where it has none.</param>
/// <param name="Type">Its type.</param>
/// <param name="Mode"><c>i</c>, <c>o</c>, <c>b</c>, <c>v</c> or <c>t</c>.</param>
internal sealed record CatalogParameter(string Name, string Type, char Mode);
