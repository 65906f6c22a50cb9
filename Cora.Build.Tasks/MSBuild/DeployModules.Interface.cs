using Microsoft.Build.Framework;

namespace Cora.Build.MSBuild;

public sealed partial class DeployModules
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

    /// <summary><c>CoraBucket</c>.</summary>
    public string Bucket { get; set; } = "";

    /// <summary><c>CoraRegion</c>.</summary>
    public string Region { get; set; } = "";

    /// <summary><c>CoraEndpoint</c>.</summary>
    public string Endpoint { get; set; } = "";

    /// <summary><c>CoraLegacyKeys</c>.</summary>
    public bool LegacyKeys { get; set; }

    /// <summary><c>CoraTfVarsDir</c>.</summary>
    [Required]
    public string ResultDirectory { get; set; } = "";

    /// <summary><c>CoraDryRun</c>.</summary>
    public bool DryRun { get; set; }

    /// <summary><c>CoraRequireClean</c>.</summary>
    public bool RequireClean { get; set; }

    /// <summary><c>NoBuild</c>: whether the target has not built.</summary>
    public bool NoBuild { get; set; }

    /// <summary><c>CoraDeployTimeoutMinutes</c>.</summary>
    public string TimeoutMinutes { get; set; } = "";
}
