namespace Cora.Build.Tests;

/// <summary>A test that runs a PostgreSQL server. Without its binaries it is skipped, except in CI, where it fails.</summary>
[AttributeUsage(AttributeTargets.Method)]
public class PostgresFactAttribute : FactAttribute
{
    public PostgresFactAttribute() => Skip = TestPostgres.ReasonToSkip;
}

/// <summary>The same for a theory.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class PostgresTheoryAttribute : TheoryAttribute
{
    public PostgresTheoryAttribute() => Skip = TestPostgres.ReasonToSkip;
}

/// <summary>
/// The PostgreSQL that tests compare with: the directory <c>CORA_TEST_POSTGRES_BIN</c>, else where <c>initdb</c> is on the PATH, else the newest of Debian's
/// directories.
/// </summary>
internal static class TestPostgres
{
    /// <summary>Holds <c>initdb</c>, <c>postgres</c> and <c>psql</c>; null when there is none.</summary>
    public static string? Binaries { get; } = Find();

    public static string? ReasonToSkip => Binaries is not null || Environment.GetEnvironmentVariable("CI") == "true" ? null
        : OperatingSystem.IsWindows() ? "not on Windows"
        : "no PostgreSQL server: no initdb on the PATH, and CORA_TEST_POSTGRES_BIN is not set";

    private static string? Find()
    {
        if (OperatingSystem.IsWindows()) return null;
        if (Environment.GetEnvironmentVariable("CORA_TEST_POSTGRES_BIN") is { Length: > 0 } configured) return configured;
        const string debian = "/usr/lib/postgresql";
        var installed = (Directory.Exists(debian) ? Directory.GetDirectories(debian) : []).OrderByDescending(path => path.Length).ThenByDescending(path => path, StringComparer.Ordinal);
        // The PATH may have a link to one of them, without the others beside it.
        return (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Select(directory => Path.Combine(directory, "initdb")).Where(File.Exists)
            .Select(path => Path.GetDirectoryName(File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? path)!)
            .Concat(installed.Select(path => Path.Combine(path, "bin")))
            .FirstOrDefault(directory => new[] { "initdb", "postgres", "psql" }.All(name => File.Exists(Path.Combine(directory, name))));
    }
}
