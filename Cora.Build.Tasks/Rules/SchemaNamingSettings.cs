using System.Collections.Frozen;
using System.Text.RegularExpressions;

namespace Cora.Build.Rules;

/// <summary>What a project's naming standard leaves open: keys of <c>.editorconfig</c>, read for each file of SQL.</summary>
/// <param name="value">The value of a key for a file; null where it is not set.</param>
/// <remarks>
/// A list stands for the default. One that begins with <c>+</c> adds to it: <c>cora_table_prefixes = +crm_, hr_</c>. Items are separated by commas; what is none is left out.
/// </remarks>
public sealed partial class SchemaNamingSettings(Func<string, string, string?> value)
{
    /// <summary>Prefixes of tables: <c>ws_, kb_</c>, with or without the underscore.</summary>
    public const string TablePrefixesKey = "cora_table_prefixes";

    /// <summary>Words, and whole names of tables, whose number is right as it is. Always adds: what is built in are words of the language.</summary>
    public const string PluralExceptionsKey = "cora_plural_exceptions";

    /// <summary>Wrong names of columns and the right ones: <c>person_id:user_id, org_members.member_id:user_id</c>.</summary>
    public const string ColumnNamesKey = "cora_column_names";

    /// <summary>What tables are called in the columns that refer to them, by the table's name in the singular: <c>workspace:ws</c>.</summary>
    public const string AbbreviationsKey = "cora_table_abbreviations";

    /// <summary>How the names of booleans begin: <c>is_, has_</c>, with or without the underscore.</summary>
    public const string BooleanPrefixesKey = "cora_boolean_prefixes";

    /// <summary>The columns that say who made and changed a row, and when; <c>none</c> for none.</summary>
    public const string AuditColumnsKey = "cora_audit_columns";

    /// <summary>The value that a key has where nothing sets it.</summary>
    internal static IReadOnlyDictionary<string, string> Defaults { get; } = new Dictionary<string, string>
    {
        [TablePrefixesKey] = "ws, wf, cert, org, kb, chat, ai, sys, user, mgmt, eval, voice",
        // Older than the rule that tables are plural, and documented by this name.
        [PluralExceptionsKey] = "mgmt_cfg_sys_lambda",
        [ColumnNamesKey] = "person_id:user_id, workspace_id:ws_id, organization_id:org_id, knowledge_base_id:kb_id, workflow_id:wf_id, org_members.member_id:user_id",
        [AbbreviationsKey] = "workspace:ws, organization:org, knowledge_base:kb, workflow:wf",
        [BooleanPrefixesKey] = "is, has",
        [AuditColumnsKey] = "created_at, updated_at, created_by, updated_by",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private readonly Dictionary<string, SchemaNamingStandard> _byFile = new(StringComparer.Ordinal);

    /// <summary>Those that hold where nothing is configured.</summary>
    public static SchemaNamingSettings Default => new((_, _) => null);

    /// <summary>What holds for a file.</summary>
    internal SchemaNamingStandard For(string file) => _byFile.TryGetValue(file, out var standard) ? standard : _byFile[file] = new(
        Prefixes(file, TablePrefixesKey),
        Names(file, PluralExceptionsKey).ToHashSet(StringComparer.Ordinal),
        Pairs(file, ColumnNamesKey),
        Pairs(file, AbbreviationsKey),
        Prefixes(file, BooleanPrefixesKey),
        [.. Names(file, AuditColumnsKey).Where(name => name != "none").Distinct(StringComparer.Ordinal)]);

    /// <summary>What is wrong with a value; null where nothing is, or the key is not one of these.</summary>
    internal static string? Fault(string key, string value)
    {
        if (!Defaults.ContainsKey(key)) return null;
        var pattern = key is ColumnNamesKey or AbbreviationsKey ? PairPattern() : NamePattern();
        if (Split(value).FirstOrDefault(item => !pattern.IsMatch(item)) is not { } item) return null;
        var shape = key switch
        {
            ColumnNamesKey => "a pair of names such as 'person_id:user_id'",
            AbbreviationsKey => "a pair of names such as 'workspace:ws'",
            _ => "a name in small letters",
        };
        return $"'{item}' in {key} is not {shape}. Write commas between the items.";
    }

    private IReadOnlyList<string> Prefixes(string file, string key) => [.. Names(file, key).Select(name => name.EndsWith('_') ? name : name + "_").Distinct(StringComparer.Ordinal)];

    private IEnumerable<string> Names(string file, string key) => Items(file, key).Where(item => NamePattern().IsMatch(item));

    private Dictionary<string, string> Pairs(string file, string key)
    {
        var pairs = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var item in Items(file, key))
        {
            if (PairPattern().Match(item) is { Success: true } pair) pairs[pair.Groups[1].Value] = pair.Groups[2].Value;
        }
        return pairs;
    }

    private IEnumerable<string> Items(string file, string key)
    {
        if (value(file, key)?.Trim() is not { } configured) return Split(Defaults[key]);
        return configured is ['+', ..] || key == PluralExceptionsKey ? Split(Defaults[key]).Concat(Split(configured)) : Split(configured);
    }

    private static IEnumerable<string> Split(string list) => list.ToLowerInvariant().Trim().TrimStart('+').Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    [GeneratedRegex("^[a-z_][a-z0-9_]*$")]
    private static partial Regex NamePattern();

    [GeneratedRegex(@"^((?:[a-z_][a-z0-9_]*\.)?[a-z_][a-z0-9_]*)\s*:\s*([a-z_][a-z0-9_]*)$")]
    private static partial Regex PairPattern();
}

/// <summary>A naming standard, as far as projects have their own.</summary>
/// <param name="TablePrefixes">With the underscore.</param>
/// <param name="PluralExceptions">Words and names of tables.</param>
/// <param name="ColumnNames">The right ones, by the wrong name or by table and wrong name.</param>
/// <param name="Abbreviations">By the name of the table in the singular.</param>
/// <param name="BooleanPrefixes">With the underscore.</param>
/// <param name="AuditColumns">Names.</param>
internal sealed record SchemaNamingStandard(
    IReadOnlyList<string> TablePrefixes, IReadOnlySet<string> PluralExceptions, IReadOnlyDictionary<string, string> ColumnNames, IReadOnlyDictionary<string, string> Abbreviations,
    IReadOnlyList<string> BooleanPrefixes, IReadOnlyList<string> AuditColumns);
