using Cora.Build.Sql;

namespace Cora.Build.Rules;

/// <summary>Has the rules on names look at the schemas of a module.</summary>
public static class SchemaNaming
{
    /// <summary>CORA5001 to CORA5006, CORA5010, CORA5011, CORA5017 and CORA5018.</summary>
    /// <param name="model">The database of the whole project.</param>
    /// <param name="module">The module's name: what only others say is theirs.</param>
    /// <param name="settings">What the project has for a standard.</param>
    /// <param name="report">Takes findings and counts.</param>
    public static void Check(SchemaModel model, string module, SchemaNamingSettings settings, LintReport report)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(report);
        if (!model.Sources.Any(source => source.Module == module && !source.IsMigration)) return;
        var names = new SchemaNames(model, module, settings);
        SchemaNamingTables.Check(names, report);
        SchemaNamingColumns.Check(names, report);
        SchemaNamingConstraints.Check(names, report);
        SchemaNamingIdentifiers.Check(names, model.Sources, report);
    }
}
