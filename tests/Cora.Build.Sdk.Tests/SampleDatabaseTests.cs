using System.Text.Json;
using Cora.Build.Tests.Sql;

namespace Cora.Build.Sdk.Tests;

/// <summary>The functions of the samples, run from their zips against their own schemas in a real database, as different people.</summary>
[Collection(SamplesTests.Name)]
public sealed class SampleDatabaseTests(BuiltSamples samples, PostgresServer server) : IAsyncLifetime
{
    private const string Access = "module-access/", Mgmt = "module-mgmt/lambda-mgmt", Workspaces = "module-ws/workspace", Modules = "/admin/sys/mgmt/modules";

    private SampleStack _stack = null!;

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        if (_stack is not null) await _stack.DisposeAsync();
    }

    [SampleDatabaseFact]
    public async Task A_user_is_provisioned_on_the_first_login_and_then_reads_and_changes_the_profile()
    {
        await StartAsync();
        var (ada, bob) = (await _stack.SignUpAsync("Ada"), await _stack.SignUpAsync("Bob"));

        (await _stack.CallAsync(ada, Access + "profiles", "GET /profiles/me")).ShouldBe(404);
        var provisioned = (await _stack.CallAsync(ada, Access + "identities-management", "POST /identities/provision")).ShouldBe(201);
        Assert.Equal((ada.Id, true, JsonValueKind.Null), (Text(provisioned, "user_id"), provisioned.GetProperty("is_new").GetBoolean(), provisioned.GetProperty("org_id").ValueKind));
        (await _stack.CallAsync(ada, Access + "identities-management", "POST /identities/provision")).ShouldBe(200);
        (await _stack.CallAsync(bob, Access + "identities-management", "POST /identities/provision")).ShouldBe(201);

        var profile = (await _stack.CallAsync(ada, Access + "profiles", "GET /profiles/me")).ShouldBe(200);
        Assert.Equal((ada.Id, "Ada", "en"), (Text(profile, "user_id"), Text(profile, "display_name"), Text(profile, "locale")));
        var identities = (await _stack.CallAsync(ada, Access + "identities-management", "GET /identities/me")).ShouldBe(200).GetProperty("identities");
        Assert.Equal(["email ada@people.test"], identities.EnumerateArray().Select(identity => $"{Text(identity, "provider")} {Text(identity, "email")}"));

        var changed = (await _stack.CallAsync(ada, Access + "profiles", "PUT /profiles/me", new { display_name = "Ada L'Ovelace; --\"", avatar_url = (string?)null })).ShouldBe(200);
        Assert.Equal("Ada L'Ovelace; --\"", Text(changed, "display_name"));
        Assert.Equal($"Ada L'Ovelace; --\"|{ada.Id}\nBob|{bob.Id}", await SelectAsync("display_name, updated_by FROM user_profiles ORDER BY 1"));

        (await _stack.CallAsync(ada, Access + "identities-management", "DELETE /identities/me/{identityId}", null, ("identityId", Text(identities[0], "id")))).ShouldBe(409);
        (await _stack.CallAsync(bob, Access + "identities-management", "DELETE /identities/me/{identityId}", null, ("identityId", Text(identities[0], "id")))).ShouldBe(404);
        (await _stack.CallAsync(new(Guid.NewGuid().ToString(), "Ghost", ""), Access + "identities-management", "POST /identities/provision")).ShouldBe(404);
        Assert.Equal("2|2", await SelectAsync("(SELECT count(*) FROM user_profiles), (SELECT count(*) FROM user_identities)"));
    }

    [SampleDatabaseFact]
    public async Task Who_has_a_confirmed_address_of_an_organisation_joins_it_and_is_shown_its_way_to_sign_in()
    {
        await StartAsync();
        var (ada, root) = (await _stack.SignUpAsync("Ada"), await SystemAdministratorAsync());
        var org = await OrganisationAsync(ada, "Org A", "org-a");
        const string claim = "POST /orgs/{orgId}/email-domains", verify = "POST /orgs/{orgId}/email-domains/{domainId}/verify";
        var domain = Text((await _stack.CallAsync(ada, Access + "org-email-domains", claim, new { domain = "A.test." }, ("orgId", org))).ShouldBe(201), "id");
        (await _stack.CallAsync(ada, Access + "org-email-domains", claim, new { domain = "a.test" }, ("orgId", org))).ShouldBe(409);
        (await _stack.CallAsync(ada, Access + "idp-config", "PUT /orgs/{orgId}/idp-config", IdentityProvider("Org A's"), ("orgId", org))).ShouldBe(201);
        (await _stack.CallAsync(ada, Access + "idp-config", "PUT /orgs/{orgId}/idp-config", IdentityProvider("A"), ("orgId", org))).ShouldBe(200);

        var early = await ProvisionAsync(await _stack.SignUpAsync("Early", "a.test"));
        Assert.Equal("email", await DiscoverAsync("new@a.test"));
        (await _stack.CallAsync(ada, Access + "org-email-domains", verify, null, ("orgId", org), ("domainId", domain))).ShouldBe(403);
        (await _stack.CallAsync(root, Access + "org-email-domains", verify, null, ("orgId", org), ("domainId", domain))).ShouldBe(200);
        var joined = await ProvisionAsync(await _stack.SignUpAsync("New", "a.test"));
        var unconfirmed = await ProvisionAsync(await _stack.SignUpAsync("Eve", "a.test", isConfirmed: false));

        Assert.Equal((null, org, null), (early, joined, unconfirmed));
        Assert.Equal("saml", await DiscoverAsync("new@A.test"));
        Assert.Equal("email", await DiscoverAsync("new@b.test"));
        Assert.Equal("Ada|org_admin\nNew|org_member", await SelectAsync("initcap(split_part(u.email, '@', 1)), m.role FROM org_members m JOIN auth.users u ON u.id = m.user_id ORDER BY 1"));

        async Task<string?> ProvisionAsync(SampleUser user) => (await _stack.CallAsync(user, Access + "identities-management", "POST /identities/provision")).ShouldBe(201).GetProperty("org_id").GetString();

        async Task<string> DiscoverAsync(string email) => Text((await _stack.CallAsync(null, Access + "idp-config", "GET /idp-config/discover", null, ("email", email))).ShouldBe(200), "provider");
    }

    [SampleDatabaseFact]
    public async Task Modules_are_registered_enabled_disabled_and_listed()
    {
        await StartAsync();
        var (root, ada) = (await SystemAdministratorAsync(), await _stack.SignUpAsync("Ada"));
        var module = new { name = "module-ws", display_name = "Workspaces", version = "1.2.0" };

        (await _stack.CallAsync(ada, Mgmt, "POST " + Modules, module)).ShouldBe(403);
        Assert.Equal("0", await SelectAsync("count(*) FROM mgmt_cfg_sys_modules"));
        Assert.False((await _stack.CallAsync(root, Mgmt, "POST " + Modules, module)).ShouldBe(201).GetProperty("is_enabled").GetBoolean());
        (await _stack.CallAsync(root, Mgmt, "POST " + Modules, module)).ShouldBe(409);
        (await _stack.CallAsync(root, Mgmt, "POST " + Modules, new { name = "module-mgmt", display_name = "Management", version = "2.0.0", is_enabled = true })).ShouldBe(201);
        Assert.Equal("module-mgmt|t\nmodule-ws|f", await SelectAsync("name, is_enabled FROM mgmt_cfg_sys_modules ORDER BY 1"));

        Assert.Equal(["module-mgmt", "module-ws"], await ListAsync(root));
        Assert.Equal(["module-mgmt"], await ListAsync(ada));
        await ChangeAsync(ada, "enable", 403);
        (await _stack.CallAsync(ada, Mgmt, $"GET {Modules}/{{name}}", null, ("name", "module-ws"))).ShouldBe(404);

        await ChangeAsync(root, "enable", 200);
        Assert.Equal(["module-mgmt", "module-ws"], await ListAsync(ada));
        (await _stack.CallAsync(ada, Mgmt, $"GET {Modules}/{{name}}", null, ("name", "module-ws"))).ShouldBe(200);

        await ChangeAsync(root, "disable", 200);
        Assert.Equal(["module-mgmt"], await ListAsync(ada));
        (await _stack.CallAsync(root, Mgmt, $"POST {Modules}/{{name}}/disable", null, ("name", "module-mgmt"))).ShouldBe(409);
        (await _stack.CallAsync(root, Mgmt, $"PUT {Modules}/{{name}}", new { version = "1.3.0" }, ("name", "module-ws"))).ShouldBe(200);
        Assert.Equal($"module-mgmt|t|2.0.0\nmodule-ws|f|1.3.0", await SelectAsync($"name, is_enabled, version FROM mgmt_cfg_sys_modules WHERE updated_by = '{root.Id}' ORDER BY 1"));

        // Past the code, nobody but a system administrator changes them either.
        Assert.Equal("[]", (await _stack.AskDatabaseAsync(_stack.Token(ada), "PATCH mgmt_cfg_sys_modules?name=eq.module-mgmt", new { is_enabled = false })).ShouldBe(200).GetRawText());
        (await _stack.AskDatabaseAsync(_stack.Token(ada), "POST mgmt_cfg_sys_modules", new { name = "mine", display_name = "Mine", version = "1.0.0", is_enabled = true })).ShouldBe(403);
        Assert.Equal(1, (await _stack.AskDatabaseAsync(_stack.Token(root), "DELETE mgmt_cfg_sys_modules?name=eq.module-ws")).ShouldBe(200).GetArrayLength());
        Assert.Equal("module-mgmt|t", await SelectAsync("name, is_enabled FROM mgmt_cfg_sys_modules"));

        async Task<IEnumerable<string>> ListAsync(SampleUser user) =>
            (await _stack.CallAsync(user, Mgmt, "GET " + Modules)).ShouldBe(200).GetProperty("modules").EnumerateArray().Select(listed => Text(listed, "name"));

        async Task ChangeAsync(SampleUser user, string change, int status) => (await _stack.CallAsync(user, Mgmt, $"POST {Modules}/{{name}}/{change}", null, ("name", "module-ws"))).ShouldBe(status);
    }

    [SampleDatabaseFact]
    public async Task Warming_schedules_are_set_once_and_listed_in_pages()
    {
        await StartAsync();
        var (root, ada) = (await SystemAdministratorAsync(), await _stack.SignUpAsync("Ada"));
        const string route = "/admin/sys/mgmt/schedule";
        foreach (var (key, status) in new[] { ("orgs", 201), ("members", 201), ("orgs", 200) })
        {
            var schedule = new { function_name = $"demo-dev-{key}", schedule_expression = "rate(10 minutes)", is_warming_enabled = true };
            (await _stack.CallAsync(root, Mgmt, $"PUT {route}/{{configKey}}", schedule, ("configKey", key))).ShouldBe(status);
        }
        (await _stack.CallAsync(ada, Mgmt, "GET " + route)).ShouldBe(403);
        Assert.Equal("[]", (await _stack.AskDatabaseAsync(_stack.Token(ada), "GET mgmt_cfg_sys_lambda")).ShouldBe(200).GetRawText());

        Assert.Equal(("members", 2), await PageAsync(0));
        Assert.Equal(("orgs", 2), await PageAsync(1));
        Assert.Equal(("", 2), await PageAsync(2));
        Assert.Equal(("", 2), await PageAsync(3));

        async Task<(string, int)> PageAsync(int offset)
        {
            var page = (await _stack.CallAsync(root, Mgmt, "GET " + route, null, ("limit", "1"), ("offset", $"{offset}"))).ShouldBe(200);
            return (string.Concat(page.GetProperty("schedules").EnumerateArray().Select(row => Text(row, "config_key"))), page.GetProperty("total").GetInt32());
        }
    }

    [SampleDatabaseFact]
    public async Task Usage_is_written_through_the_function_of_the_database_and_summed_by_day()
    {
        await StartAsync();
        var (ada, ann, bob) = (await _stack.SignUpAsync("Ada"), await _stack.SignUpAsync("Ann"), await _stack.SignUpAsync("Bob"));
        var (a, b) = (await OrganisationAsync(ada, "Org A", "org-a", ann), await OrganisationAsync(bob, "Org B", "org-b"));
        foreach (var (user, org) in new[] { (ada, a), (ann, a), (ann, a), (bob, b) }) await WorkspaceAsync(user, org, "Some");
        foreach (var (type, time) in new[] { ("open", "2025-01-31T23:30:00-01:00"), ("open", "2025-02-01T23:59:59Z"), ("open", "2025-01-31T23:59:59Z"), ("close", "2025-02-01T00:00:00Z") })
        {
            var usage = new { org_id = a, user_id = ann.Id, module_name = "module-ws", event_type = type, created_at = time };
            (await _stack.AskDatabaseAsync(_stack.ServiceKey, "POST mgmt_usage_modules", usage)).ShouldBe(201);
        }

        Assert.Equal(["2025-02-01 close 1", "2025-02-01 open 2", "2025-01-31 open 1"], await DailyAsync("2025-01-31", "2025-02-01"));
        Assert.Equal(["2025-02-01 open 2"], await DailyAsync("2025-02-01", "2025-02-01", ("limit", "1"), ("offset", "1")));
        Assert.Equal(["close", "open", "open"], await RawAsync("2025-02-01", "2025-02-01"));
        Assert.Equal([], await DailyAsync("2024-01-31", "2024-02-01"));
        var (from, to) = ($"{DateTime.UtcNow.AddDays(-1):yyyy-MM-dd}", $"{DateTime.UtcNow.AddDays(1):yyyy-MM-dd}");
        Assert.Equal(["create", "create", "create"], await RawAsync(from, to));
        Assert.Equal($"Org A|3\nOrg B|1", await SelectAsync("o.name, sum(d.event_count) FROM mgmt_usage_modules_daily d JOIN orgs o ON o.id = d.org_id WHERE d.event_type = 'create' GROUP BY 1 ORDER BY 1"));
        Assert.Equal("", await SelectAsync("""
            org_id, usage_date, module_name, event_type, event_count FROM mgmt_usage_modules_daily
            EXCEPT SELECT org_id, (created_at AT TIME ZONE 'UTC')::date, module_name, event_type, count(*) FROM mgmt_usage_modules GROUP BY 1, 2, 3, 4
            """));

        foreach (var other in new[] { ann, bob }) (await _stack.CallAsync(other, Mgmt, "GET /admin/org/mgmt/usage", null, ("org_id", a), ("from", from), ("to", to))).ShouldBe(403);
        var forged = new { p_org_id = a, p_user_id = ada.Id, p_module_name = "module-ws", p_event_type = "create" };
        (await _stack.AskDatabaseAsync(_stack.Token(ada), "POST rpc/create_module_usage", forged)).ShouldBe(403);
        (await _stack.AskDatabaseAsync(_stack.ServiceKey, "POST rpc/create_module_usage", forged)).ShouldBe(204);
        Assert.Equal(4, (await RawAsync(from, to)).Count);

        async Task<IReadOnlyList<string>> DailyAsync(string from, string to, params (string, string)[] page) =>
            [.. (await UsageAsync(from, to, page)).Select(row => $"{Text(row, "usage_date")} {Text(row, "event_type")} {row.GetProperty("event_count")}")];

        async Task<IReadOnlyList<string>> RawAsync(string from, string to) =>
            [.. (await UsageAsync(from, to, ("granularity", "raw"))).Select(row => Text(row, "event_type")).Order(StringComparer.Ordinal)];

        async Task<IEnumerable<JsonElement>> UsageAsync(string from, string to, params (string, string)[] more) =>
            (await _stack.CallAsync(ada, Mgmt, "GET /admin/org/mgmt/usage", null, [("org_id", a), ("from", from), ("to", to), .. more])).ShouldBe(200).GetProperty("usage").EnumerateArray();
    }

    [SampleDatabaseFact]
    public async Task A_member_of_one_organisation_cannot_read_or_change_rows_of_another()
    {
        await StartAsync();
        var (ada, ann, bob, eve) = (await _stack.SignUpAsync("Ada"), await _stack.SignUpAsync("Ann"), await _stack.SignUpAsync("Bob"), await _stack.SignUpAsync("Eve"));
        foreach (var user in new[] { ada, bob }) (await _stack.CallAsync(user, Access + "identities-management", "POST /identities/provision")).ShouldBe(201);
        var (a, b) = (await OrganisationAsync(ada, "Org A", "org-a", ann), await OrganisationAsync(bob, "Org B", "org-b"));
        var workspace = await FillAsync(ada, a, "a.test");
        await FillAsync(bob, b, "b.test");

        // Through the functions: Bob, who may do all in B, and Eve, who belongs to no organisation.
        foreach (var other in new[] { bob, eve })
        {
            foreach (var (function, route, body, status) in new (string, string, object?, int)[]
            {
                (Access + "orgs", "GET /orgs/{orgId}", null, 404),
                (Access + "orgs", "PUT /orgs/{orgId}", new { name = "Mine" }, 403),
                (Access + "orgs", "DELETE /orgs/{orgId}", null, 403),
                (Access + "members", "GET /orgs/{orgId}/members", null, 403),
                (Access + "members", "POST /orgs/{orgId}/members", new { user_id = other.Id, role = "org_admin" }, 403),
                (Access + "idp-config", "GET /orgs/{orgId}/idp-config", null, 403),
                (Access + "idp-config", "DELETE /orgs/{orgId}/idp-config", null, 403),
                (Access + "org-email-domains", "GET /orgs/{orgId}/email-domains", null, 403),
                ("module-ai/ai-config-handler", "GET /orgs/{orgId}/ai/config", null, 403),
                (Workspaces, "POST /orgs/{orgId}/ws", new { name = "Mine" }, 403),
                (Workspaces, "GET /ws/{wsId}", null, 404),
                (Workspaces, "PUT /ws/{wsId}", new { name = "Mine" }, 403),
                (Workspaces, "DELETE /ws/{wsId}", null, 403),
            }) (await _stack.CallAsync(other, function, route, body, [("orgId", a), ("wsId", workspace)])).ShouldBe(status);
            Assert.Equal(0, (await _stack.CallAsync(other, Workspaces, "GET /orgs/{orgId}/ws", null, ("orgId", a))).ShouldBe(200).GetProperty("total").GetInt32());
        }
        Assert.Equal(["Org B"], (await _stack.CallAsync(bob, Access + "orgs", "GET /orgs")).ShouldBe(200).GetProperty("orgs").EnumerateArray().Select(org => Text(org, "name")));

        // Past the functions: each table that holds something of somebody.
        var tables = (await SelectAsync("table_name FROM information_schema.columns WHERE table_schema = 'public' AND column_name = 'org_id' ORDER BY 1")).Split('\n')
            .Select(table => (Name: table, Filter: $"org_id=eq.{a}"))
            .Concat(new (string Name, string Filter)[] { ("orgs", $"id=eq.{a}"), ("ws_members", $"ws_id=eq.{workspace}"), ("user_profiles", $"user_id=eq.{ada.Id}"), ("user_identities", $"user_id=eq.{ada.Id}") }).ToList();
        string[] everybodys = ["ai_models", "ai_providers", "mgmt_cfg_sys_lambda", "mgmt_cfg_sys_modules", "sys_admins"];
        Assert.Equal(
            await SelectAsync("relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' ORDER BY relname COLLATE \"C\""),
            string.Join('\n', tables.Select(table => table.Name).Concat(everybodys).Order(StringComparer.Ordinal)));
        var all = tables.Select(table => table.Name).ToList();
        Assert.Equal(all, await SeenAsync(_stack.ServiceKey));
        Assert.Equal(all, await SeenAsync(_stack.Token(ada)));
        Assert.Equal(["ai_cfg_orgs", "org_members", "orgs"], (await SeenAsync(_stack.Token(ann))).Order());
        foreach (var stranger in new[] { _stack.Token(bob), _stack.Token(eve), _stack.AnonKey })
        {
            Assert.Empty(await SeenAsync(stranger));
            var before = await ContentAsync();
            foreach (var (table, filter) in tables)
            {
                Nothing(await _stack.AskDatabaseAsync(stranger, $"PATCH {table}?{filter}", new { id = Guid.NewGuid() }), table);
                Nothing(await _stack.AskDatabaseAsync(stranger, $"DELETE {table}?{filter}"), table);
                var row = (await _stack.AskDatabaseAsync(_stack.ServiceKey, $"GET {table}?{filter}&limit=1")).ShouldBe(200)[0];
                var copy = row.EnumerateObject().ToDictionary(column => column.Name, column => column.Value);
                copy["id"] = JsonSerializer.SerializeToElement(Guid.NewGuid());
                (await _stack.AskDatabaseAsync(stranger, $"POST {table}", copy)).ShouldBe(stranger == _stack.AnonKey ? 401 : 403);
            }
            Assert.Equal(before, await ContentAsync());
        }

        // What is for the service role alone is not for those whom it is about either.
        foreach (var function in (await SelectAsync("proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND pronargs > 0 AND NOT has_function_privilege('authenticated', oid, 'EXECUTE') ORDER BY 1")).Split('\n'))
        {
            var parameters = (await SelectAsync($"unnest(proargnames[1:pronargs]) FROM pg_proc WHERE proname = '{function}'")).Split('\n').ToDictionary(name => name, _ => (string?)null);
            (await _stack.AskDatabaseAsync(_stack.Token(ada), $"POST rpc/{function}", parameters)).ShouldBe(403);
        }
        foreach (var (user, sees) in new[] { (ada, true), (ann, true), (bob, false), (eve, false) })
        {
            Assert.Equal(sees, (await _stack.AskDatabaseAsync(_stack.Token(user), "POST rpc/can_read_org", new { p_org_id = a })).ShouldBe(200).GetBoolean());
        }

        async Task<List<string>> SeenAsync(string token)
        {
            var seen = new List<string>();
            foreach (var (table, filter) in tables)
            {
                if ((await _stack.AskDatabaseAsync(token, $"GET {table}?{filter}")).ShouldBe(200).GetArrayLength() > 0) seen.Add(table);
            }
            return seen;
        }

        async Task<string> ContentAsync() => await SelectAsync(string.Join(" UNION ALL SELECT ", all.Select(table => $"'{table}', md5(string_agg(t::text, ',' ORDER BY id)) FROM {table} t")));

        static void Nothing(SampleAnswer answer, string table) =>
            Assert.True(answer.Status is 401 or 403 || (answer.Status == 200 && answer.Body.GetArrayLength() == 0), $"{table}: {answer}");
    }

    [SampleDatabaseFact]
    public async Task Nobody_gets_in_with_a_token_that_the_project_did_not_sign()
    {
        await StartAsync();
        var ada = await _stack.SignUpAsync("Ada");
        var org = await OrganisationAsync(ada, "Org A", "org-a");
        (await _stack.CallAsync(ada, Access + "orgs", "GET /orgs/{orgId}", null, ("orgId", org))).ShouldBe(200);
        var claims = JsonSerializer.SerializeToElement(new { sub = ada.Id });
        foreach (var bad in new[] { null, _stack.Token(ada, secret: "another"), _stack.Token(ada, seconds: -1), _stack.Token(ada)[..^4] })
        {
            (await _stack.CallWithTokenAsync(bad, Access + "orgs", "GET /orgs/{orgId}", null, ("orgId", org))).ShouldBe(bad is null ? 401 : 403);
            // And where a route has lost its authorizer, or has a bad one.
            (await _stack.CallFunctionAsync(bad, claims, Access + "orgs", "GET /orgs/{orgId}", null, ("orgId", org))).ShouldBe(401);
            if (bad is not null) (await _stack.AskDatabaseAsync(bad, "GET orgs")).ShouldBe(401);
        }
        // The project's own keys have the right signature. They are nobody's.
        foreach (var key in new[] { _stack.AnonKey, _stack.ServiceKey }) (await _stack.CallWithTokenAsync(key, Access + "orgs", "GET /orgs/{orgId}", null, ("orgId", org))).ShouldBe(403);
    }

    [SampleDatabaseFact]
    public async Task What_the_database_refuses_reaches_the_caller_in_words()
    {
        await StartAsync();
        var (ada, ann) = (await _stack.SignUpAsync("Ada"), await _stack.SignUpAsync("Ann"));
        var org = await OrganisationAsync(ada, "Org A", "org-a", ann);
        const string member = "/orgs/{orgId}/members/{userId}";

        await RefusedAsync(ada, "orgs", "POST /orgs", new { name = "Org A", slug = "org-a" }, 409, "It exists already.");
        await RefusedAsync(ada, "members", "POST /orgs/{orgId}/members", new { user_id = ann.Id, role = "org_viewer" }, 409, "It exists already.");
        await RefusedAsync(ada, "members", "POST /orgs/{orgId}/members", new { user_id = Guid.NewGuid(), role = "org_viewer" }, 409, "Something that this refers to does not exist, or something still refers to it.");
        await RefusedAsync(ada, "members", "DELETE " + member, null, 409, "The last administrator cannot leave.");
        await RefusedAsync(ada, "members", "PUT " + member, new { role = "org_member" }, 409, "The last administrator must remain one.");
        (await _stack.CallAsync(ada, Access + "members", "PUT " + member, new { role = "org_admin" }, ("orgId", org), ("userId", ann.Id))).ShouldBe(200);
        (await _stack.CallAsync(ada, Access + "members", "DELETE " + member, null, ("orgId", org), ("userId", ada.Id))).ShouldBe(204);
        await RefusedAsync(ada, "members", "GET /orgs/{orgId}/members", null, 403, "You are not a member of this organisation.");
        Assert.Equal($"{ann.Id}|org_admin|{ada.Id}", await SelectAsync("user_id, role, updated_by FROM org_members"));

        (await _stack.CallAsync(ann, Access + "orgs", "PUT /orgs/{orgId}", new { name = "Org Ä" }, ("orgId", org))).ShouldBe(200);
        (await _stack.CallAsync(ann, Access + "orgs", "DELETE /orgs/{orgId}", null, ("orgId", org))).ShouldBe(204);
        (await _stack.CallAsync(ann, Access + "orgs", "GET /orgs/{orgId}", null, ("orgId", org))).ShouldBe(404);
        Assert.Equal($"Org Ä|t|{ann.Id}", await SelectAsync("name, is_deleted, deleted_by FROM orgs"));

        async Task RefusedAsync(SampleUser user, string function, string route, object? body, int status, string message)
        {
            var refused = (await _stack.CallAsync(user, Access + function, route, body, [("orgId", org), ("userId", ada.Id)])).ShouldBe(status);
            Assert.Equal(message, Text(refused.GetProperty("error"), "message"));
        }
    }

    [SampleDatabaseFact]
    public async Task A_deleted_workspace_is_restored_or_else_cleaned_up()
    {
        await StartAsync();
        var (ada, ann) = (await _stack.SignUpAsync("Ada"), await _stack.SignUpAsync("Ann"));
        var org = await OrganisationAsync(ada, "Org A", "org-a", ann);
        var (kept, dropped) = (await WorkspaceAsync(ann, org, "Kept"), await WorkspaceAsync(ada, org, "Dropped"));
        Assert.Equal(["Kept"], await ListAsync(ann));
        Assert.Equal(["Dropped", "Kept"], await ListAsync(ada));

        foreach (var workspace in new[] { kept, dropped }) (await _stack.CallAsync(ada, Workspaces, "DELETE /ws/{wsId}", null, ("wsId", workspace))).ShouldBe(204);
        Assert.Empty(await ListAsync(ada));
        (await _stack.CallAsync(ann, Workspaces, "POST /ws/{wsId}/restore", null, ("wsId", kept))).ShouldBe(200);
        (await _stack.CallAsync(ann, Workspaces, "POST /ws/{wsId}/restore", null, ("wsId", dropped))).ShouldBe(403);

        Assert.Equal(0, await CleanUpAsync(DateTime.UtcNow.AddDays(29)));
        Assert.Equal(1, await CleanUpAsync(DateTime.UtcNow.AddDays(31)));
        Assert.Equal("Kept", await SelectAsync("name FROM workspaces"));
        Assert.Equal(["Kept"], await ListAsync(ada));

        async Task<IEnumerable<string>> ListAsync(SampleUser user) =>
            (await _stack.CallAsync(user, Workspaces, "GET /orgs/{orgId}/ws", null, ("orgId", org))).ShouldBe(200).GetProperty("workspaces").EnumerateArray().Select(row => Text(row, "name"));

        async Task<int> CleanUpAsync(DateTime time) => (await _stack.InvokeAsync("module-ws/cleanup", LambdaEvent.Scheduled($"{time:yyyy-MM-ddTHH:mm:ssZ}"))).GetProperty("deleted").GetInt32();
    }

    [SampleDatabaseFact]
    public async Task An_organisation_chooses_a_model_and_stops_at_its_limit_of_tokens()
    {
        await StartAsync();
        var (ada, ann) = (await _stack.SignUpAsync("Ada"), await _stack.SignUpAsync("Ann"));
        var org = await OrganisationAsync(ada, "Org A", "org-a", ann);
        var model = await ModelAsync();
        Assert.Equal(["Model 1"], (await _stack.CallAsync(ann, "module-ai/ai-config-handler", "GET /ai/models")).ShouldBe(200).GetProperty("models").EnumerateArray().Select(row => Text(row, "display_name")));
        var conversation = new { messages = new[] { new { role = "user", content = "How many tokens are there in this question?" } } };

        (await _stack.CallAsync(ann, "module-ai/provider", "POST /orgs/{orgId}/ai/tokens", conversation, ("orgId", org))).ShouldBe(403);
        await ConfigureAsync(ann, 10, 403);
        await ConfigureAsync(ada, 20, 201);
        await ConfigureAsync(ada, 10, 200);
        var config = (await _stack.CallAsync(ann, "module-ai/ai-config-handler", "GET /orgs/{orgId}/ai/config", null, ("orgId", org))).ShouldBe(200);
        Assert.Equal((0.25m, 10), (config.GetProperty("temperature").GetDecimal(), config.GetProperty("monthly_token_limit").GetInt32()));
        Assert.Equal(11, (await _stack.CallAsync(ann, "module-ai/provider", "POST /orgs/{orgId}/ai/tokens", conversation, ("orgId", org))).ShouldBe(200).GetProperty("tokens").GetInt32());

        (await _stack.AskDatabaseAsync(_stack.ServiceKey, "POST ai_usage_requests", Request(org, ann, model))).ShouldBe(201);
        (await _stack.CallAsync(ann, "module-ai/provider", "POST /orgs/{orgId}/ai/chat", conversation, ("orgId", org))).ShouldBe(429);
        Assert.Equal("[]", (await _stack.AskDatabaseAsync(_stack.Token(ann), "GET ai_usage_requests")).ShouldBe(200).GetRawText());
        Assert.Equal(1, (await _stack.AskDatabaseAsync(_stack.Token(ada), "GET ai_usage_requests")).ShouldBe(200).GetArrayLength());

        async Task ConfigureAsync(SampleUser user, int limit, int status) => (await _stack.CallAsync(
            user, "module-ai/ai-config-handler", "PUT /orgs/{orgId}/ai/config", new { ai_model_id = model, temperature = 0.25, monthly_token_limit = limit }, ("orgId", org))).ShouldBe(status);
    }

    private async Task StartAsync() => _stack = await SampleStack.CreateAsync(samples, server);

    /// <summary>Nobody becomes one through the API.</summary>
    private async Task<SampleUser> SystemAdministratorAsync()
    {
        var root = await _stack.SignUpAsync("Root");
        await _stack.Database.RunAsync($"INSERT INTO sys_admins (user_id) VALUES ('{root.Id}')");
        return root;
    }

    /// <summary>The id of a new organisation.</summary>
    private async Task<string> OrganisationAsync(SampleUser administrator, string name, string slug, params SampleUser[] members)
    {
        var org = Text((await _stack.CallAsync(administrator, Access + "orgs", "POST /orgs", new { name, slug })).ShouldBe(201), "id");
        foreach (var member in members) (await _stack.CallAsync(administrator, Access + "members", "POST /orgs/{orgId}/members", new { user_id = member.Id, role = "org_member" }, ("orgId", org))).ShouldBe(201);
        return org;
    }

    private async Task<string> WorkspaceAsync(SampleUser user, string org, string name) =>
        Text((await _stack.CallAsync(user, Workspaces, "POST /orgs/{orgId}/ws", new { name }, ("orgId", org))).ShouldBe(201), "id");

    /// <summary>Gives an organisation a row in each table.</summary>
    /// <returns>The id of its workspace.</returns>
    private async Task<string> FillAsync(SampleUser administrator, string org, string domain)
    {
        (await _stack.CallAsync(administrator, Access + "idp-config", "PUT /orgs/{orgId}/idp-config", IdentityProvider(domain), ("orgId", org))).ShouldBe(201);
        (await _stack.CallAsync(administrator, Access + "org-email-domains", "POST /orgs/{orgId}/email-domains", new { domain }, ("orgId", org))).ShouldBe(201);
        var model = await ModelAsync();
        (await _stack.CallAsync(administrator, "module-ai/ai-config-handler", "PUT /orgs/{orgId}/ai/config", new { ai_model_id = model }, ("orgId", org))).ShouldBe(201);
        (await _stack.AskDatabaseAsync(_stack.ServiceKey, "POST ai_usage_requests", Request(org, administrator, model))).ShouldBe(201);
        return await WorkspaceAsync(administrator, org, "First");
    }

    /// <summary>The id of a model that can be chosen, beside one that cannot.</summary>
    private async Task<string> ModelAsync()
    {
        await _stack.Database.RunAsync("""
            INSERT INTO ai_providers (name, display_name) VALUES ('p', 'P') ON CONFLICT DO NOTHING;
            INSERT INTO ai_models (ai_provider_id, name, display_name, context_tokens, max_output_tokens, is_enabled)
            SELECT p.id, m.name, initcap(m.name), 100, 40, m.is_enabled FROM ai_providers p, (VALUES ('model 1', true), ('model 2', false)) AS m (name, is_enabled) ON CONFLICT DO NOTHING;
            """);
        return await SelectAsync("id FROM ai_models WHERE is_enabled");
    }

    private async Task<string> SelectAsync(string columnsAndSource) => (await _stack.Database.RunAsync($"SELECT {columnsAndSource}")).Trim();

    private static object IdentityProvider(string name) => new { provider = "saml", display_name = name, metadata_url = "https://idp.test/metadata" };

    private static object Request(string org, SampleUser user, string model) => new { org_id = org, user_id = user.Id, ai_model_id = model, prompt_tokens = 4, completion_tokens = 6 };

    private static string Text(JsonElement json, string property) => json.GetProperty(property).GetString()!;
}
