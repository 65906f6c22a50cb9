using Cora.Build.Python.Source;

namespace Cora.Build.Terraform;

/// <summary><c>name = expression</c>.</summary>
/// <param name="Place">From the name to the end of the expression.</param>
/// <param name="Name">Its name.</param>
/// <param name="Value">The expression; <see cref="HclInvalid"/> where it could not be read.</param>
public sealed record HclArgument(HclPlace Place, string Name, HclExpression Value) : HclNode(Place);

/// <summary><c>type "label" { … }</c>.</summary>
/// <param name="Place">Where it is written, from its type to its closing brace.</param>
/// <param name="Type">Its type, such as <c>resource</c>.</param>
/// <param name="Labels">What stands between the type and the brace; a name without quotes too.</param>
/// <param name="Body">What stands between the braces.</param>
public sealed record HclBlock(HclPlace Place, string Type, IReadOnlyList<NameAt> Labels, HclBody Body) : HclNode(Place)
{
    /// <summary>Of a block that <c>dynamic</c> makes: what it is made for; null for all others.</summary>
    public HclDynamic? Dynamic { get; init; }
}

/// <summary>What <c>dynamic "type" { … }</c> says of the blocks that it makes.</summary>
/// <param name="Iterator">The name whose <c>.key</c> and <c>.value</c> stand in the content.</param>
/// <param name="ForEach">What a block is made for each element of; null where it is missing.</param>
public sealed record HclDynamic(string Iterator, HclExpression? ForEach);

/// <summary>What stands in a file or between the braces of a block.</summary>
public sealed class HclBody
{
    private readonly Dictionary<string, HclArgument> _arguments;
    private ILookup<string, HclBlock>? _byType;

    internal HclBody(Dictionary<string, HclArgument> arguments, IReadOnlyList<HclBlock> blocks, HclPlace end) =>
        (_arguments, Blocks, End) = (arguments, blocks, end);

    /// <summary>A body without anything.</summary>
    public static HclBody Empty { get; } = new([], [], default);

    /// <summary>In the order of the file.</summary>
    public IReadOnlyCollection<HclArgument> Arguments => _arguments.Values;

    /// <summary>In the order of the file, as written: <c>dynamic</c> blocks too.</summary>
    public IReadOnlyList<HclBlock> Blocks { get; }

    /// <summary>Its closing brace, or the end of the file.</summary>
    public HclPlace End { get; }

    /// <summary>The argument of a name; null where there is none.</summary>
    public HclArgument? Argument(string name) => _arguments.GetValueOrDefault(name);

    /// <summary>The blocks of a type, in the order of the file. What a <c>dynamic</c> block makes is one of them: it stands for none, one or several.</summary>
    public IEnumerable<HclBlock> BlocksOf(string type) => (_byType ??= Blocks.SelectMany(Meant).ToLookup(block => block.Type, StringComparer.Ordinal))[type];

    /// <summary>The first block of a type; null where there is none.</summary>
    public HclBlock? Block(string type) => BlocksOf(type).FirstOrDefault();

    private static IEnumerable<HclBlock> Meant(HclBlock block)
    {
        if (block is not { Type: "dynamic", Labels: [var type] }) return [block];
        var iterator = block.Body.Argument("iterator")?.Value is HclVariable { Name: var name } ? name : type.Name;
        return block.Body.BlocksOf("content").Select(content => new HclBlock(block.Place, type.Name, [], content.Body)
        {
            Dynamic = new(iterator, block.Body.Argument("for_each")?.Value),
        });
    }
}
