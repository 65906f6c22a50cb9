using Cora.Build.Diagnostics;
using Cora.Build.Modules;

namespace Cora.Build.Tests.Modules;

public sealed class ProjectEnvironmentsTests : IDisposable
{
    private const string Access = "demo-stack/packages/module-access";
    private readonly string _root = Directory.CreateTempSubdirectory("cora-environments-").FullName;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    private IntermediateFiles Files => new(Path.Combine(_root, "obj"));

    private ProjectEnvironmentsTests Write(string file, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(_root, file))!);
        File.WriteAllText(Path.Combine(_root, file), text);
        return this;
    }

    private string Found(string infraRoot = "", string project = "demo-stack")
    {
        Directory.CreateDirectory(Files.Directory);
        new ProjectEnvironments(Files, Path.Combine(_root, project), infraRoot, [Path.Combine(_root, Access)]).Check();
        return string.Join(' ', Findings.Read(Files.Findings("environments")).Select(item => $"{Path.GetRelativePath(_root, item.Location.File).Replace('\\', '/')}:{item.Location.Line} {item.Descriptor.Code}"));
    }

    private string Words => Checks.Read([Files]).Words;

    [Fact]
    public void Where_there_is_no_environment_the_summary_says_so()
    {
        Assert.Equal("", Found());
        Assert.Equal("", Words);

        Write($"{Access}/infrastructure/main.tf", "");
        Assert.Equal("", Found());
        Assert.Equal("; no environment checked (no demo-infra beside the project: set CoraInfraRoot)", Words);

        Directory.CreateDirectory(Path.Combine(_root, "demo-infra"));
        Assert.Equal("", Found());
        Assert.Equal($"; no environment checked (no envs/*/*.tf in {Path.Combine(_root, "demo-infra")})", Words);
    }

    [Theory]
    [InlineData("demo-infra", "")]
    [InlineData("elsewhere", "../elsewhere/")]
    [InlineData("demo-stack", "")]
    public void Environments_are_beside_the_project_in_it_or_where_CoraInfraRoot_says(string infra, string infraRoot)
    {
        Write($"{Access}/infrastructure/main.tf", "variable \"x\" {}\n").Write($"{infra}/envs/dev/main.tf", "").Write($"{infra}/envs/empty/notes.txt", "");

        Assert.Equal($"{infra}/envs/dev/main.tf:1 CORA6025", Found(infraRoot));
        Assert.Equal("; 1 environment checked", Words);
    }

    [Fact]
    public void What_changes_in_a_module_that_an_environment_leads_to_is_seen()
    {
        Write($"{Access}/infrastructure/main.tf", "").Write("demo-infra/envs/dev/main.tf", "module \"all\" { source = \"../../shared/all\" } # noqa: CORA6025\n").Write("demo-infra/shared/all/main.tf", "");
        Assert.Equal("demo-infra/envs/dev/main.tf:1 CORA6025", Found());
        Assert.Equal("CORA6025", Assert.Single(Suppression.Read(Files.Suppressions)).Code);
        var written = File.GetLastWriteTimeUtc(Files.Findings("environments"));
        File.WriteAllText(Files.Findings("environments"), "[]");
        Assert.Equal("", Found());

        Write("demo-infra/shared/all/main.tf", "module \"access\" { source = \"../../../demo-stack/packages/module-access/infrastructure\" }\n");
        Assert.Equal("", Found());
        Write("demo-infra/shared/all/main.tf", "# nothing of it any more, for sure and for good\n");
        Assert.Equal("demo-infra/envs/dev/main.tf:1 CORA6025", Found());
    }

    [Fact]
    public void A_module_s_functions_and_schema_do_not_belong_there()
    {
        Write($"{Access}/infrastructure/main.tf", "").Write($"{Access}/backend/lambdas/orgs/lambda_function.py", "")
            .Write("demo-infra/lambdas/orgs/lambda_function.py", "").Write("demo-infra/lambdas/authorizer/lambda_function.py", "").Write("demo-infra/db/schema/001.sql", "").Write("demo-infra/module-ws/backend/x", "");

        Assert.Equal("demo-infra/db/schema:0 CORA6028 demo-infra/lambdas/orgs:0 CORA6028 demo-infra/module-ws:0 CORA6028", Found());
    }

    [Fact]
    public void The_samples_are_clean()
    {
        var stack = Path.Combine(Repository.Root, "samples", "demo-stack");
        var environments = new ProjectEnvironments(Files, stack, "", Directory.GetDirectories(Path.Combine(stack, "packages")));
        environments.Check();

        Assert.Equal(Path.Combine(Repository.Root, "samples", "demo-infra"), environments.Root);
        Assert.Empty(Findings.Read(Files.Findings("environments")));
        Assert.Equal("; 2 environments checked", Words);
    }
}
