using Cora.Build.Diagnostics;
using Cora.Build.Modules;
using Npgsql;

namespace Cora.Build.Database;

/// <summary>What is verified, and with what.</summary>
public sealed record VerificationOptions
{
    /// <summary>Full path of the project file, where failures without another place are reported.</summary>
    public required string ProjectFile { get; init; }

    /// <summary>Full path of <c>obj/cora/</c>, in which a server may be made.</summary>
    public required string IntermediateDirectory { get; init; }

    /// <summary>The property <c>CoraDatabase</c>, when the environment variable of that name is not set.</summary>
    public string Database { get; init; } = "";

    /// <summary><c>CoraPostgresBin</c>: the directory that holds a server's programs.</summary>
    public string PostgresBin { get; init; } = "";

    /// <summary><c>CoraVerifyMigrations</c>: whether migrations run after the schemas.</summary>
    public bool WithMigrations { get; init; }
}

/// <summary>Applies the schemas of modules to a real PostgreSQL, twice, and looks at what is there then.</summary>
/// <param name="options">What with.</param>
/// <param name="processes">The build's environment.</param>
/// <param name="log">Says what is being done.</param>
public sealed class SchemaVerification(VerificationOptions options, Processes processes, Action<string> log)
{
    /// <summary>Verifies modules.</summary>
    /// <param name="files">Of all modules of the project; those of a module in the order in which they run.</param>
    /// <param name="modules">Names of the modules that are verified. Of the others only what these need is applied.</param>
    /// <param name="cancellation">Stops it. No server, database or file is left.</param>
    /// <exception cref="CoraException">CORA5090: there is no server. CORA0005: the connection string is none.</exception>
    public async Task<VerificationReport> RunAsync(IReadOnlyList<SchemaFile> files, IReadOnlyCollection<string> modules, CancellationToken cancellation)
    {
        var report = new VerificationReport();
        if (!files.Any(file => !file.IsMigration && modules.Contains(file.Module))) return report;
        var connection = ConnectionText.Read(options.ProjectFile, options.Database, ConnectionText.Variable(processes));
        var plan = SchemaPlan.Of(Read(files.Where(file => !file.IsMigration), report), modules);
        var migrations = options.WithMigrations ? Read(files.Where(file => file.IsMigration && plan.Scripts.Any(script => script.Module == file.Module)), report) : [];

        if (connection is not null)
        {
            log($"Making a database on the server {connection.Host}");
            await VerifyAsync(connection, isOwnServer: false, plan, migrations, modules, report, cancellation).ConfigureAwait(false);
            return report;
        }
        var binaries = FindServer();
        log($"Starting PostgreSQL from {binaries.Directory}");
        var cluster = await PostgresCluster.StartAsync(binaries, processes, options.IntermediateDirectory, options.ProjectFile, cancellation).ConfigureAwait(false);
        await using (cluster.ConfigureAwait(false))
        {
            await VerifyAsync(cluster.Connection, isOwnServer: true, plan, migrations, modules, report, cancellation).ConfigureAwait(false);
        }
        return report;
    }

    private async Task VerifyAsync(NpgsqlConnectionStringBuilder server, bool isOwnServer, SchemaPlan plan, IReadOnlyList<SchemaScript> migrations, IReadOnlyCollection<string> modules,
        VerificationReport report, CancellationToken cancellation)
    {
        var database = await VerificationDatabase.CreateAsync(server, isOwnServer, options.ProjectFile, cancellation).ConfigureAwait(false);
        await using (database.ConfigureAwait(false))
        {
            report.ServerVersion = database.ServerVersion;
            report.Modules = [.. plan.Scripts.Select(script => script.Module).Distinct()];
            report.Files = plan.Scripts.Count;
            report.Migrations = migrations.Count;
            log($"Running {plan.Scripts.Count} files of {string.Join(", ", report.Modules)} twice");
            var run = new SchemaRun(database, plan, report);
            foreach (var isSecond in new[] { false, true })
            {
                foreach (var script in plan.Scripts) await run.RunAsync(script, isSecond, cancellation).ConfigureAwait(false);
            }
            foreach (var script in migrations) await run.RunAsync(script, isSecond: false, cancellation).ConfigureAwait(false);

            log("Checking tables, policies and functions");
            var connection = await database.OpenAsync(cancellation).ConfigureAwait(false);
            await using (connection.ConfigureAwait(false)) await new CatalogCheck(plan, modules, run, report).RunAsync(connection, cancellation).ConfigureAwait(false);
        }
    }

    private PostgresBinaries FindServer()
    {
        if (PostgresBinaries.Find(options.PostgresBin, processes) is { } binaries) return binaries;
        var missing = options.PostgresBin.Length > 0
            ? $"CoraPostgresBin names '{options.PostgresBin}', and initdb, postgres and pg_ctl are not all there."
            : "No PostgreSQL server is installed here.";
        throw DatabaseDiagnostics.s_noServer.Error(new Location(options.ProjectFile),
            $"{missing} Install one ('apt-get install postgresql', 'brew install postgresql@17', or the installer of postgresql.org), name the directory of its programs with CoraPostgresBin, or give a running server's connection string in the environment variable CoraDatabase.");
    }

    private static List<SchemaScript> Read(IEnumerable<SchemaFile> files, VerificationReport report)
    {
        List<SchemaScript> scripts = [];
        foreach (var file in files)
        {
            if (new FileInfo(file.Path) is { Exists: true, Length: > SchemaSource.MostBytes }) report.Add(DatabaseDiagnostics.s_refused.At(new Location(file.Path), $"The file has more than {SchemaSource.MostBytes >> 20} MB, so it is not run. Split it."));
            else scripts.Add(new(file.Module, file.Path, File.ReadAllBytes(file.Path)));
        }
        return scripts;
    }
}
