using Cora.Build.Diagnostics;
using Cora.Build.Sql;

namespace Cora.Build.Rules;

/// <summary>What the rules on names look at.</summary>
/// <param name="model">The whole project: names of other modules decide what is a junction, a prefix, a foreign key.</param>
/// <param name="module">The module whose files are looked at.</param>
/// <param name="settings">What the project has for a standard.</param>
internal sealed class SchemaNames(SchemaModel model, string module, SchemaNamingSettings settings)
{
    public SchemaModel Model { get; } = model;

    /// <summary>Tables and views that are certainly there. In the schemas of Supabase names are as Supabase has them.</summary>
    public IEnumerable<SchemaRelation> Relations => Model.Relations.Where(relation => !relation.MayBeGone && !Supabase.HasSchema(relation.Schema));

    public TableNames Tables { get; } = new(model);

    /// <summary>The standard that holds for a place.</summary>
    public SchemaNamingStandard Standard(Location place) => settings.For(place.File);

    /// <summary>Where it stands in the text.</summary>
    public static Location Place(SchemaOrigin origin) => new(origin.Source.File, origin.At.Line, origin.At.Column);

    /// <summary>Whether it is a schema of the module: migrations change databases that are there, and what they add stands in the schemas too.</summary>
    public bool IsOwn(SqlSource source) => source.Module == module && !source.IsMigration;

    /// <summary>The first that is a schema of the module; null where there is none.</summary>
    public SchemaOrigin? Own(IEnumerable<SchemaOrigin> origins) => origins.FirstOrDefault(origin => IsOwn(origin.Source));
}
