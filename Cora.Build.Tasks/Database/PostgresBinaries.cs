using System.Globalization;
using Cora.Build.Modules;

namespace Cora.Build.Database;

/// <summary>The programs of an installed PostgreSQL server.</summary>
/// <param name="Directory">Full path of the directory that holds <c>initdb</c>, <c>postgres</c> and <c>pg_ctl</c>.</param>
public sealed record PostgresBinaries(string Directory)
{
    private static readonly string[] s_programs = ["initdb", "postgres", "pg_ctl"];

    /// <summary>Full path of one of the programs.</summary>
    public string this[string program] => Path.Combine(Directory, program + (OperatingSystem.IsWindows() ? ".exe" : ""));

    /// <summary>Finds a server: on PATH, else where installers put it, the newest first. Null when there is none.</summary>
    /// <param name="configured"><c>CoraPostgresBin</c>, a full path; empty: search. Nothing else is looked at when it is given.</param>
    /// <param name="processes">Knows the PATH.</param>
    public static PostgresBinaries? Find(string configured, Processes processes)
    {
        ArgumentNullException.ThrowIfNull(processes);
        return (configured.Length > 0 ? [configured] : Candidates(processes)).Select(directory => new PostgresBinaries(directory)).FirstOrDefault(binaries => binaries.IsComplete);
    }

    private bool IsComplete => s_programs.All(program => File.Exists(this[program]));

    private static IEnumerable<string> Candidates(Processes processes)
    {
        // The PATH may have a link to one of the programs, without the others beside it.
        if (processes.Find("initdb") is { } found) yield return Path.GetDirectoryName(File.ResolveLinkTarget(found, returnFinalTarget: true)?.FullName ?? found)!;

        // Debian, Red Hat's packages of postgresql.org, Homebrew on both architectures, Postgres.app, EnterpriseDB's installers.
        string[] patterns =
        [
            "/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin", "/usr/libexec/postgresql*", "/opt/homebrew/opt/postgresql@*/bin", "/usr/local/opt/postgresql@*/bin",
            "/home/linuxbrew/.linuxbrew/opt/postgresql@*/bin", "/Applications/Postgres.app/Contents/Versions/*/bin", "/Library/PostgreSQL/*/bin",
            Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.ProgramFiles), "PostgreSQL", "*", "bin"),
        ];
        foreach (var directory in patterns.SelectMany(Expand)) yield return directory;
    }

    private static IEnumerable<string> Expand(string pattern)
    {
        var star = pattern.IndexOf('*', StringComparison.Ordinal);
        var parent = Path.GetDirectoryName(pattern[..(star + 1)])!;
        var rest = pattern[(star + 1)..].TrimStart('/', '\\');
        if (!System.IO.Directory.Exists(parent)) return [];
        return System.IO.Directory.GetDirectories(parent, Path.GetFileName(pattern[..(star + 1)])).OrderByDescending(Version).Select(directory => Path.Combine(directory, rest));
    }

    private static double Version(string directory) =>
        double.TryParse(string.Concat(Path.GetFileName(directory).Where(c => char.IsAsciiDigit(c) || c == '.')), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var version) ? version : 0;
}
