using System.Collections.Concurrent;
using System.Text;
using Cora.Build.Database;
using Cora.Build.Modules;
using Cora.Build.Tests.Sql;

namespace Cora.Build.Tests.Database;

/// <summary>Modules with nothing but SQL, applied to a database of the server that the tests have.</summary>
internal sealed class AppliedProject(PostgresDatabase database)
{
    private readonly Dictionary<string, string> _files = new(StringComparer.Ordinal);

    public string Environment { get; set; } = "dev";

    public bool DryRun { get; set; }

    public TimeSpan LockTimeout { get; set; } = TimeSpan.FromMilliseconds(200);

    public string ConnectionString { get; set; } = database.ConnectionString;

    public TimeSpan ProgressInterval { get; set; } = TimeSpan.FromMinutes(1);

    public ConcurrentQueue<string> Progress { get; } = new();

    /// <summary>Adds or changes a file: <c>module-x/db/schema/010-y.sql</c>. One elsewhere is a schema, as if an item named it.</summary>
    public AppliedProject Write(string file, string sql)
    {
        _files[file] = sql;
        return this;
    }

    public AppliedProject Delete(string file)
    {
        _files.Remove(file);
        return this;
    }

    /// <param name="modules">Names with spaces between; all when it is empty.</param>
    /// <param name="cancellation">Stops it.</param>
    public Task<ApplyReport> RunAsync(string modules = "", CancellationToken cancellation = default)
    {
        var sources = _files.OrderBy(file => file.Key, StringComparer.Ordinal)
            .Select(file => (Module: file.Key[..file.Key.IndexOf('/', StringComparison.Ordinal)], file.Key, file.Value))
            .Select(file => (file.Module, Place: file.Key[(file.Module.Length + 1)..], file.Value))
            .Select(file => new SchemaSource(file.Module, ProjectSchemas.IsMigration(file.Place) is null ? $"db/schema/{Path.GetFileName(file.Place)}" : file.Place, $"/x/{file.Module}/{file.Place}", ProjectSchemas.IsMigration(file.Place) ?? false, Encoding.UTF8.GetBytes(file.Value))).ToList();
        var options = new ApplyOptions
        {
            ProjectFile = "/x/project.coraproj",
            Environment = Environment,
            DryRun = DryRun,
            LockTimeout = LockTimeout,
            ProgressInterval = ProgressInterval,
            RetryDelay = TimeSpan.FromMilliseconds(10),
        };
        var processes = new Processes(new Dictionary<string, string> { ["CoraDatabase"] = ConnectionString });
        var names = modules.Length > 0 ? modules.Split(' ') : [.. sources.Select(source => source.Module).Distinct()];
        return new SchemaApplication(options, processes, Progress.Enqueue).RunAsync(sources, names.ToDictionary(name => name, _ => (string?)"0123abc"), cancellation);
    }

    /// <summary>What is found: <c>010-y.sql(3,5) CORA7023 message</c>.</summary>
    public static IReadOnlyList<string> Found(ApplyReport report) =>
        [.. report.Diagnostics.Select(item => $"{Path.GetFileName(item.Location.File)}({item.Location.Line},{item.Location.Column}) {item.Descriptor.Code} {item.Message}")];

    /// <summary>What the database notes of itself.</summary>
    public async Task<string> NotedAsync() => (await database.RunAsync("SELECT module || '/' || file FROM cora_build.applied_files ORDER BY applied_at, 1")).Trim();
}
