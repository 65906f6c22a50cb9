using Cora.Build.Modules;

namespace Cora.Build.Tests.Modules;

public sealed class ProjectModelsTests : IDisposable
{
    private readonly TestModule _module = new();

    [Fact]
    public void Modules_that_see_the_same_files_share_what_they_make()
    {
        SchemaFile a = File("module-a", "CREATE TABLE a_things (id INT);"), b = File("module-b", "ALTER TABLE a_things ADD name TEXT;");
        var models = new ProjectModels();

        var model = models.Schema([a, b]);

        Assert.Equal(["id", "name"], model.Find("public", "a_things")!.Columns.Select(column => column.Name));
        Assert.Same(model, models.Schema([b, a]));
        Assert.NotSame(model, models.Schema([a]));
        Assert.NotSame(model, models.Schema([a, b with { IsMigration = true }]));
    }

    [Fact]
    public void A_file_that_changes_or_goes_is_looked_at_anew()
    {
        var file = File("module-a", "CREATE TABLE a_things (id INT);");
        var models = new ProjectModels();
        Assert.NotNull(models.Schema([file]).Find("public", "a_things"));

        System.IO.File.WriteAllText(file.Path, "CREATE TABLE other_things (id INT);");
        Assert.NotNull(models.Schema([file]).Find("public", "other_things"));
        System.IO.File.Delete(file.Path);
        Assert.Empty(models.Schema([file]).Relations);
    }

    [Fact]
    public void The_Terraform_of_a_module_is_read_once_and_anew_when_it_changes()
    {
        var models = new ProjectModels();
        Assert.Null(models.Terraform(_module["module-a"]));
        _module.Write("module-a/infrastructure/main.tf", "locals { name = \"a\" }\n");

        var terraform = models.Terraform(_module["module-a"])!;
        Assert.Same(terraform, models.Terraform(_module["module-a"]));
        _module.Write("module-a/infrastructure/more.tf", "locals { other = local.name }\n");
        var changed = models.Terraform(_module["module-a"])!;
        Assert.NotSame(terraform, changed);
        Parallel.For(0, 100, _ => Assert.Equal("a", changed.Evaluate(changed.Local("other")!.Value).Text));

        Directory.Delete(_module["module-a"], recursive: true);
        Assert.Null(models.Terraform(_module["module-a"]));
    }

    public void Dispose() => _module.Dispose();

    private SchemaFile File(string module, string sql) => new(module, _module.Write($"{module}/db/schema/001.sql", sql), IsMigration: false);
}
