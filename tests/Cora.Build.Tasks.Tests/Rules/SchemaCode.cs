using Cora.Build.Sql;

namespace Cora.Build.Tests.Rules;

/// <summary>Models of texts.</summary>
internal static class SchemaCode
{
    /// <summary>Of schema files, one for each text.</summary>
    public static SchemaModel Model(params (string Module, string Sql)[] files) => SchemaModel.Of(Sources(files));

    public static IReadOnlyList<SqlSource> Sources(params (string Module, string Sql)[] files) =>
        [.. files.Index().Select(file => new SqlSource(file.Item.Module, $"/{file.Item.Module}/db/schema/{file.Index + 1:000}.sql", SqlFile.Read(file.Item.Sql), IsMigration: false))];
}
