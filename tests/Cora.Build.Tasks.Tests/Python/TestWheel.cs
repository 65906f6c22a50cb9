using System.IO.Compression;
using Cora.Build.Python;

namespace Cora.Build.Tests.Python;

/// <summary>A wheel with one module, <c>{name}.py</c>.</summary>
internal sealed record TestWheel(string Name, string Version = "1", string Tag = "py3-none-any")
{
    /// <summary>Its <c>Requires-Dist</c>.</summary>
    public string[] Requires { get; init; } = [];

    public string[] Extras { get; init; } = [];

    public string? RequiresPython { get; init; }

    /// <summary>What the module holds.</summary>
    public string Code { get; init; } = "";

    public string FileName => $"{Name.Replace('-', '_')}-{Version}-{Tag}.whl";

    public string Metadata => $"Metadata-Version: 2.1\nName: {Name}\nVersion: {Version}\n"
        + (RequiresPython is null ? "" : $"Requires-Python: {RequiresPython}\n")
        + string.Concat(Extras.Select(extra => $"Provides-Extra: {extra}\n")) + string.Concat(Requires.Select(requirement => $"Requires-Dist: {requirement}\n")) + "\n";

    public byte[] ToBytes()
    {
        var content = new MemoryStream();
        using (var zip = new ZipArchive(content, ZipArchiveMode.Create, leaveOpen: true))
        {
            var distInfo = $"{Name.Replace('-', '_')}-{Version}.dist-info";
            Add($"{Name.Replace('-', '_')}.py", Code);
            Add($"{distInfo}/METADATA", Metadata);
            Add($"{distInfo}/WHEEL", $"Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: {Tag}\n");
            Add($"{distInfo}/RECORD", "");

            void Add(string name, string text)
            {
                var entry = zip.CreateEntry(name);
                entry.LastWriteTime = new DateTimeOffset(2020, 1, 1, 0, 0, 0, TimeSpan.Zero);
                using var writer = new StreamWriter(entry.Open());
                writer.Write(text);
            }
        }
        return content.ToArray();
    }

    public Candidate ToCandidate(params IEnumerable<string> hashes) => new(
        new ResolvedWheel(PackageName.Normalize(Name), Version, FileName, new string('a', 64), 1, $"https://index/{FileName}", []),
        WheelMetadata.Parse(Metadata, FileName),
        hashes.ToHashSet());
}
