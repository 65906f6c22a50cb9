namespace Cora.Build.Terraform;

/// <summary>Files whose blocks change those of other files: <c>override.tf</c> and <c>*_override.tf</c> (Terraform, "Override Files").</summary>
internal static class OverrideFiles
{
    /// <summary>The blocks of all files at their first place, with what override files say put in.</summary>
    public static List<HclBlock> Apply(IReadOnlyList<HclFile> files)
    {
        var blocks = files.Where(file => !IsOverride(file)).SelectMany(file => file.Body.Blocks).ToList();
        foreach (var change in files.Where(IsOverride).SelectMany(file => file.Body.Blocks))
        {
            // Locals are changed one by one, and a first value of a name counts.
            var labels = change.Labels.Select(label => label.Name).ToList();
            var at = change.Type == "locals" ? -1 : blocks.FindIndex(block => block.Type == change.Type && block.Labels.Select(label => label.Name).SequenceEqual(labels));
            if (at >= 0) blocks[at] = blocks[at] with { Body = Changed(blocks[at].Body, change.Body) };
            else blocks.Insert(0, change);
        }
        return blocks;
    }

    /// <summary>Whether a file is one.</summary>
    public static bool IsOverride(HclFile file) => Path.GetFileName(file.Path) is "override.tf" or [.., '_', 'o', 'v', 'e', 'r', 'r', 'i', 'd', 'e', '.', 't', 'f'];

    /// <summary>Arguments are replaced one by one, nested blocks all of a type at once; but those of <c>lifecycle</c> keep their arguments.</summary>
    private static HclBody Changed(HclBody body, HclBody change)
    {
        var arguments = body.Arguments.ToDictionary(argument => argument.Name, StringComparer.Ordinal);
        foreach (var argument in change.Arguments) arguments[argument.Name] = argument;
        var types = change.Blocks.Select(TypeOf).ToHashSet(StringComparer.Ordinal);
        var lifecycle = body.Block("lifecycle");
        var changes = change.Blocks.Select(block => block.Type == "lifecycle" && lifecycle is not null ? block with { Body = Changed(lifecycle.Body, block.Body) } : block);
        return new(arguments, [.. body.Blocks.Where(block => !types.Contains(TypeOf(block))), .. changes], body.End);
    }

    private static string TypeOf(HclBlock block) => block is { Type: "dynamic", Labels: [var type] } ? type.Name : block.Type;
}
