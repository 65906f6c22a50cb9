using Cora.Build.Rules;
using Cora.Build.Sql;

namespace Cora.Build.Tests.Rules;

public sealed class SchemaNamingTablesTests
{
    [Theory]
    [InlineData("CREATE TABLE document (id uuid)", "1,14 warning CORA5001: The table 'document' is named in the singular. Call it 'documents'.")]
    [InlineData("CREATE TABLE IF NOT EXISTS public.ws_member (id uuid)", "1,35 warning CORA5001: The table 'ws_member' is named in the singular. Call it 'ws_members'.")]
    [InlineData("CREATE TABLE org_address (id uuid)", "1,14 warning CORA5001: The table 'org_address' is named in the singular. Call it 'org_addresses'.")]
    [InlineData("CREATE TABLE ai_analysis (id uuid)", "1,14 warning CORA5001: The table 'ai_analysis' is named in the singular. Call it 'ai_analyses'.")]
    [InlineData("CREATE TABLE org_cfg_idp (id uuid)", "1,14 warning CORA5001: The table 'org_cfg_idp' is named in the singular. Call it 'org_cfg_idps'.")]
    [InlineData("CREATE TABLE mgmt_usage_module_daily (id uuid)", "1,14 warning CORA5001: The table 'mgmt_usage_module_daily' is named in the singular. Call it 'mgmt_usage_modules_daily'.")]
    [InlineData("CREATE TABLE eval_job_archived (id uuid)", "1,14 warning CORA5001: The table 'eval_job_archived' is named in the singular. Call it 'eval_jobs_archived'.")]
    [InlineData("CREATE TABLE eval_job_archive (id uuid)", "1,14 warning CORA5001: The table 'eval_job_archive' is named in the singular. Call it 'eval_job_archives'.")]
    [InlineData("CREATE TABLE \"kbArticle\" (id uuid)", "1,14 warning CORA5001: The table 'kbArticle' is named in the singular. Call it 'kb_articles'.")]
    [InlineData("CREATE TABLE mgmt_cfg_sys_function (id uuid)", "1,14 warning CORA5001: The table 'mgmt_cfg_sys_function' is named in the singular. Call it 'mgmt_cfg_sys_functions'.")]
    [InlineData("CREATE SCHEMA kb; CREATE TABLE kb.kb_quota (id uuid)", "1,35 warning CORA5001: The table 'kb_quota' is named in the singular. Call it 'kb_quotas'.")]
    [InlineData("DO $$ BEGIN CREATE TABLE kb_person (id uuid); END $$", "1,26 warning CORA5001: The table 'kb_person' is named in the singular. Call it 'kb_people'.")]
    [InlineData("CREATE TABLE kb_pages (id uuid); ALTER TABLE kb_pages RENAME TO kb_page", "1,65 warning CORA5001: The table 'kb_page' is named in the singular. Call it 'kb_pages'.")]
    [InlineData("CREATE TABLE ws_org_link (org_id uuid REFERENCES orgs(id), ws_id uuid REFERENCES workspaces(id))", "1,14 warning CORA5001: The table 'ws_org_link' is named in the singular.*")]
    public void A_table_in_the_singular_is_found_at_its_name(string schema, string expected) => NamingSchema.AssertOnly(expected, NamingSchema.Find("CORA5001", schema));

    [Theory]
    [InlineData("CREATE TABLE documents (id uuid)")]
    [InlineData("CREATE TABLE public.org_people (id uuid)")]
    [InlineData("CREATE TABLE kb_metadata (id uuid)")]
    [InlineData("CREATE TABLE eval_criteria (id uuid)")]
    [InlineData("CREATE TABLE ws_status (id uuid)")]
    [InlineData("CREATE TABLE chat_series (id uuid)")]
    [InlineData("CREATE TABLE org_access (id uuid)")]
    [InlineData("CREATE TABLE org_billing (id uuid)")]
    [InlineData("CREATE TABLE ai_usage_requests (id uuid)")]
    [InlineData("CREATE TABLE mgmt_usage_modules_daily (id uuid)")]
    [InlineData("CREATE TABLE mgmt_cfg_sys_lambda (id uuid)")]
    [InlineData("CREATE TABLE ws_documents_archive (id uuid)")]
    [InlineData("CREATE TABLE ws_documents_deleted_2024 (id uuid)")]
    [InlineData("CREATE TABLE kb_documents_v2 (id uuid)")]
    [InlineData("CREATE TABLE kb_sync_log (id uuid)")]
    [InlineData("CREATE TABLE platform_module_registry (id uuid)")]
    [InlineData("CREATE TABLE pending (id uuid)")]
    [InlineData("CREATE TABLE ws_events (id uuid) PARTITION BY RANGE (id); CREATE TABLE ws_event_default PARTITION OF ws_events DEFAULT")]
    [InlineData("CREATE TABLE org_document (org_id uuid REFERENCES orgs(id), document_id uuid REFERENCES kb_documents(id))")]
    [InlineData("CREATE TABLE ws_ai_model (ai_model_id uuid REFERENCES ai_models(id), ws_id uuid REFERENCES workspaces(id))")]
    [InlineData("CREATE TABLE sys_user_idp (user_id uuid REFERENCES auth.users(id), idp_id uuid REFERENCES org_cfg_idps(id))")]
    [InlineData("CREATE TEMP TABLE import (id uuid)")]
    [InlineData("CREATE VIEW ws_summary AS SELECT 1 AS n")]
    [InlineData("CREATE TABLE kb_page (id uuid); ALTER TABLE kb_page RENAME TO kb_pages")]
    [InlineData("CREATE TABLE kb_page (id uuid); DROP TABLE kb_page")]
    [InlineData("CREATE TABLE auth.hook (id uuid)")]
    [InlineData("/* CREATE TABLE document (id uuid) */ SELECT 'CREATE TABLE document (id uuid)'")]
    public void A_plural_by_whatever_grammar_is_left_alone(string schema) => Assert.Empty(NamingSchema.Find("CORA5001", schema));

    [Fact]
    public void Words_and_tables_of_the_configuration_are_plural_enough()
    {
        const string schema = "CREATE TABLE kb_corpora_entry (id uuid);\nCREATE TABLE ws_gizmo (id uuid);\nCREATE TABLE mgmt_cfg_sys_lambda (id uuid);\nCREATE TABLE ws_page (id uuid);";
        Assert.Equal(3, NamingSchema.Find("CORA5001", schema).Count);
        Assert.Equal(["4,14 warning CORA5001: The table 'ws_page' is named in the singular. Call it 'ws_pages'."],
            NamingSchema.Find("CORA5001", schema, (SchemaNamingSettings.PluralExceptionsKey, "gizmo, kb_corpora_entry")));
    }

    [Fact]
    public void What_may_be_no_noun_is_counted_and_not_reported() =>
        Assert.Equal((0, 1), (NamingSchema.Check("CREATE TABLE org_billing (id uuid PRIMARY KEY)").Diagnostics.Count, NamingSchema.Check("CREATE TABLE org_billing (id uuid PRIMARY KEY)").NotDecidable));

    [Theory]
    [InlineData("CREATE TABLE crm_contacts (id uuid)", "1,14 warning CORA5002: The prefix 'crm_' of the table 'crm_contacts' is not documented. Begin it with one that is: 'ai_', 'cert_', 'chat_', 'eval_', 'kb_', 'mgmt_', 'org_', 'sys_', 'user_', 'voice_', 'wf_', 'ws_'. Or add 'crm_' to cora_table_prefixes in .editorconfig.")]
    [InlineData("CREATE TABLE IF NOT EXISTS public.billing_invoices (id uuid)", "1,35 warning CORA5002: The prefix 'billing_' of the table 'billing_invoices' *")]
    [InlineData("CREATE TABLE tbl_orders (id uuid)", "1,14 warning CORA5002: The prefix 'tbl_' *")]
    [InlineData("CREATE TABLE cfg_modules (id uuid)", "1,14 warning CORA5002: The prefix 'cfg_' *")]
    [InlineData("CREATE TABLE wsx_members (id uuid)", "1,14 warning CORA5002: The prefix 'wsx_' *")]
    [InlineData("CREATE TABLE module_registry_entries (id uuid); CREATE TABLE registry_entries (id uuid)", "1,62 warning CORA5002: The prefix 'registry_' *")]
    public void An_undocumented_prefix_is_found(string schema, string expected) => NamingSchema.AssertOnly(expected, NamingSchema.Find("CORA5002", schema));

    [Theory]
    [InlineData("CREATE TABLE contacts (id uuid)")]
    [InlineData("CREATE TABLE ws_contacts (id uuid)")]
    [InlineData("CREATE TABLE mgmt_cfg_sys_lambda (id uuid)")]
    [InlineData("CREATE TABLE workspace_settings (id uuid)")]
    [InlineData("CREATE TABLE document_versions (id uuid)")]
    [InlineData("CREATE TABLE document_tags (document_id uuid REFERENCES kb_documents(id), tag_id uuid REFERENCES tags(id))")]
    [InlineData("CREATE TABLE app_settings (id uuid)")]
    [InlineData("CREATE TABLE platform_lambda_config (id uuid)")]
    [InlineData("CREATE TABLE ws_events (id uuid) PARTITION BY RANGE (id); CREATE TABLE events_2024 PARTITION OF ws_events DEFAULT")]
    [InlineData("CREATE TABLE storage.crm_contacts (id uuid)")]
    [InlineData("CREATE TABLE _archived (id uuid)")]
    public void A_documented_prefix_and_none_at_all_are_left_alone(string schema) => Assert.Empty(NamingSchema.Find("CORA5002", schema));

    [Theory]
    [InlineData("+crm, hr_", new[] { "bi_" })]
    [InlineData("crm_, hr", new[] { "ws_", "bi_" })]
    [InlineData("+ bi", new[] { "crm_", "hr_" })]
    public void Prefixes_are_added_or_replaced(string value, string[] expected)
    {
        var found = NamingSchema.Find("CORA5002", "CREATE TABLE crm_contacts (id uuid); CREATE TABLE hr_jobs (id uuid); CREATE TABLE ws_pages (id uuid); CREATE TABLE bi_reports (id uuid)",
            (SchemaNamingSettings.TablePrefixesKey, value));
        Assert.Equal(expected, found.Select(message => message.Split('\'')[1]));
    }

    [Theory]
    [InlineData("CREATE TABLE kb_sync_log (id uuid)", "1,14 warning CORA5003: The table 'kb_sync_log' has the suffix '_log', which is deprecated. Call it 'kb_log_syncs'.")]
    [InlineData("CREATE TABLE ws_document_history (id uuid)", "1,14 warning CORA5003: The table 'ws_document_history' has the suffix '_history', which is deprecated. Call it 'ws_hist_documents'.")]
    [InlineData("CREATE TABLE public.kb_import_progress (id uuid)", "1,21 warning CORA5003: The table 'kb_import_progress' has the suffix '_progress', which is deprecated. Call it 'kb_state_imports'.")]
    [InlineData("CREATE TABLE org_idp_configs (id uuid)", "1,14 warning CORA5003: The table 'org_idp_configs' has the suffix '_configs', which is deprecated. Call it 'org_cfg_idps'.")]
    [InlineData("CREATE TABLE ai_config (id uuid)", "1,14 warning CORA5003: The table 'ai_config' has the suffix '_config', which is deprecated. Put 'cfg' between the prefix of its module and what it keeps: 'ai_cfg_…'.")]
    [InlineData("CREATE TABLE import_history (id uuid)", "1,14 warning CORA5003: The table 'import_history' has the suffix '_history', which is deprecated. Put 'hist' between the prefix of its module and what it keeps: '…_hist_imports'.")]
    [InlineData("CREATE TABLE app_settings (id uuid)", "1,14 warning CORA5003: The table 'app_settings' has the prefix 'app_', which is deprecated. Begin it with the prefix of its module instead, such as 'ws_settings'.")]
    [InlineData("CREATE TABLE platform_lambda_config (id uuid)", "1,14 warning CORA5003: The table 'platform_lambda_config' has the prefix 'platform_' and the suffix '_config', which are deprecated. Call it 'mgmt_cfg_sys_lambda'.")]
    [InlineData("CREATE TABLE platform_module_usage_daily (id uuid)", "1,14 warning CORA5003: The table 'platform_module_usage_daily' has the prefix 'platform_', which is deprecated. Call it 'mgmt_usage_modules_daily'.")]
    [InlineData("CREATE TABLE platform_config (id uuid)", "1,14 warning CORA5003: The table 'platform_config' has the prefix 'platform_' and the suffix '_config', which are deprecated. Put 'cfg' between *")]
    public void A_deprecated_prefix_or_suffix_is_found_with_the_name_that_replaces_it(string schema, string expected) => NamingSchema.AssertOnly(expected, NamingSchema.Find("CORA5003", schema));

    [Theory]
    [InlineData("CREATE TABLE logs (id uuid)")]
    [InlineData("CREATE TABLE kb_log_syncs (id uuid)")]
    [InlineData("CREATE TABLE org_cfg_idps (id uuid)")]
    [InlineData("CREATE TABLE apps (id uuid); CREATE TABLE ws_apps (id uuid)")]
    [InlineData("CREATE TABLE wf_progress_reports (id uuid)")]
    [InlineData("CREATE TABLE platforms (id uuid)")]
    [InlineData("CREATE TABLE ws_blogs (id uuid); CREATE TABLE ws_catalog (id uuid)")]
    public void Words_that_only_look_deprecated_are_left_alone(string schema) => Assert.Empty(NamingSchema.Find("CORA5003", schema));

    [Fact]
    public void Of_another_module_and_of_a_migration_nothing_is_said()
    {
        var report = new LintReport();
        SqlSource[] sources =
        [
            NamingSchema.Source("module-other", "db/schema/1.sql", "CREATE TABLE crm_contact (id uuid, person_id uuid)"),
            NamingSchema.Source("module-own", "db/schema/1.sql", "CREATE TABLE ws_pages (id uuid); ALTER TABLE crm_contact ADD COLUMN workspace_id uuid"),
            NamingSchema.Source("module-own", "db/migrations/1.sql", "CREATE TABLE crm_call (id uuid); ALTER TABLE ws_pages ADD COLUMN person_id uuid; CREATE INDEX x ON ws_pages (id)"),
            NamingSchema.Source("module-own", "db/migrations/2.sql", $"CREATE FUNCTION \"getPages\"() RETURNS int LANGUAGE sql AS 'SELECT 1'; CREATE TABLE ws_{new string('x', 70)} (id uuid)"),
        ];
        SchemaNaming.Check(SchemaModel.Of(sources), "module-own", SchemaNamingSettings.Default, report);
        // A column belongs to who adds it.
        Assert.Equal(["CORA5004"], report.Diagnostics.Select(diagnostic => diagnostic.Descriptor.Code));
        Assert.Equal((1, 69), (report.Diagnostics[0].Location.Line, report.Diagnostics[0].Location.Column));
    }

    [Fact]
    public void The_guide_has_every_key_and_its_default()
    {
        var rows = Repository.Read("docs/checks.md").Split('\n').Where(line => line.StartsWith("| `cora_", StringComparison.Ordinal)).Select(line => line.Split('`'));
        Assert.Equal(SchemaNamingSettings.Defaults.OrderBy(pair => pair.Key).Select(pair => (pair.Key, pair.Value)), rows.Select(row => (row[1], row[3])).OrderBy(row => row.Item1));
    }
}
