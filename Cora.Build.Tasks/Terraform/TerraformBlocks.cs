using Cora.Build.Python.Source;

namespace Cora.Build.Terraform;

/// <summary><c>variable "name" { … }</c>.</summary>
/// <param name="Block">As written.</param>
public sealed record TerraformVariable(HclBlock Block)
{
    /// <summary>Its name.</summary>
    public string Name => Block.Labels[0].Name;

    /// <summary>Where the name is written.</summary>
    public Position NameAt => Block.Labels[0].At;

    /// <summary>The expression; null where it has none.</summary>
    public HclExpression? Default => Block.Body.Argument("default")?.Value;

    /// <summary>Whether a caller has to give it a value.</summary>
    public bool IsRequired => Default is null;

    /// <summary>Such as <c>list(string)</c>; null where none is said.</summary>
    public HclExpression? Type => Block.Body.Argument("type")?.Value;

    /// <summary><c>sensitive = true</c>.</summary>
    public bool IsSensitive => Block.Body.Argument("sensitive")?.Value is HclBool { Value: true };

    /// <summary>Whether it may be null: <c>nullable</c> is not false.</summary>
    public bool IsNullable => Block.Body.Argument("nullable")?.Value is not HclBool { Value: false };
}

/// <summary><c>output "name" { … }</c>.</summary>
/// <param name="Block">As written.</param>
public sealed record TerraformOutput(HclBlock Block)
{
    /// <summary>Its name.</summary>
    public string Name => Block.Labels[0].Name;

    /// <summary>Where the name is written.</summary>
    public Position NameAt => Block.Labels[0].At;

    /// <summary>The expression; null where it has none.</summary>
    public HclExpression? Value => Block.Body.Argument("value")?.Value;
}

/// <summary><c>resource "type" "name" { … }</c> or <c>data "type" "name" { … }</c>.</summary>
/// <param name="Block">As written.</param>
public sealed record TerraformResource(HclBlock Block)
{
    /// <summary>Whether it is a data source.</summary>
    public bool IsData => Block.Type == "data";

    /// <summary>Its type, such as <c>aws_lambda_function</c>.</summary>
    public string Type => Block.Labels[0].Name;

    /// <summary>Its name.</summary>
    public string Name => Block.Labels[1].Name;

    /// <summary>What others call it: <c>aws_lambda_function.x</c>, <c>data.aws_x.y</c>.</summary>
    public string Address => IsData ? $"data.{Type}.{Name}" : $"{Type}.{Name}";

    /// <summary>What it says.</summary>
    public HclBody Body => Block.Body;
}

/// <summary><c>module "name" { source = … }</c>.</summary>
/// <param name="Block">As written.</param>
public sealed record TerraformModuleCall(HclBlock Block)
{
    private static readonly HashSet<string> s_own = new(StringComparer.Ordinal) { "source", "version", "providers", "count", "for_each", "depends_on" };

    /// <summary>Its name.</summary>
    public string Name => Block.Labels[0].Name;

    /// <summary>Where its module is, as written; null where there is none. Terraform allows no references in it.</summary>
    public string? Source => (Block.Body.Argument("source")?.Value as HclText)?.Value;

    /// <summary>What it passes to variables, in the order of the file.</summary>
    public IEnumerable<HclArgument> Arguments => Block.Body.Arguments.Where(argument => !s_own.Contains(argument.Name));
}

/// <summary>One of what a block with <c>count</c> or <c>for_each</c>, or a <c>dynamic</c> block, stands for.</summary>
/// <param name="Key">The index or key; null for a block with neither, and where it is not known.</param>
/// <param name="Value">Of <c>for_each</c>: the value.</param>
public sealed record TerraformInstance(Value? Key, Value? Value)
{
    /// <summary>One of which nothing is known, nor how many there are.</summary>
    public static TerraformInstance Unknown { get; } = new(null, null) { IsKnown = false };

    /// <summary>Whether there certainly is one such instance, and its key is known.</summary>
    public bool IsKnown { get; internal init; } = true;

    /// <summary>Of a <c>dynamic</c> block: the name that its key and value have.</summary>
    internal string? Iterator { get; init; }

    /// <summary>Of a <c>dynamic</c> block: what it stands in.</summary>
    internal TerraformInstance? Outer { get; init; }

    /// <summary>What a name stands for here, such as <c>each.value</c>; null where it is not known.</summary>
    internal Value? Get(string root, string name)
    {
        for (var instance = this; instance is not null; instance = instance.Outer)
        {
            if (instance.Iterator is { } iterator ? root == iterator : root is "each" or "count")
            {
                if (name is "key" or "index") return instance.Key;
                return name == "value" ? instance.Value : null;
            }
        }
        return null;
    }
}
