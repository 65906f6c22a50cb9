namespace Cora.Build.Sql;

/// <summary>The names in texts that make statements when they run, and what these may do.</summary>
internal sealed class DynamicNames
{
    /// <summary>Where such a text finds names that it does not have itself.</summary>
    private static readonly string[] s_catalogs = ["pg_tables", "pg_class", "information_schema", "pg_policies", "pg_policy", "pg_views", "pg_attribute", "pg_stat_user_tables", "pg_namespace"];

    private readonly Dictionary<string, bool> _shapesByWord = new(StringComparer.OrdinalIgnoreCase);
    private bool _createsAny;
    private bool _changesAny;
    private bool _shapesAny;

    /// <summary>Takes the words of texts.</summary>
    public DynamicNames(IEnumerable<string> texts)
    {
        foreach (var text in texts) Add(text);
    }

    /// <summary>Whether one of them has this name.</summary>
    public bool Names(string name) => _shapesByWord.ContainsKey(name);

    /// <summary>Whether there may be a relation of this name.</summary>
    public bool MayCreate(string name) => _createsAny || _shapesByWord.ContainsKey(name) || (_shapesByWord.Count > 0 && !IsWord(name));

    /// <summary>Whether a relation may have another security, other policies, other constraints than it seems.</summary>
    public bool MayChange(string name) => _changesAny || _shapesByWord.ContainsKey(name) || (_shapesByWord.Count > 0 && !IsWord(name));

    /// <summary>Whether a relation may have other columns than it seems.</summary>
    public bool MayShape(string name) => _shapesAny || _shapesByWord.GetValueOrDefault(name) || (_shapesByWord.Count > 0 && !IsWord(name));

    private void Add(string text)
    {
        List<string> words = [];
        for (var i = 0; i < text.Length; i++)
        {
            var start = i;
            while (i < text.Length && IsPart(text[i])) i++;
            if (i > start) words.Add(text[start..i]);
        }
        var executes = Has("execute");
        // What a function does that is called is not known; a block that runs texts says what it does to a table.
        var shapes = !executes || Has("column") || Has("rename") || Has("add") || Has("drop");
        var findsNames = executes && words.Exists(word => s_catalogs.Contains(word, StringComparer.OrdinalIgnoreCase));
        _createsAny |= executes && Has("create") && (Has("table") || Has("view"));
        _changesAny |= findsNames;
        _shapesAny |= findsNames && shapes;
        foreach (var word in words) _shapesByWord[word] = _shapesByWord.GetValueOrDefault(word) || shapes;

        bool Has(string keyword) => words.Contains(keyword, StringComparer.OrdinalIgnoreCase);
    }

    private static bool IsWord(string name) => name.All(IsPart);

    private static bool IsPart(char c) => char.IsLetterOrDigit(c) || c == '_';
}
