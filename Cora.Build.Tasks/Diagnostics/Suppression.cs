using System.Globalization;

namespace Cora.Build.Diagnostics;

/// <summary>A code in a <c>noqa</c> comment. It holds for findings of its line.</summary>
/// <param name="Code">Which findings.</param>
/// <param name="Location">Of the code in the comment.</param>
public sealed record Suppression(string Code, Location Location)
{
    /// <summary>Reads what <see cref="ToString"/> gave, a line each; none where there is no file.</summary>
    public static IReadOnlyList<Suppression> Read(string path) => !File.Exists(path) ? [] : [.. File.ReadLines(path).Select(Parse)];

    /// <summary>As a line of text.</summary>
    public override string ToString() => string.Join('\t', Code, Location.Line.ToString(CultureInfo.InvariantCulture), Location.Column.ToString(CultureInfo.InvariantCulture), Location.File);

    private static Suppression Parse(string line)
    {
        var parts = line.Split('\t', 4);
        return new Suppression(parts[0], new Location(parts[3], int.Parse(parts[1], CultureInfo.InvariantCulture), int.Parse(parts[2], CultureInfo.InvariantCulture)));
    }
}
