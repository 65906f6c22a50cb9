using System.Text.RegularExpressions;
using Cora.Build.Sql;

namespace Cora.Build.Tests.Sql;

/// <summary>The schemas of the sample modules, on a real server and as they are read.</summary>
[Collection(PostgresTests.Name)]
public sealed partial class SampleSchemaTests(PostgresServer server)
{
    /// <summary>In an order in which they can run: policies of module-ai and module-ws ask what module-mgmt defines.</summary>
    private static readonly string[] s_modules = ["module-access", "module-mgmt", "module-ai", "module-ws"];

    private const string Ada = "'11111111-1111-4111-8111-111111111111'";
    private const string Bob = "'22222222-2222-4222-8222-222222222222'";
    private const string Eve = "'33333333-3333-4333-8333-333333333333'";

    [Fact]
    public void Every_module_has_a_schema_that_is_read_to_its_end()
    {
        Assert.Equal(s_modules.Order(), Directory.GetDirectories(Path.Combine(Repository.Root, "samples/demo-stack/packages")).Select(path => Path.GetFileName(path)!).Order());
        foreach (var source in s_modules.Select(Sources))
        {
            Assert.NotEmpty(source);
            Assert.All(source, file => Assert.Empty(file.Sql.Faults));
            Assert.All(source, file => Assert.Empty(file.Sql.NotRead));
        }
    }

    [PostgresFact]
    public async Task The_schemas_run_twice_and_their_functions_are_read_as_the_catalog_has_them()
    {
        var database = await CreateAsync();
        await ApplyAsync(database);

        var functions = (await PostgresFunctionTests.Catalog(database)).Where(function => !function.StartsWith("auth.", StringComparison.Ordinal));
        Assert.Equal(functions, PostgresFunctionTests.Read([.. s_modules.SelectMany(Sources)]));
    }

    [PostgresFact]
    public async Task Tables_columns_keys_and_functions_are_those_that_the_tests_of_the_Python_expect()
    {
        var database = await CreateAsync();
        var expected = Repository.Read("tests/samples/database.py");

        var columns = (await database.QueryAsync("SELECT table_name, string_agg(column_name, ' ' ORDER BY column_name) AS columns FROM information_schema.columns WHERE table_schema = 'public' GROUP BY 1"))
            .ToDictionary(row => row.GetProperty("table_name").GetString()!, row => row.GetProperty("columns").GetString());
        // The code has nothing to do with these three; the functions of the database have.
        Assert.Equal(["ai_providers", "sys_admins", "ws_members"], columns.Keys.Except(Listed(expected, "TABLES").Select(table => table.Name)).Order());
        Assert.All(Listed(expected, "TABLES"), table => Assert.Equal(Sorted(table.Names), columns[table.Name]));

        var functions = (await database.QueryAsync("SELECT proname, proargnames[1:pronargs] AS names, pronargdefaults FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND prorettype <> 'trigger'::regtype"))
            .ToDictionary(row => row.GetProperty("proname").GetString()!);
        Assert.All(Listed(expected, "FUNCTIONS"), function =>
        {
            Assert.Equal(function.Names, string.Join(' ', functions[function.Name].GetProperty("names").EnumerateArray().Select(name => name.GetString())));
            Assert.Equal(0, functions[function.Name].GetProperty("pronargdefaults").GetInt32());
        });

        var keys = (await database.QueryAsync("""
            SELECT conrelid::regclass::text AS name, (SELECT string_agg(attname, ' ' ORDER BY attname) FROM pg_attribute WHERE attrelid = conrelid AND attnum = ANY (conkey)) AS columns
            FROM pg_constraint WHERE contype = 'u' AND connamespace = 'public'::regnamespace
            """)).Select(row => (row.GetProperty("name").GetString(), row.GetProperty("columns").GetString())).ToList();
        var listed = Listed(expected, "TABLES").Select(table => table.Name);
        Assert.Equal(keys.Where(key => listed.Contains(key.Item1)).Order(), Listed(expected, "UNIQUE").Select(key => ((string?)key.Name, (string?)Sorted(key.Names))).Order());

        static string Sorted(string names) => string.Join(' ', names.Split(' ').Order(StringComparer.Ordinal));
    }

    [PostgresFact]
    public async Task Every_table_has_row_level_security_and_every_function_of_its_owner_a_search_path()
    {
        var database = await CreateAsync();
        Assert.Equal("", (await database.RunAsync("SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND NOT relrowsecurity")).Trim());
        Assert.Equal("", (await database.RunAsync("SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND prosecdef AND NOT coalesce(proconfig::text LIKE '%search_path=%', false)")).Trim());
        Assert.Equal("", (await database.RunAsync("SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND has_function_privilege('anon', oid, 'EXECUTE') AND prorettype <> 'trigger'::regtype")).Trim());
    }

    [PostgresFact]
    public async Task People_join_the_organisation_of_a_confirmed_address_and_see_no_other()
    {
        var database = await CreateAsync();
        await database.RunAsync($"""
            INSERT INTO auth.users (id, email, email_confirmed_at) VALUES ({Ada}, 'ada@a.test', now()), ({Bob}, 'Bob@A.test', now()), ({Eve}, 'eve@a.test', NULL);
            INSERT INTO org_email_domains (org_id, domain, is_verified) SELECT (create_org('Org A', 'org-a', {Ada}) ->> 'id')::uuid, 'a.test', true;
            SELECT create_workspace(id, {Ada}, 'First', '') FROM orgs;
            """);
        Assert.Equal("""["true", "true"]""", await Answer(database, $"create_user_identity({Bob}, 'email', NULL)"));
        Assert.Equal("""["false", "true"]""", await Answer(database, $"create_user_identity({Bob}, 'email', 'Bobby')"));
        Assert.Equal("""["true", "false"]""", await Answer(database, $"create_user_identity({Eve}, 'email', 'Eve')"));
        await database.RunAsync($"SELECT delete_org_member(org_id, {Bob}) FROM org_members WHERE user_id = {Bob}");
        Assert.Equal("""["false", "false"]""", await Answer(database, $"create_user_identity({Bob}, 'google', NULL)"));
        Assert.Equal("bob", await database.AsAsync(Bob, "SELECT display_name FROM user_profiles"));

        const string seen = "SELECT (SELECT count(*) FROM orgs), (SELECT count(*) FROM org_members), (SELECT count(*) FROM workspaces), (SELECT count(*) FROM user_profiles)";
        Assert.Equal("1|1|1|0", await database.AsAsync(Ada, seen));
        Assert.Equal("0|0|0|1", await database.AsAsync(Eve, seen));
        await database.RunAsync($"INSERT INTO org_members (org_id, user_id, role) SELECT id, {Eve}, 'org_viewer' FROM orgs");
        Assert.Equal("1|2|0|1", await database.AsAsync(Eve, seen));
        await database.RunAsync($"INSERT INTO ws_members (ws_id, user_id, role) SELECT id, {Eve}, 'ws_viewer' FROM workspaces");
        Assert.Equal("1|2|1|1", await database.AsAsync(Eve, seen));

        static async Task<string> Answer(PostgresDatabase database, string call) =>
            (await database.RunAsync($"SELECT jsonb_build_array(a ->> 'is_new', ((a -> 'org_id') <> 'null')::text) FROM {call} AS a")).Trim();
    }

    [PostgresFact]
    public async Task The_last_administrator_and_the_last_identity_stay()
    {
        var database = await CreateAsync();
        await database.RunAsync($"""
            INSERT INTO auth.users (id, email, email_confirmed_at) VALUES ({Ada}, 'ada@a.test', now()), ({Bob}, 'bob@b.test', now());
            SELECT create_org('Org A', 'org-a', {Ada}), create_user_identity({Ada}, 'email', 'Ada');
            """);
        await RefusedAsync($"delete_org_member(o.id, {Ada})", "PT409", "The last administrator cannot leave.");
        await RefusedAsync($"update_org_member_role(o.id, {Ada}, 'org_viewer', {Ada})", "PT409", "The last administrator must remain one.");
        await RefusedAsync($"create_org('Org A', 'org-a', {Ada})", "23505");
        await RefusedAsync($"create_user_identity({Eve}, 'email', NULL)", "PT404");
        await RefusedAsync($"delete_user_identity({Ada}, (SELECT id FROM user_identities))", "PT409", "This is your last identity.");

        Assert.Equal("f|t", (await database.RunAsync($"SELECT delete_org_member(id, {Bob}), update_org_member_role(id, {Bob}, 'org_admin', {Ada}) IS NULL FROM orgs")).Trim());
        await database.RunAsync($"INSERT INTO org_members (org_id, user_id, role) SELECT id, {Bob}, 'org_admin' FROM orgs; SELECT create_user_identity({Ada}, 'google', NULL)");
        await RefusedAsync($"update_org_member_role(o.id, {Ada}, 'owner', {Bob})", "23514");
        Assert.Equal("org_viewer|t|f", (await database.RunAsync($"""
            SELECT update_org_member_role(o.id, {Ada}, 'org_viewer', {Bob}) ->> 'role', delete_user_identity({Ada}, i.id), delete_user_identity({Bob}, i.id) FROM orgs o, user_identities i WHERE i.provider = 'email'
            """)).Trim());

        async Task RefusedAsync(string call, string code, string message = "")
        {
            var result = await database.TryRunAsync($"\\set VERBOSITY verbose\nSELECT {call} FROM orgs o");
            Assert.Contains($"ERROR:  {code}: {message}", result.Error, StringComparison.Ordinal);
        }
    }

    [PostgresFact]
    public async Task People_change_their_own_profile_and_nothing_else_of_it()
    {
        var database = await CreateAsync();
        await database.RunAsync($"""
            INSERT INTO auth.users (id, email) VALUES ({Ada}, 'ada@a.test'), ({Bob}, 'bob@b.test');
            SELECT create_user_identity({Ada}, 'email', 'Ada'), create_user_identity({Bob}, 'email', 'Bob');
            """);
        Assert.Equal("Ada L.", await database.AsAsync(Ada, $"UPDATE user_profiles SET display_name = 'Ada L.', updated_by = {Ada} RETURNING display_name"));
        await Assert.ThrowsAsync<InvalidOperationException>(() => database.AsAsync(Ada, $"UPDATE user_profiles SET updated_by = {Bob}"));
        await Assert.ThrowsAsync<InvalidOperationException>(() => database.AsAsync(Ada, $"UPDATE user_profiles SET user_id = {Bob}"));
        await Assert.ThrowsAsync<InvalidOperationException>(() => database.AsAsync(Ada, $"SELECT create_org('Org A', 'org-a', {Ada})"));
        Assert.Equal("Bob", await database.AsAsync(Bob, "SELECT display_name FROM user_profiles"));
    }

    [PostgresFact]
    public async Task Usage_is_summed_by_day_and_modules_are_seen_when_they_are_enabled()
    {
        var database = await CreateAsync();
        await database.RunAsync($"""
            INSERT INTO auth.users (id, email) VALUES ({Ada}, 'ada@a.test'), ({Bob}, 'bob@b.test');
            INSERT INTO sys_admins (user_id) VALUES ({Bob});
            SELECT create_org('Org A', 'org-a', {Ada});
            SELECT create_module_usage(id, {Ada}, 'module-ai', 'chat'), create_module_usage(id, {Ada}, 'module-ai', 'chat'), create_module_usage(id, {Ada}, 'module-ws', 'create') FROM orgs;
            INSERT INTO mgmt_usage_modules (org_id, module_name, event_type, created_at) SELECT id, 'module-ai', 'chat', '2025-01-31 23:30:00-01' FROM orgs;
            INSERT INTO mgmt_cfg_sys_modules (name, display_name, version, is_enabled) VALUES ('module-ai', 'AI', '1.0.0', true), ('module-ws', 'Workspaces', '1.0.0', false);
            """);
        Assert.Equal("module-ai 2025-02-01 1, module-ai today 2, module-ws today 1", await database.AsAsync(Ada, """
            SELECT string_agg(concat_ws(' ', module_name, CASE WHEN usage_date = (now() AT TIME ZONE 'UTC')::date THEN 'today' ELSE usage_date::text END, event_count), ', ' ORDER BY module_name, usage_date)
            FROM mgmt_usage_modules_daily
            """));
        Assert.Equal("0|0|2", await database.AsAsync(Bob, "SELECT (SELECT count(*) FROM mgmt_usage_modules), (SELECT count(*) FROM mgmt_usage_modules_daily), (SELECT count(*) FROM mgmt_cfg_sys_modules)"));
        Assert.Equal("4|1", await database.AsAsync(Ada, "SELECT (SELECT count(*) FROM mgmt_usage_modules), (SELECT count(*) FROM mgmt_cfg_sys_modules)"));
    }

    [PostgresFact]
    public async Task Workspaces_are_cleaned_up_in_batches_and_tokens_are_counted()
    {
        var database = await CreateAsync();
        await database.RunAsync($"""
            INSERT INTO auth.users (id, email) VALUES ({Ada}, 'ada@a.test'), ({Bob}, 'bob@b.test');
            SELECT create_org('Org A', 'org-a', {Ada});
            SELECT create_workspace(o.id, {Ada}, 'W' || n, '') FROM orgs o, generate_series(1, 5) AS n;
            UPDATE workspaces SET is_deleted = true, deleted_at = ('2025-01-0' || right(name, 1))::date WHERE name <> 'W5';
            INSERT INTO ai_providers (name, display_name) VALUES ('p', 'P');
            INSERT INTO ai_models (ai_provider_id, name, display_name, context_tokens, max_output_tokens) SELECT id, 'm', 'M', 100, 10 FROM ai_providers;
            INSERT INTO ai_usage_requests (org_id, user_id, ai_model_id, prompt_tokens, completion_tokens, created_at)
            SELECT o.id, {Ada}, m.id, 2, 3, t FROM orgs o, ai_models m, unnest(ARRAY[now(), now(), now() - interval '32 days']) AS t;
            """);
        Assert.Equal("2", (await database.RunAsync("SELECT delete_expired_workspaces('2025-01-04', 2)")).Trim());
        Assert.Equal("1", (await database.RunAsync("SELECT delete_expired_workspaces('2025-01-04', 2)")).Trim());
        Assert.Equal("W4,W5", (await database.RunAsync("SELECT string_agg(name, ',' ORDER BY name) FROM workspaces")).Trim());
        Assert.Equal("t|f", (await database.RunAsync($"SELECT check_ws_admin({Ada}, id), check_ws_admin({Bob}, id) FROM workspaces WHERE name = 'W4'")).Trim());
        Assert.Equal("10", (await database.RunAsync("SELECT get_ai_tokens_this_month(id) FROM orgs")).Trim());
    }

    /// <summary>What a Supabase project has, and the schemas of all modules.</summary>
    private async Task<PostgresDatabase> CreateAsync()
    {
        var database = await server.CreateDatabaseAsync();
        await database.RunAsync(Supabase.Preamble);
        await ApplyAsync(database);
        return database;
    }

    private static async Task ApplyAsync(PostgresDatabase database)
    {
        foreach (var source in s_modules.SelectMany(Sources)) await database.RunFileAsync(source.File);
    }

    private static List<SqlSource> Sources(string module) =>
        [.. Directory.GetFiles(Path.Combine(Repository.Root, "samples/demo-stack/packages", module, "db/schema"), "*.sql").Order(StringComparer.Ordinal)
            .Select(file => new SqlSource(module, file, SqlFile.Read(File.ReadAllBytes(file)), IsMigration: false))];

    /// <summary>The entries of one of the dictionaries of <c>database.py</c>, whose values are names.</summary>
    private static List<(string Name, string Names)> Listed(string python, string dictionary)
    {
        var body = Regex.Match(python, $@"^{dictionary} = \{{\n(.+?)^\}}", RegexOptions.Multiline | RegexOptions.Singleline).Groups[1].Value;
        var entries = EntryPattern().Matches(body).Select(match => (match.Groups[1].Value, Regex.Replace(match.Groups[2].Value, "[^a-z0-9_]+", " ").Trim())).ToList();
        Assert.NotEmpty(entries);
        return entries;
    }

    [GeneratedRegex(@"^    ""(\w+)"": (.+?),$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex EntryPattern();
}
