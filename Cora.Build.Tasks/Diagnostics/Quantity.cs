namespace Cora.Build.Diagnostics;

/// <summary>Numbers of things, for messages.</summary>
internal static class Quantity
{
    /// <summary>Such as <c>1 policy</c>, <c>2 policies</c>.</summary>
    /// <param name="number">How many.</param>
    /// <param name="plural">The noun.</param>
    public static string Of(int number, string plural) => $"{number} {(number == 1 ? Singular(plural) : plural)}";

    private static string Singular(string plural) =>
        plural.EndsWith("ies", StringComparison.Ordinal) ? plural[..^3] + "y"
        : plural.EndsWith("xes", StringComparison.Ordinal) ? plural[..^2]
        : plural.EndsWith('s') ? plural[..^1]
        : plural;
}
