namespace Cora.Build.Python.Source;

/// <summary>What kind of thing a name stands for.</summary>
public enum MeaningKind
{
    /// <summary>A module or package whose source is known, or a namespace package.</summary>
    Module,

    /// <summary>A function.</summary>
    Function,

    /// <summary>A class.</summary>
    Class,

    /// <summary>Something that exists; what it is only running the code would tell.</summary>
    Value,

    /// <summary>Something of a module that is there and whose source is not looked at: of the standard library, the runtime, a distribution.</summary>
    External,

    /// <summary>Nothing, for certain.</summary>
    Missing,

    /// <summary>Only running the code would tell.</summary>
    Unknown,
}

/// <summary>What a name stands for, or one of the things that it may stand for.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Name">Dotted, from the module that defines it: <c>org_common.db.rpc</c>. Of what is missing, its last name alone.</param>
public sealed record Meaning(MeaningKind Kind, string Name)
{
    internal static readonly Meaning s_unknown = new(MeaningKind.Unknown, "");

    /// <summary>Where it is defined; of a module its source, null for a namespace package. Of what is unknown, the dynamic module that makes it so.</summary>
    public SourceModule? Source { get; init; }

    /// <summary>Of a function, class or value: what binds it.</summary>
    public Binding? Binding { get; init; }

    /// <summary>Of what is missing: the module that does not have it, dotted; empty when no such module can be imported at all.</summary>
    public string Where { get; init; } = "";
}
