using Cora.Build.Database;
using Cora.Build.Modules;
using Microsoft.Build.Framework;

namespace Cora.Build.MSBuild;

/// <summary>Applies schemas to a real PostgreSQL, and logs what is wrong with them.</summary>
[MSBuildMultiThreadableTask]
public sealed class VerifySchema : CoraTask
{
    /// <summary>Full path of the project file.</summary>
    [Required]
    public string ProjectFile { get; set; } = "";

    /// <summary>The project's name, which the terminal looks for at the start of a line.</summary>
    [Required]
    public string ProjectName { get; set; } = "";

    /// <summary><c>CoraModuleName</c>.</summary>
    [Required]
    public string ModuleName { get; set; } = "";

    /// <summary><c>CoraProjectRoot</c>.</summary>
    public string ProjectRoot { get; set; } = "";

    /// <summary>Schema files of what is verified, with metadata CoraModule, and for each module in the order in which they run.</summary>
    public ITaskItem[] Schemas { get; set; } = [];

    /// <summary>Migrations, with the same.</summary>
    public ITaskItem[] Migrations { get; set; } = [];

    /// <summary>Modules that come as packages, with metadata CoraModule and CoraDirectory.</summary>
    public ITaskItem[] Packages { get; set; } = [];

    /// <summary><c>CoraVerifyMigrations</c>.</summary>
    public bool WithMigrations { get; set; }

    /// <summary><c>CoraPostgresBin</c>.</summary>
    public string PostgresBin { get; set; } = "";

    /// <summary><c>CoraDatabase</c>, where it is no environment variable: what tasks get is in binlogs.</summary>
    public string Database { get; set; } = "";

    private protected override async System.Threading.Tasks.Task RunAsync(CancellationToken cancellation)
    {
        var directory = Path.GetDirectoryName(ProjectFile)!;
        var options = new VerificationOptions
        {
            ProjectFile = ProjectFile,
            IntermediateDirectory = IntermediateDirectory,
            Database = Database,
            PostgresBin = PostgresBin.Length == 0 ? "" : Path.GetFullPath(PostgresBin, directory),
            WithMigrations = WithMigrations,
        };
        var files = ProjectSchemas.WithSiblings([.. Schemas.Select(item => ToFile(item, isMigration: false)), .. Migrations.Select(item => ToFile(item, isMigration: true))],
            directory, Path.GetFullPath(ProjectRoot, directory), Packages.Select(ReferencedPackages.Of));
        var verification = new SchemaVerification(options, Processes, text => Log.LogMessage(MessageImportance.High, "  {0}", text));
        var report = await verification.RunAsync(files, [.. Schemas.Select(ModuleOf).Distinct(StringComparer.Ordinal)], cancellation).ConfigureAwait(false);
        foreach (var note in report.Notes) Log.LogMessage(MessageImportance.High, "  {0}", note);
        foreach (var place in report.Undecided) Log.LogMessage(MessageImportance.Low, "  {0}", place);
        foreach (var diagnostic in report.Diagnostics) Log.Report(diagnostic);
        Log.LogMessage(MessageImportance.High, "  {0} -> {1}: {2}", ProjectName, ModuleName, report.Line());
    }

    private string ModuleOf(ITaskItem item) => item.GetMetadata("CoraModule") is { Length: > 0 } module ? module : ModuleName;

    private SchemaFile ToFile(ITaskItem item, bool isMigration) => new(ModuleOf(item), item.GetMetadata("FullPath"), isMigration);
}
