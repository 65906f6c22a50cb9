using Cora.Build.Rules;

namespace Cora.Build.Tests.Rules;

public sealed class SchemaNamingColumnsTests
{
    [Theory]
    [InlineData("CREATE TABLE t (\n    id uuid,\n    workspace_id uuid NOT NULL\n)", "3,5 error CORA5004: The column 'workspace_id' of 't' is called 'ws_id' in all tables. Call it 'ws_id'.")]
    [InlineData("CREATE TABLE t (person_id uuid REFERENCES auth.users(id))", "1,17 error CORA5004: The column 'person_id' of 't' is called 'user_id' in all tables. Call it 'user_id'.")]
    [InlineData("CREATE TABLE t (\"organization_id\" uuid)", "1,17 error CORA5004: The column 'organization_id' of 't' is called 'org_id' *")]
    [InlineData("CREATE TABLE t (KNOWLEDGE_BASE_ID uuid)", "1,17 error CORA5004: The column 'knowledge_base_id' of 't' is called 'kb_id' *")]
    [InlineData("CREATE TABLE t (id uuid);\nALTER TABLE t ADD COLUMN IF NOT EXISTS workflow_id uuid", "2,40 error CORA5004: The column 'workflow_id' of 't' is called 'wf_id' *")]
    [InlineData("ALTER TABLE org_members ADD COLUMN member_id uuid", "1,36 error CORA5004: The column 'member_id' of 'org_members' is called 'user_id' *")]
    [InlineData("CREATE TABLE t (user_id uuid); ALTER TABLE t RENAME COLUMN user_id TO person_id", "1,71 error CORA5004: The column 'person_id' *")]
    [InlineData("CREATE SCHEMA kb; CREATE TABLE kb.t (workspace_id uuid)", "1,38 error CORA5004: The column 'workspace_id' *")]
    [InlineData("CREATE TABLE t (id uuid); DO $$ BEGIN IF NOT EXISTS (SELECT 1 FROM pg_attribute) THEN ALTER TABLE t ADD COLUMN person_id uuid; END IF; END $$", "1,112 error CORA5004: The column 'person_id' *")]
    public void A_name_that_is_not_to_be_used_is_found_at_the_column(string schema, string expected) => NamingSchema.AssertOnly(expected, NamingSchema.Find("CORA5004", schema));

    [Theory]
    [InlineData("CREATE TABLE t (user_id uuid, ws_id uuid, org_id uuid, kb_id uuid, wf_id uuid)")]
    [InlineData("CREATE TABLE kb_members (member_id uuid)")]
    [InlineData("CREATE TABLE t (source_workspace_id text, workspace_id_text text, workspace uuid)")]
    [InlineData("CREATE TABLE t (person_id uuid); ALTER TABLE t RENAME COLUMN person_id TO user_id")]
    [InlineData("CREATE TABLE t (person_id uuid); ALTER TABLE t DROP COLUMN person_id")]
    [InlineData("CREATE VIEW v (workspace_id) AS SELECT 1")]
    [InlineData("CREATE FUNCTION f(p_workspace_id uuid) RETURNS TABLE (workspace_id uuid) LANGUAGE sql AS $$ SELECT 1 AS workspace_id $$")]
    [InlineData("CREATE TABLE t (note text DEFAULT 'workspace_id uuid' -- workspace_id uuid\n)")]
    [InlineData("CREATE TABLE storage.t (workspace_id uuid)")]
    public void Other_columns_are_left_alone(string schema) => Assert.Empty(NamingSchema.Find("CORA5004", schema));

    [Fact]
    public void An_inherited_column_is_found_once_where_it_is_written()
    {
        const string schema = "CREATE TABLE a (workspace_id uuid) PARTITION BY LIST (workspace_id);\nCREATE TABLE b PARTITION OF a DEFAULT;\nCREATE TABLE c (LIKE a);\nCREATE TABLE d () INHERITS (a)";
        NamingSchema.AssertOnly("1,17 error CORA5004: *", NamingSchema.Find("CORA5004", schema));
    }

    [Theory]
    [InlineData("tenant_id:org_id, t.item:thing", new[] { "tenant_id", "item" })]
    [InlineData("+tenant_id:org_id", new[] { "tenant_id", "person_id" })]
    [InlineData("nonsense, a:b:c, :x", new string[0])]
    public void The_table_of_names_is_added_to_or_replaced(string value, string[] expected) =>
        Assert.Equal(expected, NamingSchema.Find("CORA5004", "CREATE TABLE t (tenant_id uuid, person_id uuid, item text); CREATE TABLE u (item text)", (SchemaNamingSettings.ColumnNamesKey, value)).Select(message => message.Split('\'')[1]));

    [Theory]
    [InlineData("CREATE TABLE t (vendor uuid REFERENCES ai_models(id))", "1,17 warning CORA5005: The foreign key 'vendor' refers to 'ai_models'. Call it 'ai_model_id', with its role before it where it has one.")]
    [InlineData("CREATE TABLE t (\n  space_id uuid REFERENCES workspaces)", "2,3 warning CORA5005: The foreign key 'space_id' refers to 'workspaces'. Call it 'ws_id', with its role before it where it has one.")]
    [InlineData("CREATE TABLE t (company_id uuid, FOREIGN KEY (company_id) REFERENCES public.orgs(id))", "1,17 warning CORA5005: The foreign key 'company_id' refers to 'orgs'. Call it 'org_id', *")]
    [InlineData("CREATE TABLE t (organisation uuid);\nALTER TABLE t ADD CONSTRAINT fk_t_org FOREIGN KEY (organisation) REFERENCES orgs (id)", "1,17 warning CORA5005: The foreign key 'organisation' refers to 'orgs'. *")]
    [InlineData("CREATE TABLE t (source_workspace_id uuid REFERENCES workspaces(id))", "1,17 warning CORA5005: The foreign key 'source_workspace_id' refers to 'workspaces'. Call it 'ws_id', *")]
    [InlineData("CREATE TABLE t (base_doc uuid REFERENCES kb_documents(id))", "1,17 warning CORA5005: The foreign key 'base_doc' refers to 'kb_documents'. Call it 'kb_document_id', *")]
    [InlineData("CREATE TABLE t (ws_id uuid REFERENCES org_members(id))", "1,17 warning CORA5005: The foreign key 'ws_id' refers to 'org_members'. Call it 'org_member_id', *")]
    [InlineData("CREATE TABLE t (owner uuid REFERENCES auth.users(id))", "1,17 warning CORA5005: The foreign key 'owner' refers to 'auth.users'. Call it 'owner_id'.")]
    [InlineData("CREATE TABLE t (user_uuid uuid REFERENCES auth.users)", "1,17 warning CORA5005: The foreign key 'user_uuid' refers to 'auth.users'. Call it 'user_id'.")]
    [InlineData("CREATE TABLE ts (id uuid PRIMARY KEY, parent uuid REFERENCES ts(id))", "1,39 warning CORA5005: The foreign key 'parent' refers to 'ts'. Call it 'parent_id'.")]
    [InlineData("CREATE TABLE t (org_id uuid, document uuid, FOREIGN KEY (org_id, document) REFERENCES kb_documents (org_id, id))", "1,30 warning CORA5005: The foreign key 'document' refers to 'kb_documents'. *")]
    [InlineData("CREATE TABLE t (file_id uuid REFERENCES elsewhere_documents(id))", "1,17 warning CORA5005: The foreign key 'file_id' refers to 'elsewhere_documents'. Call it 'elsewhere_document_id', *")]
    public void A_foreign_key_that_does_not_say_its_table_is_found(string schema, string expected) => NamingSchema.AssertOnly(expected, NamingSchema.Find("CORA5005", schema));

    [Theory]
    [InlineData("CREATE TABLE t (ws_id uuid REFERENCES workspaces(id), source_ws_id uuid, default_ws_id uuid)")]
    [InlineData("CREATE TABLE t (source_ws_id uuid REFERENCES workspaces(id))")]
    [InlineData("CREATE TABLE t (org_id uuid REFERENCES public.orgs(id))")]
    [InlineData("CREATE TABLE t (kb_id uuid REFERENCES knowledge_bases(id))")]
    [InlineData("CREATE TABLE t (ai_model_id uuid REFERENCES ai_models(id))")]
    [InlineData("CREATE TABLE t (model_id uuid REFERENCES ai_models(id))")]
    [InlineData("CREATE TABLE t (default_ai_model_id uuid REFERENCES ai_models(id))")]
    [InlineData("CREATE TABLE t (idp_id uuid REFERENCES org_cfg_idps(id))")]
    [InlineData("CREATE TABLE t (module_id uuid REFERENCES mgmt_cfg_sys_modules(id))")]
    [InlineData("CREATE TABLE t (created_by uuid REFERENCES auth.users(id), owner_id uuid REFERENCES auth.users(id), assignee_id uuid REFERENCES auth.users)")]
    [InlineData("CREATE TABLE t (id uuid PRIMARY KEY REFERENCES auth.users(id))")]
    [InlineData("CREATE TABLE ts (id uuid PRIMARY KEY, parent_id uuid REFERENCES ts(id), thread_id uuid REFERENCES ts)")]
    [InlineData("CREATE TABLE t (sender_id uuid REFERENCES org_members(id), recipient_id uuid REFERENCES org_members(id))")]
    [InlineData("CREATE TABLE t (source_id uuid REFERENCES kb_documents(id))")]
    [InlineData("CREATE TABLE t (currency text REFERENCES currencies)")]
    [InlineData("CREATE TABLE t (module_name text REFERENCES mgmt_cfg_sys_modules(name))")]
    [InlineData("CREATE TABLE t (thing uuid REFERENCES somewhere)")]
    [InlineData("CREATE TABLE t (user_id uuid REFERENCES user_profiles(id), approved_by uuid REFERENCES org_members(id), org_id uuid REFERENCES workspaces(id))")]
    [InlineData("CREATE TABLE t (workspace_id uuid REFERENCES workspaces(id))")]
    [InlineData("CREATE TABLE t (org_id uuid, ws_id uuid, FOREIGN KEY (org_id, ws_id) REFERENCES workspaces (org_id, id))")]
    [InlineData("CREATE TABLE t (vendor uuid)")]
    public void A_foreign_key_that_says_its_table_or_its_role_is_left_alone(string schema) => Assert.Empty(NamingSchema.Find("CORA5005", schema));

    [Fact]
    public void Abbreviations_are_those_of_the_configuration()
    {
        const string schema = "CREATE TABLE certificates (id uuid PRIMARY KEY); CREATE TABLE t (cert_id uuid REFERENCES certificates(id), ws_id uuid REFERENCES workspaces(id))";
        NamingSchema.AssertOnly("1,66 warning CORA5005: The foreign key 'cert_id' refers to 'certificates'. Call it 'certificate_id', *", NamingSchema.Find("CORA5005", schema));
        Assert.Empty(NamingSchema.Find("CORA5005", schema, (SchemaNamingSettings.AbbreviationsKey, "+certificate:cert")));
        NamingSchema.AssertOnly("1,108 warning CORA5005: The foreign key 'ws_id' refers to 'workspaces'. Call it 'workspace_id', *",
            NamingSchema.Find("CORA5005", schema, (SchemaNamingSettings.AbbreviationsKey, "certificate:cert")));
    }

    [Theory]
    [InlineData("CREATE TABLE t (enabled boolean)", "1,17 warning CORA5006: The boolean 'enabled' is named like a value of another type. Call it 'is_enabled'.")]
    [InlineData("CREATE TABLE t (id uuid,\n\tEmail_Verified BOOL NOT NULL DEFAULT false)", "2,2 warning CORA5006: The boolean 'email_verified' is named like a value of another type. Call it 'is_email_verified'.")]
    [InlineData("CREATE TABLE t (id uuid); ALTER TABLE t ADD active pg_catalog.bool", "1,45 warning CORA5006: The boolean 'active' *")]
    [InlineData("CREATE TABLE t (can_edit boolean)", "1,17 warning CORA5006: The boolean 'can_edit' is named like a value of another type. Begin it with 'is_' or 'has_'.")]
    [InlineData("CREATE TABLE t (total int, positive boolean GENERATED ALWAYS AS (total > 0) STORED)", "1,28 warning CORA5006: The boolean 'positive' *")]
    [InlineData("CREATE TABLE t (isactive boolean)", "1,17 warning CORA5006: The boolean 'isactive' *")]
    [InlineData("CREATE TABLE t (org_is_deleted boolean)", "1,17 warning CORA5006: The boolean 'org_is_deleted' is named like a value of another type. Begin it with 'is_' or 'has_'.")]
    [InlineData("CREATE TABLE t (is_ok int); ALTER TABLE t ADD COLUMN ok int; ALTER TABLE t ALTER COLUMN ok TYPE boolean USING ok > 0", "1,54 warning CORA5006: The boolean 'ok' *")]
    public void A_boolean_without_its_prefix_is_found(string schema, string expected) => NamingSchema.AssertOnly(expected, NamingSchema.Find("CORA5006", schema));

    [Theory]
    [InlineData("CREATE TABLE t (is_enabled boolean, has_children bool NOT NULL)")]
    [InlineData("CREATE TABLE t (enabled text, active int, flags boolean[])")]
    [InlineData("CREATE TABLE t (enabled my.boolean)")]
    [InlineData("CREATE FUNCTION f(p_enabled boolean, OUT ok boolean) LANGUAGE sql AS $$ SELECT true $$")]
    [InlineData("CREATE TABLE t (enabled boolean); ALTER TABLE t RENAME enabled TO is_enabled")]
    [InlineData("CREATE TYPE flags AS (enabled boolean)")]
    [InlineData("CREATE TEMP TABLE t (enabled boolean)")]
    public void A_boolean_with_it_and_what_is_no_column_of_a_table_are_left_alone(string schema) => Assert.Empty(NamingSchema.Find("CORA5006", schema));

    [Theory]
    [InlineData("+can_", 0, 1)]
    [InlineData("can", 1, 1)]
    public void Prefixes_of_booleans_are_those_of_the_configuration(string value, int others, int unprefixed)
    {
        (string, string) setting = (SchemaNamingSettings.BooleanPrefixesKey, value);
        Assert.Empty(NamingSchema.Find("CORA5006", "CREATE TABLE t (can_edit boolean)", setting));
        Assert.Equal(others, NamingSchema.Find("CORA5006", "CREATE TABLE t (is_edited boolean)", setting).Count);
        Assert.Equal(unprefixed, NamingSchema.Find("CORA5006", "CREATE TABLE t (edited boolean)", setting).Count);
    }
}
