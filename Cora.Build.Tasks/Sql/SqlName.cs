using Cora.Build.Python.Source;

namespace Cora.Build.Sql;

/// <summary>A name.</summary>
/// <param name="Name">As PostgreSQL keeps it: in lower case where it has no quotes, and cut to 63 bytes of UTF-8.</param>
/// <param name="At">Where it stands; of a quoted one its first quote.</param>
public sealed record SqlIdentifier(string Name, Position At)
{
    /// <summary>The same, not cut.</summary>
    public string Written { get; init; } = Name;

    /// <summary>Whether it is in quotes.</summary>
    public bool IsQuoted { get; init; }

    /// <summary>What is left of a name when no more than some bytes of UTF-8 are kept of it, whole characters only.</summary>
    internal static string Cut(string name, int bytes)
    {
        if (name.Length * 3 <= bytes) return name;
        var (used, length) = (0, 0);
        foreach (var rune in name.EnumerateRunes())
        {
            used += rune.Utf8SequenceLength;
            if (used > bytes) break;
            length += rune.Utf16SequenceLength;
        }
        return name[..length];
    }

    /// <summary>A name as SQL has it: in quotes where it needs them, reserved words aside.</summary>
    public static string Quote(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        var isPlain = name.Length > 0 && (char.IsAsciiLetterLower(name[0]) || name[0] == '_') && name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '_' or '$');
        return isPlain ? name : $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
    }
}

/// <summary>A name with or without a schema.</summary>
/// <param name="Schema">Null where it has none.</param>
/// <param name="Identifier">The last part.</param>
public sealed record SqlName(SqlIdentifier? Schema, SqlIdentifier Identifier)
{
    /// <summary>The last part.</summary>
    public string Name => Identifier.Name;

    /// <summary>Where it begins.</summary>
    public Position At => Schema?.At ?? Identifier.At;

    /// <summary>As PostgreSQL keeps it, with the schema where it has one, for messages.</summary>
    public override string ToString() => Schema is null ? Name : $"{Schema.Name}.{Name}";
}

/// <summary>A part of a file's text.</summary>
/// <param name="Start">Offset in <see cref="SqlText.Text"/>.</param>
/// <param name="End">Offset behind it.</param>
public readonly record struct SqlSpan(int Start, int End);
