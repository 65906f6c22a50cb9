using System.Globalization;
using Cora.Build.Diagnostics;

namespace Cora.Build.Database;

/// <summary>What was applied to a database, and what it has then.</summary>
/// <param name="options">What was to be applied.</param>
public sealed class ApplyReport(ApplyOptions options)
{
    private readonly List<Diagnostic> _diagnostics = [];

    /// <summary>What is wrong. Where the first file that failed is, the files before it are applied.</summary>
    public IReadOnlyList<Diagnostic> Diagnostics => _diagnostics;

    /// <summary>Sentences about what is not wrong.</summary>
    public IList<string> Notes { get; } = [];

    /// <summary>Host and name.</summary>
    public string Database { get; internal set; } = "";

    /// <summary>Whether nothing was to be changed.</summary>
    public bool IsDryRun => options.DryRun;

    /// <summary>Tables, indexes and policies that were found as the files say.</summary>
    public int Tables { get; internal set; }

    /// <inheritdoc cref="Tables"/>
    public int Indexes { get; internal set; }

    /// <inheritdoc cref="Tables"/>
    public int Policies { get; internal set; }

    /// <summary>Tables of which nothing can be said: what makes or changes them runs on a condition, or is put together as text.</summary>
    public int NotDecidable { get; internal set; }

    /// <summary>How long it took.</summary>
    public TimeSpan Elapsed { get; internal set; }

    /// <summary>What was applied: module, place in it, hash.</summary>
    public IEnumerable<SchemaSource> AppliedSources => Done.Select(file => file.Source);

    /// <summary>In the order in which they run; none before it is known what the database has.</summary>
    internal IReadOnlyList<FileToApply> Files { get; set; } = [];

    private IEnumerable<FileToApply> Done => Files.Where(file => file.Elapsed is not null);

    /// <summary>One for each file that was applied, or would be.</summary>
    public IReadOnlyList<string> Rows() => [.. (IsDryRun ? Files.Where(file => file.IsDue) : Done).Select(Row)];

    /// <summary>Such as <c>dev: 5 schema files and 1 migration applied, 3 migrations there already, in 0.4 s to db.example.com/postgres; 12 tables, 20 indexes, 9 policies as the files say</c>.</summary>
    public string Line()
    {
        if (Files.Count == 0) return Diagnostics.Count > 0 ? $"{options.Environment}: nothing was applied" : "nothing to apply, there is no db/schema/*.sql and no db/migrations/*.sql";
        var there = Files.Count(file => !file.IsDue && file.Elapsed is null) is > 0 and var count ? $", {Quantity.Of(count, "migrations")} there already" : "";
        if (IsDryRun) return $"dry run for {options.Environment}: {Count([.. Files.Where(file => file.IsDue)])} would be applied to {Database}{there}; nothing was changed";
        var line = string.Create(CultureInfo.InvariantCulture, $"{options.Environment}: {Count([.. Done])} applied{there}, in {Elapsed.TotalSeconds:0.0} s to {Database}");
        return Diagnostics.Count > 0 ? line : $"{line}; {Quantity.Of(Tables, "tables")}, {Quantity.Of(Indexes, "indexes")}, {Quantity.Of(Policies, "policies")} as the files say{(NotDecidable > 0 ? $", {NotDecidable} not decidable" : "")}";
    }

    /// <summary>Of one file, such as <c>applied  new         0.13 s  module-orders/db/migrations/003-states.sql</c>.</summary>
    internal string Row(FileToApply file) => file.Elapsed is { } elapsed
        ? string.Create(CultureInfo.InvariantCulture, $"applied  {file.State,-7}  {elapsed.TotalSeconds,7:0.00} s  {file.Display}")
        : $"would apply  {file.State,-7}  {file.Display}";

    /// <summary>Of a failure: what is applied, and what is not.</summary>
    internal string Applied()
    {
        var before = Done.Count();
        var left = Files.Count(file => file.IsDue && file.Elapsed is null);
        return before == 0 ? "Nothing was applied."
            : $"{(before == 1 ? "The file before it is applied and stays" : $"{before} files before it are applied and stay")}; {(left <= 1 ? "none comes after it" : $"{left - 1} after it {(left == 2 ? "is" : "are")} not")}.";
    }

    internal void AddRange(IEnumerable<Diagnostic> diagnostics) => _diagnostics.AddRange(diagnostics);

    private static string Count(List<FileToApply> files)
    {
        var migrations = files.Count(file => file.Source.IsMigration);
        return migrations == 0 ? Quantity.Of(files.Count, "schema files") : $"{Quantity.Of(files.Count - migrations, "schema files")} and {Quantity.Of(migrations, "migrations")}";
    }
}
