using System.Collections.Frozen;
using Humanizer;

namespace Cora.Build.Rules;

/// <summary>What grammar calls the number of a noun.</summary>
internal enum NounNumber
{
    /// <summary>One of a kind that can be counted: <c>order</c>.</summary>
    Singular,

    /// <summary>Several, or what is not counted: <c>orders</c>, <c>people</c>, <c>metadata</c>, <c>series</c>.</summary>
    Plural,

    /// <summary>Nothing that can be said for certain: <c>billing</c>, <c>oauth2</c>.</summary>
    Unknown,
}

/// <summary>
/// Singular and plural of English words in lower case. Humanizer knows the grammar; what it has no words for, or takes for Latin (<c>lambda</c> for the plural of
/// <c>lambdum</c>), stands here. The one class that names it, so that a build which checks no names does not load it. It remembers its answers: names repeat few words.
/// </summary>
internal sealed class EnglishNouns
{
    /// <summary>Words that are as good as plural: they are not counted, or look the same in both numbers. Humanizer has some more.</summary>
    private static readonly FrozenSet<string> s_plural =
    [
        // The same in both numbers, in the language or in the names of tables.
        "access", "aircraft", "chassis", "data", "debris", "headquarters", "means", "metadata", "news", "offspring", "series", "species", "staff", "status",
        // Not counted.
        "advice", "analytics", "audio", "bandwidth", "behavior", "behaviour", "cash", "compliance", "content", "correspondence", "coverage", "education", "employment", "equipment",
        "evidence", "expertise", "feedback", "firmware", "freight", "furniture", "governance", "guidance", "hardware", "health", "help", "homework", "info", "information", "infrastructure",
        "insurance", "intelligence", "inventory", "knowledge", "labor", "labour", "legislation", "lineage", "machinery", "mail", "maintenance", "malware", "media", "merchandise",
        "middleware", "money", "music", "ownership", "payroll", "personnel", "privacy", "provenance", "research", "revenue", "security", "software", "spam", "storage", "stuff",
        "support", "telemetry", "traffic", "trivia", "usage", "visibility", "weather",
        // Abbreviations of infixes, which have no plural.
        "cfg", "hist",
        // Plurals that Humanizer would make plural once more.
        "addenda", "corpora", "errata", "genera", "memoranda", "schemata", "strata",
    ];

    /// <summary>Singulars and their plurals that Humanizer does not know, mostly because the singular looks like a plural.</summary>
    private static readonly FrozenDictionary<string, string> s_irregular = new Dictionary<string, string>
    {
        ["agenda"] = "agendas",
        ["atlas"] = "atlases",
        ["beta"] = "betas",
        ["base"] = "bases",
        ["bonus"] = "bonuses",
        ["cafe"] = "cafes",
        ["canvas"] = "canvases",
        ["census"] = "censuses",
        ["corpus"] = "corpora",
        ["criterion"] = "criteria",
        ["delta"] = "deltas",
        ["gas"] = "gases",
        ["lambda"] = "lambdas",
        ["lens"] = "lenses",
        ["person"] = "people",
        ["phenomenon"] = "phenomena",
        ["quota"] = "quotas",
        ["safe"] = "safes",
        ["surplus"] = "surpluses",
        ["tax"] = "taxes",
    }.ToFrozenDictionary();

    private static readonly FrozenDictionary<string, string> s_irregularPlurals = s_irregular.ToFrozenDictionary(pair => pair.Value, pair => pair.Key);

    /// <summary>Words in <c>-ing</c> for something that is counted. All others are as often the name of an activity, which is not.</summary>
    private static readonly FrozenSet<string> s_things =
    [
        "booking", "briefing", "building", "drawing", "embedding", "filing", "finding", "heading", "holding", "hearing", "listing", "mapping", "meeting", "offering", "painting", "posting",
        "ranking", "rating", "reading", "recording", "ring", "setting", "string", "thing", "warning", "wing",
    ];

    private readonly Dictionary<string, NounNumber> _numbers = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _plurals = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _singulars = new(StringComparer.Ordinal);

    /// <summary>Whether it is singular or plural.</summary>
    public NounNumber NumberOf(string word) => _numbers.TryGetValue(word, out var number) ? number : _numbers[word] = FindNumber(word);

    /// <summary>The plural of a singular; a plural as it is.</summary>
    public string Plural(string word) => _plurals.TryGetValue(word, out var plural) ? plural : _plurals[word] = FindPlural(word);

    /// <summary>The singular of a plural; a singular as it is.</summary>
    public string Singular(string word) => _singulars.TryGetValue(word, out var singular) ? singular : _singulars[word] = FindSingular(word);

    private static NounNumber FindNumber(string word)
    {
        if (s_plural.Contains(word) || s_irregularPlurals.ContainsKey(word)) return NounNumber.Plural;
        if (s_irregular.ContainsKey(word) || s_things.Contains(word)) return NounNumber.Singular;
        if (word.Length < 2 || !word.All(char.IsAsciiLetterLower) || word.EndsWith("ing", StringComparison.Ordinal)) return NounNumber.Unknown;
        return word.Pluralize(inputIsKnownToBeSingular: false) == word ? NounNumber.Plural : NounNumber.Singular;
    }

    private static string FindPlural(string word) => s_plural.Contains(word) ? word : s_irregular.GetValueOrDefault(word) ?? word.Pluralize(inputIsKnownToBeSingular: false);

    private string FindSingular(string word)
    {
        if (s_irregularPlurals.TryGetValue(word, out var singular)) return singular;
        return s_plural.Contains(word) || NumberOf(word) != NounNumber.Plural ? word : word.Singularize(inputIsKnownToBePlural: false);
    }
}
