using Cora.Build.Python.Source;

namespace Cora.Build.Rules;

/// <summary>A call of one function of a layer, and of nothing else for certain.</summary>
/// <param name="Source">The file that it is in.</param>
/// <param name="Call">The call.</param>
/// <param name="Layer">The layer whose function it is.</param>
/// <param name="Definition">The file that defines the function.</param>
/// <param name="Function">The function's name there.</param>
/// <param name="Written">Its parameters as written.</param>
/// <param name="Signature">What it takes; null when a decorator may have changed that.</param>
public sealed record LayerCall(SourceModule Source, Call Call, ImportableCode Layer, SourceModule Definition, string Function, Signature Written, Signature? Signature);

/// <summary>The calls of layers' functions, for rules about what they are given.</summary>
public static class LayerCalls
{
    /// <summary>
    /// Those in an artifact's own code, in a layer's also the calls of its own functions, by whatever names; where the code does not show for certain which function is
    /// called, there is none.
    /// </summary>
    public static IEnumerable<LayerCall> Of(LintModel model, ArtifactCode artifact)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(artifact);
        var scope = model.ScopeOf(artifact);
        var signatures = new CallableSignatures(scope);
        foreach (var source in scope.OwnSources)
        {
            foreach (var call in source.Facts.Calls.Where(call => call.IsCertain))
            {
                if (scope.Resolve(source, call.Candidates) is not [{ Kind: MeaningKind.Function, Source: { } definition, Binding: { } function } meaning]) continue;
                if (function.Signature is { } written && scope.IsOfLayer(definition))
                    yield return new LayerCall(source, call, scope.CodeOf(definition), definition, function.Name, written, signatures.Of(meaning));
            }
        }
    }
}
