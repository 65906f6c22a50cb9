using System.Text.Json;
using Cora.Build.Tests.Sql;

namespace Cora.Build.Sdk.Tests;

/// <summary>The functions of the samples, run from their zips against their own schemas in a real database, as different people.</summary>
[Collection(SamplesTests.Name)]
public sealed class SampleDatabaseTests(BuiltSamples samples, PostgresServer server) : IAsyncLifetime
{
    private const string
        Identities = "module-access/identities-management",
        Profiles = "module-access/profiles",
        Orgs = "module-access/orgs",
        Members = "module-access/members",
        Domains = "module-access/org-email-domains",
        Idps = "module-access/idp-config",
        AiConfig = "module-ai/ai-config-handler",
        Ai = "module-ai/provider",
        Mgmt = "module-mgmt/lambda-mgmt",
        Workspaces = "module-ws/workspace";

    private const string Modules = "/admin/sys/mgmt/modules";

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

        await CallAsync(404, ada, Profiles, "GET /profiles/me");
        var provisioned = await CallAsync(201, ada, Identities, "POST /identities/provision");
        Assert.Equal($$"""{"user_id":"{{ada.Id}}","org_id":null,"is_new":true}""", provisioned.GetRawText());
        await CallAsync(200, ada, Identities, "POST /identities/provision");
        await CallAsync(201, bob, Identities, "POST /identities/provision");

        var profile = await CallAsync(200, ada, Profiles, "GET /profiles/me");
        Assert.Equal((ada.Id, "Ada", "en"), (Text(profile, "user_id"), Text(profile, "display_name"), Text(profile, "locale")));
        var identities = (await CallAsync(200, ada, Identities, "GET /identities/me")).GetProperty("identities");
        Assert.Equal(["email ada@people.test"], identities.EnumerateArray().Select(identity => $"{Text(identity, "provider")} {Text(identity, "email")}"));

        var changed = await CallAsync(200, ada, Profiles, "PUT /profiles/me", new { display_name = "Ada L'Ovelace; --\"", avatar_url = (string?)null });
        Assert.Equal("Ada L'Ovelace; --\"", Text(changed, "display_name"));
        Assert.Equal($"Ada L'Ovelace; --\"|{ada.Id}\nBob|{bob.Id}", await SelectAsync("display_name, updated_by FROM user_profiles ORDER BY 1"));

        await CallAsync(409, ada, Identities, "DELETE /identities/me/{identityId}", null, ("identityId", Text(identities[0], "id")));
        await CallAsync(404, bob, Identities, "DELETE /identities/me/{identityId}", null, ("identityId", Text(identities[0], "id")));
        await CallAsync(404, new(Guid.NewGuid().ToString(), "Ghost", ""), Identities, "POST /identities/provision");
        Assert.Equal("2|2", await SelectAsync("(SELECT count(*) FROM user_profiles), (SELECT count(*) FROM user_identities)"));
    }

    [SampleDatabaseFact]
    public async Task Who_has_a_confirmed_address_of_an_organisation_joins_it_and_is_shown_its_way_to_sign_in()
    {
        await StartAsync();
        var (ada, root) = (await _stack.SignUpAsync("Ada"), await SystemAdministratorAsync());
        var org = await OrganisationAsync(ada, "Org A", "org-a");
        const string claim = "POST /orgs/{orgId}/email-domains", verify = "POST /orgs/{orgId}/email-domains/{domainId}/verify";
        var domain = Text(await CallAsync(201, ada, Domains, claim, new { domain = "A.test." }, ("orgId", org)), "id");
        await CallAsync(409, ada, Domains, claim, new { domain = "a.test" }, ("orgId", org));
        await CallAsync(201, ada, Idps, "PUT /orgs/{orgId}/idp-config", IdentityProvider("Org A's"), ("orgId", org));
        await CallAsync(200, ada, Idps, "PUT /orgs/{orgId}/idp-config", IdentityProvider("A"), ("orgId", org));

        var early = await ProvisionAsync(await _stack.SignUpAsync("Early", "a.test"));
        Assert.Equal("email", await DiscoverAsync("new@a.test"));
        await CallAsync(403, ada, Domains, verify, null, ("orgId", org), ("domainId", domain));
        await CallAsync(200, root, Domains, verify, null, ("orgId", org), ("domainId", domain));
        var joined = await ProvisionAsync(await _stack.SignUpAsync("New", "a.test"));
        var unconfirmed = await ProvisionAsync(await _stack.SignUpAsync("Eve", "a.test", isConfirmed: false));

        Assert.Equal((null, org, null), (early, joined, unconfirmed));
        Assert.Equal("saml", await DiscoverAsync("new@A.test"));
        Assert.Equal("email", await DiscoverAsync("new@b.test"));
        Assert.Equal(
            "ada@people.test|org_admin\nnew@a.test|org_member",
            await SelectAsync("email, m.role FROM org_members m JOIN auth.users u ON u.id = user_id ORDER BY 1"));

        async Task<string?> ProvisionAsync(SampleUser user) =>
            (await CallAsync(201, user, Identities, "POST /identities/provision")).GetProperty("org_id").GetString();

        async Task<string> DiscoverAsync(string email) =>
            Text(await CallAsync(200, null, Idps, "GET /idp-config/discover", null, ("email", email)), "provider");
    }

    [SampleDatabaseFact]
    public async Task Modules_are_registered_enabled_disabled_and_listed()
    {
        await StartAsync();
        var (root, ada) = (await SystemAdministratorAsync(), await _stack.SignUpAsync("Ada"));
        var module = new { name = "module-ws", display_name = "Workspaces", version = "1.2.0" };

        await CallAsync(403, ada, Mgmt, "POST " + Modules, module);
        Assert.Equal("0", await SelectAsync("count(*) FROM mgmt_cfg_sys_modules"));
        Assert.False((await CallAsync(201, root, Mgmt, "POST " + Modules, module)).GetProperty("is_enabled").GetBoolean());
        await CallAsync(409, root, Mgmt, "POST " + Modules, module);
        await CallAsync(201, root, Mgmt, "POST " + Modules, new { name = "module-mgmt", display_name = "Management", version = "2.0.0", is_enabled = true });
        Assert.Equal("module-mgmt|t\nmodule-ws|f", await SelectAsync("name, is_enabled FROM mgmt_cfg_sys_modules ORDER BY 1"));

        Assert.Equal(["module-mgmt", "module-ws"], await ListAsync(root));
        Assert.Equal(["module-mgmt"], await ListAsync(ada));
        await ChangeAsync(ada, "enable", 403);
        await CallAsync(404, ada, Mgmt, $"GET {Modules}/{{name}}", null, ("name", "module-ws"));

        await ChangeAsync(root, "enable", 200);
        Assert.Equal(["module-mgmt", "module-ws"], await ListAsync(ada));
        await CallAsync(200, ada, Mgmt, $"GET {Modules}/{{name}}", null, ("name", "module-ws"));

        await ChangeAsync(root, "disable", 200);
        Assert.Equal(["module-mgmt"], await ListAsync(ada));
        await CallAsync(409, root, Mgmt, $"POST {Modules}/{{name}}/disable", null, ("name", "module-mgmt"));
        await CallAsync(200, root, Mgmt, $"PUT {Modules}/{{name}}", new { version = "1.3.0" }, ("name", "module-ws"));
        var byRoot = $"FROM mgmt_cfg_sys_modules WHERE created_by = '{root.Id}' AND updated_by = '{root.Id}'";
        Assert.Equal("module-mgmt|t|2.0.0\nmodule-ws|f|1.3.0", await SelectAsync($"name, is_enabled, version {byRoot} ORDER BY 1"));

        // Past the code, nobody but a system administrator changes them either.
        Assert.Equal("[]", (await AskAsync(200, _stack.Token(ada), "PATCH mgmt_cfg_sys_modules?name=eq.module-mgmt", new { is_enabled = false })).GetRawText());
        await AskAsync(403, _stack.Token(ada), "POST mgmt_cfg_sys_modules", new { name = "mine", display_name = "Mine", version = "1.0.0", is_enabled = true });
        Assert.Equal(1, (await AskAsync(200, _stack.Token(root), "DELETE mgmt_cfg_sys_modules?name=eq.module-ws")).GetArrayLength());
        Assert.Equal("module-mgmt|t", await SelectAsync("name, is_enabled FROM mgmt_cfg_sys_modules"));

        async Task<IEnumerable<string>> ListAsync(SampleUser user) =>
            (await CallAsync(200, user, Mgmt, "GET " + Modules)).GetProperty("modules").EnumerateArray().Select(listed => Text(listed, "name"));

        async Task ChangeAsync(SampleUser user, string change, int status) =>
            await CallAsync(status, user, Mgmt, $"POST {Modules}/{{name}}/{change}", null, ("name", "module-ws"));
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
            await CallAsync(status, root, Mgmt, $"PUT {route}/{{configKey}}", schedule, ("configKey", key));
        }
        await CallAsync(403, ada, Mgmt, "GET " + route);
        Assert.Equal("[]", (await AskAsync(200, _stack.Token(ada), "GET mgmt_cfg_sys_lambda")).GetRawText());

        Assert.Equal(("members", 2), await PageAsync(0));
        Assert.Equal(("orgs", 2), await PageAsync(1));
        Assert.Equal(("", 2), await PageAsync(2));
        Assert.Equal(("", 2), await PageAsync(3));

        async Task<(string, int)> PageAsync(int offset)
        {
            var page = await CallAsync(200, root, Mgmt, "GET " + route, null, ("limit", "1"), ("offset", $"{offset}"));
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
        foreach (var (type, time) in new[]
        {
            ("open", "2025-01-31T23:30:00-01:00"),
            ("open", "2025-02-01T23:59:59Z"),
            ("open", "2025-01-31T23:59:59Z"),
            ("close", "2025-02-01T00:00:00Z"),
        })
        {
            var usage = new { org_id = a, user_id = ann.Id, module_name = "module-ws", event_type = type, created_at = time };
            await AskAsync(201, _stack.ServiceKey, "POST mgmt_usage_modules", usage);
        }

        Assert.Equal(["2025-02-01 close 1", "2025-02-01 open 2", "2025-01-31 open 1"], await DailyAsync("2025-01-31", "2025-02-01"));
        Assert.Equal(["2025-02-01 open 2"], await DailyAsync("2025-02-01", "2025-02-01", ("limit", "1"), ("offset", "1")));
        Assert.Equal(["close", "open", "open"], await RawAsync("2025-02-01", "2025-02-01"));
        Assert.Equal([], await DailyAsync("2024-01-31", "2024-02-01"));
        var (from, to) = ($"{DateTime.UtcNow.AddDays(-1):yyyy-MM-dd}", $"{DateTime.UtcNow.AddDays(1):yyyy-MM-dd}");
        Assert.Equal(["create", "create", "create"], await RawAsync(from, to));
        Assert.Equal("Org A|3\nOrg B|1", await SelectAsync("""
            o.name, sum(d.event_count) FROM mgmt_usage_modules_daily d JOIN orgs o ON o.id = d.org_id WHERE d.event_type = 'create' GROUP BY 1 ORDER BY 1
            """));
        Assert.Equal("", await SelectAsync("""
            org_id, usage_date, module_name, event_type, event_count FROM mgmt_usage_modules_daily
            EXCEPT SELECT org_id, (created_at AT TIME ZONE 'UTC')::date, module_name, event_type, count(*) FROM mgmt_usage_modules GROUP BY 1, 2, 3, 4
            """));

        foreach (var other in new[] { ann, bob })
        {
            await CallAsync(403, other, Mgmt, "GET /admin/org/mgmt/usage", null, ("org_id", a), ("from", from), ("to", to));
        }
        var forged = new { p_org_id = a, p_user_id = ada.Id, p_module_name = "module-ws", p_event_type = "create" };
        await AskAsync(403, _stack.Token(ada), "POST rpc/create_module_usage", forged);
        await AskAsync(204, _stack.ServiceKey, "POST rpc/create_module_usage", forged);
        Assert.Equal(4, (await RawAsync(from, to)).Count);

        async Task<IReadOnlyList<string>> DailyAsync(string from, string to, params (string, string)[] page) =>
            [.. (await UsageAsync(from, to, page)).Select(row => $"{Text(row, "usage_date")} {Text(row, "event_type")} {row.GetProperty("event_count")}")];

        async Task<IReadOnlyList<string>> RawAsync(string from, string to) =>
            [.. (await UsageAsync(from, to, ("granularity", "raw"))).Select(row => Text(row, "event_type")).Order(StringComparer.Ordinal)];

        async Task<IEnumerable<JsonElement>> UsageAsync(string from, string to, params (string, string)[] more) =>
            (await CallAsync(200, ada, Mgmt, "GET /admin/org/mgmt/usage", null, [("org_id", a), ("from", from), ("to", to), .. more]))
                .GetProperty("usage").EnumerateArray();
    }

    [SampleDatabaseFact]
    public async Task A_member_of_one_organisation_gets_nothing_of_another_from_the_functions()
    {
        var (_, _, bob, eve, a, workspace) = await StartWithTwoOrganisationsAsync();
        foreach (var stranger in new[] { bob, eve })
        {
            foreach (var (status, function, route, body) in new (int, string, string, object?)[]
            {
                (404, Orgs, "GET /orgs/{orgId}", null),
                (403, Orgs, "PUT /orgs/{orgId}", new { name = "Mine" }),
                (403, Orgs, "DELETE /orgs/{orgId}", null),
                (403, Members, "GET /orgs/{orgId}/members", null),
                (403, Members, "POST /orgs/{orgId}/members", new { user_id = stranger.Id, role = "org_admin" }),
                (403, Idps, "GET /orgs/{orgId}/idp-config", null),
                (403, Idps, "DELETE /orgs/{orgId}/idp-config", null),
                (403, Domains, "GET /orgs/{orgId}/email-domains", null),
                (403, AiConfig, "GET /orgs/{orgId}/ai/config", null),
                (403, Workspaces, "POST /orgs/{orgId}/ws", new { name = "Mine" }),
                (404, Workspaces, "GET /ws/{wsId}", null),
                (403, Workspaces, "PUT /ws/{wsId}", new { name = "Mine" }),
                (403, Workspaces, "DELETE /ws/{wsId}", null),
            }) await CallAsync(status, stranger, function, route, body, ("orgId", a), ("wsId", workspace));
            var seen = await CallAsync(200, stranger, Workspaces, "GET /orgs/{orgId}/ws", null, ("orgId", a));
            Assert.Equal("""{"workspaces":[],"total":0}""", seen.GetRawText());
        }
        Assert.Equal(["Org B"], Texts((await CallAsync(200, bob, Orgs, "GET /orgs")).GetProperty("orgs"), "name"));
        Assert.Empty(Texts((await CallAsync(200, eve, Orgs, "GET /orgs")).GetProperty("orgs"), "name"));
    }

    [SampleDatabaseFact]
    public async Task Row_level_security_alone_keeps_the_rows_of_one_organisation_from_the_members_of_another()
    {
        var (ada, ann, bob, eve, a, workspace) = await StartWithTwoOrganisationsAsync();
        var ofOrg = await SelectAsync("table_name FROM information_schema.columns WHERE table_schema = 'public' AND column_name = 'org_id' ORDER BY 1");
        var tables = ofOrg.Split('\n').ToDictionary(table => table, _ => $"org_id=eq.{a}");
        tables["orgs"] = $"id=eq.{a}";
        tables["ws_members"] = $"ws_id=eq.{workspace}";
        tables["user_profiles"] = tables["user_identities"] = $"user_id=eq.{ada.Id}";
        string[] ofAll = ["ai_models", "ai_providers", "mgmt_cfg_sys_lambda", "mgmt_cfg_sys_modules", "sys_admins"];
        Assert.Equal(
            await SelectAsync("relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' ORDER BY relname COLLATE \"C\""),
            string.Join('\n', tables.Keys.Concat(ofAll).Order(StringComparer.Ordinal)));

        Assert.Equal(tables.Keys, await SeenAsync(_stack.ServiceKey));
        Assert.Equal(tables.Keys, await SeenAsync(_stack.Token(ada)));
        Assert.Equal(["ai_cfg_orgs", "org_members", "orgs"], (await SeenAsync(_stack.Token(ann))).Order());
        var before = await ContentAsync();
        foreach (var stranger in new[] { _stack.Token(bob), _stack.Token(eve), _stack.AnonKey })
        {
            Assert.Empty(await SeenAsync(stranger));
            foreach (var (table, filter) in tables)
            {
                Nothing(table, await _stack.AskDatabaseAsync(stranger, $"PATCH {table}?{filter}", new { id = Guid.NewGuid() }));
                Nothing(table, await _stack.AskDatabaseAsync(stranger, $"DELETE {table}?{filter}"));
                var row = (await AskAsync(200, _stack.ServiceKey, $"GET {table}?{filter}&limit=1"))[0];
                var copy = row.EnumerateObject().ToDictionary(column => column.Name, column => column.Value);
                copy["id"] = JsonSerializer.SerializeToElement(Guid.NewGuid());
                await AskAsync(stranger == _stack.AnonKey ? 401 : 403, stranger, $"POST {table}", copy);
            }
        }
        Assert.Equal(before, await ContentAsync());

        async Task<List<string>> SeenAsync(string token)
        {
            var seen = new List<string>();
            foreach (var (table, filter) in tables)
            {
                if ((await AskAsync(200, token, $"GET {table}?{filter}")).GetArrayLength() > 0) seen.Add(table);
            }
            return seen;
        }

        async Task<string> ContentAsync() => await SelectAsync(
            string.Join(" UNION ALL SELECT ", tables.Keys.Select(table => $"'{table}', md5(string_agg(t::text, ',' ORDER BY id)) FROM {table} t")));

        static void Nothing(string table, SampleAnswer answer) =>
            Assert.True(answer.Status is 401 or 403 || (answer.Status == 200 && answer.Body.GetArrayLength() == 0), $"{table}: {answer}");
    }

    [SampleDatabaseFact]
    public async Task Functions_of_the_database_that_run_as_their_owner_are_not_for_users()
    {
        var (ada, ann, bob, eve, a, _) = await StartWithTwoOrganisationsAsync();
        var refused = (await SelectAsync("""
            proname, array_to_string(proargnames[1:pronargs], ',') FROM pg_proc
            WHERE pronamespace = 'public'::regnamespace AND prosecdef AND prorettype <> 'trigger'::regtype
              AND NOT has_function_privilege('authenticated', oid, 'EXECUTE')
            """)).Split('\n').Select(line => line.Split('|')).ToList();
        Assert.Contains("get_orgs_by_user", refused.Select(function => function[0]));
        foreach (var function in refused)
        {
            await AskAsync(403, _stack.Token(ada), $"POST rpc/{function[0]}", function[1].Split(',').ToDictionary(name => name, _ => (string?)null));
        }
        await AskAsync(401, _stack.AnonKey, "POST rpc/can_read_org", new { p_org_id = a });
        foreach (var (user, mayRead) in new[] { (ada, true), (ann, true), (bob, false), (eve, false) })
        {
            Assert.Equal(mayRead, (await AskAsync(200, _stack.Token(user), "POST rpc/can_read_org", new { p_org_id = a })).GetBoolean());
        }
    }

    [SampleDatabaseFact]
    public async Task Nobody_gets_in_with_a_token_that_the_project_did_not_sign()
    {
        await StartAsync();
        var ada = await _stack.SignUpAsync("Ada");
        var org = await OrganisationAsync(ada, "Org A", "org-a");
        await CallAsync(200, ada, Orgs, "GET /orgs/{orgId}", null, ("orgId", org));
        var claims = JsonSerializer.SerializeToElement(new { sub = ada.Id });
        foreach (var bad in new[] { null, _stack.Token(ada, secret: "another"), _stack.Token(ada, seconds: -1), _stack.Token(ada)[..^4] })
        {
            (await _stack.CallWithTokenAsync(bad, Orgs, "GET /orgs/{orgId}", null, ("orgId", org))).ShouldBe(bad is null ? 401 : 403);
            // And where a route has lost its authorizer, or has a bad one.
            (await _stack.CallFunctionAsync(bad, claims, Orgs, "GET /orgs/{orgId}", null, ("orgId", org))).ShouldBe(401);
            if (bad is not null) await AskAsync(401, bad, "GET orgs");
        }
        // The project's own keys have the right signature. They are nobody's.
        foreach (var key in new[] { _stack.AnonKey, _stack.ServiceKey })
        {
            (await _stack.CallWithTokenAsync(key, Orgs, "GET /orgs/{orgId}", null, ("orgId", org))).ShouldBe(403);
        }
    }

    [SampleDatabaseFact]
    public async Task What_the_database_refuses_reaches_the_caller_in_words()
    {
        await StartAsync();
        var (ada, ann) = (await _stack.SignUpAsync("Ada"), await _stack.SignUpAsync("Ann"));
        var org = await OrganisationAsync(ada, "Org A", "org-a", ann);
        const string member = "/orgs/{orgId}/members/{userId}";

        await RefusedAsync("It exists already.", Orgs, "POST /orgs", new { name = "Org A", slug = "org-a" });
        await RefusedAsync("It exists already.", Members, "POST /orgs/{orgId}/members", new { user_id = ann.Id, role = "org_viewer" });
        const string missing = "Something that this refers to does not exist, or something still refers to it.";
        await RefusedAsync(missing, Members, "POST /orgs/{orgId}/members", new { user_id = Guid.NewGuid(), role = "org_viewer" });
        await RefusedAsync("The last administrator cannot leave.", Members, "DELETE " + member, null);
        await RefusedAsync("The last administrator must remain one.", Members, "PUT " + member, new { role = "org_member" });
        await CallAsync(200, ada, Members, "PUT " + member, new { role = "org_admin" }, ("orgId", org), ("userId", ann.Id));
        await CallAsync(204, ada, Members, "DELETE " + member, null, ("orgId", org), ("userId", ada.Id));
        await CallAsync(403, ada, Members, "GET /orgs/{orgId}/members", null, ("orgId", org));
        Assert.Equal($"{ann.Id}|org_admin|{ada.Id}", await SelectAsync("user_id, role, updated_by FROM org_members"));

        await CallAsync(200, ann, Orgs, "PUT /orgs/{orgId}", new { name = "Org Ä" }, ("orgId", org));
        await CallAsync(204, ann, Orgs, "DELETE /orgs/{orgId}", null, ("orgId", org));
        await CallAsync(404, ann, Orgs, "GET /orgs/{orgId}", null, ("orgId", org));
        Assert.Equal($"Org Ä|t|{ann.Id}", await SelectAsync("name, is_deleted, deleted_by FROM orgs"));

        async Task RefusedAsync(string message, string function, string route, object? body)
        {
            var refused = await CallAsync(409, ada, function, route, body, ("orgId", org), ("userId", ada.Id));
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

        foreach (var workspace in new[] { kept, dropped }) await CallAsync(204, ada, Workspaces, "DELETE /ws/{wsId}", null, ("wsId", workspace));
        Assert.Empty(await ListAsync(ada));
        await CallAsync(200, ann, Workspaces, "POST /ws/{wsId}/restore", null, ("wsId", kept));
        await CallAsync(403, ann, Workspaces, "POST /ws/{wsId}/restore", null, ("wsId", dropped));

        Assert.Equal(0, await CleanUpAsync(DateTime.UtcNow.AddDays(29)));
        Assert.Equal(1, await CleanUpAsync(DateTime.UtcNow.AddDays(31)));
        Assert.Equal("Kept", await SelectAsync("name FROM workspaces"));
        Assert.Equal(["Kept"], await ListAsync(ada));

        async Task<IEnumerable<string>> ListAsync(SampleUser user) =>
            Texts((await CallAsync(200, user, Workspaces, "GET /orgs/{orgId}/ws", null, ("orgId", org))).GetProperty("workspaces"), "name");

        async Task<int> CleanUpAsync(DateTime time) =>
            (await _stack.InvokeAsync("module-ws/cleanup", LambdaEvent.Scheduled($"{time:yyyy-MM-ddTHH:mm:ssZ}"))).GetProperty("deleted").GetInt32();
    }

    [SampleDatabaseFact]
    public async Task An_organisation_chooses_a_model_and_stops_at_its_limit_of_tokens()
    {
        await StartAsync();
        var (ada, ann) = (await _stack.SignUpAsync("Ada"), await _stack.SignUpAsync("Ann"));
        var org = await OrganisationAsync(ada, "Org A", "org-a", ann);
        var model = await ModelAsync();
        Assert.Equal(["Model 1"], Texts((await CallAsync(200, ann, AiConfig, "GET /ai/models")).GetProperty("models"), "display_name"));
        var conversation = new { messages = new[] { new { role = "user", content = "How many tokens are there in this question?" } } };

        await CallAsync(403, ann, Ai, "POST /orgs/{orgId}/ai/tokens", conversation, ("orgId", org));
        await ConfigureAsync(ann, 10, 403);
        await ConfigureAsync(ada, 20, 201);
        await ConfigureAsync(ada, 10, 200);
        var config = await CallAsync(200, ann, AiConfig, "GET /orgs/{orgId}/ai/config", null, ("orgId", org));
        Assert.Equal((0.25m, 10), (config.GetProperty("temperature").GetDecimal(), config.GetProperty("monthly_token_limit").GetInt32()));
        Assert.Equal(11, (await CallAsync(200, ann, Ai, "POST /orgs/{orgId}/ai/tokens", conversation, ("orgId", org))).GetProperty("tokens").GetInt32());

        await AskAsync(201, _stack.ServiceKey, "POST ai_usage_requests", Request(org, ann, model));
        await CallAsync(429, ann, Ai, "POST /orgs/{orgId}/ai/chat", conversation, ("orgId", org));
        Assert.Equal("[]", (await AskAsync(200, _stack.Token(ann), "GET ai_usage_requests")).GetRawText());
        Assert.Equal(1, (await AskAsync(200, _stack.Token(ada), "GET ai_usage_requests")).GetArrayLength());

        async Task ConfigureAsync(SampleUser user, int limit, int status)
        {
            var chosen = new { ai_model_id = model, temperature = 0.25, monthly_token_limit = limit };
            await CallAsync(status, user, AiConfig, "PUT /orgs/{orgId}/ai/config", chosen, ("orgId", org));
        }
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
        var org = Text(await CallAsync(201, administrator, Orgs, "POST /orgs", new { name, slug }), "id");
        foreach (var member in members)
        {
            await CallAsync(201, administrator, Members, "POST /orgs/{orgId}/members", new { user_id = member.Id, role = "org_member" }, ("orgId", org));
        }
        return org;
    }

    private async Task<string> WorkspaceAsync(SampleUser user, string org, string name) =>
        Text(await CallAsync(201, user, Workspaces, "POST /orgs/{orgId}/ws", new { name }, ("orgId", org)), "id");

    /// <summary>Ada's organisation A with its member Ann, and Bob's organisation B, each with a row in every table; Eve belongs to none.</summary>
    /// <returns>All of them, and the ids of A and of its workspace.</returns>
    private async Task<(SampleUser Ada, SampleUser Ann, SampleUser Bob, SampleUser Eve, string A, string Workspace)> StartWithTwoOrganisationsAsync()
    {
        await StartAsync();
        var (ada, ann) = (await _stack.SignUpAsync("Ada"), await _stack.SignUpAsync("Ann"));
        var (bob, eve) = (await _stack.SignUpAsync("Bob"), await _stack.SignUpAsync("Eve"));
        foreach (var user in new[] { ada, bob }) await CallAsync(201, user, Identities, "POST /identities/provision");
        var (a, b) = (await OrganisationAsync(ada, "Org A", "org-a", ann), await OrganisationAsync(bob, "Org B", "org-b"));
        var workspace = await FillAsync(ada, a, "a.test");
        await FillAsync(bob, b, "b.test");
        return (ada, ann, bob, eve, a, workspace);
    }

    /// <summary>Gives an organisation a row in each table.</summary>
    /// <returns>The id of its workspace.</returns>
    private async Task<string> FillAsync(SampleUser administrator, string org, string domain)
    {
        await CallAsync(201, administrator, Idps, "PUT /orgs/{orgId}/idp-config", IdentityProvider(domain), ("orgId", org));
        await CallAsync(201, administrator, Domains, "POST /orgs/{orgId}/email-domains", new { domain }, ("orgId", org));
        var model = await ModelAsync();
        await CallAsync(201, administrator, AiConfig, "PUT /orgs/{orgId}/ai/config", new { ai_model_id = model }, ("orgId", org));
        await AskAsync(201, _stack.ServiceKey, "POST ai_usage_requests", Request(org, administrator, model));
        return await WorkspaceAsync(administrator, org, "First");
    }

    /// <summary>The id of a model that can be chosen, beside one that cannot.</summary>
    private async Task<string> ModelAsync()
    {
        await _stack.Database.RunAsync("""
            INSERT INTO ai_providers (name, display_name) VALUES ('p', 'P') ON CONFLICT DO NOTHING;
            INSERT INTO ai_models (ai_provider_id, name, display_name, context_tokens, max_output_tokens, is_enabled)
            SELECT p.id, m.name, initcap(m.name), 100, 40, m.is_enabled
            FROM ai_providers p, (VALUES ('model 1', true), ('model 2', false)) AS m (name, is_enabled)
            ON CONFLICT DO NOTHING;
            """);
        return await SelectAsync("id FROM ai_models WHERE is_enabled");
    }

    /// <summary>The body of an answer of the API that has to have this status.</summary>
    private async Task<JsonElement> CallAsync(
        int status, SampleUser? user, string function, string route, object? body = null, params (string Name, string Value)[] parameters) =>
        (await _stack.CallAsync(user, function, route, body, parameters)).ShouldBe(status);

    /// <summary>The same past the functions, of the database's own API.</summary>
    private async Task<JsonElement> AskAsync(int status, string token, string request, object? body = null) =>
        (await _stack.AskDatabaseAsync(token, request, body)).ShouldBe(status);

    /// <summary>What the tables hold, to which no row level security applies here: columns are separated by <c>|</c>.</summary>
    private async Task<string> SelectAsync(string columnsAndSource) => (await _stack.Database.RunAsync($"SELECT {columnsAndSource}")).Trim();

    private static object IdentityProvider(string name) => new { provider = "saml", display_name = name, metadata_url = "https://idp.test/metadata" };

    private static object Request(string org, SampleUser user, string model) =>
        new { org_id = org, user_id = user.Id, ai_model_id = model, prompt_tokens = 4, completion_tokens = 6 };

    private static IEnumerable<string> Texts(JsonElement rows, string property) => rows.EnumerateArray().Select(row => Text(row, property));

    private static string Text(JsonElement json, string property) => json.GetProperty(property).GetString()!;
}
