using System.Text;
using Cora.Build.Sql;

namespace Cora.Build.Tests.Sql;

public sealed class SqlFunctionTests
{
    [Theory]
    [InlineData("f()", "")]
    [InlineData("f(p_x uuid, p_y int DEFAULT 0)", "In p_x uuid, In p_y integer=0")]
    [InlineData("f(uuid, IN text, double precision, double int)", "In  uuid, In  text, In  double precision, In double integer")]
    [InlineData("f(IN a int, OUT b int, INOUT c int, in out d int, VARIADIC e int[])", "In a integer, Out b integer, InOut c integer, InOut d integer, Variadic e integer[]")]
    [InlineData("f(a IN int, b out int, c IN OUT int, d variadic text[])", "In a integer, Out b integer, InOut c integer, Variadic d text[]")]
    [InlineData("f(out text, variadic \"any\")", "Out  text, Variadic  any")]
    [InlineData("f(\"P x\" \"My Type\", P_Y app.\"T\"[][3])", "In P x My Type, In p_y app.T[]")]
    [InlineData("f(a numeric ( 10 , 2 ) = 1.5, b varchar(20), c character varying, d national char varying(3), e char)",
        "In a numeric(10,2)=1.5, In b character varying(20), In c character varying, In d character varying(3), In e character")]
    [InlineData("f(timestamp with time zone, t timestamp(3), u time with time zone, v timestamptz, w timestamp without time zone array[4])",
        "In  timestamp with time zone, In t timestamp without time zone(3), In u time with time zone, In v timestamp with time zone, In w timestamp without time zone[]")]
    [InlineData("f(interval year to month, i interval day to second(3) = '1 day', bit varying, b bit(3), float(10), x float)",
        "In  interval, In i interval(3)='1 day', In  bit varying, In b bit(3), In  real, In x double precision")]
    [InlineData("f(a public.orgs.id%TYPE, b SETOF orgs.id%type, c orgs.id % type DEFAULT NULL)", "In a orgs.id%type, In b orgs.id%type setof, In c orgs.id%type=NULL")]
    [InlineData("f(a int[] = ARRAY[1,2]::int[], b text DEFAULT (SELECT max(x) FROM (VALUES (1, 2)) AS v), c jsonb default '{\"a\": \"),\"}')",
        "In a integer[]=ARRAY[1,2]::int[], In b text=(SELECT max(x) FROM (VALUES (1, 2)) AS v), In c jsonb='{\"a\": \"),\"}'")]
    [InlineData("f(a int=-1, \"in\" int, \"char\" \"char\")", "In a integer=-1, In in integer, In char \"char\"")]
    [InlineData("f(p_type text, p_array text, p_date date, name name, -- the last\n /* x */ type text)", "In p_type text, In p_array text, In p_date date, In name name, In type text")]
    [InlineData("f(pg_catalog.int4, pg_catalog.varchar(3), U&\"d\\0061ta\" int8)", "In  integer, In  character varying(3), In data bigint")]
    public void Parameters_are_read(string signature, string expected)
    {
        var file = SqlFile.Read($"CREATE FUNCTION {signature} RETURNS void LANGUAGE sql AS ''");
        Assert.Equal(expected, Parameters(file, Function(file)));
        Assert.Empty(file.NotRead);
    }

    [Theory]
    [InlineData("CREATE FUNCTION f() RETURNS int AS 'x'", "public", "f")]
    [InlineData("create or replace function public . F () returns int as 'x'", "public", "f")]
    [InlineData("CREATE FUNCTION \"Public\".\"My \"\"F\"\"\"() RETURNS int AS 'x'", "Public", "My \"F\"")]
    [InlineData("CREATE PROCEDURE db.app.p() AS 'x'", "app", "p")]
    public void Names_are_as_PostgreSQL_keeps_them(string sql, string schema, string name)
    {
        var function = Function(SqlFile.Read(sql));
        Assert.Equal((schema, name), (function.Name.Schema?.Name ?? "public", function.Name.Name));
    }

    [Theory]
    [InlineData("é34", "é3")]
    [InlineData("12é", "12")]
    [InlineData("\"É\"\"3\"", "É\"")]
    [InlineData("ab3", "ab3")]
    public void A_name_is_cut_to_63_bytes_between_characters(string end, string kept)
    {
        var start = new string('x', 60);
        var name = Function(SqlFile.Read($"CREATE FUNCTION {(end[0] == '"' ? "\"" + start + end[1..] : start + end)}() RETURNS int AS 'x'")).Name.Identifier;
        Assert.Equal(start + kept, name.Name);
        Assert.Equal(start + end.Replace("\"\"", "!", StringComparison.Ordinal).Replace("\"", "", StringComparison.Ordinal).Replace('!', '"'), name.Written);
    }

    [Fact]
    public void A_result_is_a_type_a_table_or_what_the_parameters_say()
    {
        Assert.True(Function(SqlFile.Read("CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$$$")).IsTrigger);
        Assert.True(Function(SqlFile.Read("CREATE FUNCTION f() RETURNS pg_catalog.event_trigger LANGUAGE plpgsql AS $$$$")).IsTrigger);
        Assert.False(Function(SqlFile.Read("CREATE FUNCTION f() RETURNS app.trigger LANGUAGE plpgsql AS $$$$")).IsTrigger);
        Assert.True(Function(SqlFile.Read("CREATE FUNCTION f() RETURNS SETOF orgs AS $$$$")).Returns!.IsSetOf);
        Assert.Null(Function(SqlFile.Read("CREATE FUNCTION f(OUT x int) RETURNS NULL ON NULL INPUT AS $$$$")).Returns);
        var file = SqlFile.Read("CREATE FUNCTION f(p_x int) RETURNS TABLE (id uuid, \"N\" text[]) STABLE AS $$$$");
        Assert.Equal("In p_x integer, Table id uuid, Table N text[]", Parameters(file, Function(file)));
        Assert.Equal("integer", Function(file).Signature);
    }

    [Fact]
    public void Options_stand_in_any_order()
    {
        const string text = """
            CREATE OR REPLACE FUNCTION public.f(p_x int)
            RETURNS boolean
            LANGUAGE 'PLpgSQL' STABLE PARALLEL SAFE COST 10
            SET search_path = public, language, pg_temp SECURITY DEFINER SET work_mem TO '1MB'
            AS $body$
            BEGIN RETURN 'LANGUAGE c'; END
            $body$ STRICT;
            """;
        var file = SqlFile.Read(text);
        var function = Function(file);
        Assert.Equal(("plpgsql", true, true), (function.Language, function.IsSecurityDefiner, function.Replaces));
        Assert.Equal(["search_path", "work_mem"], function.Settings);
        Assert.Equal("\nBEGIN RETURN 'LANGUAGE c'; END\n", Text(file, function.Body!.Span));
        Assert.Equal((new(5, 10), true), (function.Body.At, function.Body.IsVerbatim));
    }

    [Fact]
    public void A_body_in_quotes_says_whether_it_stands_there_as_it_is()
    {
        var plain = SqlFile.Read("CREATE FUNCTION f() RETURNS int LANGUAGE sql\nAS 'SELECT 1'");
        Assert.Equal("SELECT 1", Text(plain, Function(plain).Body!.Span));
        Assert.Equal((new(2, 5), true), (Function(plain).Body!.At, Function(plain).Body!.IsVerbatim));
        Assert.False(Function(SqlFile.Read("CREATE FUNCTION f() RETURNS text LANGUAGE sql AS 'SELECT ''a'''")).Body!.IsVerbatim);
        Assert.False(Function(SqlFile.Read("CREATE FUNCTION f() RETURNS text LANGUAGE sql AS E'SELECT \\'a\\''")).Body!.IsVerbatim);
        Assert.Null(Function(SqlFile.Read("CREATE FUNCTION f() RETURNS text LANGUAGE c AS 'obj', 'symbol' STRICT")).Body);
    }

    [Fact]
    public void A_body_of_SQL_ends_with_its_END_and_not_with_a_semicolon()
    {
        const string text = """
            CREATE FUNCTION f(p_x int) RETURNS int
            BEGIN ATOMIC
              SELECT CASE WHEN p_x > 0 THEN 1 ELSE 2 END;
              SELECT t.end, 1 AS end, (CASE WHEN true THEN 1 END) FROM t;
            END;
            CREATE FUNCTION g(p_y int) RETURNS int RETURN p_y + 1;
            BEGIN;
            CREATE FUNCTION h() RETURNS int RETURN 1;
            END;
            """;
        var file = SqlFile.Read(text);
        Assert.Equal(["f", "g", "h"], file.Statements.Cast<CreateFunction>().Select(statement => statement.Function.Name.Name));
        Assert.EndsWith("FROM t;\nEND", Text(file, Function(file).Body!.Span), StringComparison.Ordinal);
        Assert.Equal("sql", Function(file).Language);
        Assert.Equal("RETURN p_y + 1", Text(file, ((CreateFunction)file.Statements[1]).Function.Body!.Span));
        Assert.Empty(file.Faults);
    }

    [Fact]
    public void Statements_that_name_functions_are_read()
    {
        const string text = """
            DROP FUNCTION IF EXISTS public.f(p_a uuid, OUT int, integer), "G" CASCADE;
            DROP ROUTINE h(text[]);
            ALTER FUNCTION f(varchar(10), INOUT timestamptz) RENAME TO "New";
            ALTER PROCEDURE app.p SET SCHEMA public;
            ALTER FUNCTION f(int) OWNER TO postgres;
            """;
        var file = SqlFile.Read(text);
        Assert.Equal(
            ["DropFunctions public.f(uuid,integer) G(-)", "DropFunctions h(text[])", "RenameFunction f(character varying,timestamp with time zone) New", "MoveFunction app.p(-) public"],
            file.Statements.Select(statement => statement switch
            {
                DropFunctions drop => $"DropFunctions {string.Join(' ', drop.Functions.Select(Reference))}",
                RenameFunction rename => $"RenameFunction {Reference(rename.Function)} {rename.NewName.Name}",
                MoveFunction move => $"MoveFunction {Reference(move.Function)} {move.NewSchema.Name}",
                _ => statement.ToString(),
            }));
        Assert.Empty(file.NotRead);

        static string Reference(SqlFunctionReference function) => $"{function.Name}({function.Signature ?? "-"})";
    }

    [Fact]
    public void Blocks_are_read_as_far_as_they_say_what_they_do()
    {
        const string text = """
            DO $$
            DECLARE v_x int := 1;
            BEGIN
              <<outer>>
              IF NOT EXISTS (SELECT CASE WHEN true THEN 1 END) THEN
                CREATE FUNCTION f() RETURNS int LANGUAGE sql AS $f$ SELECT CASE WHEN true THEN 1 END; $f$;
              ELSE
                DROP FUNCTION g();
              END IF;
              DO $inner$ BEGIN CREATE FUNCTION h() RETURNS int RETURN 1; END $inner$;
            EXCEPTION WHEN duplicate_function THEN DROP FUNCTION i();
            END $$;
            DO LANGUAGE plpython3u $$ don't $$;
            DO LANGUAGE 'plpgsql' 'BEGIN EXECUTE format($a$CREATE FUNCTION %I() RETURNS int RETURN 1$a$, name); END';
            """;
        var file = SqlFile.Read(text);
        Assert.Equal([(6, 5), (8, 5), (10, 20), (11, 40), (14, 1)], file.Statements.Select(statement => (statement.At.Line, statement.At.Column)));
        Assert.All(file.Statements.SkipLast(1), statement => Assert.True(statement.IsConditional));
        Assert.IsType<DynamicStatements>(file.Statements[^1]);
        Assert.Empty(file.Faults);
    }

    [Fact]
    public void The_schema_of_names_without_one_follows_the_search_path()
    {
        var file = SqlFile.Read("SET search_path TO \"$user\", App, public; SET LOCAL search_path = ''; SET search_path TO DEFAULT; SET work_mem = '1MB';");
        Assert.Equal(["app", null, "public"], file.Statements.Cast<SetSearchPath>().Select(statement => statement.Schema));
    }

    [Theory]
    [InlineData("COPY t (a) FROM stdin;\nit's \"data\n\\N\n\\.\nCREATE FUNCTION f() RETURNS int RETURN 1;")]
    [InlineData("\\set x 'it''s\nCREATE FUNCTION f() RETURNS int RETURN 1 \\g\n\\echo (")]
    [InlineData("CREATE RULE r AS ON INSERT TO t DO (SELECT 1; SELECT 2); CREATE FUNCTION f() RETURNS int RETURN 1")]
    [InlineData("; ;; ) ; CREATE FUNCTION f() RETURNS int RETURN 1;;")]
    [InlineData("CREATE EXTENSION x; CREATE TABLE t (a int CHECK (a IN (1, 2))); SELECT 'CREATE FUNCTION g('; CREATE FUNCTION f() RETURNS int RETURN 1;")]
    public void What_stands_around_a_function_does_not_hide_it(string text)
    {
        var file = SqlFile.Read(text);
        Assert.Equal("f", Assert.Single(file.Statements.OfType<CreateFunction>()).Function.Name.Name);
        Assert.Empty(file.Faults);
        Assert.Empty(file.NotRead);
    }

    [Theory]
    [InlineData("CREATE FUNCTION f(a b c d) RETURNS int AS ''")]
    [InlineData("CREATE FUNCTION f(a int RETURNS int AS '')")]
    [InlineData("CREATE FUNCTION f RETURNS int AS ''")]
    [InlineData("CREATE FUNCTION f() RETURNS TABLE AS ''")]
    [InlineData("CREATE FUNCTION f(,) RETURNS int AS ''")]
    public void A_function_that_cannot_be_read_keeps_its_name_and_is_counted(string text)
    {
        var file = SqlFile.Read($"SELECT 1;\n{text};\nCREATE FUNCTION g() RETURNS int RETURN 1;");
        Assert.Null(Function(file).Parameters);
        Assert.Equal(new(2, 1), Assert.Single(file.NotRead));
        Assert.Equal(2, file.Statements.Count);
    }

    [Theory]
    [InlineData("CREATE FUNCTION f() RETURNS int RETURN 1; SELECT (1;\nCREATE TABLE t (x int);", 1, 50)]
    [InlineData("CREATE FUNCTION f() RETURNS int RETURN 1;\nCREATE FUNCTION g() RETURNS int BEGIN ATOMIC SELECT 1;", 2, 33)]
    [InlineData("CREATE FUNCTION f() RETURNS int RETURN 1;\nDO $$ BEGIN\n SELECT 'a; END $$; DROP FUNCTION g();", 3, 9)]
    public void What_is_not_closed_ends_the_reading_where_it_begins(string text, int line, int column)
    {
        var file = SqlFile.Read(text);
        Assert.Equal(new(line, column), Assert.Single(file.Faults).At);
        Assert.Equal("f", Function(file).Name.Name);
    }

    [Fact]
    public void Nesting_costs_no_stack_and_no_time()
    {
        const int depth = 300_000;
        Assert.Single(SqlFile.Read($"SELECT {new string('(', depth)}").Faults);
        Assert.Empty(SqlFile.Read($"CREATE FUNCTION f(a int = {new string('(', depth)}{new string(')', depth)}) RETURNS int AS ''; SELECT {new string('[', depth)}").Faults);
        Assert.NotNull(Function(SqlFile.Read($"CREATE FUNCTION f(a int{string.Concat(Enumerable.Repeat("[]", depth))}) RETURNS int AS ''")).Parameters);
        var blocks = new StringBuilder();
        for (var i = 0; i < depth / 10; i++) blocks.Append("DO $a").Append(i).Append('$');
        for (var i = (depth / 10) - 1; i >= 0; i--) blocks.Append("$a").Append(i).Append('$');
        Assert.Single(SqlFile.Read(blocks.ToString()).NotRead);
    }

    private static SqlFunction Function(SqlFile file) => file.Statements.OfType<CreateFunction>().First().Function;

    private static string Text(SqlFile file, SqlSpan span) => file.Text.Text[span.Start..span.End];

    private static string Parameters(SqlFile file, SqlFunction function) => string.Join(", ", function.Parameters!.Select(parameter =>
        $"{parameter.Mode} {parameter.Name} {Type(parameter.Type)}{(parameter.Default is { } value ? $"={Text(file, value)}" : "")}"));

    private static string Type(SqlType type) =>
        $"{(type.Schema is null ? "" : type.Schema + ".")}{type.Name}{(type.Modifiers.Length > 0 ? $"({type.Modifiers})" : "")}{(type.IsOfColumn ? "%type" : "")}{(type.IsArray ? "[]" : "")}{(type.IsSetOf ? " setof" : "")}";
}
