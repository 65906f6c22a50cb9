using System.Reflection;

namespace Cora.Build.Tests;

/// <summary>The repository that the tests were built from.</summary>
internal static class Repository
{
    /// <summary>Full path, with a separator at the end.</summary>
    public static string Root { get; } = typeof(Repository).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(item => item.Key == "RepositoryRoot").Value!;

    public static string Read(string relativePath) => File.ReadAllText(Path.Combine(Root, relativePath));

    /// <summary>Paths from the root of all files below a directory that git would have.</summary>
    public static IEnumerable<string> Files(string directory, params string[] extensions) => Directory.EnumerateFiles(Path.Combine(Root, directory), "*", SearchOption.AllDirectories)
        .Select(path => Path.GetRelativePath(Root, path).Replace('\\', '/'))
        .Where(path => extensions.Contains(Path.GetExtension(path)) && !path.Split('/').Any(segment => segment is "bin" or "obj"));
}
