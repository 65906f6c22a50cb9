using System.Collections.Frozen;

namespace Cora.Build.Sql;

/// <summary>What the schemas of a CORA project find in their database.</summary>
public static class Supabase
{
    private static readonly FrozenSet<string> s_schemas =
    [
        "auth", "cron", "extensions", "graphql", "graphql_public", "information_schema", "net", "pg_catalog", "pg_temp", "pg_toast", "pgbouncer", "pgmq", "pgsodium",
        "pgsodium_masks", "pgtle", "realtime", "storage", "supabase_functions", "supabase_migrations", "tiger", "topology", "vault",
    ];

    /// <summary>
    /// SQL that makes of an empty database one as Supabase gives it: schemas <c>auth</c> and <c>extensions</c>, <c>auth.users</c>, <c>auth.uid()</c> and its like,
    /// the roles <c>anon</c>, <c>authenticated</c> and <c>service_role</c>, and default privileges. It needs a superuser, and can run again.
    /// </summary>
    public static string Preamble
    {
        get
        {
            using var resource = new StreamReader(typeof(Supabase).Assembly.GetManifestResourceStream("supabase.sql")!);
            return resource.ReadToEnd();
        }
    }

    /// <summary>Whether PostgreSQL, Supabase or its extensions fill a schema: what a project's SQL has of it is never all, and its names are not the project's.</summary>
    public static bool HasSchema(string name) => s_schemas.Contains(name);
}
