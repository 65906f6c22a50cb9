using System.Text;

namespace Cora.Build.Sql;

/// <summary>Names that PostgreSQL gives to what has none (its source: <c>makeObjectName</c>, <c>ChooseConstraintName</c>, <c>ChooseRelationName</c>).</summary>
internal sealed class GeneratedName
{
    private const int Longest = 63;

    /// <summary>From which number on one may be free.</summary>
    private readonly Dictionary<(string Schema, string Table, string Columns, string Label), int> _next = [];

    /// <summary><c>{table}_{columns}_{label}</c>, cut to fit, with the first number behind it that makes it free.</summary>
    /// <param name="schema">Where it has to be free.</param>
    /// <param name="table">The table's name.</param>
    /// <param name="columns">Empty for none.</param>
    /// <param name="label">Such as <c>fkey</c>.</param>
    /// <param name="isUsed">Whether a name is taken.</param>
    public string Choose(string schema, string table, string columns, string label, Func<string, bool> isUsed)
    {
        for (var pass = _next.GetValueOrDefault((schema, table, columns, label)); ; pass++)
        {
            var name = Make(table, columns, pass == 0 ? label : label + pass);
            if (isUsed(name)) continue;
            if (pass > 0) _next[(schema, table, columns, label)] = pass;
            return name;
        }
    }

    /// <summary>To be called when a name is free again.</summary>
    public void Clear() => _next.Clear();

    /// <summary>Columns as one part of a name.</summary>
    public static string Join(IEnumerable<string> columns)
    {
        var joined = new StringBuilder();
        foreach (var column in columns)
        {
            if (joined.Length > 0) joined.Append('_');
            joined.Append(column);
            if (Encoding.UTF8.GetByteCount(joined.ToString()) > Longest) break;
        }
        return joined.ToString();
    }

    /// <summary>Columns of an index, made different with numbers.</summary>
    public static IEnumerable<string> Distinct(IEnumerable<string> columns)
    {
        HashSet<string> used = [];
        foreach (var column in columns)
        {
            var name = column;
            for (var i = 1; !used.Add(name); i++) name = SqlIdentifier.Cut(column, Longest - i.ToString().Length) + i;
            yield return name;
        }
    }

    private static string Make(string table, string columns, string label)
    {
        var available = Longest - label.Length - 1 - (columns.Length > 0 ? 1 : 0);
        var (first, second) = (Encoding.UTF8.GetByteCount(table), Encoding.UTF8.GetByteCount(columns));
        // The longer one gives way.
        while (first + second > available)
        {
            if (first > second) first--;
            else second--;
        }
        var start = SqlIdentifier.Cut(table, first);
        return columns.Length > 0 ? $"{start}_{SqlIdentifier.Cut(columns, second)}_{label}" : $"{start}_{label}";
    }
}
