using Cora.Build.Python.Source;
using Cora.Build.Rules;
using Cora.Build.Sql;

namespace Cora.Build.Tests.Rules;

public sealed class TableCallRulesTests
{
    private const string Schema = """
        CREATE TABLE public.orgs (id uuid PRIMARY KEY, name text, slug text, is_deleted boolean, created_at timestamptz);
        CREATE TABLE org_members (id uuid PRIMARY KEY, org_id uuid, user_id uuid, role text, settings jsonb, created_at timestamptz);
        ALTER TABLE org_members ADD COLUMN "invitedBy" uuid;
        CREATE VIEW org_names (id, title) AS SELECT id, name FROM orgs;
        CREATE VIEW org_lists AS SELECT o.*, count(*) OVER () AS total FROM orgs o;
        CREATE TABLE private.secrets (id uuid);
        CREATE TABLE renamed (id uuid, title text);
        ALTER TABLE renamed RENAME COLUMN title TO name;
        DO $$ BEGIN EXECUTE 'ALTER TABLE ' || 'renamed' || ' ADD ' || 'x int'; END $$;
        SELECT make_table('made_x');
        CREATE FUNCTION member_total(o orgs) RETURNS bigint LANGUAGE sql AS $$ SELECT count(*) FROM org_members WHERE org_id = o.id $$;
        """;

    private const string Migration = "CREATE TABLE legacy_rows (id uuid); ALTER TABLE orgs ADD COLUMN legacy_name text;";

    [Theory]
    [InlineData("common.find_one('orgs', {'id': org_id, 'is_deleted': False}, select='id,name, slug', user_jwt=jwt)")]
    [InlineData("find_many('org_members', {'org_id': o, 'created_at': {'gte': a, 'lt': b}}, order='created_at.desc.nullslast,role.asc,id')")]
    [InlineData("find_many(table='orgs', order='name', filters=None, select='*')")]
    [InlineData("insert_one('org_members', {'org_id': o, 'user_id': u, 'role': r, 'invitedBy': x}, select='id')")]
    [InlineData("update_one('orgs', {'id': i}, {'name': n})\nupdate_many('orgs', {'id': [a, b]}, {'slug': s}, select='id')")]
    [InlineData("count('orgs')\ndelete_one('orgs', {'id': i})\ndelete_many('orgs', {'id': i})\nexecute_query('orgs', limit=5)")]
    [InlineData("find_one('org_names', {'id': i}, select='id,title')")]
    public void A_call_that_fits_the_schema_is_left_alone(string code)
    {
        var report = Check(code);
        ReportAssert.Findings(report);
        Assert.Equal((code.Split('\n').Length, 0), (report.TableCalls, report.NotDecidable));
    }

    [Theory]
    [InlineData("x = common.find_one('org', {'id': i})", "1,21 warning CORA2030: No schema of the project defines a table or view 'org'. Did you mean 'orgs'?")]
    [InlineData("insert_one(\n    table='org_member',\n    data={'nonsense': 1},\n)", "2,11 warning CORA2030: No schema of the project defines a table or view 'org_member'. Did you mean 'org_members'?")]
    [InlineData("find_many('weather')", "1,11 warning CORA2030: No schema of the project defines a table or view 'weather'.")]
    [InlineData("find_many('ORGS')", "1,11 warning CORA2030: *Did you mean 'orgs'?")]
    [InlineData("find_many('public.orgs', {'x': 1})", "1,11 warning CORA2030: 'public.orgs' names a schema, and PostgREST takes the name of a table alone. Write 'orgs'.")]
    [InlineData("count('secrets')", "1,7 warning CORA2030: 'secrets' is in schema 'private' (010-orgs.sql of module-test), and PostgREST looks in 'public' when the request does not say otherwise. Make a view of it in 'public', or move it there.")]
    public void A_table_that_no_schema_defines_is_found_at_its_name(string code, params string[] expected) => ReportAssert.Findings(Check(code), expected);

    [Theory]
    [InlineData("find_one('org_members', {'org_id': o,\n    'active': True})", "2,5 warning CORA2031: 'org_members' (010-orgs.sql of module-test) has no column 'active'. Its columns are 'id', 'org_id', 'user_id', 'role', 'settings', 'created_at', 'invitedBy'.")]
    [InlineData("find_one('org_members', {'person_id': p})", "1,26 warning CORA2031: *has no column 'person_id'. Did you mean 'user_id'?")]
    [InlineData("insert_one('orgs', {'nmae': n, 'Slug': s}, select='id')", "1,21 warning CORA2031: *'nmae'. Did you mean 'name'?", "1,32 warning CORA2031: *'Slug'. Did you mean 'slug'?")]
    [InlineData("update_one('orgs', {'id': i}, {**fields, 'updated_at': t})", "1,42 warning CORA2031: *'updated_at'. Did you mean 'created_at'?")]
    [InlineData("find_many('orgs', select='id,title,o:slug,org_members(id),data->>x,name::text,wrong')",
        "1,26 warning CORA2031: *'title'.*", "1,26 warning CORA2031: *'wrong'.*")]
    [InlineData("find_many('orgs', order='created.desc, nam')", "1,25 warning CORA2031: *'created'. Did you mean 'created_at'?", "1,25 warning CORA2031: *'nam'. Did you mean 'name'?")]
    [InlineData("COLUMNS = \"id,tilte\"\nfind_one('org_names', {'id': i}, select=COLUMNS)", "1,11 warning CORA2031: 'org_names' (010-orgs.sql of module-test) has no column 'tilte'. Did you mean 'title'?")]
    [InlineData("insert_one('orgs', {'x y': 1})", "1,21 warning CORA2031: *'x y'.*")]
    public void A_column_that_the_table_lacks_is_found_where_it_is_written(string code, params string[] expected) => ReportAssert.Findings(Check(code), expected);

    [Theory]
    [InlineData("find_one(table, {'id': i})", 0)]
    [InlineData("find_one(f'{kind}s', {'x': i})", 0)]
    [InlineData("find_one(*all)", 0)]
    [InlineData("find_one('orgs', filters)", 1)]
    [InlineData("find_one('orgs', **more)", 1)]
    [InlineData("find_one('orgs', {**more})", 1)]
    [InlineData("find_one('orgs', {'created_at__gte': a, 'settings->>kind': b, 'or': c, 'org_members.role': d})", 1)]
    [InlineData("find_one('orgs', {'id': i}, select=', '.join(names))", 1)]
    [InlineData("find_one('orgs', {'id': i, 'ctid': 2}, select='id.sum()')", 1)]
    [InlineData("find_one('orgs', {'id': i}, order='data->x.desc')", 1)]
    [InlineData("find_one('orgs', {'id': i}, order='-name')", 1)]
    [InlineData("find_one('orgs', {'legacy_name': i})", 1)]
    [InlineData("find_one('orgs', {'member_total': 3}, select='id,member_total')", 1)]
    [InlineData("find_many('orgs', {'id': i, 'limit': 5, 'offset': 10, 'on_conflict': 'id', 'select': 'x', 'order': 'y', 'columns': 'z'})", 1)]
    [InlineData("find_many('orgs', {'id': i}, select='count')", 1)]
    [InlineData("find_one('renamed', {'title': i, 'x': 1})", 1)]
    [InlineData("find_one('org_lists', {'total': i, 'whatever': 1})", 1)]
    [InlineData("find_one('legacy_rows', {'x': i})", 0)]
    [InlineData("find_one('made_x', {'x': i})", 0)]
    public void What_is_not_certain_is_counted_and_not_reported(string code, int compared)
    {
        var report = Check(code);
        ReportAssert.Findings(report);
        Assert.Equal((compared, 1), (report.TableCalls, report.NotDecidable));
    }

    [Fact]
    public void A_project_without_any_table_gives_no_finding()
    {
        var report = new LintReport();
        TableCallRules.Check(TableCode.Calls("/x.py", "find_one('orgs', {'x': 1})"), SchemaModel.Of([]), report);
        Assert.Empty(report.Diagnostics);
        Assert.Equal((0, 1), (report.TableCalls, report.NotDecidable));
    }

    [Fact]
    public void A_schema_that_cannot_be_read_to_its_end_may_define_the_table()
    {
        var report = Check("find_one('weather', {'x': 1})", new SqlSource("module-other", "/1.sql", SqlFile.Read("SELECT 'open"), IsMigration: false));
        ReportAssert.Findings(report);
        Assert.Equal(1, report.NotDecidable);
    }

    [Theory]
    [InlineData("find_one", "table filters", true)]
    [InlineData("execute_query", "user_jwt table", true)]
    [InlineData("count", "items", false)]
    [InlineData("find_all", "table", false)]
    public void A_layer_s_function_names_a_table_when_its_name_and_its_parameters_say_so(string function, string parameters, bool expected)
    {
        var signature = PythonCalls.Signature(parameters);
        var call = PythonCalls.Of($"{function}('orgs')", function).Single();
        var definition = new SourceModule("org_common", true, "/org_common.py", new SourceFacts());
        var layer = new ImportableCode("module-access", "org-common", new Dictionary<string, SourceModule>(), [], [], true);
        Assert.Equal(expected, TableCall.Of(new LayerCall(definition, call, layer, definition, function, signature, signature)) is not null);
    }

    private static LintReport Check(string code, params SqlSource[] others)
    {
        var model = SchemaModel.Of(
        [
            new("module-test", "/db/schema/010-orgs.sql", SqlFile.Read(Schema), IsMigration: false),
            new("module-test", "/db/migrations/0001.sql", SqlFile.Read(Migration), IsMigration: true),
            .. others,
        ]);
        var report = new LintReport();
        TableCallRules.Check(TableCode.Calls("/x.py", code), model, report);
        return report;
    }
}
