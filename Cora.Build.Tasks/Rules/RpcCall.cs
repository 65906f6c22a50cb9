using Cora.Build.Python.Source;

namespace Cora.Build.Rules;

/// <summary>A call of the layer function that calls the database.</summary>
/// <param name="File">Full path of the file that it stands in.</param>
/// <param name="Call">The call.</param>
/// <param name="Signature">Of the layer function.</param>
public sealed record RpcCall(string File, Call Call, Signature Signature)
{
    /// <summary>What the call passes; null where only running it would tell which function it names.</summary>
    public RpcArguments? Arguments { get; } = RpcArguments.Bind(Signature, Call);
}

/// <summary>What a call of a layer's <c>rpc</c> passes.</summary>
/// <param name="Name">The function's name.</param>
/// <param name="Params">Its arguments by name; null where the call passes none, or where they are not known.</param>
/// <param name="ParamsAreKnown">Whether what <paramref name="Params"/> says is all: false when they may be in <c>*args</c> or <c>**kwargs</c>, or in no parameter of their own.</param>
public sealed record RpcArguments(Argument Name, Argument? Params, bool ParamsAreKnown)
{
    private static readonly string[] s_name = ["function_name", "name"];
    private static readonly string[] s_params = ["params", "payload"];

    /// <summary>Finds the arguments of the parameters <c>function_name</c> or <c>name</c>, and <c>params</c> or <c>payload</c>, wherever they stand in the signature.</summary>
    /// <returns>Null when the signature has no parameter for the name, or the call hides what it passes for it.</returns>
    public static RpcArguments? Bind(Signature signature, Call call)
    {
        ArgumentNullException.ThrowIfNull(signature);
        ArgumentNullException.ThrowIfNull(call);
        if (ParameterBinding.Find(signature, s_name) is not { } name || ParameterBinding.ArgumentOf(signature, call, name) is not { } nameArgument) return null;
        if (ParameterBinding.Find(signature, s_params) is not { } parameters) return new(nameArgument, null, ParamsAreKnown: false);
        var argument = ParameterBinding.ArgumentOf(signature, call, parameters);
        return new(nameArgument, argument, argument is not null || ParameterBinding.IsLeftOut(signature, call, parameters));
    }
}
