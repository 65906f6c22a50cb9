namespace Cora.Build.Sql;

/// <summary>Where names without a schema are looked up.</summary>
/// <param name="Schemas">In their order, those aside that are always there; null where they are not known.</param>
/// <param name="IsWhole">Whether there are no others. A function says it; what a session begins with, the server says.</param>
public sealed record SqlSearchPath(IReadOnlyList<string>? Schemas, bool IsWhole)
{
    /// <summary>Of a session that has set none.</summary>
    public static SqlSearchPath Usual { get; } = Of("public");

    /// <summary>Of a session that makes things in a schema.</summary>
    public static SqlSearchPath Of(string schema) => new([schema, "public"], IsWhole: false);

    /// <summary>Reads what stands behind <c>SET search_path</c>: <c>TO app, "public"</c>, <c>= ''</c>, <c>FROM CURRENT</c>.</summary>
    internal static SqlSearchPath Read(SqlCursor cursor)
    {
        if (!cursor.TakeSymbol("=") && !cursor.TakeWords("to")) return new(null, IsWhole: true);
        List<string> schemas = [];
        do
        {
            // A schema that is called like the user is there on no Supabase.
            if ((cursor.TakeString() ?? cursor.TakeIdentifier()?.Name) is { } schema && schema is not ("" or "$user" or "pg_catalog" or "pg_temp")) schemas.Add(schema);
        }
        while (cursor.TakeSymbol(","));
        return new(schemas, IsWhole: true);
    }
}
