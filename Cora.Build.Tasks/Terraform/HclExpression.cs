namespace Cora.Build.Terraform;

/// <summary>An expression. Parentheses are not kept: what they hold stands for them, with their place.</summary>
/// <param name="Place">Where it is written.</param>
public abstract record HclExpression(HclPlace Place) : HclNode(Place);

/// <summary>What should be an expression and is none. There is a fault at its place.</summary>
/// <param name="Place">Where it should be.</param>
public sealed record HclInvalid(HclPlace Place) : HclExpression(Place);

/// <summary><c>1.5e3</c>.</summary>
/// <param name="Place">Where it is written.</param>
/// <param name="Text">As written.</param>
public sealed record HclNumber(HclPlace Place, string Text) : HclExpression(Place);

/// <summary><c>true</c> or <c>false</c>.</summary>
/// <param name="Place">Where it is written.</param>
/// <param name="Value">Which.</param>
public sealed record HclBool(HclPlace Place, bool Value) : HclExpression(Place);

/// <summary><c>null</c>.</summary>
/// <param name="Place">Where it is written.</param>
public sealed record HclNull(HclPlace Place) : HclExpression(Place);

/// <summary>A string without templates in it, the literal text between templates, or an object's key that is a bare name.</summary>
/// <param name="Place">Where it is written: of a whole string with its quotes.</param>
/// <param name="Value">With escapes decoded, strip markers applied and the indent of <c>&lt;&lt;-</c> taken away.</param>
public sealed record HclText(HclPlace Place, string Value) : HclExpression(Place);

/// <summary>A string or heredoc with templates in it.</summary>
/// <param name="Place">Where it is written.</param>
/// <param name="Parts">
/// In order: <see cref="HclText"/>, <see cref="HclTemplateIf"/>, <see cref="HclTemplateFor"/>, and what stands in <c>${…}</c>. Never a single text: that is an
/// <see cref="HclText"/> itself.
/// </param>
public sealed record HclTemplate(HclPlace Place, IReadOnlyList<HclExpression> Parts) : HclExpression(Place)
{
    /// <summary>Whether it is nothing but one <c>${…}</c>, which keeps the type of what stands in it.</summary>
    public bool IsWrapper => Parts is [not (HclText or HclTemplateIf or HclTemplateFor)];
}

/// <summary><c>%{ if … }…%{ else }…%{ endif }</c>.</summary>
/// <param name="Place">Of the first directive.</param>
/// <param name="Condition">What decides.</param>
/// <param name="Then">Parts of the template.</param>
/// <param name="Else">Parts of the template; empty where there is no <c>else</c>.</param>
public sealed record HclTemplateIf(HclPlace Place, HclExpression Condition, IReadOnlyList<HclExpression> Then, IReadOnlyList<HclExpression> Else) : HclExpression(Place);

/// <summary><c>%{ for k, v in … }…%{ endfor }</c>.</summary>
/// <param name="Place">Of the first directive.</param>
/// <param name="Key">The name for keys or indices; null where there is none.</param>
/// <param name="Value">The name for values.</param>
/// <param name="Collection">What is gone through.</param>
/// <param name="Body">Parts of the template.</param>
public sealed record HclTemplateFor(HclPlace Place, string? Key, string Value, HclExpression Collection, IReadOnlyList<HclExpression> Body) : HclExpression(Place);

/// <summary>A name, such as <c>var</c> in <c>var.x</c>.</summary>
/// <param name="Place">Where it is written.</param>
/// <param name="Name">The name.</param>
public sealed record HclVariable(HclPlace Place, string Name) : HclExpression(Place);

/// <summary>A step from a value into it.</summary>
/// <param name="Place">Where it is written, with its dot or brackets.</param>
public abstract record HclStep(HclPlace Place) : HclNode(Place);

/// <summary><c>.name</c>.</summary>
/// <param name="Place">Where it is written, with its dot.</param>
/// <param name="Name">The name.</param>
public sealed record HclAttributeStep(HclPlace Place, string Name) : HclStep(Place);

/// <summary><c>[key]</c>, or <c>.0</c> of old.</summary>
/// <param name="Place">Where it is written, with its brackets.</param>
/// <param name="Key">What stands in the brackets.</param>
/// <param name="IsLegacy">Whether it is written with a dot.</param>
public sealed record HclIndexStep(HclPlace Place, HclExpression Key, bool IsLegacy) : HclStep(Place);

/// <summary><c>[*]</c>, which all further steps belong to, or <c>.*</c>, which the attributes behind it belong to, up to the next brackets.</summary>
/// <param name="Place">Where it is written.</param>
/// <param name="IsFull">Whether it is written with brackets.</param>
public sealed record HclSplatStep(HclPlace Place, bool IsFull) : HclStep(Place);

/// <summary><c>a.b[0].c[*].d</c>.</summary>
/// <param name="Place">Where it is written, as a whole.</param>
/// <param name="Source">What the first step is taken from: for a reference a <see cref="HclVariable"/>. No traversal itself, except in parentheses.</param>
/// <param name="Steps">At least one.</param>
public sealed record HclTraversal(HclPlace Place, HclExpression Source, IReadOnlyList<HclStep> Steps) : HclExpression(Place);

/// <summary><c>f(a, b...)</c>.</summary>
/// <param name="Place">Where it is written, as a whole.</param>
/// <param name="Name">With its namespaces: <c>provider::aws::arn_parse</c>.</param>
/// <param name="Arguments">In order.</param>
/// <param name="ExpandsLast">Whether <c>...</c> follows the last one.</param>
public sealed record HclCall(HclPlace Place, string Name, IReadOnlyList<HclExpression> Arguments, bool ExpandsLast) : HclExpression(Place);

/// <summary><c>-a</c>, <c>!a</c>.</summary>
/// <param name="Place">Where it is written.</param>
/// <param name="Operator">As written.</param>
/// <param name="Operand">What it is applied to.</param>
public sealed record HclUnary(HclPlace Place, string Operator, HclExpression Operand) : HclExpression(Place);

/// <summary><c>a + b</c>.</summary>
/// <param name="Place">Where it is written, as a whole.</param>
/// <param name="Operator">As written.</param>
/// <param name="Left">Before it.</param>
/// <param name="Right">Behind it.</param>
public sealed record HclBinary(HclPlace Place, string Operator, HclExpression Left, HclExpression Right) : HclExpression(Place);

/// <summary><c>a ? b : c</c>.</summary>
/// <param name="Place">Where it is written, as a whole.</param>
/// <param name="Condition">What decides.</param>
/// <param name="Then">When it is true.</param>
/// <param name="Else">When it is false.</param>
public sealed record HclConditional(HclPlace Place, HclExpression Condition, HclExpression Then, HclExpression Else) : HclExpression(Place);

/// <summary><c>[a, b]</c>.</summary>
/// <param name="Place">Where it is written, with its brackets.</param>
/// <param name="Items">In order.</param>
public sealed record HclTuple(HclPlace Place, IReadOnlyList<HclExpression> Items) : HclExpression(Place);

/// <summary><c>{ a = b }</c>.</summary>
/// <param name="Place">Where it is written, with its braces.</param>
/// <param name="Items">In order. A later one replaces an earlier one of the same key.</param>
public sealed record HclObject(HclPlace Place, IReadOnlyList<HclObjectItem> Items) : HclExpression(Place);

/// <summary>A key and its value.</summary>
/// <param name="Key">A <see cref="HclText"/> for a bare name.</param>
/// <param name="Value">Its value.</param>
public sealed record HclObjectItem(HclExpression Key, HclExpression Value)
{
    /// <summary>The key where it is written out; null where it is computed.</summary>
    public string? Name => Key switch { HclText text => text.Value, HclNumber number => number.Text, _ => null };
}

/// <summary><c>[for k, v in c : x if y]</c>, <c>{for k, v in c : a => b... if y}</c>.</summary>
/// <param name="Place">Where it is written, with its brackets.</param>
/// <param name="KeyName">The name for keys or indices; null where there is none.</param>
/// <param name="ValueName">The name for values.</param>
/// <param name="Collection">What is gone through.</param>
/// <param name="Key">Of an object, what its keys are; null for a list.</param>
/// <param name="Value">What its values or elements are.</param>
/// <param name="Condition">Behind <c>if</c>; null where there is none.</param>
/// <param name="IsGrouped">Whether values of the same key are put in a list.</param>
public sealed record HclFor(
    HclPlace Place, string? KeyName, string ValueName, HclExpression Collection, HclExpression? Key, HclExpression Value, HclExpression? Condition, bool IsGrouped)
    : HclExpression(Place);
