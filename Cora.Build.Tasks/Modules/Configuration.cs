using System.Globalization;
using Cora.Build.Diagnostics;

namespace Cora.Build.Modules;

/// <summary>Reads property and metadata values; what is not valid is CORA0005.</summary>
public static class Configuration
{
    /// <summary>Whole megabytes of 1,048,576 bytes, as bytes.</summary>
    public static long Megabytes(string projectFile, string name, string value) =>
        double.TryParse(value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var megabytes) && megabytes is > 0 and < 1_000_000
            ? (long)(megabytes * 1_048_576)
            : throw Invalid(projectFile, name, value, "a number of megabytes above 0, such as 50");

    /// <summary>A number of bytes.</summary>
    public static long Bytes(string projectFile, string name, string value) =>
        long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var bytes) ? bytes : throw Invalid(projectFile, name, value, "a number of bytes");

    /// <summary>One of some words, case aside.</summary>
    public static string OneOf(string projectFile, string name, string value, params ReadOnlySpan<string> words)
    {
        foreach (var word in words)
        {
            if (string.Equals(word, value, StringComparison.OrdinalIgnoreCase)) return word;
        }
        throw Invalid(projectFile, name, value, string.Join(" or ", words.ToArray()));
    }

    /// <summary>A program: its name, to be found on PATH, or a path, which may be relative to the project.</summary>
    public static string Program(string projectFile, string value) =>
        value.AsSpan().ContainsAny('/', '\\') ? Path.GetFullPath(value, Path.GetDirectoryName(projectFile)!) : value;

    /// <summary>A text that holds no URL with a password: a property's value is in every binlog.</summary>
    public static string WithoutSecret(string projectFile, string name, string value) => value.Length == 0 || value == Python.IndexUrl.Redact(value)
        ? value
        : throw ModuleDiscovery.s_configuration.Error(new Location(projectFile), $"{name} holds a URL with credentials, and MSBuild writes properties to logs. Put it into the environment variable PIP_INDEX_URL, or the credentials into a netrc file.");

    private static CoraException Invalid(string projectFile, string name, string value, string wanted) =>
        ModuleDiscovery.s_configuration.Error(new Location(projectFile), $"{name} is '{value}'; write {wanted}.");
}
