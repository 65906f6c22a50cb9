using Cora.Build.Modules;

namespace Cora.Build.Publishing;

/// <summary>A module that is deployed: its zips, whether they come from a build or from a package.</summary>
public sealed record DeployModule
{
    /// <summary><c>CoraModuleName</c>.</summary>
    public required string Name { get; init; }

    /// <summary>The module's version.</summary>
    public required string Version { get; init; }

    /// <summary>Lambda's runtime, such as <c>python3.11</c>.</summary>
    public required string Runtime { get; init; }

    /// <summary>The commit that the zips come from, in full; null when it is not known.</summary>
    public string? Commit { get; init; }

    /// <summary>Whether the module has changes that no commit has.</summary>
    public bool HasUncommittedChanges { get; init; }

    /// <summary>The commit, with <c>-dirty</c> behind it where it is not all; null when it is not known.</summary>
    public string? CommitLabel => Commit is not null && HasUncommittedChanges ? Commit + "-dirty" : Commit;

    /// <summary>File name of the package; null for a build.</summary>
    public string? Package { get; init; }

    /// <summary>Layers, then functions; none where only its schema is applied.</summary>
    public IReadOnlyList<DeployArtifact> Artifacts { get; init; } = [];

    /// <summary><c>module-eval-studio</c> without <c>module-</c>, as older Terraform knows it.</summary>
    public string ShortName => Name.Length > 7 && Name.StartsWith("module-", StringComparison.Ordinal) ? Name[7..] : Name;
}

/// <summary>Where zips are deployed to.</summary>
/// <param name="Bucket">Its name.</param>
/// <param name="Region">Its region.</param>
/// <param name="Endpoint">Null for AWS's own.</param>
internal sealed record DeployTarget(string Bucket, string Region, Uri? Endpoint);

/// <summary>A zip that is deployed.</summary>
/// <param name="Kind">Function or layer.</param>
/// <param name="Name">The directory's name.</param>
/// <param name="Path">Full path of the zip.</param>
/// <param name="Sha256">Lower-case hex, as the manifest says.</param>
/// <param name="Bytes">Of the zip.</param>
/// <param name="VersionLabel">Of a layer: what its version is called when it is new.</param>
public sealed record DeployArtifact(ArtifactKind Kind, string Name, string Path, string Sha256, long Bytes, string? VersionLabel)
{
    /// <summary>Base64, as S3 and Lambda have it.</summary>
    public string Sha256Base64 => Convert.ToBase64String(Convert.FromHexString(Sha256));

    /// <summary><c>lambdas</c> or <c>layers</c>, as in keys and variables.</summary>
    public string Group => Kind == ArtifactKind.Layer ? "layers" : "lambdas";
}
