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

    /// <summary>What all rules find that need nothing but Terraform.</summary>
    public static LintReport Check(TerraformModule terraform, string module = "module-access")
    {
        using var test = new TestModule(module);
        var report = new LintReport();
        TerraformLinter.Check(new LintModel(test.Module, []) { Terraform = terraform }, report);
        return report;
    }

    private static TerraformModule Read(bool mayHaveFaults, params (string Name, string Text)[] files)
    {
        var read = files.Select(file => HclFile.Read($"{Directory}/{file.Name}", file.Text)).ToList();
        if (!mayHaveFaults) Assert.Empty(read.SelectMany(file => file.Faults));
        return TerraformModule.Of(Directory, read);
    }
}
