using Cora.Build.Rules;

namespace Cora.Build.Tests.Rules;

public sealed class AuditColumnRulesTests
{
    private const string Audit = "created_at timestamptz, updated_at timestamptz, created_by uuid, updated_by uuid";

    [Theory]
    [InlineData("CREATE TABLE public.orgs (id uuid PRIMARY KEY);",
        "1,21 warning CORA5009: 'orgs' has no columns 'created_at', 'updated_at', 'created_by' and 'updated_by'. Add them: _at TIMESTAMPTZ, _by UUID REFERENCES auth.users(id).")]
    [InlineData("CREATE TABLE orgs (id uuid, created_at timestamptz, updated_at timestamptz, created_by uuid, PRIMARY KEY (id));", "1,14 warning CORA5009: 'orgs' has no column 'updated_by'. Add it: *")]
    [InlineData("CREATE TABLE IF NOT EXISTS private.keys (id bigserial PRIMARY KEY, created_at timestamptz);", "1,36 warning CORA5009: 'private.keys' has no columns 'updated_at', 'created_by' and 'updated_by'.*")]
    [InlineData("CREATE TABLE a (id int PRIMARY KEY, " + Audit + ");\nALTER TABLE a DROP COLUMN updated_at;\nCREATE TABLE b (id int PRIMARY KEY, x_id int REFERENCES a, " + Audit + ");\nCREATE TABLE c (id int PRIMARY KEY, title text);", "4,14 warning CORA5009: 'c' *")]
    [InlineData("CREATE TABLE catalogs (id int PRIMARY KEY);", "1,14 warning CORA5009: 'catalogs' *")]
    [InlineData("CREATE TABLE notes (id int PRIMARY KEY, a_id int REFERENCES orgs, b_id int REFERENCES orgs, body text);", "1,14 warning CORA5009: 'notes' *")]
    public void A_table_without_audit_columns_is_found_at_its_name(string sql, params string[] expected) => ReportAssert.Findings(Check(sql), expected);

    [Theory]
    [InlineData("CREATE TABLE orgs (id uuid PRIMARY KEY, " + Audit + ", deleted_at timestamptz);")]
    [InlineData("CREATE TABLE orgs (id uuid PRIMARY KEY); ALTER TABLE orgs ADD COLUMN created_at timestamptz, ADD updated_at timestamptz, ADD created_by uuid, ADD updated_by uuid;")]
    [InlineData("CREATE TABLE audit (" + Audit + "); CREATE TABLE orgs (id uuid PRIMARY KEY, LIKE audit);")]
    [InlineData("CREATE TABLE bases (" + Audit + "); CREATE TABLE orgs (id uuid PRIMARY KEY) INHERITS (bases);")]
    [InlineData("CREATE TABLE ai_log_requests (id uuid PRIMARY KEY); CREATE TABLE ai_usage_requests (id uuid PRIMARY KEY); CREATE TABLE mgmt_state_jobs (id int PRIMARY KEY); CREATE TABLE x_queue (id int PRIMARY KEY); CREATE TABLE org_history (id int PRIMARY KEY); CREATE TABLE ai_hist_models (id int PRIMARY KEY);")]
    [InlineData("CREATE TABLE plans (code text PRIMARY KEY); CREATE TABLE pairs (id int, x int, PRIMARY KEY (id, x)); CREATE TABLE loose (id int);")]
    [InlineData("CREATE TABLE orgs_teams (id uuid PRIMARY KEY, org_id uuid REFERENCES orgs, team_id uuid REFERENCES teams, role text, UNIQUE (org_id, team_id));")]
    [InlineData("CREATE TABLE orgs_teams (id uuid PRIMARY KEY, org_id uuid REFERENCES orgs, team_id uuid REFERENCES teams, added_at timestamptz);")]
    [InlineData("CREATE TABLE days (id int PRIMARY KEY, " + Audit + ") PARTITION BY RANGE (id); CREATE TABLE days_1 PARTITION OF days DEFAULT;")]
    [InlineData("CREATE TEMP TABLE x (id int PRIMARY KEY); CREATE TABLE y (id int PRIMARY KEY); DROP TABLE y; CREATE VIEW v AS SELECT 1 AS id;")]
    public void Tables_that_have_or_need_none_are_left_alone(string sql) => ReportAssert.Findings(Check(sql));

    [Theory]
    [InlineData("created_at, Updated_At", "1,14 warning CORA5009: 'orgs' has no columns 'created_at' and 'updated_at'.*")]
    [InlineData("is_deleted", "1,14 warning CORA5009: 'orgs' has no column 'is_deleted'.*")]
    public void Which_they_are_can_be_configured(string value, string expected) => ReportAssert.Findings(Check("CREATE TABLE orgs (id uuid PRIMARY KEY);", value), expected);

    [Fact]
    public void A_list_that_begins_with_a_plus_adds_to_the_default() => ReportAssert.Findings(
        Check("CREATE TABLE orgs (id uuid PRIMARY KEY, created_at timestamptz, updated_at timestamptz, created_by uuid);", "+is_deleted"),
        "1,14 warning CORA5009: 'orgs' has no columns 'updated_by' and 'is_deleted'.*");

    [Theory]
    [InlineData("")]
    [InlineData("none")]
    public void There_can_be_none(string value) => ReportAssert.Findings(Check("CREATE TABLE orgs (id uuid PRIMARY KEY);", value));

    [Theory]
    [InlineData("CREATE TABLE orgs (id uuid PRIMARY KEY); SELECT add_audit_columns('orgs');")]
    [InlineData("CREATE TABLE orgs (id uuid PRIMARY KEY, LIKE elsewhere INCLUDING ALL);")]
    [InlineData("DO $$ DECLARE t text; BEGIN FOREACH t IN ARRAY ARRAY['orgs'] LOOP EXECUTE format('ALTER TABLE %I ADD COLUMN created_at timestamptz', t); END LOOP; END $$; CREATE TABLE orgs (id uuid PRIMARY KEY);")]
    public void Columns_that_may_come_from_elsewhere_are_counted_and_not_missed(string sql)
    {
        var report = Check(sql);
        ReportAssert.Findings(report);
        Assert.Equal(1, report.NotDecidable);
    }

    private static LintReport Check(string sql, string? setting = null)
    {
        var report = new LintReport();
        AuditColumnRules.Check(SchemaCode.Model(("module-test", sql)), "module-test", new((file, key) => (file, key) == ("/module-test/db/schema/001.sql", "cora_audit_columns") ? setting : null), report);
        return report;
    }
}
