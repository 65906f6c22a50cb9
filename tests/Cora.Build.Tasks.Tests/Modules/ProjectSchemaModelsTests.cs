using Cora.Build.Modules;

namespace Cora.Build.Tests.Modules;

public sealed class ProjectSchemaModelsTests : IDisposable
{
    private readonly TestModule _module = new();

    [Fact]
    public void Modules_that_see_the_same_files_share_what_they_make()
    {
        SchemaFile a = File("module-a", "CREATE TABLE a_things (id INT);"), b = File("module-b", "ALTER TABLE a_things ADD name TEXT;");
        var models = new ProjectSchemaModels();

        var model = models.Of([a, b]);

        Assert.Equal(["id", "name"], model.Find("public", "a_things")!.Columns.Select(column => column.Name));
        Assert.Same(model, models.Of([b, a]));
        Assert.NotSame(model, models.Of([a]));
        Assert.NotSame(model, models.Of([a, b with { IsMigration = true }]));
    }

    [Fact]
    public void A_file_that_changes_or_goes_is_looked_at_anew()
    {
        var file = File("module-a", "CREATE TABLE a_things (id INT);");
        var models = new ProjectSchemaModels();
        Assert.NotNull(models.Of([file]).Find("public", "a_things"));

        System.IO.File.WriteAllText(file.Path, "CREATE TABLE other_things (id INT);");
        Assert.NotNull(models.Of([file]).Find("public", "other_things"));
        System.IO.File.Delete(file.Path);
        Assert.Empty(models.Of([file]).Relations);
    }

    public void Dispose() => _module.Dispose();

    private SchemaFile File(string module, string sql) => new(module, _module.Write($"{module}/db/schema/001.sql", sql), IsMigration: false);
}
