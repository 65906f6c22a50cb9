using Cora.Build.Terraform;

namespace Cora.Build.Rules;

/// <summary>A module of the project, as environments see it.</summary>
/// <param name="Name">Of its directory.</param>
/// <param name="Terraform">What is in its <c>infrastructure/</c>.</param>
public sealed record ProjectModule(string Name, TerraformModule Terraform);

/// <summary>A function or layer of a module: a directory.</summary>
/// <param name="Module">The module's name.</param>
/// <param name="Kind"><c>function</c> or <c>layer</c>.</param>
/// <param name="Name">The directory's name.</param>
public sealed record ModulePart(string Module, string Kind, string Name);

/// <summary>Code in the infra repo: a directory.</summary>
/// <param name="Kind"><c>function</c>, <c>layer</c>, <c>module</c> or <c>schema</c>.</param>
/// <param name="Directory">Full path.</param>
public sealed record InfraCode(string Kind, string Directory);

/// <summary>An environment: the Terraform in <c>envs/{name}</c>, and all that it leads to in directories beside it.</summary>
/// <param name="Name">Its directory's name.</param>
/// <param name="Terraform">What is run.</param>
/// <param name="Modules">By full path: modules in directories, also those of modules. Null where there is no Terraform.</param>
public sealed record ProjectEnvironment(string Name, TerraformModule Terraform, IReadOnlyDictionary<string, TerraformModule?> Modules)
{
    /// <summary>Full path of the directory that a call in a module leads to; null when its source is somewhere else.</summary>
    public static string? DirectoryOf(TerraformModule caller, TerraformModuleCall call) =>
        call.Source is { } source && (source.StartsWith("./", StringComparison.Ordinal) || source.StartsWith("../", StringComparison.Ordinal) || source is "." or "..")
            ? Path.TrimEndingDirectorySeparator(Path.GetFullPath(source, caller.Directory))
            : null;

    /// <summary>The module that a call leads to, as far as it is known.</summary>
    public TerraformModule? Find(TerraformModule caller, TerraformModuleCall call) => DirectoryOf(caller, call) is { } directory ? Modules.GetValueOrDefault(directory) : null;
}

/// <summary>A project as the rules about its environments see it. They read no file.</summary>
/// <param name="Modules">The modules that have Terraform.</param>
/// <param name="Parts">Functions and layers of all modules.</param>
/// <param name="Environments">In ordinal order.</param>
/// <param name="Code">What is in the infra repo, where module code does not belong.</param>
public sealed record ProjectModel(
    IReadOnlyList<ProjectModule> Modules, IReadOnlyList<ModulePart> Parts, IReadOnlyList<ProjectEnvironment> Environments, IReadOnlyList<InfraCode> Code);
