namespace Cora.Build.Tests.Rules;

public sealed class SchemaNamingConstraintsTests
{
    private const string Table = "CREATE TABLE ws_pages (id uuid, ws_id uuid, title text, body tsvector);\n";

    private const string Long = "kb_document_extraction_requests";

    [Theory]
    [InlineData("CREATE INDEX pages_by_ws ON ws_pages (ws_id)", "2,14 warning CORA5010: The name of the index 'pages_by_ws' does not say that it is one of 'ws_pages'. Call it 'idx_ws_pages_ws_id'.")]
    [InlineData("CREATE UNIQUE INDEX IF NOT EXISTS uq_pages ON public.ws_pages USING btree (ws_id, title DESC)", "2,35 warning CORA5010: The name of the index 'uq_pages' does not say that it is one of 'ws_pages'. Call it 'idx_ws_pages_ws_id_title'.")]
    [InlineData("CREATE INDEX idx_pages_ws_id ON ws_pages (ws_id)", "2,14 warning CORA5010: The name of the index 'idx_pages_ws_id' *")]
    [InlineData("CREATE INDEX idx_ws_pagesws_id ON ws_pages (ws_id)", "2,14 warning CORA5010: *")]
    [InlineData("CREATE INDEX idx_ws_pages ON ws_pages (ws_id)", "2,14 warning CORA5010: *")]
    [InlineData("CREATE INDEX ON ws_pages (ws_id)", "2,1 warning CORA5010: The index has no name, and PostgreSQL calls it 'ws_pages_ws_id_idx'. Call it 'idx_ws_pages_ws_id'.")]
    [InlineData("CREATE INDEX \"pagesTitle\" ON ws_pages (lower(title))", "2,14 warning CORA5010: The name of the index 'pagesTitle' does not say that it is one of 'ws_pages'. Begin its name with 'idx_ws_pages_'.")]
    [InlineData("CREATE MATERIALIZED VIEW ws_sums AS SELECT 1 AS n; CREATE INDEX sums ON ws_sums (n)", "2,65 warning CORA5010: The name of the index 'sums' does not say that it is one of 'ws_sums'. Call it 'idx_ws_sums_n'.")]
    [InlineData("CREATE INDEX models ON ai_models (name)", "2,14 warning CORA5010: The name of the index 'models' does not say that it is one of 'ai_models'. Call it 'idx_ai_models_name'.")]
    [InlineData("CREATE TABLE " + Long + " (document_version_id uuid, requested_at date);CREATE INDEX extraction ON " + Long + " (document_version_id, requested_at)", "2,105 warning CORA5010: The name of the index 'extraction' does not say that it is one of '" + Long + "'. Begin its name with 'idx_' and shorten what follows: *")]
    [InlineData("CREATE INDEX idx_ws_pages_title ON ws_pages (lower(title)); CREATE INDEX pages_title ON ws_pages (title)", "2,74 warning CORA5010: The name of the index 'pages_title' does not say that it is one of 'ws_pages'. Begin its name with 'idx_ws_pages_'.")]
    public void An_index_that_does_not_say_its_table_is_found_at_its_name(string index, string expected) => NamingSchema.AssertOnly(expected, NamingSchema.Find("CORA5010", Table + index));

    [Theory]
    [InlineData("CREATE INDEX idx_ws_pages_ws_id ON ws_pages (ws_id)")]
    [InlineData("CREATE INDEX CONCURRENTLY IF NOT EXISTS idx_ws_pages_search ON ws_pages USING gin (body)")]
    [InlineData("CREATE INDEX Idx_WS_Pages_Recent ON public.ws_pages (id) WHERE title IS NOT NULL")]
    [InlineData("ALTER TABLE ws_pages ADD PRIMARY KEY (id), ADD UNIQUE (title)")]
    [InlineData("CREATE UNIQUE INDEX ws_pages_title_key ON ws_pages (title); ALTER TABLE ws_pages ADD CONSTRAINT uc_ws_pages_title UNIQUE USING INDEX ws_pages_title_key")]
    [InlineData("CREATE INDEX pages ON ws_pages (id); DROP INDEX pages")]
    [InlineData("CREATE INDEX pages ON ws_pages (id); ALTER INDEX pages RENAME TO idx_ws_pages_id")]
    [InlineData("CREATE INDEX idx_ws_pages_id ON ws_pages (id); ALTER TABLE ws_pages RENAME TO ws_leaves")]
    [InlineData("CREATE TABLE " + Long + " (document_version_id uuid, requested_at date);CREATE INDEX idx_kb_extraction_version_requested ON " + Long + " (document_version_id, requested_at)")]
    [InlineData("-- CREATE INDEX pages ON ws_pages (id);")]
    [InlineData("CREATE INDEX idx_ws_pages_title ON ws_pages (title); CREATE TABLE ws_copies (LIKE ws_pages INCLUDING ALL)")]
    public void An_index_that_says_it_and_one_of_a_constraint_are_left_alone(string index) => Assert.Empty(NamingSchema.Find("CORA5010", Table + index));

    [Theory]
    [InlineData("CREATE TABLE ws_notes (id uuid CONSTRAINT notes_pk PRIMARY KEY)", "2,43 suggestion CORA5011: The constraint 'notes_pk' of 'ws_notes' is named otherwise than others. Call it 'ws_notes_pkey'.")]
    [InlineData("CREATE TABLE ws_notes (ws_id uuid CONSTRAINT ws_notes_ws_id_fkey REFERENCES workspaces(id))", "2,46 suggestion CORA5011: The constraint 'ws_notes_ws_id_fkey' of 'ws_notes' is named otherwise than others. Call it 'fk_ws_notes_ws_id'.")]
    [InlineData("ALTER TABLE ws_pages ADD CONSTRAINT fk_workspace FOREIGN KEY (ws_id) REFERENCES workspaces(id)", "2,37 suggestion CORA5011: The constraint 'fk_workspace' of 'ws_pages' is named otherwise than others. Call it 'fk_ws_pages_ws_id'.")]
    [InlineData("ALTER TABLE ws_pages ADD CONSTRAINT one_title UNIQUE (ws_id, title)", "2,37 suggestion CORA5011: The constraint 'one_title' of 'ws_pages' is named otherwise than others. Call it 'ws_pages_ws_id_title_key'.")]
    [InlineData("ALTER TABLE ws_pages ADD CONSTRAINT title_short CHECK (char_length(title) < 10)", "2,37 suggestion CORA5011: The constraint 'title_short' of 'ws_pages' is named otherwise than others. Call it 'ws_pages_title_check'.")]
    [InlineData("ALTER TABLE ws_pages ADD CONSTRAINT chk CHECK (title IS NOT NULL OR body IS NOT NULL)", "2,37 suggestion CORA5011: The constraint 'chk' of 'ws_pages' is named otherwise than others. Call it 'ws_pages_…_check', with what it checks between.")]
    [InlineData("ALTER TABLE org_members ADD CONSTRAINT members_id CHECK (id IS NOT NULL)", "2,40 suggestion CORA5011: The constraint 'members_id' of 'org_members' *")]
    public void A_constraint_with_another_name_is_found_at_it(string constraint, string expected) => NamingSchema.AssertOnly(expected, NamingSchema.Find("CORA5011", Table + constraint));

    [Theory]
    [InlineData("CREATE TABLE ws_notes (id uuid PRIMARY KEY, ws_id uuid REFERENCES workspaces(id), n int UNIQUE CHECK (n > 0))")]
    [InlineData("CREATE TABLE ws_notes (id uuid, n int, CONSTRAINT ws_notes_pkey PRIMARY KEY (id), CONSTRAINT ws_notes_n_key UNIQUE (n), CONSTRAINT ws_notes_n_check CHECK (n > 0), CONSTRAINT ws_notes_n_check1 CHECK (n < 9))")]
    [InlineData("CREATE TABLE ws_notes (n int CONSTRAINT uc_note UNIQUE, ws_id uuid CONSTRAINT fk_ws_notes_ws_id REFERENCES workspaces(id))")]
    [InlineData("ALTER TABLE ws_pages ADD CONSTRAINT ws_pages_title_length_check CHECK (char_length(title) < 10)")]
    [InlineData("ALTER TABLE ws_pages ADD CONSTRAINT one_at_a_time EXCLUDE USING gist (ws_id WITH =)")]
    [InlineData("ALTER TABLE ws_pages ADD CONSTRAINT x UNIQUE (title); ALTER TABLE ws_pages DROP CONSTRAINT x")]
    [InlineData("ALTER TABLE ws_pages ADD CONSTRAINT x UNIQUE (title); ALTER TABLE ws_pages RENAME CONSTRAINT x TO uc_ws_pages_title")]
    [InlineData("CREATE TABLE " + Long + " (document_version_id uuid, requested_minute int, CONSTRAINT kb_document_extraction_version_minute_key UNIQUE (document_version_id, requested_minute))")]
    public void A_constraint_as_the_standard_has_it_and_one_without_a_name_are_left_alone(string constraint) => Assert.Empty(NamingSchema.Find("CORA5011", Table + constraint));
}
