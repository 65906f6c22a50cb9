using Cora.Build.Rules;
using Cora.Build.Sql;

namespace Cora.Build.Tests.Rules;

/// <summary>Schemas of a project whose names are checked.</summary>
internal static class NamingSchema
{
    /// <summary>What another module of the project has.</summary>
    public const string Others = """
        CREATE TABLE orgs (id uuid PRIMARY KEY);
        CREATE TABLE workspaces (id uuid PRIMARY KEY, org_id uuid REFERENCES orgs(id));
        CREATE TABLE org_members (id uuid PRIMARY KEY);
        CREATE TABLE org_cfg_idps (id uuid PRIMARY KEY);
        CREATE TABLE ai_models (id uuid PRIMARY KEY, name text UNIQUE);
        CREATE TABLE kb_documents (id uuid PRIMARY KEY);
        CREATE TABLE mgmt_cfg_sys_modules (id uuid PRIMARY KEY, name text UNIQUE);
        CREATE TABLE currencies (code text PRIMARY KEY);
        CREATE TABLE knowledge_bases (id uuid PRIMARY KEY);
        CREATE TABLE user_profiles (id uuid PRIMARY KEY);
        """;

    /// <summary>What is found of a code in a module's one schema file: <c>1,14 warning CORA5001: message</c>.</summary>
    public static IReadOnlyList<string> Find(string code, string schema, params (string Key, string Value)[] settings) => [.. Check(schema, settings).Diagnostics
        .Where(diagnostic => diagnostic.Descriptor.Code == code)
        .Select(diagnostic => $"{diagnostic.Location.Line},{diagnostic.Location.Column} {diagnostic.Severity.ToString().ToLowerInvariant()} {code}: {diagnostic.Message}")];

    public static LintReport Check(string schema, params (string Key, string Value)[] settings)
    {
        var report = new LintReport();
        SqlSource[] sources = [Source("module-other", "db/schema/010-others.sql", Others), Source("module-own", "db/schema/010-own.sql", schema)];
        SchemaNaming.Check(SchemaModel.Of(sources), "module-own", new((_, key) => settings.FirstOrDefault(item => item.Key == key).Value), report);
        Assert.All(report.Diagnostics, diagnostic => Assert.Equal("/p/module-own/db/schema/010-own.sql", diagnostic.Location.File));
        return report;
    }

    public static SqlSource Source(string module, string file, string text) =>
        new(module, $"/p/{module}/{file}", SqlFile.Read(text), IsMigration: file.Contains("migrations", StringComparison.Ordinal));

    /// <summary>Asserts that there is one finding.</summary>
    /// <param name="expected">The whole of it, or its beginning and <c>*</c>.</param>
    /// <param name="found">What is found.</param>
    public static void AssertOnly(string expected, IReadOnlyList<string> found)
    {
        var message = Assert.Single(found);
        if (expected.EndsWith('*')) Assert.StartsWith(expected[..^1], message, StringComparison.Ordinal);
        else Assert.Equal(expected, message);
    }
}
