using Cora.Build.Modules;
using Cora.Build.Rules;
using Cora.Build.Terraform;

namespace Cora.Build.Tests.Rules;

/// <summary>The Terraform of a module <c>module-access</c>, as rules see it.</summary>
internal static class TerraformCode
{
    public const string Directory = "/src/packages/module-access/infrastructure";

    /// <summary>Of one file.</summary>
    public static TerraformModule Read(string text, bool mayHaveFaults = false) => Read(mayHaveFaults, ("main.tf", text));

    public static TerraformModule Read(params (string Name, string Text)[] files) => Read(false, files);

    /// <summary>What a rule finds that looks at Terraform and at the names of zips.</summary>
    /// <param name="text">The module's Terraform.</param>
    /// <param name="rule">Which one.</param>
    /// <param name="artifacts">The zips that the module makes. One that ends in <c>-layer.zip</c> is a layer's.</param>
    public static LintReport Check(string text, Action<LintModel, TerraformModule, LintReport> rule, params string[] artifacts) => Check(Read(text), "x86_64", rule, artifacts);

    public static LintReport Check(TerraformModule terraform, string architecture, Action<LintModel, TerraformModule, LintReport> rule, params string[] artifacts)
    {
        using var test = new TestModule();
        var report = new LintReport();
        rule(new LintModel(test.Module with
        {
            Name = "module-access",
            Architecture = architecture,
            ArtifactsDirectory = "/src/packages/module-access/backend/.build/",
            Artifacts = [.. artifacts.Select(Artifact)],
        }, [])
        { Terraform = terraform }, terraform, report);
        return report;
    }

    private static Artifact Artifact(string zip)
    {
        var isLayer = zip.EndsWith("-layer.zip", StringComparison.Ordinal);
        var name = zip[..^(isLayer ? "-layer.zip" : ".zip").Length];
        var directory = $"/src/packages/module-access/backend/{(isLayer ? "layers" : "lambdas")}/{name}";
        return new Artifact { Kind = isLayer ? ArtifactKind.Layer : ArtifactKind.Function, Name = name, FileName = zip, Directory = directory, ContentDirectory = directory, Requirements = $"{directory}/requirements.txt" };
    }

    private static TerraformModule Read(bool mayHaveFaults, params (string Name, string Text)[] files)
    {
        var read = files.Select(file => HclFile.Read($"{Directory}/{file.Name}", file.Text)).ToList();
        if (!mayHaveFaults) Assert.Empty(read.SelectMany(file => file.Faults));
        return TerraformModule.Of(Directory, read);
    }
}
