namespace Cora.Build.Python.Source;

/// <summary>The routes that a function declares: in the docstring of its handler's file or, as some do, in that of the handler itself.</summary>
/// <param name="Module">Of the file's docstring.</param>
/// <param name="Handler">Of the handler's own.</param>
public sealed record FunctionRoutes(RouteDeclarations Module, RouteDeclarations Handler)
{
    /// <summary>Of a function whose handler's file cannot be read.</summary>
    public static FunctionRoutes None { get; } = new(RouteDeclarations.None, RouteDeclarations.None);

    /// <summary>All of them, each method and path once, those of the file first.</summary>
    public IReadOnlyList<DeclaredRoute> All { get; } = [.. Module.Routes.Concat(Handler.Routes).DistinctBy(route => route.Key)];

    /// <summary>Those of the handler's own docstring that the file's does not have.</summary>
    public IEnumerable<DeclaredRoute> OnlyOfHandler => All.Skip(Module.Routes.Count);

    /// <summary>Those of both docstrings.</summary>
    public IReadOnlyList<SuppressionFact> Suppressions { get; } = [.. Module.Suppressions, .. Handler.Suppressions];

    /// <summary>Reads them; packaging does it too, where there may be no Python.</summary>
    /// <param name="content">Of the handler's file.</param>
    /// <param name="handler">Name of the handler's function in it.</param>
    public static FunctionRoutes Read(ReadOnlySpan<byte> content, string handler) => SourceText.Of(content) is { } source
        ? new FunctionRoutes(RouteDocstringReader.Read(Docstring.OfModule(source)), RouteDocstringReader.Read(Docstring.OfFunction(source, handler)))
        : None;
}
