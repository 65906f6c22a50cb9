using Cora.Build.Rules;

namespace Cora.Build.Tests.Rules;

public sealed class UserAndOrgRulesTests
{
    private const string Others = """
        CREATE TABLE public.orgs (id uuid PRIMARY KEY);
        CREATE TABLE user_profiles (id uuid PRIMARY KEY, user_id uuid UNIQUE REFERENCES auth.users(id));
        CREATE TABLE members (id uuid PRIMARY KEY, org_id uuid NOT NULL REFERENCES orgs, user_id uuid NOT NULL REFERENCES auth.users, UNIQUE (org_id, user_id));
        CREATE TABLE teams (id uuid PRIMARY KEY);
        CREATE DOMAIN entity_id AS uuid;
        CREATE DOMAIN slug AS text;
        CREATE TYPE mood AS ENUM ('sad');
        """;

    [Theory]
    [InlineData("CREATE TABLE t (\n    user_id UUID NOT NULL\n);", "2,5 error CORA5007: 'user_id' of 't' names a user, and has no foreign key. Write user_id UUID REFERENCES auth.users(id).")]
    [InlineData("CREATE TABLE t (owner_id TEXT REFERENCES auth.users(id));", "1,17 error CORA5007: 'owner_id' of 't' names a user, and is text. Write owner_id UUID *")]
    [InlineData("CREATE TABLE t (created_by uuid, approved_by uuid);", "1,17 warning CORA5007: 'created_by' *has no foreign key.*", "1,34 warning CORA5007: 'approved_by' *")]
    [InlineData("CREATE TABLE t (updated_by varchar(36), deleted_by slug, invited_by integer);", "1,17 error CORA5007: *is character varying(36).*", "1,41 error CORA5007: *is slug.*", "1,58 error CORA5007: *is integer.*")]
    [InlineData("CREATE TABLE t (user_id uuid REFERENCES user_profiles(user_id));",
        "1,17 warning CORA5007: 'user_id' of 't' reaches auth.users only through user_profiles(user_id): who has no row there cannot stand here.*")]
    [InlineData("CREATE TABLE t (org_id uuid NOT NULL REFERENCES orgs, user_id uuid, FOREIGN KEY (org_id, user_id) REFERENCES members (org_id, user_id));", "1,55 warning CORA5007: *only through members(user_id)*")]
    [InlineData("CREATE TABLE t (user_id uuid REFERENCES teams(id));", "1,17 error CORA5007: 'user_id' of 't' names a user, and references teams(id).*")]
    [InlineData("CREATE TABLE t (user_id uuid REFERENCES public.users(id));", "1,17 error CORA5007: *references users.*")]
    [InlineData("CREATE TABLE t (created_by mood, user_id uuid[]);", "1,17 error CORA5007: *is mood.*", "1,34 error CORA5007: *is uuid[].*")]
    [InlineData("ALTER TABLE teams ADD COLUMN user_id uuid;", "1,30 error CORA5007: 'user_id' of 'teams' *")]
    [InlineData("CREATE TABLE t (user_id uuid REFERENCES auth.users(email));", "1,17 error CORA5007: *references auth.users(email).*")]
    public void A_user_column_that_is_no_key_of_auth_users_is_found_at_the_column(string sql, params string[] expected) => ReportAssert.Findings(Check(sql), expected);

    [Theory]
    [InlineData("CREATE TABLE t (org_id uuid NOT NULL);", "1,17 error CORA5008: 'org_id' of 't' has no foreign key. Write org_id UUID NOT NULL REFERENCES public.orgs(id).")]
    [InlineData("CREATE TABLE t (org_id text NOT NULL REFERENCES orgs(id));", "1,17 error CORA5008: 'org_id' of 't' is text.*")]
    [InlineData("CREATE TABLE t (\n  id uuid,\n  org_id uuid NOT NULL REFERENCES public.org(id)\n);", "3,3 error CORA5008: 'org_id' of 't' references org, not public.orgs.*")]
    [InlineData("CREATE TABLE t (org_id uuid REFERENCES public.orgs(id));", "1,17 warning CORA5008: 'org_id' of 't' may be NULL: policies hide such a row from everyone, or show it to everyone. Add NOT NULL.")]
    [InlineData("CREATE TABLE t (org_id uuid NOT NULL REFERENCES teams(id));", "1,17 error CORA5008: *references teams(id), not public.orgs.*")]
    [InlineData("CREATE TABLE t (org_id uuid NOT NULL, team uuid, FOREIGN KEY (org_id) REFERENCES private.orgs(id)); CREATE TABLE private.orgs (id uuid PRIMARY KEY);", "1,17 error CORA5008: *references private.orgs(id), *")]
    [InlineData("CREATE TABLE t (org_id uuid NOT NULL, user_id uuid REFERENCES auth.users(id), FOREIGN KEY (org_id, user_id) REFERENCES members (org_id, user_id));", "1,17 warning CORA5008: *only through members(org_id).*")]
    public void An_org_id_that_is_no_key_of_orgs_is_found_at_the_column(string sql, params string[] expected) => ReportAssert.Findings(Check(sql), expected);

    [Theory]
    [InlineData("CREATE TABLE t (user_id UUID NOT NULL REFERENCES auth.users(id) ON DELETE CASCADE, created_by uuid CONSTRAINT fk REFERENCES auth.users, org_id uuid NOT NULL REFERENCES public.orgs(id));")]
    [InlineData("CREATE TABLE t (user_id uuid, org_id uuid PRIMARY KEY, FOREIGN KEY (user_id) REFERENCES auth.users(id), CONSTRAINT fk FOREIGN KEY (org_id) REFERENCES orgs);")]
    [InlineData("CREATE TABLE t (user_id uuid, org_id uuid);\nALTER TABLE t ADD CONSTRAINT fk FOREIGN KEY (user_id) REFERENCES auth.users(id), ALTER COLUMN org_id SET NOT NULL;\nALTER TABLE t ADD FOREIGN KEY (org_id) REFERENCES orgs(id);")]
    [InlineData("CREATE TABLE t (owner_id uuid, owner_type text);")]
    [InlineData("CREATE TABLE t (sort_by text, sorted_by text, group_by uuid, is_read_by boolean, read_by uuid[], increment_by integer, processed_by timestamptz);")]
    [InlineData("CREATE TABLE t (user_id entity_id REFERENCES auth.users(id), org_id entity_id NOT NULL REFERENCES orgs(id));")]
    [InlineData("CREATE TABLE t (user_id uuid); ALTER TABLE t DROP COLUMN user_id;")]
    [InlineData("CREATE TABLE t (user_id uuid); DROP TABLE t;")]
    [InlineData("CREATE TABLE p (user_id uuid REFERENCES auth.users(id), day date) PARTITION BY RANGE (day); CREATE TABLE p1 PARTITION OF p DEFAULT;")]
    [InlineData("CREATE TABLE members_hist (LIKE members INCLUDING ALL);")]
    [InlineData("CREATE VIEW v (user_id, org_id) AS SELECT 1, 2; CREATE TYPE pair AS (user_id text, org_id text); CREATE TEMP TABLE x (user_id int);")]
    [InlineData("CREATE FUNCTION f() RETURNS TABLE (user_id text, org_id text) LANGUAGE sql AS $$ SELECT '', '' $$; -- user_id text")]
    public void Columns_as_they_should_be_and_what_only_looks_alike_are_left_alone(string sql)
    {
        var report = Check(sql);
        ReportAssert.Findings(report);
        Assert.Equal(0, report.NotDecidable);
    }

    [Theory]
    [InlineData("CREATE TABLE t (user_id uuid); DO $$ BEGIN EXECUTE format('ALTER TABLE %I ADD FOREIGN KEY (user_id) REFERENCES auth.users(id)', 't'); END $$;")]
    [InlineData("CREATE TABLE t (user_id uuid REFERENCES storage.objects(owner));")]
    [InlineData("CREATE TABLE t (user_id uuid); ALTER TABLE t ADD CONSTRAINT fk FOREIGN KEY (user_id REFERENCES auth.users(id);")]
    [InlineData("CREATE TABLE t (org_id uuid NOT NULL); ALTER TABLE t FROBNICATE org_id;")]
    [InlineData("CREATE TABLE t AS SELECT 1 AS x; ALTER TABLE t ADD COLUMN user_id uuid; SELECT add_user_keys('t');")]
    public void What_may_have_its_key_elsewhere_is_counted_and_not_reported(string sql)
    {
        var report = Check(sql);
        ReportAssert.Findings(report);
        Assert.NotEqual(0, report.NotDecidable);
    }

    [Fact]
    public void A_column_that_another_module_adds_is_that_module_s()
    {
        var model = SchemaCode.Model(("module-test", "CREATE TABLE t (id uuid);"), ("module-other", "ALTER TABLE t ADD COLUMN user_id uuid; CREATE TABLE u (org_id uuid);"));
        var (own, other) = (new LintReport(), new LintReport());
        UserAndOrgRules.Check(model, "module-test", own);
        UserAndOrgRules.Check(model, "module-other", other);
        ReportAssert.Findings(own);
        ReportAssert.Findings(other, "1,26 error CORA5007: *", "1,56 error CORA5008: *");
    }

    [Fact]
    public void Keys_that_go_round_in_circles_or_branch_without_end_are_followed_once()
    {
        const int count = 30;
        var tables = Enumerable.Range(0, count).Select(i => $"CREATE TABLE t{i} (user_id uuid UNIQUE);");
        var keys = Enumerable.Range(0, count).SelectMany(i => Enumerable.Range(0, count).Select(j => $"ALTER TABLE t{i} ADD CONSTRAINT c{i}_{j} FOREIGN KEY (user_id) REFERENCES t{j} (user_id);"));
        var report = Check(string.Join('\n', tables.Concat(keys)));
        Assert.Equal(count, report.Diagnostics.Count);
        Assert.All(report.Diagnostics, finding => Assert.Contains("references t", finding.Message, StringComparison.Ordinal));
    }

    private static LintReport Check(string sql)
    {
        var report = new LintReport();
        UserAndOrgRules.Check(SchemaCode.Model(("module-test", sql), ("module-other", Others)), "module-test", report);
        return report;
    }
}
