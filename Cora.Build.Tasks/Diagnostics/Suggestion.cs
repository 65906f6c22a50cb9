namespace Cora.Build.Diagnostics;

/// <summary>What was probably meant by a name that does not exist.</summary>
public static class Suggestion
{
    /// <summary>The longest name that is compared, in UTF-16 units: comparing takes quadratic time.</summary>
    private const int MaxLength = 128;

    /// <summary>How much a missing or additional word counts beside a wrong letter, which counts 100: <c>order_by</c> is <c>order</c> rather than <c>older_by</c> with two of them.</summary>
    private const int WordCost = 150;

    /// <summary>
    /// The nearest of some names: with few wrong, missing, additional or swapped letters, or with words more or less (<c>call_rpc</c> for <c>rpc</c>,
    /// <c>query</c> for <c>execute_query</c>), whatever their case. Null when none is near.
    /// </summary>
    public static string? Closest(string name, IEnumerable<string> names)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(names);
        if (name.Length is 0 or > MaxLength) return null;
        var words = Words(name);
        return names.Where(candidate => candidate.Length is > 0 and <= MaxLength && candidate != name)
            .Select(candidate => (Name: candidate, Cost: Cost(name, words, candidate)))
            .Where(item => item.Cost is not null)
            .OrderBy(item => item.Cost).ThenBy(item => Math.Abs(item.Name.Length - name.Length)).ThenBy(item => item.Name, StringComparer.Ordinal)
            .Select(item => item.Name).FirstOrDefault();
    }

    /// <summary>For the end of a message: <c> Did you mean 'rpc'?</c>, or nothing.</summary>
    public static string Sentence(string name, IEnumerable<string> names) => Closest(name, names) is { } closest ? $" Did you mean '{closest}'?" : "";

    private static int? Cost(string name, IReadOnlyList<string> words, string candidate)
    {
        var most = Math.Max(name.Length, candidate.Length) / 3;
        // What is longer by more than that is not compared: that takes quadratic time.
        var distance = Math.Abs(name.Length - candidate.Length) <= most ? Distance(name.ToLowerInvariant(), candidate.ToLowerInvariant()) : int.MaxValue;
        int? letters = distance <= most ? distance * 100 : null;
        int? wordsApart = WordsApart(words, Words(candidate)) is { } apart ? apart * WordCost : null;
        return letters is null ? wordsApart : wordsApart is null ? letters : Math.Min(letters.Value, wordsApart.Value);
    }

    /// <summary>How many words one has more than the other, when it has those of the other in their order, and these are at least half of it.</summary>
    private static int? WordsApart(IReadOnlyList<string> left, IReadOnlyList<string> right)
    {
        var (few, many) = left.Count <= right.Count ? (left, right) : (right, left);
        if (few.Count * 2 < many.Count || few.Sum(word => word.Length) < 3) return null;
        var found = 0;
        foreach (var word in many)
        {
            if (found < few.Count && few[found] == word) found++;
        }
        return found == few.Count ? many.Count - few.Count : null;
    }

    /// <summary>Of <c>snake_case</c> and <c>CamelCase</c>, in lower case.</summary>
    private static List<string> Words(string name)
    {
        var words = new List<string>();
        var start = 0;
        for (var i = 1; i <= name.Length; i++)
        {
            if (i < name.Length && name[i] != '_' && name[i] != '.' && !(char.IsUpper(name[i]) && char.IsLower(name[i - 1]))) continue;
            if (name[start..i].Trim('_', '.').ToLowerInvariant() is { Length: > 0 } word) words.Add(word);
            start = i;
        }
        return words;
    }

    /// <summary>Letters to change, add, leave out, or swap with the next one.</summary>
    private static int Distance(string left, string right)
    {
        var (before, last, current) = (new int[right.Length + 1], new int[right.Length + 1], new int[right.Length + 1]);
        for (var j = 0; j <= right.Length; j++) last[j] = j;
        for (var i = 1; i <= left.Length; i++)
        {
            current[0] = i;
            for (var j = 1; j <= right.Length; j++)
            {
                current[j] = Math.Min(Math.Min(current[j - 1], last[j]) + 1, last[j - 1] + (left[i - 1] == right[j - 1] ? 0 : 1));
                if (i > 1 && j > 1 && left[i - 1] == right[j - 2] && left[i - 2] == right[j - 1]) current[j] = Math.Min(current[j], before[j - 2] + 1);
            }
            (before, last, current) = (last, current, before);
        }
        return last[right.Length];
    }
}
