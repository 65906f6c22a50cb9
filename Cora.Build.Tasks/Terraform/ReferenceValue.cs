using System.Text;

namespace Cora.Build.Terraform;

/// <summary>What a reference leads to.</summary>
public enum ReferenceKind
{
    /// <summary><c>aws_lambda_function.x</c>.</summary>
    Resource,

    /// <summary><c>data.aws_x.y</c>.</summary>
    Data,

    /// <summary><c>module.x</c>.</summary>
    Module,

    /// <summary><c>var.x</c>, which has no value.</summary>
    Variable,

    /// <summary><c>local.x</c>, which is not declared or depends on itself.</summary>
    Local,

    /// <summary><c>each.key</c>, <c>count.index</c>, <c>terraform.workspace</c>, <c>self</c> and the like.</summary>
    Other,
}

/// <summary>A reference to what only Terraform knows: <c>aws_lambda_function.x[0].invoke_arn</c>.</summary>
public sealed class ReferenceValue : Value
{
    internal ReferenceValue(ReferenceKind kind, string type, string name, IReadOnlyList<Value> path)
    {
        (Kind, Type, Name, Path) = (kind, type, name, path);
        Hold(path);
    }

    /// <summary>What it leads to.</summary>
    public ReferenceKind Kind { get; }

    /// <summary>Of a resource or data source its type; of <see cref="ReferenceKind.Other"/> the first word; empty for all others.</summary>
    public string Type { get; }

    /// <summary>The name behind that; empty where there is none.</summary>
    public string Name { get; }

    /// <summary>
    /// Steps from there on. A <see cref="StringValue"/> is an attribute or a key, a <see cref="NumberValue"/> an index, an <see cref="ReferenceSplat"/> all elements,
    /// anything else a key that is not known.
    /// </summary>
    public IReadOnlyList<Value> Path { get; }

    /// <summary>The first attribute: <c>invoke_arn</c> of <c>aws_lambda_function.x[0].invoke_arn</c>; null where there is none.</summary>
    public string? Attribute => Path.FirstOrDefault(step => step is StringValue)?.Text;

    /// <inheritdoc/>
    public override bool IsKnown => false;

    /// <inheritdoc/>
    public override IEnumerable<Value> Parts => Path;

    /// <summary>As it would be written.</summary>
    public override string ToString()
    {
        var text = new StringBuilder(Kind switch
        {
            ReferenceKind.Data => $"data.{Type}.{Name}",
            ReferenceKind.Module => $"module.{Name}",
            ReferenceKind.Variable => $"var.{Name}",
            ReferenceKind.Local => $"local.{Name}",
            _ => Name.Length == 0 ? Type : $"{Type}.{Name}",
        });
        foreach (var step in Path)
        {
            if (step is StringValue { Value: var name } && name.Length > 0 && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-')) text.Append('.').Append(name);
            else text.Append('[').Append(step).Append(']');
        }
        return text.ToString();
    }

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Kind, Type, Name, Path.Count);

    internal Value Then(Value step) => Path.Count >= 64 ? new UnknownValue() : new ReferenceValue(Kind, Type, Name, [.. Path, step]).WithDefault(IsDefault);

    private protected override bool IsSame(Value other) =>
        other is ReferenceValue reference && reference.Kind == Kind && reference.Type == Type && reference.Name == Name && Path.SequenceEqual(reference.Path);
}

/// <summary>In the path of a reference: <c>[*]</c>.</summary>
public sealed class ReferenceSplat : Value
{
    internal ReferenceSplat()
    {
    }

    /// <inheritdoc/>
    public override bool IsKnown => true;

    /// <inheritdoc/>
    public override string ToString() => "*";

    private protected override bool IsSame(Value other) => true;
}
