namespace Cora.Build.Python;

/// <summary>Names of distributions, extras and dependency groups, which are written in many ways and compared in one (PEP 503, PEP 685).</summary>
public static class PackageName
{
    /// <summary>The name as it is compared: lower case, and each run of <c>-</c>, <c>_</c> and <c>.</c> one <c>-</c> (PEP 503).</summary>
    public static string Normalize(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return string.Create(NormalizedLength(name), name, static (result, name) =>
        {
            var length = 0;
            for (var i = 0; i < name.Length; i++)
            {
                if (!IsSeparator(name[i]))
                    result[length++] = char.ToLowerInvariant(name[i]);
                else if (i == 0 || !IsSeparator(name[i - 1]))
                    result[length++] = '-';
            }
        });
    }

    /// <summary>Whether the text is a name at all: ASCII letters, digits, <c>-</c>, <c>_</c>, <c>.</c>, a letter or digit at both ends (PEP 508).</summary>
    public static bool IsValid(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return name.Length > 0 && char.IsAsciiLetterOrDigit(name[0]) && char.IsAsciiLetterOrDigit(name[^1])
            && name.All(c => char.IsAsciiLetterOrDigit(c) || IsSeparator(c));
    }

    internal static bool IsSeparator(char c) => c is '-' or '_' or '.';

    private static int NormalizedLength(string name) =>
        name.Where((c, i) => !IsSeparator(c) || i == 0 || !IsSeparator(name[i - 1])).Count();
}
