namespace Cora.Build.Python.Source;

/// <summary>A Python file by the name that it is imported under.</summary>
/// <param name="Name">Dotted, such as <c>org_common.db</c>; of a package's <c>__init__.py</c> the package's name.</param>
/// <param name="IsPackage">Whether it is an <c>__init__.py</c>.</param>
/// <param name="File">Full path; for a file in a layer's zip the zip's path, a separator and the name in it.</param>
/// <param name="Facts">What it says.</param>
public sealed record SourceModule(string Name, bool IsPackage, string File, SourceFacts Facts);

/// <summary>A distribution that an artifact carries.</summary>
/// <param name="Name">Normalized.</param>
/// <param name="Version">Its version.</param>
/// <param name="TopLevel">What can be imported of it: first names of modules and packages.</param>
public sealed record ImportableDistribution(string Name, string Version, IReadOnlyList<string> TopLevel);

/// <summary>What a function's or layer's zip offers for import.</summary>
/// <param name="Module">The CORA module that it belongs to; empty for a layer that is an ARN.</param>
/// <param name="Name">Of the function or layer; the ARN of one that is an ARN.</param>
/// <param name="Modules">Its own sources, by name.</param>
/// <param name="TopLevel">First names of its own modules and packages (namespace packages and native modules too).</param>
/// <param name="Distributions">What its requirements bring.</param>
/// <param name="IsComplete">Whether that is all: false when its dependencies could not be resolved, or its content is not known.</param>
public sealed record ImportableCode(
    string Module, string Name, IReadOnlyDictionary<string, SourceModule> Modules, IReadOnlyList<string> TopLevel, IReadOnlyList<ImportableDistribution> Distributions, bool IsComplete)
{
    /// <summary>Dotted names of what can be imported of its own code and has no Python source: native modules inside packages.</summary>
    public IReadOnlyList<string> OtherModules { get; init; } = [];
}
