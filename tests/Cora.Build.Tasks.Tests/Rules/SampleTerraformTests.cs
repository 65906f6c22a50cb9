using Cora.Build.Rules;

namespace Cora.Build.Tests.Rules;

public sealed class SampleTerraformTests
{
    private const string Packages = "samples/demo-stack/packages";

    public static TheoryData<string> Modules => [.. Directory.GetDirectories(Path.Combine(Repository.Root, Packages)).Select(path => Path.GetFileName(path)!).Order(StringComparer.Ordinal)];

    [PythonTheory]
    [MemberData(nameof(Modules))]
    public void The_samples_are_clean_under_the_rules_for_Terraform(string module)
    {
        var report = Sources(module).Check(TerraformLinter.Check);

        Assert.Empty(report.Diagnostics.Select(item => $"{item.Location.File}:{item.Location.Line}:{item.Location.Column} {item.Descriptor.Code} {item.Message}"));
        Assert.Equal(0, report.NotDecidable);
        Assert.NotEqual(0, report.Resources);
    }

    [PythonFact]
    public void A_mistake_of_each_kind_in_the_samples_is_found_where_it_is()
    {
        const string Main = "infrastructure/main.tf";
        var sources = Sources("module-ws");
        Replace(Main, "local.function_zips[\"cleanup\"].source_code_hash", "local.function_zips[\"workspace\"].source_code_hash");
        Replace(Main, "runtime       = \"python3.11\"", "runtime       = \"python3.13\"");
        Replace(Main, "architectures = [\"x86_64\"]", "architectures = [\"arm64\"]");
        Replace(Main, "handler           = \"lambda_function.lambda_handler\"\n  runtime           = local.function_zips[\"cleanup\"].runtime\n  architectures     = local.architectures\n  layers            = [var.org_common_layer_arn]\n", "handler           = \"lambda_function.handler\"\n  runtime           = local.function_zips[\"cleanup\"].runtime\n  architectures     = local.architectures\n  layers            = [var.access_common_layer_arn]\n");
        Replace(Main, "for name in [\"cleanup\", \"workspace\"]", "for name in [\"cleanup\", \"workspaces\"]");
        Replace(Main, "local.function_zips[\"workspace\"]", "local.function_zips[\"workspaces\"]");
        Replace("infrastructure/variables.tf", "variable \"log_level\"", "variable \"loglevel\"");

        var report = sources.Check(TerraformLinter.Check);

        Assert.Equal(
            ["infrastructure/main.tf CORA6001", "infrastructure/main.tf CORA6002", "infrastructure/main.tf CORA6003", "infrastructure/main.tf CORA6008", "infrastructure/main.tf CORA6010", "infrastructure/main.tf CORA6018", "infrastructure/main.tf CORA6023", "infrastructure/main.tf CORA6029", "workspace CORA6009"],
            report.Diagnostics.Select(item => $"{(item.Location.File.EndsWith(".tf", StringComparison.Ordinal) ? item.Location.File : Path.GetFileName(item.Location.File))} {item.Descriptor.Code}").Distinct().Order(StringComparer.Ordinal));

        void Replace(string file, string old, string replacement)
        {
            Assert.Contains(old, sources.Terraform[file], StringComparison.Ordinal);
            sources.Terraform[file] = sources.Terraform[file].Replace(old, replacement, StringComparison.Ordinal);
        }
    }

    /// <summary>A module with its Terraform, and the layers of module-access.</summary>
    private static LintSources Sources(string module)
    {
        var sources = new LintSources { Elsewhere = module == "module-access" ? [] : ["org-common", "access-common"] };
        foreach (var path in Repository.Files(Packages, ".py", ".tf").Where(path => !path.Contains("/tests/", StringComparison.Ordinal)))
        {
            var file = path[(Packages.Length + 1)..];
            var isOwn = file.StartsWith($"{module}/", StringComparison.Ordinal);
            if (file.EndsWith(".tf", StringComparison.Ordinal))
            {
                if (isOwn) sources.Terraform[file[(module.Length + 1)..]] = Repository.Read(path);
            }
            else if (isOwn || file.StartsWith("module-access/backend/layers/", StringComparison.Ordinal))
            {
                sources[file[(file.IndexOf("/backend/", StringComparison.Ordinal) + "/backend/".Length)..].Replace("/python/", "/", StringComparison.Ordinal)] = Repository.Read(path);
            }
        }
        return sources;
    }
}
