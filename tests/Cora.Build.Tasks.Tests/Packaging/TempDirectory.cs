namespace Cora.Build.Tests.Packaging;

/// <summary>A directory of a test's own, removed after it.</summary>
internal sealed class TempDirectory : IDisposable
{
    public string FullName { get; } = Directory.CreateTempSubdirectory("cora-packaging-").FullName;

    /// <summary>Full path of <paramref name="name"/> (with <c>/</c>) in it.</summary>
    public string this[string name] => Path.Combine(FullName, name.Replace('/', Path.DirectorySeparatorChar));

    /// <summary>Writes a file and returns its full path.</summary>
    public string Write(string name, ReadOnlySpan<byte> content)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(this[name])!);
        File.WriteAllBytes(this[name], content);
        return this[name];
    }

    public void Dispose() => Directory.Delete(FullName, recursive: true);
}
