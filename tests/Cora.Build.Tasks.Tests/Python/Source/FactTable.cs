using System.Globalization;
using System.Text;
using Cora.Build.Python.Source;

namespace Cora.Build.Tests.Python.Source;

/// <summary>A source, and what must be read in it.</summary>
internal sealed record FactCase(string Promise, string Source, params string[] Expected);

/// <summary>Cases that one process reads together: a process for each would take most of the time of the tests.</summary>
internal sealed class FactTable(Func<SourceFacts, IEnumerable<string>> show, params FactCase[] cases)
{
    private readonly Lazy<Dictionary<string, SourceFacts>> _facts = new(() =>
        cases.Zip(Facts.Of([.. cases.Select(item => Encoding.UTF8.GetBytes(item.Source.ReplaceLineEndings("\n")))])).ToDictionary(pair => pair.First.Promise, pair => pair.Second));

    public TheoryData<string> Promises => [.. cases.Select(item => item.Promise)];

    public void Check(string promise)
    {
        var facts = _facts.Value[promise];
        Assert.Null(facts.Fault);
        Assert.Equal(cases.Single(item => item.Promise == promise).Expected, show(facts));
    }
}

/// <summary>Facts in a line each.</summary>
internal static class Show
{
    /// <summary><c>#0.rpc</c> for rpc of the first import, <c>f</c> for a name of the file.</summary>
    public static string Of(Target target) => target.Import < 0 ? string.Join('.', target.Path) : string.Join('.', target.Path.Prepend($"#{target.Import}"));

    public static string Of(IEnumerable<Target> targets) => string.Join('|', targets.Select(Of));

    public static string Of(Position at) => string.Create(CultureInfo.InvariantCulture, $"{at.Line}:{at.Column}");

    public static string Of(NameAt name) => $"{name.Name}@{Of(name.At)}";

    /// <summary><c>#0 db.rpc@3:8</c>, with <c>?</c> when it is not certain.</summary>
    public static string Of(Reference reference) => $"{Of(reference.Candidates)}{(reference.IsCertain ? "" : "?")} "
        + $"{string.Join('.', reference.Attributes.SkipLast(1).Select(attribute => attribute.Name).Append(Of(reference.Attributes[^1])))}"
        + $"{(reference.IsStore ? " store" : "")}{(reference.IsGuarded ? " guarded" : "")}";

    /// <summary><c>#0.rpc@3:8 ("f", {a b}, user_jwt=None)</c></summary>
    public static string Of(Call call) => $"{Of(call.Candidates)}{(call.IsCertain ? "" : "?")}@{Of(call.Name.At)} "
        + $"({string.Join(", ", call.Positional.Select(Of).Concat(call.HasMorePositional ? ["*"] : []).Concat(call.Keywords.Select(Of)).Concat(call.HasMoreKeywords ? ["**"] : []))})"
        + $"{(call.IsGuarded ? " guarded" : "")}";

    public static string Of(Argument argument) => (argument.Name.Length > 0 ? argument.Name + "=" : "") + Of(argument.Value);

    public static string Of(Literal? literal) => literal switch
    {
        null => "?",
        { IsNone: true } => "None",
        { Text: { } text } => $"\"{text}\"",
        { Keys: { } keys } => $"{{{string.Join(' ', keys.Select(key => key.Name).Concat(literal.IsComplete ? [] : ["..."]))}}}",
        _ => "nothing",
    };

    /// <summary><c>org_common.rpc as call@1:25</c>, with what else there is.</summary>
    public static string Of(ImportFact import) => $"{new string('.', import.Level)}{import.Module}{(import.Name is null ? "" : $":{import.Name}")}{(import.Alias is null ? "" : $" as {import.Alias}")}"
        + $"@{Of(import.At)}{(import.Place == ImportPlace.Top ? "" : $" {import.Place}")}{(import.IsGuarded ? " guarded" : "")}"
        + (import.Alternatives.Count == 0 ? "" : $" unless {string.Join(' ', import.Alternatives)}");

    /// <summary><c>Function f(a, b=, /, c, *, d, **)@1:5</c></summary>
    public static string Of(Binding binding) => $"{binding.Kind} {binding.Name}{Of(binding.Signature)}@{Of(binding.At)}"
        + $"{(binding.Import < 0 ? "" : $" #{binding.Import}")}{(binding.Targets.Count == 0 ? "" : $" = {Of(binding.Targets)}")}"
        + $"{(binding.KeepsSignature == 0 ? "" : $" keeps {binding.KeepsSignature}")}{string.Concat(binding.Decorators.Select(decorator => $" @{Of(decorator)}"))}"
        + (binding.Class is null ? "" : $" {Of(binding.Class)}");

    public static string Of(Decorator decorator) =>
        $"{decorator.Name}[{Of(decorator.Targets)}]{(decorator.IsCalled ? $"({string.Join(", ", decorator.Keywords)})" : "")}";

    public static string Of(ClassFacts facts) => $"<{string.Join(", ", facts.Bases.Select(item => $"{item.Name}[{Of(item.Targets)}]"))}>{(facts.HasKeywords ? " keywords" : "")}"
        + $"{(facts.HasNew ? " new" : "")} {{{string.Join(' ', facts.Fields.Select(field => $"{(field.IsInit ? "" : "-")}{(field.IsKeywordOnly ? "*" : "")}{field.Name}{(field.HasDefault ? "=" : "")}"))}}}";

    private static string Of(Signature? signature) => signature is null ? "" : "(" + string.Join(", ", signature.Parameters
        .Select(parameter => $"{parameter.Kind switch { ParameterKind.PositionalOnly => "/", ParameterKind.KeywordOnly => "*", _ => "" }}{parameter.Name}{(parameter.HasDefault ? "=" : "")}")
        .Concat(signature.TakesMorePositional ? ["*args"] : []).Concat(signature.TakesMoreKeywords ? ["**kwargs"] : [])) + ")";
}
