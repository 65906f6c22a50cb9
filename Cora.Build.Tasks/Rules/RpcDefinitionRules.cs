using System.Collections.Frozen;
using Cora.Build.Diagnostics;
using Cora.Build.Sql;

namespace Cora.Build.Rules;

/// <summary>
/// Names of the functions that clients call, and of their parameters. That is each function in schema <c>public</c>: PostgREST offers it, to the service role at least.
/// Trigger functions, procedures, and functions in other schemas are none.
/// </summary>
public static class RpcDefinitionRules
{
    internal static readonly DiagnosticDescriptor s_parameterName = new("CORA5012", Severity.Error, "RPC parameter without p_") { IsConfigurable = true };
    internal static readonly DiagnosticDescriptor s_functionName = new("CORA5013", Severity.Warning, "RPC name without an allowed verb");

    private static readonly string[] s_verbs = ["is_", "can_", "get_", "create_", "update_", "delete_"];

    /// <summary>Verbs of questions that older code has, and what to write for them.</summary>
    private static readonly (string Verb, string Instead)[] s_forbidden = [("check_", "can_"), ("validate_", "is_"), ("has_", "is_")];

    /// <summary>What the standard demands in spite of their verb.</summary>
    private static readonly FrozenSet<string> s_mandated = ["check_sys_admin", "check_org_admin", "check_ws_admin"];

    /// <summary>Types that only PostgreSQL itself passes.</summary>
    private static readonly FrozenSet<string> s_internal = ["internal", "language_handler", "fdw_handler", "index_am_handler", "table_am_handler", "tsm_handler", "cstring"];

    /// <summary>CORA5012 and CORA5013.</summary>
    /// <param name="functions">Of the whole project.</param>
    /// <param name="module">The module whose functions are looked at.</param>
    /// <param name="report">Takes findings and counts.</param>
    public static void Check(SqlFunctions functions, string module, LintReport report)
    {
        ArgumentNullException.ThrowIfNull(functions);
        ArgumentNullException.ThrowIfNull(report);
        foreach (var function in functions.All.Where(function => function.Source.Module == module && !function.Source.IsMigration))
        {
            report.SqlFunctions++;
            if (function is not { Schema: "public", Function: { IsProcedure: false, IsTrigger: false, Language: not ("c" or "internal") } } || IsInternal(function)) continue;
            CheckName(function, report);
            // Positions ($1) are for SQL alone: PostgREST passes arguments by name.
            foreach (var parameter in function.Inputs ?? [])
            {
                if (parameter.Identifier is not { } name || name.Name.StartsWith("p_", StringComparison.Ordinal)) continue;
                report.Add(s_parameterName.At(new Location(function.Source.File, name.At.Line, name.At.Column),
                    $"The parameter '{name.Name}' of the RPC '{function.Name}' does not begin with p_. Name it '{Proposed(name.Name)}', here, in the body, and in the code that calls it."));
            }
        }
    }

    private static void CheckName(DefinedFunction function, LintReport report)
    {
        var name = function.Name;
        if (s_mandated.Contains(name) || Array.Exists(s_verbs, verb => name.StartsWith(verb, StringComparison.Ordinal) && name.Length > verb.Length)) return;
        var at = function.Function.Name.Identifier.At;
        var message = Array.Find(s_forbidden, item => name.StartsWith(item.Verb, StringComparison.Ordinal)) is ({ } verb, var instead)
            ? $"The name of the RPC '{name}' begins with {verb}, which {(verb == "check_" ? "only check_sys_admin, check_org_admin and check_ws_admin may" : "none may")}. Name it '{instead}{name[verb.Length..]}', or with another of is_, can_, get_, create_, update_ and delete_."
            : $"The name of the RPC '{name}' does not begin with is_, can_, get_, create_, update_ or delete_. Give it the one that says what it does, or define it in a schema that PostgREST does not offer when no client calls it.";
        report.Add(s_functionName.At(new Location(function.Source.File, at.Line, at.Column), message));
    }

    private static bool IsInternal(DefinedFunction function) =>
        function.Function.Returns is { Schema: null } returns && s_internal.Contains(returns.Name)
        || function.Inputs?.Any(parameter => parameter.Type is { Schema: null } type && s_internal.Contains(type.Name)) is true;

    /// <summary>Without what other habits put before a parameter's name.</summary>
    private static string Proposed(string name) => "p_" + (name.StartsWith('_') ? name.TrimStart('_') : name.StartsWith("in_", StringComparison.Ordinal) || name.StartsWith("v_", StringComparison.Ordinal) ? name[(name.IndexOf('_', StringComparison.Ordinal) + 1)..] : name);
}
