using Cora.Build.Diagnostics;
using Cora.Build.Python.Source;

namespace Cora.Build.Rules;

/// <content>Calls.</content>
public static partial class LayerApiRules
{
    internal static readonly DiagnosticDescriptor s_call = new("CORA2002", Severity.Error, "Call that does not fit the signature") { IsConfigurable = true };

    private static readonly string[] s_ordinals = ["first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth"];

    private static void CheckCall(ImportScope scope, CallableSignatures signatures, SourceModule source, Call call, LintReport report)
    {
        var meanings = scope.Resolve(source, call.Candidates);
        var callables = meanings.Where(meaning => meaning.Kind is MeaningKind.Function or MeaningKind.Class).ToList();
        var isOfLayer = callables.Any(meaning => meaning.Source != source && scope.IsOfLayer(meaning.Source!));
        if (isOfLayer) report.LayerCalls++;
        if (callables.Count == 0 || call.IsGuarded) return;

        var known = callables.Select(callable => (callable.Name, Signature: signatures.Of(callable))).ToList();
        if (!call.IsCertain || callables.Count < meanings.Count || known.Any(item => item.Signature is null))
        {
            if (isOfLayer) report.NotDecidable++;
            return;
        }
        var faults = known.Select(item => Faults(call, item.Name, item.Signature!).ToList()).ToList();
        if (faults.Any(list => list.Count == 0)) return;
        foreach (var (at, message) in faults[0]) report.Add(s_call.At(Location(source, at), message));
    }

    /// <summary>What Python would say of a call, in the order in which it looks: places, names, and, where all these fit, what is missing.</summary>
    private static IEnumerable<(Position At, string Message)> Faults(Call call, string name, Signature signature)
    {
        var positional = signature.Parameters.Where(parameter => parameter.Kind != ParameterKind.KeywordOnly).ToList();
        var isSound = true;
        if (call.Positional.Count > positional.Count && !signature.TakesMorePositional)
        {
            isSound = false;
            yield return (call.Positional[positional.Count].At, $"'{name}' takes {Count(positional.Count)} by position{List(positional)}, and this is the {Ordinal(positional.Count)}.{Remedy()}");
        }
        foreach (var keyword in call.Keywords)
        {
            var index = signature.Parameters.ToList().FindIndex(parameter => parameter.Name == keyword.Name && parameter.Kind != ParameterKind.PositionalOnly);
            if (index >= 0 && signature.Parameters[index].Kind == ParameterKind.PositionalOrKeyword && index < call.Positional.Count)
            {
                isSound = false;
                yield return (keyword.At, $"'{name}' is given '{keyword.Name}' twice: by name here, and as its {Ordinal(index)} argument.");
            }
            else if (index < 0 && !signature.TakesMoreKeywords)
            {
                isSound = false;
                yield return (keyword.At, positional.Any(parameter => parameter.Name == keyword.Name)
                    ? $"'{name}' takes '{keyword.Name}' by position alone."
                    : $"'{name}' has no parameter '{keyword.Name}'.{Meant(keyword.Name)}");
            }
        }
        if (!isSound) yield break;

        var missing = signature.Parameters.Where((parameter, index) => !parameter.HasDefault && parameter.Kind switch
        {
            ParameterKind.PositionalOnly => index >= call.Positional.Count && !call.HasMorePositional,
            ParameterKind.KeywordOnly => !call.HasMoreKeywords && !IsNamed(parameter),
            _ => index >= call.Positional.Count && !call.HasMorePositional && !call.HasMoreKeywords && !IsNamed(parameter),
        }).Select(parameter => $"'{parameter.Name}'").ToList();
        if (missing.Count > 0) yield return (call.Name.At, $"'{name}' is not given {And(missing)}, which it needs.");

        bool IsNamed(Parameter parameter) => call.Keywords.Any(keyword => keyword.Name == parameter.Name);

        string Meant(string keyword)
        {
            var free = signature.Parameters.Where(parameter => parameter.Kind != ParameterKind.PositionalOnly && !IsNamed(parameter));
            return Suggestion.Closest(keyword, free.Select(parameter => parameter.Name)) is { } closest ? $" Did you mean '{closest}'?"
                : signature.Parameters.Count == 0 ? " It has none." : $" It has {And([.. signature.Parameters.Select(parameter => parameter.Name)])}.";
        }

        string Remedy()
        {
            var named = signature.Parameters.Where(parameter => parameter.Kind == ParameterKind.KeywordOnly).Select(parameter => parameter.Name).ToList();
            return named.Count == 0 ? "" : $" Write {And(named)} with {(named.Count == 1 ? "its name" : "their names")}.";
        }
    }

    private static string Count(int count) => count == 0 ? "no arguments" : count == 1 ? "one argument" : $"{count} arguments";

    private static string List(IReadOnlyList<Parameter> parameters) => parameters.Count == 0 ? "" : $" ({string.Join(", ", parameters.Select(parameter => parameter.Name))})";

    private static string Ordinal(int index) => index < s_ordinals.Length ? s_ordinals[index] : $"{index + 1}th";

    private static string And(IReadOnlyList<string> names) => names.Count == 1 ? names[0] : $"{string.Join(", ", names.SkipLast(1))} and {names[^1]}";
}
