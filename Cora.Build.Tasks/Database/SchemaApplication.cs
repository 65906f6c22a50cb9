using System.Diagnostics;
using System.Globalization;
using Cora.Build.Diagnostics;
using Cora.Build.Modules;
using Cora.Build.Sql;
using Npgsql;

namespace Cora.Build.Database;

/// <summary>What is applied, and to what.</summary>
public sealed record ApplyOptions
{
    /// <summary>Full path of the project file: where findings without another place are.</summary>
    public required string ProjectFile { get; init; }

    /// <summary><c>CoraEnvironment</c>.</summary>
    public required string Environment { get; init; }

    /// <summary>The property <c>CoraDatabase</c>, when the environment variable of that name is not set.</summary>
    public string Database { get; init; } = "";

    /// <summary><c>CoraDryRun</c>: whether nothing is changed.</summary>
    public bool DryRun { get; init; }

    /// <summary>How long a file waits for a lock that somebody holds on what it changes. Whoever comes later waits behind it.</summary>
    public TimeSpan LockTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How often to say of a file that it is not done.</summary>
    public TimeSpan ProgressInterval { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long to wait before a file is tried again that others were in the way of; twice as long the second time.</summary>
    public TimeSpan RetryDelay { get; init; } = TimeSpan.FromSeconds(1);
}

/// <summary>
/// Applies the SQL of modules to a database that stays: the schemas each time, a migration once. A file is one transaction, in which the database also notes that it has it; so what
/// is noted is there, whatever happens.
/// </summary>
/// <param name="options">What, and to what.</param>
/// <param name="processes">The build's environment.</param>
/// <param name="say">Gets what there is to say while it runs.</param>
public sealed class SchemaApplication(ApplyOptions options, Processes processes, Action<string> say)
{
    /// <summary>How often a file is tried that others are in the way of.</summary>
    private const int Attempts = 3;

    /// <summary>A deadlock, a conflict of transactions, a lock that is not to be had: the same may succeed the next time.</summary>
    private static readonly string[] s_passing = ["40P01", "40001", "55P03"];

    /// <summary>The session was ended, there is no memory: it is not about the statement.</summary>
    private static readonly string[] s_ofServer = ["57P", "53"];

    private readonly ApplyReport _report = new(options);

    /// <summary>What is applied, also when an exception ended it.</summary>
    public ApplyReport Report => _report;

    /// <summary>Applies files.</summary>
    /// <param name="sources">Of all modules of the project; those of a module in the order in which they run.</param>
    /// <param name="modules">The modules that are applied, each with the commit that its files are of, or null.</param>
    /// <param name="cancellation">Stops it: the file that runs is taken back, and those before it stay.</param>
    /// <exception cref="CoraException">CORA70xx: nothing was applied.</exception>
    public async Task<ApplyReport> RunAsync(IReadOnlyList<SchemaSource> sources, IReadOnlyDictionary<string, string?> modules, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(sources);
        ArgumentNullException.ThrowIfNull(modules);
        var started = Stopwatch.GetTimestamp();
        var server = ConnectionText.Read(options.ProjectFile, options.Database, ConnectionText.Variable(processes)) ?? throw NoTarget(options.ProjectFile, "CoraDatabase is not set, and has no default.");
        if (string.IsNullOrEmpty(server.Database)) throw NoTarget(options.ProjectFile, "CoraDatabase names no database.");
        _report.Database = $"{server.Host}/{server.Database}";
        var (files, plan) = Order(sources, modules.Keys);
        if (files.Count == 0) return _report;
        _report.AddRange(FileToApply.SameNames(files));
        foreach (var file in files) _report.AddRange(OneTransaction.Check(file.Script));
        if (_report.Diagnostics.Count > 0) return _report;

        var model = new Lazy<SchemaModel>(() => SchemaModel.Of([.. sources.Select(source => new SqlSource(source.Module, source.Path, SqlFile.Read(source.Content.Span), source.IsMigration))]));
        var refused = new RefusedStatement(new MissingObject(plan, [.. modules.Keys]), model);
        var sessions = new ServerSessions(server, "CoraApplySchema", TimeSpan.Zero).Of(database: null);
        await using (sessions.ConfigureAwait(false))
        {
            try
            {
                await RunAsync(sessions, files, [.. sources.Select(source => source.Module).Distinct()], modules, refused, cancellation).ConfigureAwait(false);
                if (_report is { Diagnostics.Count: 0, IsDryRun: false }) await CheckAsync(sessions, model.Value, modules.Keys, cancellation).ConfigureAwait(false);
            }
            catch (Exception e) when (e is NpgsqlException or TimeoutException && !cancellation.IsCancellationRequested)
            {
                // After the first file, what was applied is worth telling.
                _report.AddRange([ApplyDiagnostics.s_noDatabase.At(new Location(options.ProjectFile), $"The database {_report.Database} cannot be used: {ServerSessions.Describe(e, server)} {_report.Applied()} {Remedy(e)}")]);
            }
        }
        _report.Elapsed = Stopwatch.GetElapsedTime(started);
        return _report;
    }

    private async Task RunAsync(
        NpgsqlDataSource sessions, IReadOnlyList<FileToApply> files, IReadOnlyCollection<string> project, IReadOnlyDictionary<string, string?> modules, RefusedStatement refused, CancellationToken cancellation)
    {
        say($"Asking {_report.Database} what it has");
        var connection = await sessions.OpenConnectionAsync(cancellation).ConfigureAwait(false);
        await using (connection.ConfigureAwait(false))
        {
            var isThere = await AppliedFiles.AreNotedAsync(connection, cancellation).ConfigureAwait(false);
            if (isThere && !await AppliedFiles.AreSeenAsync(connection, cancellation).ConfigureAwait(false))
            {
                throw ApplyDiagnostics.s_noDatabase.Error(new Location(options.ProjectFile),
                    $"The user of CoraDatabase sees no row of the table {AppliedFiles.Table} of {_report.Database}, which belongs to another user, and all migrations would run again. Nothing was applied. Apply as its owner, or as a member of the role that owns it.");
            }
            var known = isThere ? await AppliedFiles.ReadAsync(connection, cancellation).ConfigureAwait(false) : [];
            if (known.FirstOrDefault(file => file.Environment != options.Environment) is { } other)
            {
                throw ApplyDiagnostics.s_otherEnvironment.Error(new Location(options.ProjectFile),
                    $"{_report.Database} has the schema of the environment '{other.Environment}', and CoraEnvironment is '{options.Environment}'. Nothing was applied. Check CoraDatabase and CoraEnvironment; if the environment has another name now, say so in the table {AppliedFiles.Table}.");
            }
            _report.AddRange(AppliedMigrations.Changed([.. files.Select(file => file.Source)], [.. known.Where(file => modules.ContainsKey(file.Module))], _report.Notes));
            _report.AddRange(AppliedMigrations.OfRenamedModules(files, known, project));
            if (_report.Diagnostics.Count > 0) return;
            var applied = known.ToDictionary(file => (file.Module, file.Name));
            foreach (var file in files) file.Before = applied.GetValueOrDefault((file.Source.Module, file.Source.Name));
            if (!isThere && !options.DryRun) await AppliedFiles.CreateAsync(connection, say, cancellation).ConfigureAwait(false);
        }
        _report.Files = files;
        foreach (var file in files.Where(file => file.IsDue))
        {
            if (!options.DryRun)
            {
                var started = Stopwatch.GetTimestamp();
                var timer = new Timer(_ => say($"{file.Display} is not done after {Stopwatch.GetElapsedTime(started).TotalSeconds:0} s"), null, options.ProgressInterval, options.ProgressInterval);
                await using (timer.ConfigureAwait(false))
                {
                    if (!await ApplyAsync(sessions, file, modules[file.Source.Module], refused, cancellation).ConfigureAwait(false)) return;
                }
                // Somebody else did it.
                if (file.Elapsed is null) continue;
            }
            say(_report.Row(file));
        }
    }

    /// <summary>Applies a file, or says why that is not possible.</summary>
    private async Task<bool> ApplyAsync(NpgsqlDataSource sessions, FileToApply file, string? commit, RefusedStatement refused, CancellationToken cancellation)
    {
        for (var attempt = 1; ; attempt++)
        {
            var started = Stopwatch.GetTimestamp();
            int? at = null;
            // What a file sets for its session is not the next one's.
            var connection = await sessions.OpenConnectionAsync(cancellation).ConfigureAwait(false);
            await using (connection.ConfigureAwait(false))
            {
                try
                {
                    var transaction = await connection.BeginTransactionAsync(cancellation).ConfigureAwait(false);
                    await using (transaction.ConfigureAwait(false))
                    {
                        await Statements.ExecuteAsync(connection, "SET LOCAL statement_timeout = 0", cancellation).ConfigureAwait(false);
                        await Statements.ExecuteAsync(connection, "SET LOCAL lock_timeout = 0", cancellation).ConfigureAwait(false);
                        await AppliedFiles.LockAsync(connection, say, cancellation).ConfigureAwait(false);
                        // Somebody else may have done it since.
                        file.Before = await AppliedFiles.FindAsync(connection, file.Source, cancellation).ConfigureAwait(false);
                        if (!file.IsDue)
                        {
                            _report.AddRange(AppliedMigrations.Changed([file.Source], [file.Before!], _report.Notes, _report.Applied()));
                            return _report.Diagnostics.Count == 0;
                        }
                        await AppliedFiles.NoteAsync(connection, file.Source, options.Environment, commit, cancellation).ConfigureAwait(false);
                        await Statements.ExecuteAsync(connection, string.Create(CultureInfo.InvariantCulture, $"SET LOCAL lock_timeout = {options.LockTimeout.TotalMilliseconds:0}"), cancellation).ConfigureAwait(false);
                        foreach (var index in OneTransaction.StatementsOf(file.Script))
                        {
                            at = index;
                            await Statements.RunAsync(connection, file.Script.Script, index, cancellation).ConfigureAwait(false);
                        }
                        at = file.Script.Script.Statements.Count;
                        await transaction.CommitAsync(cancellation).ConfigureAwait(false);
                    }
                    file.Elapsed = Stopwatch.GetElapsedTime(started);
                    return true;
                }
                catch (PostgresException e) when (attempt < Attempts && s_passing.Contains(e.SqlState))
                {
                    say($"{file.Display}: {e.MessageText}; trying again");
                }
                catch (PostgresException e) when (at is not null && !s_ofServer.Any(start => e.SqlState.StartsWith(start, StringComparison.Ordinal)))
                {
                    _report.AddRange([refused.Of(file.Script, at.Value, e, _report.Applied())]);
                    return false;
                }
            }
            await Task.Delay(options.RetryDelay * attempt, cancellation).ConfigureAwait(false);
        }
    }

    private async Task CheckAsync(NpgsqlDataSource sessions, SchemaModel model, IEnumerable<string> modules, CancellationToken cancellation)
    {
        say("Comparing tables, indexes and row level security with the files");
        var connection = await sessions.OpenConnectionAsync(cancellation).ConfigureAwait(false);
        await using (connection.ConfigureAwait(false)) await new ModelCheck(model, [.. modules], _report).RunAsync(connection, cancellation).ConfigureAwait(false);
    }

    /// <summary>Schemas in the order in which they need each other, then migrations, by module in the order of the schemas.</summary>
    private static (List<FileToApply> Files, SchemaPlan Plan) Order(IReadOnlyList<SchemaSource> sources, IEnumerable<string> applied)
    {
        HashSet<string> wanted = new(applied, StringComparer.Ordinal);
        List<FileToApply> files = [.. sources.Where(source => !source.IsMigration || wanted.Contains(source.Module)).Select(source => new FileToApply(source, new(source.Module, source.Path, source.Content.Span)))];
        var plan = SchemaPlan.Of([.. files.Where(file => !file.Source.IsMigration).Select(file => file.Script)], wanted);
        var order = plan.Scripts.ToList();
        var modules = order.Select(script => script.Module).Distinct().ToList();
        return (
        [
            .. files.Where(file => !file.Source.IsMigration && wanted.Contains(file.Source.Module)).OrderBy(file => order.IndexOf(file.Script)),
            .. files.Where(file => file.Source.IsMigration).OrderBy(file => modules.Contains(file.Source.Module) ? modules.IndexOf(file.Source.Module) : modules.Count).ThenBy(file => file.Source.Module, StringComparer.Ordinal),
        ], plan);
    }

    private static string Remedy(Exception exception) => exception is PostgresException { SqlState: "42501" }
        ? $"The user must own the table {AppliedFiles.Table}, or be allowed to create its schema."
        : "Check CoraDatabase, and apply again: what is there already is known.";

    internal static CoraException NoTarget(string projectFile, string what) => ApplyDiagnostics.s_noTarget.Error(new Location(projectFile),
        $"{what} Nothing was applied. Say for which environment, with -p:CoraEnvironment=dev, and put the connection string into the environment variable CoraDatabase: postgresql://user:password@host:5432/database.");
}
