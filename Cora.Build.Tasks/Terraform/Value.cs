using System.Globalization;

namespace Cora.Build.Terraform;

/// <summary>
/// What an expression comes to, as far as that can be known without running Terraform. What cannot be known is symbolic: a <see cref="ReferenceValue"/>, a
/// <see cref="CallValue"/>, a <see cref="OneOfValue"/>, or at least <see cref="UnknownValue"/>. Two are equal when they say the same, wherever it is written: two
/// references to the same thing are, two unknown values never are.
/// </summary>
public abstract class Value : IEquatable<Value>
{
    /// <summary>How many values it holds, itself too, and a string one more for every 32 characters. What is shared counts each time.</summary>
    internal int Size { get; private protected set; } = 1;

    /// <summary>How many levels of values are in each other.</summary>
    internal int Depth { get; private set; } = 1;

    /// <summary>The expression that says it, when one does: of an element or entry the one of that element. It may be in another file than what was evaluated.</summary>
    public HclExpression? Origin { get; private set; }

    /// <summary>Whether it, or something in it, is so only because a variable has its default, which a caller may replace.</summary>
    public bool IsDefault { get; private set; }

    /// <summary>Whether nothing in it is symbolic or unknown.</summary>
    public abstract bool IsKnown { get; }

    /// <summary>The characters, when it is a known string; null otherwise.</summary>
    public string? Text => (this as StringValue)?.Value;

    /// <summary>What it may be: itself, or each of the alternatives.</summary>
    public virtual IReadOnlyList<Value> Alternatives => [this];

    /// <summary>What it is made of, one level deep.</summary>
    public virtual IEnumerable<Value> Parts => [];

    /// <summary>All references in it: of elements, entries, alternatives, arguments, and parts of strings.</summary>
    public IEnumerable<ReferenceValue> References() => this is ReferenceValue reference ? [reference, .. Parts.SelectMany(part => part.References())] : Parts.SelectMany(part => part.References());

    /// <inheritdoc/>
    public bool Equals(Value? other) => ReferenceEquals(this, other) ? this is not UnknownValue : other is not null && other.GetType() == GetType() && other.Size == Size && IsSame(other);

    /// <inheritdoc/>
    public sealed override bool Equals(object? obj) => Equals(obj as Value);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(GetType(), Size);

    /// <summary>Whether one of the same type says the same.</summary>
    private protected abstract bool IsSame(Value other);

    /// <summary>The same with an origin, unless it has one.</summary>
    internal Value WithOrigin(HclExpression origin)
    {
        if (Origin is not null) return this;
        var copy = (Value)MemberwiseClone();
        copy.Origin = origin;
        return copy;
    }

    /// <summary>The same, depending on defaults when something that it was made of does.</summary>
    internal Value WithDefault(bool isDefault)
    {
        if (!isDefault || IsDefault) return this;
        var copy = (Value)MemberwiseClone();
        copy.IsDefault = true;
        return copy;
    }

    /// <summary>Takes over what its parts bring: how many they are, how deep they go, and whether they depend on defaults.</summary>
    private protected void Hold(IEnumerable<Value> parts)
    {
        foreach (var part in parts)
        {
            Size = (int)Math.Min(int.MaxValue, (long)Size + part.Size);
            Depth = Math.Max(Depth, part.Depth + 1);
            IsDefault |= part.IsDefault;
        }
    }
}

/// <summary>Nothing is known of it.</summary>
public sealed class UnknownValue : Value
{
    internal UnknownValue(bool isError = false) => IsError = isError;

    /// <summary>Whether Terraform would report an error: <c>try</c> takes the next argument then.</summary>
    internal bool IsError { get; }

    /// <inheritdoc/>
    public override bool IsKnown => false;

    /// <inheritdoc/>
    public override string ToString() => "(unknown)";

    private protected override bool IsSame(Value other) => false;
}

/// <summary><c>null</c>.</summary>
public sealed class NullValue : Value
{
    /// <inheritdoc/>
    public override bool IsKnown => true;

    /// <inheritdoc/>
    public override string ToString() => "null";

    private protected override bool IsSame(Value other) => true;
}

/// <summary>A known string.</summary>
public sealed class StringValue : Value
{
    /// <summary>Takes its characters.</summary>
    public StringValue(string value)
    {
        ArgumentNullException.ThrowIfNull(value);
        (Value, Size) = (value, 1 + (value.Length / 32));
    }

    /// <summary>Its characters.</summary>
    public string Value { get; }

    /// <inheritdoc/>
    public override bool IsKnown => true;

    /// <inheritdoc/>
    public override string ToString() => $"\"{Value}\"";

    /// <inheritdoc/>
    public override int GetHashCode() => Value.GetHashCode(StringComparison.Ordinal);

    private protected override bool IsSame(Value other) => Value == ((StringValue)other).Value;
}

/// <summary>A known number.</summary>
/// <param name="value">The number.</param>
public sealed class NumberValue(decimal value) : Value
{
    /// <summary>The number.</summary>
    public decimal Value { get; } = value;

    /// <inheritdoc/>
    public override bool IsKnown => true;

    /// <summary>As Terraform writes it: <c>1.5</c>.</summary>
    public override string ToString() => Value.ToString("0.############################", CultureInfo.InvariantCulture);

    /// <inheritdoc/>
    public override int GetHashCode() => Value.GetHashCode();

    private protected override bool IsSame(Value other) => Value == ((NumberValue)other).Value;
}

/// <summary><c>true</c> or <c>false</c>.</summary>
/// <param name="value">Which.</param>
public sealed class BoolValue(bool value) : Value
{
    /// <summary>Which.</summary>
    public bool Value { get; } = value;

    /// <inheritdoc/>
    public override bool IsKnown => true;

    /// <inheritdoc/>
    public override string ToString() => Value ? "true" : "false";

    private protected override bool IsSame(Value other) => Value == ((BoolValue)other).Value;
}

/// <summary>A list, tuple or set.</summary>
public sealed class ListValue : Value
{
    /// <summary>Takes its elements.</summary>
    /// <param name="items">In order; of a set sorted, each once.</param>
    /// <param name="isSet">Whether it is a set.</param>
    public ListValue(IReadOnlyList<Value> items, bool isSet = false)
    {
        (Items, IsSet) = (items, isSet);
        Hold(items);
        IsComplete = !items.Any(item => item is SpreadValue);
        IsKnown = items.All(item => item.IsKnown);
    }

    /// <summary>In order. A <see cref="SpreadValue"/> stands for none, one or several elements.</summary>
    public IReadOnlyList<Value> Items { get; }

    /// <summary>Whether it is a set.</summary>
    public bool IsSet { get; }

    /// <summary>Whether each item is one element: no <see cref="SpreadValue"/>.</summary>
    public bool IsComplete { get; }

    /// <inheritdoc/>
    public override bool IsKnown { get; }

    /// <inheritdoc/>
    public override IEnumerable<Value> Parts => Items;

    /// <inheritdoc/>
    public override string ToString() => $"[{string.Join(", ", Items)}]";

    /// <inheritdoc/>
    public override int GetHashCode() => Items.Take(8).Aggregate(Items.Count, HashCode.Combine);

    private protected override bool IsSame(Value other) => ((ListValue)other).IsSet == IsSet && Items.SequenceEqual(((ListValue)other).Items);
}

/// <summary>In a list: all elements of another list that is not known, such as <c>concat(module.a.api_routes, …)</c> has.</summary>
public sealed class SpreadValue : Value
{
    internal SpreadValue(Value source)
    {
        Source = source;
        Hold([source]);
    }

    /// <summary>The list whose elements they are.</summary>
    public Value Source { get; }

    /// <inheritdoc/>
    public override bool IsKnown => false;

    /// <inheritdoc/>
    public override IEnumerable<Value> Parts => [Source];

    /// <inheritdoc/>
    public override string ToString() => $"{Source}...";

    private protected override bool IsSame(Value other) => Source.Equals(((SpreadValue)other).Source);
}

/// <summary>An object or map.</summary>
public sealed class ObjectValue : Value
{
    /// <summary>Takes its entries.</summary>
    /// <param name="entries">By key.</param>
    /// <param name="others">Values that are not known, whose entries it has too.</param>
    public ObjectValue(IReadOnlyDictionary<string, Value> entries, IReadOnlyList<Value>? others = null)
    {
        (Entries, Others) = (entries, others ?? []);
        Hold(Parts);
        IsKnown = Others.Count == 0 && entries.Values.All(value => value.IsKnown);
    }

    /// <summary>By key.</summary>
    public IReadOnlyDictionary<string, Value> Entries { get; }

    /// <summary>Values that are not known, whose entries it has too.</summary>
    public IReadOnlyList<Value> Others { get; }

    /// <summary>Whether it has no other keys.</summary>
    public bool IsComplete => Others.Count == 0;

    /// <inheritdoc/>
    public override bool IsKnown { get; }

    /// <inheritdoc/>
    public override IEnumerable<Value> Parts => Entries.Values.Concat(Others);

    /// <summary>The value of a key; null where the key is not among those that are known.</summary>
    public Value? this[string key] => Entries.GetValueOrDefault(key);

    /// <inheritdoc/>
    public override string ToString()
    {
        var entries = Entries.OrderBy(entry => entry.Key, StringComparer.Ordinal).Select(entry => $"{entry.Key} = {entry.Value}");
        return $"{{{string.Join(", ", entries.Concat(Others.Select(other => other is SpreadValue ? $"{other}" : $"{other}...")))}}}";
    }

    /// <inheritdoc/>
    public override int GetHashCode() => Entries.Aggregate(Entries.Count, (hash, entry) => hash ^ HashCode.Combine(entry.Key.GetHashCode(StringComparison.Ordinal), entry.Value));

    private protected override bool IsSame(Value other)
    {
        var value = (ObjectValue)other;
        return Entries.Count == value.Entries.Count && Entries.All(entry => value.Entries.TryGetValue(entry.Key, out var same) && same.Equals(entry.Value)) && Others.SequenceEqual(value.Others);
    }
}

/// <summary>A string of which parts are not known.</summary>
public sealed class TemplateValue : Value
{
    internal TemplateValue(IReadOnlyList<Value> pieces)
    {
        Pieces = pieces;
        Hold(pieces);
    }

    /// <summary>In order: a <see cref="StringValue"/> for what is known between what is not. At least one is not known.</summary>
    public IReadOnlyList<Value> Pieces { get; }

    /// <summary>What it certainly begins with.</summary>
    public string KnownStart => Pieces[0].Text ?? "";

    /// <summary>What it certainly ends with, such as the file name of <c>"${var.directory}/x.zip"</c> with the slash.</summary>
    public string KnownEnd => Pieces[^1].Text ?? "";

    /// <inheritdoc/>
    public override bool IsKnown => false;

    /// <inheritdoc/>
    public override IEnumerable<Value> Parts => Pieces;

    /// <inheritdoc/>
    public override string ToString() => $"\"{string.Concat(Pieces.Select(piece => piece.Text ?? $"${{{piece}}}"))}\"";

    private protected override bool IsSame(Value other) => Pieces.SequenceEqual(((TemplateValue)other).Pieces);
}

/// <summary>One of several, where what decides is not known.</summary>
public sealed class OneOfValue : Value
{
    internal OneOfValue(IReadOnlyList<Value> alternatives)
    {
        Alternatives = alternatives;
        Hold(alternatives);
    }

    /// <summary>At least two, none of them one of several itself. When variables have their defaults it is the first.</summary>
    public override IReadOnlyList<Value> Alternatives { get; }

    /// <inheritdoc/>
    public override bool IsKnown => false;

    /// <inheritdoc/>
    public override IEnumerable<Value> Parts => Alternatives;

    /// <inheritdoc/>
    public override string ToString() => $"({string.Join(" | ", Alternatives)})";

    private protected override bool IsSame(Value other) => Alternatives.SequenceEqual(other.Alternatives);
}

/// <summary>A call that is not evaluated, such as <c>filebase64sha256(path)</c>.</summary>
public sealed class CallValue : Value
{
    internal CallValue(string name, IReadOnlyList<Value> arguments)
    {
        (Name, Arguments) = (name, arguments);
        Hold(arguments);
    }

    /// <summary>Of the function.</summary>
    public string Name { get; }

    /// <summary>In order. A <see cref="SpreadValue"/> is what <c>...</c> stands behind.</summary>
    public IReadOnlyList<Value> Arguments { get; }

    /// <inheritdoc/>
    public override bool IsKnown => false;

    /// <inheritdoc/>
    public override IEnumerable<Value> Parts => Arguments;

    /// <inheritdoc/>
    public override string ToString() => $"{Name}({string.Join(", ", Arguments)})";

    private protected override bool IsSame(Value other) => Name == ((CallValue)other).Name && Arguments.SequenceEqual(((CallValue)other).Arguments);
}
