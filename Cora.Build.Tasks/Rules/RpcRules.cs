using Cora.Build.Diagnostics;
using Cora.Build.Python.Source;
using Cora.Build.Sql;

namespace Cora.Build.Rules;

/// <summary>
/// Compares calls of a layer's <c>rpc</c> with the functions that the project's SQL defines, as PostgREST would: it takes the function in schema <c>public</c> whose
/// parameters have the names that are passed (PostgREST documentation, Functions as RPC). A function in another schema is reached only with a header that
/// a layer may or may not send, so a call of one is a warning.
/// </summary>
public static class RpcRules
{
    internal static readonly DiagnosticDescriptor s_unknownFunction = new("CORA2010", Severity.Error, "RPC that the database cannot answer") { IsConfigurable = true };
    internal static readonly DiagnosticDescriptor s_unknownParameter = new("CORA2011", Severity.Error, "RPC parameter that does not exist") { IsConfigurable = true };
    internal static readonly DiagnosticDescriptor s_missingParameter = new("CORA2012", Severity.Error, "RPC parameter that is missing") { IsConfigurable = true };
    internal static readonly DiagnosticDescriptor s_computedName = new("CORA2013", Severity.Suggestion, "RPC name that is computed");
    internal static readonly DiagnosticDescriptor s_onlyInMigration = new("CORA2014", Severity.Suggestion, "RPC that only a migration defines");

    /// <summary>CORA2010 to CORA2014.</summary>
    /// <param name="calls">The module's calls.</param>
    /// <param name="functions">Of the whole project. When there are none at all, nothing is said of the calls: the SQL is not there to be looked at.</param>
    /// <param name="report">Takes findings and counts.</param>
    public static void Check(IEnumerable<RpcCall> calls, SqlFunctions functions, LintReport report)
    {
        ArgumentNullException.ThrowIfNull(calls);
        ArgumentNullException.ThrowIfNull(functions);
        ArgumentNullException.ThrowIfNull(report);
        var reachable = functions.All.Where(IsReachable).Select(function => function.Name).Distinct().ToList();
        foreach (var call in calls)
        {
            if (call.Arguments is not { } arguments)
            {
                report.NotDecidable++;
            }
            else if (arguments.Name.Value?.Text is not { } name)
            {
                report.NotDecidable++;
                report.Add(s_computedName.At(Place(call, arguments.Name.At), "The name of this RPC is computed, so it is not compared with the SQL. Write the name as a literal, in one call for each function."));
            }
            else if (functions.All.Count == 0)
            {
                report.NotDecidable++;
            }
            else
            {
                Check(call, arguments, name, functions, reachable, report);
            }
        }
    }

    private static void Check(RpcCall call, RpcArguments arguments, string name, SqlFunctions functions, List<string> reachable, LintReport report)
    {
        var place = Place(call, arguments.Name.Value!.At);
        var named = functions.Named(name).ToList();
        if (named.Exists(function => function.Inputs is null) || (named.Count == 0 && functions.MayDefine(name)))
        {
            report.NotDecidable++;
            return;
        }
        report.RpcCalls++;
        var callable = named.FindAll(IsReachable);
        if (callable.Count == 0)
        {
            var (message, severity) = Unreachable(name, named, reachable);
            report.Add(s_unknownFunction.At(place, message) with { Severity = severity });
            return;
        }

        var given = Given.By(arguments);
        var inSchema = callable.FindAll(function => !function.Source.IsMigration);
        if (inSchema.Exists(function => given is null || given.Fits(function)))
        {
            if (given is null) report.NotDecidable++;
        }
        else if (callable.Find(function => function.Source.IsMigration && (given is null || given.Fits(function))) is { } migration)
        {
            var what = inSchema.Count == 0 ? $"'{name}'" : $"'{name}' with these parameters";
            report.Add(s_onlyInMigration.At(place, $"Only a migration defines {what} ({Where(migration)}), so a new database does not have it. Define it in db/schema too."));
        }
        else if (functions.MayDefine(name))
        {
            // Another overload may be in what could not be read.
            report.NotDecidable++;
        }
        else if (callable.Count > 1 && arguments.Params is { Value: { } value } passed && value.At != passed.At && given!.Keys.All(key => callable.Exists(function => !given.Unknown(function).Contains(key))))
        {
            // A dict that is filled before it is passed: perhaps in branches, one for each overload.
            report.NotDecidable++;
        }
        else
        {
            CheckParameters(call, name, given!, inSchema.Count > 0 ? inSchema : callable, place, report);
        }
    }

    /// <summary>Why no function of the name can be called.</summary>
    private static (string Message, Severity Severity) Unreachable(string name, List<DefinedFunction> named, List<string> reachable)
    {
        if (named.Find(function => function is { Function: { IsProcedure: false, IsTrigger: false }, IsCallableByName: true }) is { } elsewhere)
            return ($"'{name}' is in schema '{elsewhere.Schema}' ({Where(elsewhere)}), and PostgREST looks in 'public' when the request does not say otherwise. Define it in 'public'.", Severity.Warning);
        if (named.Find(function => function.Function.IsTrigger) is { } trigger)
            return ($"'{name}' is a trigger's function ({Where(trigger)}), which only a trigger can call.", Severity.Error);
        if (named.Find(function => function.Function.IsProcedure) is { } procedure)
            return ($"'{name}' is a procedure ({Where(procedure)}), and PostgREST calls functions only. Define it with CREATE FUNCTION.", Severity.Error);
        if (named is [var unnamed, ..])
            return ($"'{name}' has parameters without names ({Where(unnamed)}), and PostgREST passes arguments by name. Name them in its definition.", Severity.Error);
        return ($"No schema of the project defines the function '{name}'.{Suggestion.Sentence(name, reachable)}", Severity.Error);
    }

    /// <summary>Reports against the overload that comes closest.</summary>
    private static void CheckParameters(RpcCall call, string name, Given given, List<DefinedFunction> overloads, Location place, LintReport report)
    {
        var closest = overloads.MinBy(function => (given.Unknown(function).Count, given.Missing(function).Count))!;
        var missing = given.Missing(closest);
        var others = overloads.Count == 1 ? "" : $" It is defined {overloads.Count} times; this one comes closest.";
        List<string> meant = [];
        foreach (var key in given.Unknown(closest))
        {
            // What is missing is what a wrong name stands for, rather than what is given already.
            var free = closest.Inputs!.Select(parameter => parameter.Name).Except(given.Keys.Select(known => known.Name)).ToList();
            var suggestion = Suggestion.Closest(key.Name, missing.Except(meant)) ?? Suggestion.Closest(key.Name, free.Except(meant));
            if (suggestion is not null) meant.Add(suggestion);
            var hint = suggestion is not null ? $" Did you mean '{suggestion}'?" : closest.Inputs!.Count == 0 ? " It has no parameters." : $" Its parameters are {List(closest.Inputs.Select(parameter => $"'{parameter.Name}'"))}.";
            report.Add(s_unknownParameter.At(Place(call, key.At), $"'{name}' ({Where(closest)}) has no parameter '{key.Name}'.{hint}{others}"));
        }
        // One mistake, one finding: a parameter that is only misspelt is not missing as well.
        var needed = missing.Except(meant).ToList();
        if (needed.Count == 0) return;
        var verb = needed.Count == 1 ? "has no default and is not passed" : "have no default and are not passed";
        report.Add(s_missingParameter.At(given.At is { } at ? Place(call, at) : place, $"{List(needed.Select(parameter => $"'{parameter}'"))} of '{name}' ({Where(closest)}) {verb}. Add {(needed.Count == 1 ? "it" : "them")} to the call.{others}"));
    }

    /// <summary>Whether PostgREST offers it when the request names no schema.</summary>
    private static bool IsReachable(DefinedFunction function) =>
        function is { Schema: "public", Function: { IsProcedure: false, IsTrigger: false }, IsCallableByName: true };

    /// <summary>The file's name, without a line, which would change with every edit.</summary>
    private static string Where(DefinedFunction function) => $"{Path.GetFileName(function.Source.File)} of {function.Source.Module}";

    private static string List(IEnumerable<string> items) => items.ToList() switch
    {
        [var only] => only,
        [.. var first, var last] => $"{string.Join(", ", first)} and {last}",
        _ => "",
    };

    private static Location Place(RpcCall call, Position at) => new(call.File, at.Line, at.Column);

    /// <summary>The parameters that a call passes.</summary>
    /// <param name="Keys">Those that it names.</param>
    /// <param name="IsComplete">Whether there are no others.</param>
    /// <param name="At">Where the dict is written; null when there is none.</param>
    private sealed record Given(IReadOnlyList<NameAt> Keys, bool IsComplete, Position? At)
    {
        /// <summary>Null when it is not known what is passed.</summary>
        public static Given? By(RpcArguments arguments) => arguments switch
        {
            { Params.Value: { Keys: { } keys } dict } => new([.. keys.DistinctBy(key => key.Name)], dict.IsComplete, dict.At),
            { Params.Value: { IsNone: true } none } => new([], true, none.At),
            { Params: null, ParamsAreKnown: true } => new([], true, null),
            _ => null,
        };

        /// <summary>Whether PostgREST would take this one; a lone parameter without a name takes the whole body.</summary>
        public bool Fits(DefinedFunction function) => function.Inputs is [{ Name: "" }] || (Unknown(function).Count == 0 && Missing(function).Count == 0);

        /// <summary>Keys that the function does not have.</summary>
        public List<NameAt> Unknown(DefinedFunction function) =>
            [.. Keys.Where(key => !function.Inputs!.Any(parameter => parameter.Name == key.Name))];

        /// <summary>Parameters without a default that the call certainly does not pass.</summary>
        public List<string> Missing(DefinedFunction function) => !IsComplete ? []
            : [.. function.Inputs!.Where(parameter => parameter.Default is null && !Keys.Any(key => key.Name == parameter.Name)).Select(parameter => parameter.Name)];
    }
}
