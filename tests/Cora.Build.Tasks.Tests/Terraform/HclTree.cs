using System.Globalization;
using System.Text;
using Cora.Build.Python.Source;
using Cora.Build.Terraform;

namespace Cora.Build.Tests.Terraform;

/// <summary>A file as text, as <c>Corpus/dump.go</c> writes it.</summary>
internal static class HclTree
{
    public static string Of(HclFile file)
    {
        var text = new StringBuilder();
        Write(text, file.Body, "");
        return text.ToString();
    }

    private static void Write(StringBuilder text, HclBody body, string indent)
    {
        foreach (var argument in body.Arguments) text.Append(CultureInfo.InvariantCulture, $"{indent}{At(argument.At)} {argument.Name} = {Of(argument.Value)}\n");
        foreach (var block in body.Blocks)
        {
            text.Append(CultureInfo.InvariantCulture, $"{indent}{At(block.At)} {block.Type}");
            foreach (var label in block.Labels) text.Append(CultureInfo.InvariantCulture, $" {At(label.At)} {Quote(label.Name)}");
            text.Append('\n');
            Write(text, block.Body, indent + "  ");
        }
    }

    private static string At(Position at) => $"{at.Line}:{at.Column}";

    private static string Quote(string value)
    {
        var text = new StringBuilder("\"");
        foreach (var c in value)
        {
            if (c is '"' or '\\') text.Append('\\').Append(c);
            else if (c is < ' ' or > '~') text.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}");
            else text.Append(c);
        }
        return text.Append('"').ToString();
    }

    public static string Of(HclExpression expression) => expression switch
    {
        HclNumber number => number.Text,
        HclBool value => value.Value ? "true" : "false",
        HclNull => "null",
        HclText text => Quote(text.Value),
        HclTemplate template => Parts(template.Parts),
        HclTemplateIf branch => $"(if {Of(branch.Condition)} {Parts(branch.Then)} {Parts(branch.Else)})",
        HclTemplateFor loop => $"(join (for {loop.Key},{loop.Value} {Of(loop.Collection)} {Parts(loop.Body)}))",
        HclVariable variable => Name(variable),
        HclTraversal traversal => $"({(traversal.Source is HclVariable variable ? Name(variable) : Of(traversal.Source))} {string.Join(' ', traversal.Steps.Select(Step))})",
        HclCall call => $"({string.Join(' ', new[] { "call", $"{call.Name}@{At(call.At)}" }.Concat(call.Arguments.Select(Of)).Concat(call.ExpandsLast ? ["..."] : []))})",
        HclConditional conditional => $"(if {Of(conditional.Condition)} {Of(conditional.Then)} {Of(conditional.Else)})",
        HclUnary unary => $"({unary.Operator} {Of(unary.Operand)})",
        HclBinary binary => $"({binary.Operator} {Of(binary.Left)} {Of(binary.Right)})",
        HclTuple tuple => $"[{string.Join(' ', tuple.Items.Select(Of))}]",
        HclObject value => $"{{{string.Join(", ", value.Items.Select(item => $"{Of(item.Key)}: {Of(item.Value)}"))}}}",
        HclFor loop => $"(for {loop.KeyName},{loop.ValueName} {Of(loop.Collection)} {(loop.Key is null ? "" : $"{Of(loop.Key)} => ")}{Of(loop.Value)}"
            + $"{(loop.IsGrouped ? " ..." : "")}{(loop.Condition is null ? "" : $" if {Of(loop.Condition)}")})",
        _ => throw new InvalidOperationException(expression.GetType().Name),
    };

    private static string Name(HclVariable variable) => $"({variable.Name}@{At(variable.At)})";

    private static string Step(HclStep step) => step switch
    {
        HclAttributeStep attribute => $".{attribute.Name}",
        HclIndexStep index => $"[{Of(index.Key)}]",
        HclSplatStep { IsFull: true } => "[*]",
        _ => ".*",
    };

    private static string Parts(IReadOnlyList<HclExpression> parts) => parts switch
    {
        [] => Quote(""),
        [HclText text] => Quote(text.Value),
        _ => $"(template {string.Join(' ', parts.Select(Of))})",
    };
}
