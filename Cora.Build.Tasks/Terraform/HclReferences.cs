namespace Cora.Build.Terraform;

/// <summary>The references that are written somewhere, whether anything evaluates them or not.</summary>
public static class HclReferences
{
    /// <summary>All that begin with a name, such as <c>var.x</c>, in the order in which they are written. What a <c>for</c> binds is none.</summary>
    public static IEnumerable<HclTraversal> Of(HclBody body)
    {
        ArgumentNullException.ThrowIfNull(body);
        var found = new List<HclTraversal>();
        Add(body, found);
        return found.OrderBy(reference => reference.Place.Span.Start);
    }

    private static void Add(HclBody body, List<HclTraversal> found)
    {
        foreach (var argument in body.Arguments) Add(argument.Value, [], found);
        foreach (var block in body.Blocks) Add(block.Body, found);
    }

    private static void Add(HclExpression? expression, IReadOnlyList<string> bound, List<HclTraversal> found)
    {
        switch (expression)
        {
            case HclTemplate template:
                Add(template.Parts, bound, found);
                break;
            case HclTemplateIf branch:
                Add(branch.Condition, bound, found);
                Add(branch.Then, bound, found);
                Add(branch.Else, bound, found);
                break;
            case HclTemplateFor loop:
                Add(loop.Collection, bound, found);
                Add(loop.Body, [.. bound, loop.Value, loop.Key ?? loop.Value], found);
                break;
            case HclTraversal traversal:
                if (traversal.Source is not HclVariable variable) Add(traversal.Source, bound, found);
                else if (!bound.Contains(variable.Name)) found.Add(traversal);
                foreach (var step in traversal.Steps.OfType<HclIndexStep>()) Add(step.Key, bound, found);
                break;
            case HclCall call:
                Add(call.Arguments, bound, found);
                break;
            case HclUnary unary:
                Add(unary.Operand, bound, found);
                break;
            case HclBinary binary:
                Add(binary.Left, bound, found);
                Add(binary.Right, bound, found);
                break;
            case HclConditional conditional:
                Add(conditional.Condition, bound, found);
                Add(conditional.Then, bound, found);
                Add(conditional.Else, bound, found);
                break;
            case HclTuple tuple:
                Add(tuple.Items, bound, found);
                break;
            case HclObject value:
                foreach (var item in value.Items)
                {
                    Add(item.Key, bound, found);
                    Add(item.Value, bound, found);
                }
                break;
            case HclFor loop:
                Add(loop.Collection, bound, found);
                IReadOnlyList<string> inner = [.. bound, loop.ValueName, loop.KeyName ?? loop.ValueName];
                Add(loop.Key, inner, found);
                Add(loop.Value, inner, found);
                Add(loop.Condition, inner, found);
                break;
        }
    }

    private static void Add(IEnumerable<HclExpression> expressions, IReadOnlyList<string> bound, List<HclTraversal> found)
    {
        foreach (var expression in expressions) Add(expression, bound, found);
    }
}
