using Cora.Build.Diagnostics;
using Cora.Build.Sql;

namespace Cora.Build.Rules;

/// <summary>Names of tables: their number, and the words that they begin and end with.</summary>
public static class SchemaNamingTables
{
    internal static readonly DiagnosticDescriptor s_notPlural = new("CORA5001", Severity.Warning, "Table name that is not plural");
    internal static readonly DiagnosticDescriptor s_prefix = new("CORA5002", Severity.Warning, "Table prefix that is not documented");
    internal static readonly DiagnosticDescriptor s_deprecated = new("CORA5003", Severity.Warning, "Deprecated prefix or suffix of a table");

    private static readonly string[] s_deprecatedPrefixes = ["platform_", "app_"];

    /// <summary>The infix that says the same.</summary>
    private static readonly (string Suffix, string Infix)[] s_deprecatedSuffixes =
        [("_log", "log"), ("_history", "hist"), ("_progress", "state"), ("_config", "cfg"), ("_configs", "cfg")];

    /// <summary>Tables that every project had by one name and has by another.</summary>
    private static readonly Dictionary<string, string> s_renamed = new(StringComparer.Ordinal)
    {
        ["platform_lambda_config"] = "mgmt_cfg_sys_lambda",
        ["platform_module_registry"] = "mgmt_cfg_sys_modules",
        ["platform_module_usage"] = "mgmt_usage_modules",
        ["platform_module_usage_daily"] = "mgmt_usage_modules_daily",
    };

    /// <summary>CORA5001 to CORA5003.</summary>
    internal static void Check(SchemaNames names, LintReport report)
    {
        // A partition is called after its parent.
        foreach (var table in names.Relations.Where(relation => relation is { Kind: SchemaRelationKind.Table, IsPartition: false }))
        {
            if (names.Own(table.Origins) is not { } origin) continue;
            var place = SchemaNames.Place(origin);
            var standard = names.Standard(place);
            var prefix = s_deprecatedPrefixes.FirstOrDefault(item => table.Name.StartsWith(item, StringComparison.Ordinal));
            var suffix = s_deprecatedSuffixes.FirstOrDefault(item => table.Name.EndsWith(item.Suffix, StringComparison.Ordinal) && table.Name.Length > item.Suffix.Length);
            if (prefix is not null || suffix.Suffix is not null) report.Add(s_deprecated.At(place, Deprecated(names, table, prefix, suffix, standard)));

            var isJunction = names.Tables.IsJunction(table, standard.Abbreviations);
            // One mistake, one finding: without its suffix the table has another noun.
            if (!isJunction && suffix.Suffix is null && !s_renamed.ContainsKey(table.Name)) CheckNumber(names, table, place, report);
            if (!isJunction && prefix is null) CheckPrefix(names, table, place, report);
        }
    }

    private static void CheckNumber(SchemaNames names, SchemaRelation table, Location place, LintReport report)
    {
        var exceptions = names.Standard(place).PluralExceptions;
        var words = TableNames.Words(table.Name).ToList();
        if (words.Count == 0 || exceptions.Contains(table.Name)) return;
        var noun = TableNames.Noun(words);
        if (exceptions.Contains(words[noun])) return;
        // Alone it is no noun: 'pending'.
        var number = TableNames.IsModifier(words[noun]) ? NounNumber.Unknown : names.Tables.Nouns.NumberOf(words[noun]);
        if (number == NounNumber.Unknown) report.NotDecidable++;
        if (number != NounNumber.Singular) return;
        if (TableNames.IsCopy(words[noun]) && noun > 0 && names.Tables.Nouns.NumberOf(words[noun - 1]) == NounNumber.Plural) return;
        words[noun] = names.Tables.Nouns.Plural(words[noun]);
        report.Add(s_notPlural.At(place, $"The table '{table.Name}' is named in the singular. Call it '{string.Join('_', words)}'."));
    }

    private static void CheckPrefix(SchemaNames names, SchemaRelation table, Location place, LintReport report)
    {
        var prefixes = names.Standard(place).TablePrefixes;
        var end = table.Name.IndexOf('_', StringComparison.Ordinal);
        if (end <= 0 || end == table.Name.Length - 1 || prefixes.Any(prefix => table.Name.StartsWith(prefix, StringComparison.Ordinal)) || names.Tables.BeginsWithAnother(table)) return;
        var written = table.Name[..(end + 1)];
        var documented = prefixes.Count == 0 ? "" : $" Begin it with one that is: {string.Join(", ", prefixes.Order(StringComparer.Ordinal).Select(prefix => $"'{prefix}'"))}.";
        report.Add(s_prefix.At(place, $"The prefix '{written}' of the table '{table.Name}' is not documented.{documented} Or add '{written}' to {SchemaNamingSettings.TablePrefixesKey} in .editorconfig."));
    }

    private static string Deprecated(SchemaNames names, SchemaRelation table, string? prefix, (string? Suffix, string? Infix) suffix, SchemaNamingStandard standard)
    {
        var what = (prefix, suffix.Suffix) switch
        {
            ({ }, { }) => $"the prefix '{prefix}' and the suffix '{suffix.Suffix}', which are deprecated",
            ({ }, null) => $"the prefix '{prefix}', which is deprecated",
            _ => $"the suffix '{suffix.Suffix}', which is deprecated",
        };
        return $"The table '{table.Name}' has {what}. {Remedy(names, table.Name, prefix, suffix, standard)}";
    }

    private static string Remedy(SchemaNames names, string table, string? prefix, (string? Suffix, string? Infix) suffix, SchemaNamingStandard standard)
    {
        if (s_renamed.TryGetValue(table, out var renamed)) return $"Call it '{renamed}'.";
        var rest = table[(prefix?.Length ?? 0)..];
        if (suffix.Suffix is null) return $"Begin it with the prefix of its module instead, such as '{standard.TablePrefixes.FirstOrDefault("mgmt_")}{rest}'.";

        // 'kb_sync_log' is 'kb_log_syncs'.
        if (rest.Length >= suffix.Suffix.Length) rest = rest[..^suffix.Suffix.Length];
        var module = prefix is null ? standard.TablePrefixes.FirstOrDefault(item => (rest + "_").StartsWith(item, StringComparison.Ordinal)) : null;
        var words = TableNames.Words(module is null ? rest : $"{rest}_"[module.Length..]).ToList();
        if (words.Count > 0) words[^1] = names.Tables.Nouns.Plural(words[^1]);
        var things = words.Count > 0 ? string.Join('_', words) : "…";
        return module is not null && words.Count > 0
            ? $"Call it '{module}{suffix.Infix}_{things}'."
            : $"Put '{suffix.Infix}' between the prefix of its module and what it keeps: '{module ?? "…_"}{suffix.Infix}_{things}'.";
    }
}
