using System.Collections.Frozen;

namespace Cora.Build.Sql;

/// <summary>The key words of PostgreSQL 15 that cannot name everything without quotes (PostgreSQL documentation, appendix C; <c>pg_get_keywords()</c>).</summary>
public static class SqlKeywords
{
    /// <summary>Category R: they can name nothing.</summary>
    private static readonly FrozenSet<string> s_reserved = Words("""
        all analyse analyze and any array as asc asymmetric both case cast check collate column constraint create current_catalog current_date current_role current_time
        current_timestamp current_user default deferrable desc distinct do else end except false fetch for foreign from grant group having in initially intersect into lateral leading
        limit localtime localtimestamp not null offset on only or order placing primary references returning select session_user some symmetric table then to trailing true union unique
        user using variadic when where window with
        """);

    /// <summary>Category T: they can name functions and types.</summary>
    private static readonly FrozenSet<string> s_reservedForTables = Words("""
        authorization binary collation concurrently cross current_schema freeze full ilike inner is isnull join left like natural notnull outer overlaps right similar tablesample verbose
        """);

    /// <summary>Whether a name, as PostgreSQL keeps it, needs quotes wherever it is used because it is such a word.</summary>
    /// <param name="name">The name.</param>
    /// <param name="isFunctionOrType">Whether it names a function or type, rather than a table, a column or the like.</param>
    public static bool IsReserved(string name, bool isFunctionOrType = false) => s_reserved.Contains(name) || (!isFunctionOrType && s_reservedForTables.Contains(name));

    private static FrozenSet<string> Words(string text) => text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).ToFrozenSet(StringComparer.Ordinal);
}
