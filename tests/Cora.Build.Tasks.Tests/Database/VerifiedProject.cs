using System.Collections.Concurrent;
using Cora.Build.Database;
using Cora.Build.Modules;

namespace Cora.Build.Tests.Database;

/// <summary>Tests that start servers, one after the other, so that what one leaves is not another's.</summary>
[CollectionDefinition(Name)]
public sealed class VerificationTests
{
    public const string Name = "Verification";
}

/// <summary>Modules with nothing but SQL, in a directory of their own, verified with the server that is installed here.</summary>
internal sealed class VerifiedProject : IDisposable
{
    private readonly Dictionary<string, string> _environment = Environment.GetEnvironmentVariables().Cast<System.Collections.DictionaryEntry>()
        .Where(variable => (string)variable.Key != "CoraDatabase").ToDictionary(variable => (string)variable.Key, variable => (string)variable.Value!);

    public string Root { get; } = System.IO.Directory.CreateTempSubdirectory("cora-verify-").FullName;

    public string Database { get; set; } = "";

    public string PostgresBin { get; set; } = TestPostgres.Binaries ?? "";

    public bool WithMigrations { get; set; }

    public ConcurrentQueue<string> Progress { get; } = new();

    /// <summary>The environment variable <c>CoraDatabase</c>.</summary>
    public VerifiedProject Variable(string name, string value)
    {
        _environment[name] = value;
        return this;
    }

    /// <summary>Adds a file: <c>module-x/010-y.sql</c>, or <c>module-x/migrations/1.sql</c>.</summary>
    public VerifiedProject Write(string name, string sql)
    {
        var path = Path.Combine(Root, name);
        System.IO.Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, sql);
        return this;
    }

    public async Task<VerificationReport> RunAsync(string modules = "", Action<string>? progress = null, CancellationToken cancellation = default)
    {
        var files = System.IO.Directory.GetFiles(Root, "*.sql", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
            .Select(path => (Path: path, Parts: Path.GetRelativePath(Root, path).Split('/')))
            .Select(file => new SchemaFile(file.Parts[0], file.Path, file.Parts.Contains("migrations"))).ToList();
        var options = new VerificationOptions
        {
            ProjectFile = Path.Combine(Root, "project.coraproj"),
            IntermediateDirectory = Path.Combine(Root, "obj"),
            Database = Database,
            PostgresBin = PostgresBin,
            WithMigrations = WithMigrations,
        };
        var verification = new SchemaVerification(options, new Processes(_environment), text =>
        {
            Progress.Enqueue(text);
            progress?.Invoke(text);
        });
        return await verification.RunAsync(files, modules.Length > 0 ? modules.Split(' ') : [.. files.Select(file => file.Module).Distinct()], cancellation);
    }

    /// <summary>What is found: <c>010-y.sql(3,5) CORA5091 message</c>.</summary>
    public static IReadOnlyList<string> Found(VerificationReport report) =>
        [.. report.Diagnostics.Select(item => $"{Path.GetFileName(item.Location.File)}({item.Location.Line},{item.Location.Column}) {item.Descriptor.Code} {item.Message}")];

    public void Dispose() => System.IO.Directory.Delete(Root, recursive: true);
}
