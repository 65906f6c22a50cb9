using Cora.Build.Modules;
using Microsoft.Build.Framework;

namespace Cora.Build.MSBuild;

/// <summary>What deployments of zips and of schemas are told.</summary>
public abstract class DeploymentTask : CoraTask
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

    /// <summary>Whether it is a project, which deploys all its modules.</summary>
    public bool IsProject { get; set; }

    /// <summary>The <c>obj/cora/</c> of each module.</summary>
    public string[] ModuleDirectories { get; set; } = [];

    /// <summary><c>CoraPackage</c>: packages that are deployed instead of a build; relative paths are relative to the project.</summary>
    public string[] Packages { get; set; } = [];

    /// <summary><c>CoraEnvironment</c>.</summary>
    public string DeployEnvironment { get; set; } = "";

    /// <summary><c>CoraTfVarsDir</c>.</summary>
    [Required]
    public string ResultDirectory { get; set; } = "";

    /// <summary><c>CoraDryRun</c>.</summary>
    public bool DryRun { get; set; }

    /// <summary><c>CoraRequireClean</c>.</summary>
    public bool RequireClean { get; set; }

    /// <summary><c>NoBuild</c>: what the last build left is deployed.</summary>
    public bool NoBuild { get; set; }

    /// <summary><c>CoraDeployTimeoutMinutes</c>.</summary>
    public string TimeoutMinutes { get; set; } = "";

    private protected IReadOnlyList<IntermediateFiles> BuiltModules => [.. ModuleDirectories.Select(directory => new IntermediateFiles(directory))];

    private protected IReadOnlyList<string> PackagePaths => [.. Packages.Select(path => Path.GetFullPath(path, Path.GetDirectoryName(ProjectFile)!))];

    /// <summary>The module that packages must be of; null for any.</summary>
    private protected string? OnlyModule => IsProject ? null : ModuleName;

    private protected void Say(string text) => Log.LogMessage(MessageImportance.High, "  {0}", text);

    /// <summary>The last line: what was done.</summary>
    private protected void SayResult(string line) => Say($"{ProjectName} -> {ModuleName}: {line}");
}
