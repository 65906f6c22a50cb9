using Cora.Build.Sql;

namespace Cora.Build.Rules;

/// <summary>Has the rules about what a schema makes look at the files of a module.</summary>
public static class SchemaLinter
{
    /// <summary>What they find, and what they looked at.</summary>
    /// <param name="model">Of the whole project.</param>
    /// <param name="module">The module whose files are looked at.</param>
    /// <param name="setting">Gives what <c>.editorconfig</c> says for a file and a key; null where it says nothing.</param>
    /// <param name="report">Takes findings and counts.</param>
    public static void Check(SchemaModel model, string module, Func<string, string, string?> setting, LintReport report)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(report);
        var settings = new SchemaNamingSettings(setting);
        report.NotDecidable += model.Sources.Where(source => source.Module == module).Sum(source => source.Sql.NotRead.Count);
        // What takes longest at the same time: names, and what names refer to.
        var (names, references) = (new LintReport(), new LintReport());
        Parallel.Invoke(
            () =>
            {
                SchemaNaming.Check(model, module, settings, names);
                AuditColumnRules.Check(model, module, settings, names);
            },
            () => SchemaReferenceRules.Check(model, module, references));
        report.Add(names);
        report.Add(references);
        SchemaFileRules.Check(model.WithMigrations.Sources, module, report);
        SchemaIdempotencyRules.Check(model.Sources, module, report);
        UserAndOrgRules.Check(model, module, report);
        RpcDefinitionRules.Check(model, module, report);
        RowSecurityRules.Check(model, module, report);
    }
}
