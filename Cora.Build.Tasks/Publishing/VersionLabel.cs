namespace Cora.Build.Publishing;

/// <summary>What a layer's version is called. The number of digits is fixed: git shows more as a repository grows, and that must change no label.</summary>
internal static class VersionLabel
{
    /// <summary>The short id of the commit that changed the layer last.</summary>
    public static string OfCommit(string commit) => commit[..7];

    /// <summary>Where no commit can be named: the beginning of the zip's SHA-256, in hex.</summary>
    public static string OfZip(string sha256) => sha256[..8];
}
