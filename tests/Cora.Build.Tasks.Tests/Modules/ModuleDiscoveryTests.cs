using Cora.Build.Diagnostics;
using Cora.Build.Modules;

namespace Cora.Build.Tests.Modules;

public sealed class ModuleDiscoveryTests : IDisposable
{
    private readonly TestModule _module = new();

    public void Dispose() => _module.Dispose();

    private IEnumerable<string> Codes(params DirectoryItem[] items) => _module.Discover(items).Diagnostics.Select(diagnostic => diagnostic.Descriptor.Code).Where(code => code != "CORA1006");

    private DirectoryItem Item(string path, params (string Name, string Value)[] metadata) =>
        new(_module[path], IsDefault: false, name => metadata.FirstOrDefault(pair => pair.Name == name).Value ?? "");

    [Fact]
    public void Functions_and_layers_are_found_with_all_their_files()
    {
        _module.Function("b").Function("a", "x");
        foreach (var name in new[] { "helper.py", "package/__init__.py", "package/data.json", "tests/test_x.py", "__pycache__/x.pyc", "README.md", "run.sh", ".hidden" })
            _module.Write($"backend/lambdas/a/{name}");
        _module.Write("backend/layers/org-common/python/org_common/__init__.py");
        _module.Write("backend/layers/org-common/tests/test_x.py");
        var discovered = _module.Discover();

        Assert.Equal(["CORA1006"], discovered.Diagnostics.Select(diagnostic => diagnostic.Descriptor.Code));
        Assert.Equal(["org-common-layer.zip", "a.zip", "b.zip"], discovered.Module.Artifacts.Select(artifact => artifact.FileName));
        Assert.Equal([["org_common/__init__.py"], ["helper.py", "lambda_function.py", "package/__init__.py", "package/data.json"], ["lambda_function.py"]],
            discovered.Sources.Select(sources => sources.Select(source => source.RelativePath)));
        var function = discovered.Module.Artifacts[1];
        Assert.Equal((ArtifactKind.Function, "a", "lambda_function.lambda_handler", _module["backend/lambdas/a/requirements.txt"]), (function.Kind, function.Name, function.Handler, function.Requirements));
    }

    [Fact]
    public void A_module_with_nothing_to_build_is_an_error()
    {
        Assert.Equal(["CORA1001"], Codes());
        _module.Module = _module.Module with { Schemas = [_module.Write("db/schema/001-a.sql")] };
        Assert.Empty(Codes());
        // What its build leaves.
        _module.Write("backend/.build/cora-manifest.json");
        Assert.Empty(Codes());
        Directory.CreateDirectory(_module["backend/lambdas"]);
        Assert.Equal(["CORA1001"], Codes());
        _module.Function("f");
        Assert.Empty(Codes());
    }

    [Theory]
    [InlineData("lambda_function.py", "", true)]
    [InlineData("Lambda_Function.py", "", false)]
    [InlineData("handler.py", "", false)]
    [InlineData("handler.py", "handler.main", true)]
    [InlineData("handler/__init__.py", "handler.main", true)]
    [InlineData("src/app.py", "src.app.main", true)]
    [InlineData("src/app.py", "src/app.main", true)]
    [InlineData("tests/app.py", "tests.app.main", false)]
    public void A_function_has_the_file_of_its_handler(string file, string handler, bool isSound)
    {
        _module.Write($"backend/lambdas/f/{file}");
        var discovered = _module.Discover(Item("backend/lambdas/f", ("Handler", handler)));
        Assert.Equal(isSound ? [] : ["CORA1002"], discovered.Diagnostics.Where(diagnostic => diagnostic.Severity == Severity.Error).Select(diagnostic => diagnostic.Descriptor.Code));
        Assert.Equal(!isSound, Assert.Single(discovered.Module.Artifacts).IsBroken);
    }

    [Theory]
    [InlineData("python/pkg/__init__.py", true)]
    [InlineData("requirements.txt", true)]
    [InlineData("pkg/__init__.py", false)]
    [InlineData("python/tests/x.py", false)]
    public void A_layer_has_content(string file, bool isSound)
    {
        _module.Write($"backend/layers/l/{file}");
        Assert.Equal(isSound ? [] : ["CORA1003"], Codes());
    }

    [Theory]
    [InlineData("Dockerfile", "CORA1004")]
    [InlineData("backend/Dockerfile", "CORA1004")]
    [InlineData("backend/lambdas/f/Dockerfile", "CORA1004")]
    [InlineData("backend/lambdas/f/Dockerfile.dev", "CORA1004")]
    [InlineData("backend/lambdas/f/Dockerfiles.md", null)]
    [InlineData("frontend/Dockerfile", null)]
    [InlineData("backend/node_modules/x/Dockerfile", null)]
    [InlineData("build.sh", "CORA1005")]
    [InlineData("backend/build.sh", "CORA1005")]
    [InlineData("backend/layers/l/build.sh", "CORA1005")]
    [InlineData("backend/rebuild.sh", null)]
    [InlineData("backend/handlers/x.py", "CORA1010")]
    [InlineData("backend/x.py", "CORA1010")]
    [InlineData("backend/lambdas/x.py", "CORA1010")]
    [InlineData("backend/layers/l/x.py", "CORA1010")]
    [InlineData("backend/handlers/x.txt", null)]
    [InlineData("backend/handlers/tests/x.py", null)]
    [InlineData("backend/tests/x.py", null)]
    [InlineData("backend/setup.py", "CORA1010")]
    [InlineData("backend/lambdas/f/setup.py", null)]
    [InlineData("backend/layers/l/setup.py", null)]
    [InlineData("backend/.venv/x.py", null)]
    public void What_does_not_belong_into_a_module_is_told(string file, string? code)
    {
        _module.Function("f").Write("backend/layers/l/python/l.py");
        _module.Write(file);
        var diagnostic = _module.Discover().Diagnostics.SingleOrDefault(diagnostic => diagnostic.Descriptor.Code != "CORA1006");
        Assert.Equal((code, code is null ? null : _module[file]), (diagnostic?.Descriptor.Code, diagnostic?.Location.File));
    }

    [Fact]
    public void Stray_Python_is_told_once_a_directory()
    {
        _module.Function("f");
        foreach (var i in Enumerable.Range(0, 50)) _module.Write($"backend/handlers/d/x{i:00}.py");
        var diagnostic = _module.Discover().Diagnostics.Single(diagnostic => diagnostic.Descriptor.Code == "CORA1010");
        Assert.Equal(_module["backend/handlers/d/x00.py"], diagnostic.Location.File);
        Assert.StartsWith($"50 Python files in '{_module["backend/handlers"]}' are in no artifact", diagnostic.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_function_without_requirements_is_a_suggestion()
    {
        _module.Function("f").Function("g", "");
        var diagnostic = Assert.Single(_module.Discover().Diagnostics);
        Assert.Equal(("CORA1006", Severity.Suggestion, _module["backend/lambdas/f"]), (diagnostic.Descriptor.Code, diagnostic.Severity, diagnostic.Location.File));
    }

    [Theory]
    [InlineData("__pycache__")]
    [InlineData(".pytest_cache")]
    [InlineData("node_modules")]
    public void Debris_of_a_build_is_no_function(string name)
    {
        _module.Function("f").Write($"backend/lambdas/{name}/x.pyc");
        Assert.Empty(Codes());
    }

    [Fact]
    public void What_git_leaves_of_a_function_on_another_branch_is_no_function()
    {
        _module.Function("f").Write("backend/lambdas/gone/__pycache__/lambda_function.cpython-311.pyc");
        _module.Write("backend/layers/gone/python/pkg/__pycache__/x.pyc");
        Assert.Empty(Codes());
    }

    [Theory]
    [InlineData("bin")]
    [InlineData("obj")]
    [InlineData("build")]
    [InlineData("tests")]
    public void A_function_may_be_called_anything_else(string name)
    {
        _module.Function(name);
        Assert.Equal([$"{name}.zip"], _module.Discover().Module.Artifacts.Select(artifact => artifact.FileName));
    }

    [Fact]
    public void An_empty_directory_is_not_passed_over()
    {
        _module.Function("f");
        Directory.CreateDirectory(_module["backend/lambdas/empty"]);
        Directory.CreateDirectory(_module["backend/layers/empty"]);
        Assert.Equal(["CORA1002", "CORA1003"], Codes().Order());
    }

    [Fact]
    public void A_directory_that_vanished_since_it_was_found_is_passed_over_and_one_that_is_named_is_not()
    {
        _module.Function("f");
        Assert.Empty(Codes(new DirectoryItem(_module["backend/lambdas/gone"], IsDefault: true, _ => "")));
        Assert.Equal(["CORA1002"], Codes(Item("backend/lambdas/gone")));
    }

    [UnixFact]
    public void What_is_wrong_in_one_function_does_not_keep_the_others()
    {
        _module.Function("good").Function("bad").Function("odd");
        File.CreateSymbolicLink(_module["backend/lambdas/bad/dangling.py"], "nowhere");
        _module.Write("backend/lambdas/odd/new\nline.py");
        var discovered = _module.Discover();
        Assert.Equal(["CORA1012", "CORA1014"], discovered.Diagnostics.Where(diagnostic => diagnostic.Severity == Severity.Error).Select(diagnostic => diagnostic.Descriptor.Code).Order());
        Assert.Equal(["good.zip"], discovered.Module.SoundArtifacts.Select(artifact => artifact.FileName));
    }

    [UnixFact]
    public void What_is_not_packaged_need_not_be_sound()
    {
        _module.Function("f").Write("backend/docs/new\nline.md");
        File.CreateSymbolicLink(_module["backend/docs/dangling"], "nowhere");
        Directory.CreateSymbolicLink(_module["backend/docs/loop"], "..");
        Assert.Empty(Codes());
    }

    [Fact]
    public void An_item_of_the_project_counts_before_what_was_found()
    {
        _module.Function("f").Write("backend/lambdas/f/extra.json");
        var artifact = Assert.Single(_module.Discover(
            Item("backend/lambdas/f", ("ArtifactName", "renamed"), ("Exclude", "*.json; x"), ("Layers", "a;b"), ("Requirements", "../../shared.txt"))).Module.Artifacts);
        Assert.Equal(("renamed.zip", _module["backend/shared.txt"]), (artifact.FileName, artifact.Requirements));
        Assert.Equal((string[])["*.json", "x"], artifact.Excludes);
        Assert.Equal(["a", "b"], artifact.Layers);
    }

    [Fact]
    public void A_directory_can_make_two_artifacts()
    {
        _module.Function("f").Write("backend/lambdas/f/other.py");
        var discovered = _module.Discover(Item("backend/lambdas/f"), Item("backend/lambdas/f/", ("ArtifactName", "g.zip"), ("Handler", "other.handler")));
        Assert.Equal(["f.zip", "g.zip"], discovered.Module.Artifacts.Select(artifact => artifact.FileName));
    }

    [Theory]
    [InlineData("../out")]
    [InlineData("a/b.zip")]
    [InlineData("a\\b")]
    [InlineData("c:x")]
    [InlineData(".zip")]
    [InlineData("a\nb")]
    [InlineData("a\tb")]
    [InlineData("a*")]
    public void An_artifact_has_a_plain_name(string name)
    {
        _module.Function("f").Function("good");
        var discovered = _module.Discover(Item("backend/lambdas/f", ("ArtifactName", name)));
        Assert.Contains("CORA0005", discovered.Diagnostics.Select(diagnostic => diagnostic.Descriptor.Code));
        Assert.Equal(["good.zip"], discovered.Module.SoundArtifacts.Select(artifact => artifact.FileName));
    }

    [UnixFact]
    public void A_function_whose_own_name_is_no_file_name_is_an_error()
    {
        _module.Function("new\nline");
        Assert.Equal(["CORA0005"], Codes());
    }

    [Theory]
    [InlineData("lambda_handler")]
    [InlineData(".handler")]
    [InlineData("module.")]
    public void A_handler_has_a_module_and_a_function(string handler)
    {
        _module.Function("f");
        Assert.Equal(["CORA0005"], Codes(Item("backend/lambdas/f", ("Handler", handler))));
    }

    [Theory]
    [InlineData("f", "F")]
    [InlineData("f", "f")]
    public void Two_artifacts_of_one_name_are_an_error_also_where_only_the_case_differs(string one, string other)
    {
        _module.Function("one").Function("two").Function("good");
        var discovered = _module.Discover(Item("backend/lambdas/one", ("ArtifactName", one)), Item("backend/lambdas/two", ("ArtifactName", other)));
        Assert.Contains("CORA1013", discovered.Diagnostics.Select(diagnostic => diagnostic.Descriptor.Code));
        Assert.Equal(["good.zip"], discovered.Module.SoundArtifacts.Select(artifact => artifact.FileName));
    }
}
