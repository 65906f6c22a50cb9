using Cora.Build.Python.Source;

namespace Cora.Build.Rules;

/// <summary>Finds what a call passes for a parameter, by place or by name.</summary>
public static class ParameterBinding
{
    /// <summary>The parameter that has the first of some names that one has.</summary>
    public static Parameter? Find(Signature signature, params ReadOnlySpan<string> names)
    {
        ArgumentNullException.ThrowIfNull(signature);
        foreach (var name in names)
        {
            if (signature.Parameters.FirstOrDefault(parameter => parameter.Name == name) is { } found) return found;
        }
        return null;
    }

    /// <summary>What a call passes for a parameter; null when it passes nothing, or hides it in <c>*args</c> or <c>**kwargs</c>: see <see cref="IsLeftOut"/>.</summary>
    public static Argument? ArgumentOf(Signature signature, Call call, Parameter parameter)
    {
        ArgumentNullException.ThrowIfNull(signature);
        ArgumentNullException.ThrowIfNull(call);
        ArgumentNullException.ThrowIfNull(parameter);
        if (parameter.Kind != ParameterKind.PositionalOnly && call.Keywords.FirstOrDefault(argument => argument.Name == parameter.Name) is { } keyword) return keyword;
        if (parameter.Kind == ParameterKind.KeywordOnly) return null;
        var place = signature.Parameters.TakeWhile(other => other != parameter).Count(other => other.Kind != ParameterKind.KeywordOnly);
        return place < call.Positional.Count ? call.Positional[place] : null;
    }

    /// <summary>Whether a call certainly leaves a parameter to its default.</summary>
    public static bool IsLeftOut(Signature signature, Call call, Parameter parameter) =>
        ArgumentOf(signature, call, parameter) is null && parameter.HasDefault && !call.HasMorePositional && !call.HasMoreKeywords;
}
