using System.Collections.Frozen;
using Cora.Build.Python.Source;

namespace Cora.Build.Rules;

/// <summary>A call of a layer function that reads or changes the rows of a table (<c>find_one</c>, <c>insert_one</c>…).</summary>
/// <param name="File">Full path of the file that it stands in.</param>
/// <param name="Call">The call.</param>
/// <param name="Signature">Of the layer function.</param>
public sealed record TableCall(string File, Call Call, Signature Signature)
{
    private static readonly FrozenSet<string> s_functions =
        FrozenSet.ToFrozenSet(["find_one", "find_many", "insert_one", "update_one", "update_many", "delete_one", "delete_many", "count", "execute_query"], StringComparer.Ordinal);

    /// <summary>The table's name; null where only running the call would tell which argument that is.</summary>
    public Argument? Table => ArgumentOf("table");

    /// <summary>A dict whose keys are the columns that rows are chosen by.</summary>
    public Argument? Filters => ArgumentOf("filters");

    /// <summary>A dict whose keys are the columns that are written.</summary>
    public Argument? Data => ArgumentOf("data");

    /// <summary>The columns that are asked for, separated by commas.</summary>
    public Argument? Select => ArgumentOf("select");

    /// <summary>The columns that rows are sorted by.</summary>
    public Argument? Order => ArgumentOf("order");

    /// <summary>Whether all that names columns is in the call's own arguments: nothing in <c>*args</c>, <c>**kwargs</c> or in no parameter that is known.</summary>
    public bool IsComplete => !Call.HasMorePositional && !Call.HasMoreKeywords;

    /// <summary>The call of a layer's function as one that names a table; null when that function is none of these.</summary>
    public static TableCall? Of(LayerCall call)
    {
        ArgumentNullException.ThrowIfNull(call);
        var signature = call.Signature ?? call.Written;
        return s_functions.Contains(call.Function) && ParameterBinding.Find(signature, "table") is not null ? new TableCall(call.Source.File, call.Call, signature) : null;
    }

    private Argument? ArgumentOf(string name) => ParameterBinding.Find(Signature, name) is { } parameter ? ParameterBinding.ArgumentOf(Signature, Call, parameter) : null;
}
