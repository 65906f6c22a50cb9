using System.Text;
using Cora.Build.Sql;

namespace Cora.Build.Rules;

/// <summary>What the names of a project's tables are made of.</summary>
internal sealed class TableNames
{
    /// <summary>Words that follow the noun and say which of its things are meant. What ends in <c>-ed</c> or <c>-ly</c> does so as well.</summary>
    private static readonly HashSet<string> s_modifiers =
        ["active", "current", "daily", "default", "external", "hourly", "inactive", "internal", "latest", "monthly", "new", "old", "pending", "private", "public", "raw", "recent", "temp", "tmp", "weekly", "yearly"];

    /// <summary>Nouns that may follow a plural and say what was made of it.</summary>
    private static readonly HashSet<string> s_copies = ["archive", "backup", "copy", "snapshot", "staging"];

    /// <summary>Words that only look like participles.</summary>
    private static readonly HashSet<string> s_noParticiples = ["hundred", "newsfeed", "family", "assembly", "anomaly", "monopoly", "supply", "reply"];

    private readonly Dictionary<string, List<SchemaRelation>> _byForm = new(StringComparer.Ordinal);
    private readonly Dictionary<SchemaRelation, IReadOnlyList<string>> _forms = new(ReferenceEqualityComparer.Instance);

    public TableNames(SchemaModel model)
    {
        Model = model;
        foreach (var table in model.Tables)
        {
            foreach (var form in FormsOf(table))
            {
                if (_byForm.TryGetValue(form, out var tables)) tables.Add(table);
                else _byForm[form] = [table];
            }
        }
    }

    public SchemaModel Model { get; }

    public EnglishNouns Nouns { get; } = new();

    /// <summary>Of <c>snake_case</c> and <c>CamelCase</c>, in lower case.</summary>
    public static IReadOnlyList<string> Words(string name)
    {
        List<string> words = [];
        var word = new StringBuilder();
        for (var i = 0; i < name.Length; i++)
        {
            if (i > 0 && char.IsUpper(name[i]) && (!char.IsUpper(name[i - 1]) || (i + 1 < name.Length && char.IsLower(name[i + 1])))) End();
            if (char.IsLetterOrDigit(name[i])) word.Append(char.ToLowerInvariant(name[i]));
            else End();
        }
        End();
        return words;

        void End()
        {
            if (word.Length > 0) words.Add(word.ToString());
            word.Clear();
        }
    }

    /// <summary>The index of the main noun: the last word, or the one before words that only say more of it (<c>mgmt_usage_modules_daily</c>).</summary>
    public static int Noun(IReadOnlyList<string> words)
    {
        var noun = words.Count - 1;
        while (noun > 0 && IsModifier(words[noun])) noun--;
        return noun;
    }

    /// <summary>Whether a word only says more of a noun before it.</summary>
    public static bool IsModifier(string word) => s_modifiers.Contains(word) || word.All(char.IsAsciiDigit) || word is ['v' or 'y', >= '0' and <= '9', ..]
        || (word.Length >= 6 && (word.EndsWith("ed", StringComparison.Ordinal) || word.EndsWith("ly", StringComparison.Ordinal)) && !s_noParticiples.Contains(word));

    /// <summary>Whether a word may follow a plural and say what was made of it.</summary>
    public static bool IsCopy(string word) => s_copies.Contains(word);

    /// <summary>The name with its main noun in the singular.</summary>
    public string Singular(string name)
    {
        var words = Words(name).ToList();
        if (words.Count == 0) return name;
        var noun = Noun(words);
        words[noun] = Nouns.Singular(words[noun]);
        return string.Join('_', words);
    }

    /// <summary>
    /// Whether the table joins two others and is called after them, in whatever number: <c>{a}_{b}</c>, each by its name, its main noun, or what columns call it. With a
    /// prefix too.
    /// </summary>
    public bool IsJunction(SchemaRelation table, IReadOnlyDictionary<string, string> abbreviations)
    {
        if (!table.Name.Contains('_', StringComparison.Ordinal)) return false;
        var referenced = table.ForeignKeys.Select(key => key.References).OfType<SchemaName>().Distinct().ToList();
        foreach (var b in referenced)
        {
            foreach (var last in CalledAs(b, abbreviations).Where(form => EndsWith(table.Name, form)))
            {
                var rest = table.Name[..^(last.Length + 1)];
                if (referenced.Any(a => a != b && CalledAs(a, abbreviations).Any(form => rest == form || EndsWith(rest, form)))) return true;
            }
        }
        return false;

        static bool EndsWith(string name, string words) => name.Length > words.Length + 1 && name[^(words.Length + 1)] == '_' && name.EndsWith(words, StringComparison.Ordinal);
    }

    /// <summary>Whether the name begins with that of another table: <c>workspace_settings</c> beside <c>workspaces</c>, <c>document_versions</c> beside <c>kb_documents</c>.</summary>
    public bool BeginsWithAnother(SchemaRelation table)
    {
        for (var end = table.Name.IndexOf('_', 1); end > 0; end = table.Name.IndexOf('_', end + 1))
        {
            if (_byForm.TryGetValue(table.Name[..end], out var others) && others.Exists(other => other != table)) return true;
        }
        return false;
    }

    /// <summary>What a table may be called in the name of another: its own name or main noun, in both numbers.</summary>
    private IReadOnlyList<string> FormsOf(SchemaRelation table) => _forms.TryGetValue(table, out var forms) ? forms : _forms[table] = Forms(table.Name);

    private IReadOnlyList<string> Forms(string name)
    {
        var words = Words(name);
        if (words.Count == 0) return [name];
        var noun = words[Noun(words)];
        return [.. new[] { name, Singular(name), noun, Nouns.Singular(noun), Nouns.Plural(noun) }.Distinct(StringComparer.Ordinal)];
    }

    private IEnumerable<string> CalledAs(SchemaName name, IReadOnlyDictionary<string, string> abbreviations)
    {
        var forms = Model.Find(name.Schema, name.Name) is { } table ? FormsOf(table) : Forms(name.Name);
        return abbreviations.TryGetValue(Singular(name.Name), out var abbreviation) ? [.. forms, abbreviation] : forms;
    }
}
