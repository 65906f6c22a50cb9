using System.Diagnostics.CodeAnalysis;

namespace Cora.Build.Python;

/// <summary>A value of a TOML document and where it stands.</summary>
/// <param name="Value">A <see cref="string"/>, <see cref="long"/>, <see cref="double"/>, <see cref="bool"/>, <see cref="TomlDateTime"/>,
/// <see cref="IReadOnlyList{T}"/> of <see cref="TomlValue"/>, or <see cref="TomlTable"/>.</param>
/// <param name="Line">1-based.</param>
/// <param name="Column">1-based, in UTF-16 units.</param>
public sealed record TomlValue(object Value, int Line, int Column);

/// <summary>The four kinds of dates and times that TOML knows.</summary>
public enum TomlDateTimeKind
{
    /// <summary>An instant: <c>1979-05-27T07:32:00Z</c>.</summary>
    OffsetDateTime,

    /// <summary>A date and a time without an offset: <c>1979-05-27T07:32:00</c>.</summary>
    LocalDateTime,

    /// <summary>A day: <c>1979-05-27</c>.</summary>
    LocalDate,

    /// <summary>A time of day: <c>07:32:00.5</c>.</summary>
    LocalTime,
}

/// <summary>A date or a time, checked and kept as it is written (RFC 3339, any number of fractional digits).</summary>
public sealed record TomlDateTime(TomlDateTimeKind Kind, string Text);

/// <summary>A table: its keys in the order of the document.</summary>
public sealed class TomlTable
{
    private readonly OrderedDictionary<string, TomlValue> _entries = new(StringComparer.Ordinal);

    internal TomlTable(Origin origin, int depth) => (From, Depth) = (origin, depth);

    /// <summary>What brought a table into being: it decides who may still add to it.</summary>
    internal enum Origin
    {
        /// <summary>The parent of a header's table; it can still be given a header, or be extended by dotted keys, once.</summary>
        Implied,

        /// <summary>A header of its own.</summary>
        Header,

        /// <summary>Dotted keys; more of them can follow, a header cannot.</summary>
        DottedKey,

        /// <summary>Braces: complete.</summary>
        Inline,
    }

    internal Origin From { get; set; }

    /// <summary>How many tables and arrays are around this one.</summary>
    internal int Depth { get; }

    /// <summary>The values by their keys.</summary>
    public IReadOnlyDictionary<string, TomlValue> Entries => _entries;

    /// <summary>The value of a key.</summary>
    public bool TryGetValue(string key, [MaybeNullWhen(false)] out TomlValue value) => _entries.TryGetValue(key, out value);

    internal bool TryAdd(string key, TomlValue value) => _entries.TryAdd(key, value);

    /// <summary>Closes an inline table, and the tables that dotted keys made inside it.</summary>
    internal void Close()
    {
        From = Origin.Inline;
        foreach (var entry in _entries.Values)
            if (entry.Value is TomlTable { From: Origin.DottedKey } nested)
                nested.Close();
    }
}
