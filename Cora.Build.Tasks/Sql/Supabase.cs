namespace Cora.Build.Sql;

/// <summary>What the schemas of a CORA project find in their database.</summary>
public static class Supabase
{
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
}
