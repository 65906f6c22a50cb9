using System.Text.Json;
using Cora.Build.Sql;

namespace Cora.Build.Tests.Sql;

/// <summary>Compares what is read of functions with what PostgreSQL's own catalog says after it has run the same text.</summary>
[Collection(PostgresTests.Name)]
public sealed class PostgresFunctionTests(PostgresServer server)
{
    private const string Corpus = """
        CREATE SCHEMA app; CREATE SCHEMA "App";
        CREATE TYPE "My Type" AS (a int, b text);
        CREATE TYPE app.mood AS ENUM ('ok', 'so so');
        CREATE TABLE orgs (id uuid PRIMARY KEY, name varchar(20));
        CREATE FUNCTION f01() RETURNS int LANGUAGE sql AS 'SELECT 1';
        CREATE FUNCTION f02(p_x uuid, p_y int DEFAULT 0) RETURNS int LANGUAGE sql AS $$ SELECT p_y $$;
        CREATE FUNCTION f03(uuid, IN text, double precision, double int) RETURNS int LANGUAGE sql AS $$ SELECT $4 $$;
        CREATE FUNCTION f04(IN a int, OUT b int, INOUT c int, IN OUT d int, VARIADIC e int[]) LANGUAGE sql AS $$ SELECT 1, 2, 3 $$;
        CREATE FUNCTION f05(a IN int, b OUT int, c IN OUT int, d VARIADIC text[] DEFAULT '{}') LANGUAGE sql AS $$ SELECT 1, 2 $$;
        CREATE FUNCTION f06(OUT text, OUT int) LANGUAGE sql AS $$ SELECT 'x', 1 $$;
        CREATE FUNCTION f07("P x" "My Type", P_Y app.mood[][3]) RETURNS int LANGUAGE sql AS $$ SELECT 1 $$;
        CREATE FUNCTION f08(a numeric ( 10 , 2 ) = 1.5, b varchar(20) = 'x', c character varying = '', d national char varying(3) = '', e char = 'c')
          RETURNS int LANGUAGE sql AS $$ SELECT 1 $$;
        CREATE FUNCTION f09(timestamp with time zone, t timestamp(3), u time with time zone, v timestamptz, w timestamp without time zone array[4]) RETURNS int LANGUAGE sql AS $$ SELECT 1 $$;
        CREATE FUNCTION f10(interval year to month, i interval day to second(3), bit varying, b bit(3), float(10), x float, y float(53)) RETURNS int LANGUAGE sql AS $$ SELECT 1 $$;
        CREATE FUNCTION f11(a public.orgs.id%TYPE, b orgs.name%type) RETURNS orgs.id%TYPE LANGUAGE sql AS $$ SELECT a $$;
        CREATE FUNCTION f12(a int[] = ARRAY[1,2]::int[], b text DEFAULT ((('x' || ')'))), c jsonb default '{"a": "),"}') RETURNS SETOF int LANGUAGE sql AS $$ SELECT 1 $$;
        CREATE FUNCTION f13(a int=-1, "in" int = (CASE WHEN true THEN 1 END), "char" "char" = 'x') RETURNS int LANGUAGE sql AS $$ SELECT 1 $$;
        CREATE FUNCTION f14(p_type text, p_array text, p_date date, name name, -- the last
          /* x /* y */ */ type text, U&"d!0061ta" UESCAPE '!' int8, time_ time, "größe" int, GRÖßE int) RETURNS int LANGUAGE sql AS $$ SELECT 1 $$;
        CREATE FUNCTION f15(p_x int) RETURNS TABLE (id uuid, "N" text[], total numeric(10, 2)) LANGUAGE sql STABLE AS $$ SELECT NULL::uuid, NULL::text[], 1.5 $$;
        CREATE FUNCTION f16(OUT x int) RETURNS NULL ON NULL INPUT LANGUAGE sql AS 'SELECT ''1''::int';
        CREATE FUNCTION f17() RETURNS trigger LANGUAGE plpgsql AS $fn$ BEGIN RETURN NEW; EXECUTE $$ x $$; END $fn$;
        CREATE FUNCTION f18() RETURNS event_trigger LANGUAGE plpgsql AS $fn$ BEGIN END $fn$;
        CREATE FUNCTION f19(p_x int) RETURNS int BEGIN ATOMIC SELECT CASE WHEN p_x > 0 THEN 1 ELSE 2 END; SELECT (CASE WHEN true THEN 1 END) AS "end"; END;
        CREATE FUNCTION f20(p_x int) RETURNS int RETURN p_x + 1;
        CREATE FUNCTION "App"."F 21"(a app.mood = 'so so') RETURNS app.mood LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$ SELECT a $$;
        CREATE PROCEDURE app.p22(INOUT a int, b text = E'it\'s') LANGUAGE plpgsql AS $$ BEGIN COMMIT; END $$;
        CREATE FUNCTION f23(int) RETURNS int LANGUAGE sql AS 'SELECT 1'; CREATE FUNCTION f23(text) RETURNS int LANGUAGE sql AS 'SELECT 1';
        CREATE FUNCTION f24(a int, b text) RETURNS int LANGUAGE sql AS 'SELECT 1'; CREATE OR REPLACE FUNCTION f24(a int4, b text = '') RETURNS int LANGUAGE sql AS 'SELECT 2';
        CREATE FUNCTION f25(a varchar(3), OUT b int) LANGUAGE sql AS 'SELECT 1'; DROP FUNCTION f25(character varying);
        CREATE FUNCTION f26(a int) RETURNS int LANGUAGE sql AS 'SELECT 1'; DROP FUNCTION IF EXISTS f26, public.f26_not_there(int); CREATE FUNCTION f26(b text) RETURNS int LANGUAGE sql AS 'SELECT 1';
        CREATE FUNCTION f27_old(a timestamptz) RETURNS int LANGUAGE sql AS 'SELECT 1'; ALTER FUNCTION f27_old(timestamp with time zone) RENAME TO f27;
        CREATE FUNCTION app.f28(a int) RETURNS int LANGUAGE sql AS 'SELECT 1'; ALTER FUNCTION app.f28 SET SCHEMA public;
        SET search_path TO app, public;
        CREATE FUNCTION f29(a mood) RETURNS int LANGUAGE sql AS 'SELECT 1';
        SET search_path TO DEFAULT;
        DO $$ BEGIN IF true THEN CREATE FUNCTION f30(a int = 1) RETURNS int LANGUAGE sql AS 'SELECT 1'; END IF; END $$;
        CREATE FUNCTION f31(a234567890b234567890c234567890d234567890e234567890f234567890é34 int) RETURNS int LANGUAGE sql AS 'SELECT 1';
        CREATE FUNCTION f32(a int, b int) RETURNS int LANGUAGE sql AS 'SELECT 1' IMMUTABLE; DROP ROUTINE f32(a int, OUT x int, b int4);
        CREATE FUNCTION f33(VARIADIC "any") RETURNS int LANGUAGE internal AS 'pg_num_nulls';
        CREATE FUNCTION f34(polygon, p_path path, "name" varchar = 'a'
          'b') RETURNS int LANGUAGE sql AS 'SELECT'
          ' 1';
        """;

    [PostgresFact]
    public async Task Functions_are_those_of_the_catalog()
    {
        var database = await server.CreateDatabaseAsync();
        await database.RunAsync(Corpus);

        var expected = await Catalog(database);
        Assert.True(expected.Count > 30);
        Assert.Equal(expected, Read([new("module-test", "x.sql", SqlFile.Read(Corpus), IsMigration: false)]));
    }

    /// <summary>Schema, name, kind, names, modes and number of defaults, and the types that tell overloads apart.</summary>
    internal static async Task<List<string>> Catalog(PostgresDatabase database)
    {
        var rows = await database.QueryAsync("""
            SELECT n.nspname, p.proname, p.prokind, p.proargnames, p.proargmodes, p.pronargs, p.pronargdefaults, p.prorettype::regtype::text AS returns, p.prosecdef, l.lanname,
                   (SELECT array_agg(CASE WHEN t.typname = 'bpchar' THEN 'character' ELSE format_type(t.oid, NULL) END ORDER BY a.i) FROM unnest(p.proargtypes) WITH ORDINALITY AS a(type, i) JOIN pg_type t ON t.oid = a.type) AS types
            FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace JOIN pg_language l ON l.oid = p.prolang
            WHERE n.nspname NOT IN ('pg_catalog', 'information_schema') AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e')
            """);
        return [.. rows.Select(row =>
        {
            var inputs = row.GetProperty("pronargs").GetInt32();
            var modes = row.GetProperty("proargmodes") is { ValueKind: JsonValueKind.Array } array ? string.Concat(array.EnumerateArray().Select(mode => mode.GetString())) : new string('i', inputs);
            var names = row.GetProperty("proargnames") is { ValueKind: JsonValueKind.Array } named ? string.Join(',', named.EnumerateArray().Select(name => name.GetString())) : new string(',', Math.Max(0, modes.Length - 1));
            var types = row.GetProperty("types") is { ValueKind: JsonValueKind.Array } list ? string.Join(',', list.EnumerateArray().Select(type => type.GetString())) : "";
            return $"{row.GetProperty("nspname")}.{row.GetProperty("proname")} {row.GetProperty("prokind")} [{names}] {modes} defaults={row.GetProperty("pronargdefaults")} ({types}) "
                + $"trigger={row.GetProperty("returns").GetString() is "trigger" or "event_trigger"} definer={row.GetProperty("prosecdef").GetBoolean()} {row.GetProperty("lanname")}";
        }).Order(StringComparer.Ordinal)];
    }

    /// <summary>The same as our reader has it.</summary>
    internal static List<string> Read(IReadOnlyList<SqlSource> sources)
    {
        // The type of a column is known to the catalog alone.
        var columns = new Dictionary<string, string> { ["orgs.id%type"] = "uuid", ["orgs.name%type"] = "character varying" };
        var functions = SqlFunctions.Of(sources);
        return [.. functions.All.Select(defined =>
        {
            var function = defined.Function;
            var modes = string.Concat(function.Parameters!.Select(parameter => parameter.Mode switch { SqlParameterMode.InOut => 'b', var mode => char.ToLowerInvariant(mode.ToString()[0]) }));
            var types = string.Join(',', function.Signature!.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(type => type switch
            {
                _ when columns.TryGetValue(type, out var column) => column,
                "My Type" => "\"My Type\"",
                "any" => "\"any\"",
                _ => type,
            }));
            if (defined.Schema == "app" || types == "mood") types = types.Replace("mood", "app.mood", StringComparison.Ordinal);
            return $"{defined.Schema}.{defined.Name} {(function.IsProcedure ? 'p' : 'f')} [{string.Join(',', function.Parameters!.Select(parameter => parameter.Name))}] {modes} "
                + $"defaults={function.Parameters!.Count(parameter => parameter.Default is not null)} ({types}) trigger={function.IsTrigger} definer={function.IsSecurityDefiner} {function.Language}";
        }).Order(StringComparer.Ordinal)];
    }
}
