using Cora.Build.Diagnostics;
using Cora.Build.Python.Source;

namespace Cora.Build.Rules;

/// <summary>Has all rules look at a module.</summary>
public static class Linter
{
    internal static readonly DiagnosticDescriptor s_nothingToCheckAgainst = new("CORA0012", Severity.Warning, "Nothing to check against");

    /// <summary>What they find, and what they looked at.</summary>
    public static LintReport Check(LintModel model)
    {
        var report = new LintReport();
        HandlerRules.Check(model, report);
        ImportRules.Check(model, report);
        LayerApiRules.Check(model, report);
        var layerCalls = model.Artifacts.SelectMany(artifact => LayerCalls.Of(model, artifact)).ToList();
        var rpcCalls = layerCalls.Where(call => model.Module.RpcFunctions.Contains(call.Function))
            .Select(call => new RpcCall(call.Source.File, call.Call, call.Signature ?? call.Written))
            .ToList();
        RpcRules.Check(rpcCalls, model.Functions, report);
        var tableCalls = layerCalls.Select(TableCall.Of).OfType<TableCall>().ToList();
        TableCallRules.Check(tableCalls, model.Schema, report);
        DistributionRules.Check(model, report);
        RouteDocstringRules.Check(model, report);
        RouteWiringRules.Check(model, report);
        GatewayRules.Check(model, report);
        ModuleMetadataRules.Check(model, report);
        SchemaLinter.Check(model.Schema, model.Module.Name, model.Setting, report);
        CheckLayerSources(model, report);
        if (rpcCalls.Count > 0 || tableCalls.Count > 0) CheckSchemas(model, report);
        CheckSql(model, rpcCalls, report);
        CheckTables(model, tableCalls, report);
        TerraformLinter.Check(model, report);
        return report;
    }

    /// <summary>What breaks off in this module is an error of its own.</summary>
    private static void CheckSchemas(LintModel model, LintReport report)
    {
        foreach (var source in model.Schema.WithMigrations.Sources.Where(source => source.Module != model.Module.Name))
        {
            foreach (var fault in source.Sql.Faults)
            {
                report.Add(s_nothingToCheckAgainst.At(new Location(source.File, fault.At.Line, fault.At.Column),
                    $"This file cannot be read from here on: {fault.Message.TrimEnd('.')}. What it defines is not known, so what this module's Python names and no other file defines was not checked. Mend it."));
            }
        }
    }

    private static void CheckSql(LintModel model, List<RpcCall> calls, LintReport report)
    {
        if (calls.Count == 0 || model.Functions.All.Count > 0 || !model.Functions.IsComplete) return;
        var first = calls.OrderBy(call => call.File, StringComparer.Ordinal).ThenBy(call => call.Call.Name.At.Line).First();
        var root = Path.GetRelativePath(model.Module.Directory, model.Module.ProjectRoot).Replace('\\', '/');
        report.Add(s_nothingToCheckAgainst.At(new Location(first.File, first.Call.Name.At.Line, first.Call.Name.At.Column),
            $"This calls a function of the database, and no module of the project (packages/ of '{root}') has a CREATE FUNCTION in db/schema: {(calls.Count == 1 ? "the RPC call was" : $"{calls.Count} RPC calls were")} not checked. Set CoraProjectRoot to the directory whose packages/ has the modules."));
    }

    private static void CheckTables(LintModel model, List<TableCall> calls, LintReport report)
    {
        // Calls between the layer's own functions pass tables on.
        calls = calls.FindAll(call => call.Table?.Value?.Text is not null);
        if (calls.Count == 0 || model.Schema.Relations.Count > 0 || !model.Schema.IsComplete) return;
        var first = calls.OrderBy(call => call.File, StringComparer.Ordinal).ThenBy(call => call.Call.Name.At.Line).First();
        report.Add(s_nothingToCheckAgainst.At(new Location(first.File, first.Call.Name.At.Line, first.Call.Name.At.Column),
            $"This names a table of the database, and no module below '{model.Module.ProjectRoot}' has a CREATE TABLE in db/schema: the tables and columns of {(calls.Count == 1 ? "the call were" : $"{calls.Count} calls were")} not checked. Set CoraProjectRoot to the directory whose packages/ has the modules."));
    }

    /// <summary>A layer that is imported, and has nothing to compare the code with.</summary>
    private static void CheckLayerSources(LintModel model, LintReport report)
    {
        var said = new HashSet<ImportableCode>(ReferenceEqualityComparer.Instance);
        foreach (var artifact in model.Artifacts)
        {
            foreach (var source in artifact.Code.Modules.Values.OrderBy(source => source.File, StringComparer.Ordinal))
            {
                foreach (var import in source.Facts.Imports.Where(import => import.Level == 0 && import.Place != ImportPlace.TypeChecking))
                {
                    var top = import.Module.Split('.')[0];
                    if (artifact.Layers.FirstOrDefault(layer => layer.Module.Length > 0 && layer.Modules.Count == 0 && layer.OtherModules.Count == 0 && layer.TopLevel.Contains(top)) is not { } layer || !said.Add(layer)) continue;
                    report.Add(s_nothingToCheckAgainst.At(new Location(source.File, import.At.Line, import.At.Column),
                        $"The sources of layer '{layer.Name}' of {layer.Module} cannot be read, so no use of '{top}' was checked. Build that module or restore its package again, or mend what keeps the layer from being built."));
                }
            }
        }
    }
}
