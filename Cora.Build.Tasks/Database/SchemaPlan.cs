using Cora.Build.Diagnostics;
using Cora.Build.Sql;

namespace Cora.Build.Database;

/// <summary>A file of SQL that may be run.</summary>
internal sealed class SchemaScript
{
    /// <summary>Reads one.</summary>
    /// <param name="module">Name of its module.</param>
    /// <param name="path">Full path.</param>
    /// <param name="bytes">Its content.</param>
    public SchemaScript(string module, string path, ReadOnlySpan<byte> bytes)
    {
        (Module, Path) = (module, path);
        Script = SqlScript.Read(bytes);
        Sql = SqlReader.Read(Script.Text);
        Names = [.. Script.Statements.Select(statement => StatementNames.Read(Script.Text, statement))];
    }

    public string Module { get; }

    public string Path { get; }

    public SqlScript Script { get; }

    /// <summary>What it says.</summary>
    public SqlFile Sql { get; }

    /// <summary>The names in each statement.</summary>
    public IReadOnlyList<StatementNames> Names { get; }

    /// <summary>A place in it, for a finding.</summary>
    public Location Place(int offset)
    {
        var at = Script.Text.PositionAt(Math.Clamp(offset, 0, Script.Text.Text.Length));
        return new(Path, at.Line, at.Column);
    }
}

/// <summary>A name that a file makes.</summary>
internal sealed record Definition(SchemaScript Script, DefinedName Name);

/// <summary>Which files run, and in which order: those of the modules that are verified, and of all modules whose tables, types and functions they need.</summary>
internal sealed class SchemaPlan
{
    private readonly ILookup<string, Definition> _definitions;

    private SchemaPlan(ILookup<string, Definition> definitions, IReadOnlyList<SchemaScript> scripts)
    {
        _definitions = definitions;
        Scripts = scripts;
    }

    /// <summary>In the order in which they run.</summary>
    public IReadOnlyList<SchemaScript> Scripts { get; }

    /// <summary>All that the project's files make, by name.</summary>
    public IEnumerable<Definition> Definitions => _definitions.SelectMany(group => group);

    /// <summary>What the project's files make under this name.</summary>
    public IEnumerable<Definition> Named(string name) => _definitions[name];

    /// <summary>Makes a plan.</summary>
    /// <param name="scripts">Of all modules; those of a module in the order in which they run.</param>
    /// <param name="modules">Names of the modules that are verified.</param>
    public static SchemaPlan Of(IReadOnlyList<SchemaScript> scripts, IReadOnlyCollection<string> modules)
    {
        var definitions = scripts.SelectMany(script => script.Names.SelectMany(names => names.Defines).Select(name => new Definition(script, name))).ToLookup(item => item.Name.Name, StringComparer.Ordinal);
        var needs = scripts.ToDictionary(script => script, script => Needs(script, definitions));
        var wanted = Closure(scripts, needs, modules);
        return new(definitions, Order([.. scripts.Where(script => wanted.Contains(script.Module))], needs));
    }

    /// <summary>The files of other modules that a file needs, and whether it needs them when it runs.</summary>
    private static Dictionary<SchemaScript, bool> Needs(SchemaScript script, ILookup<string, Definition> definitions)
    {
        Dictionary<SchemaScript, bool> needs = [];
        foreach (var use in script.Names.SelectMany(names => names.Uses))
        {
            var matching = definitions[use.Name].Where(definition => Meets(definition.Name, use))
                .Concat(use.Schema is null ? [] : definitions[use.Schema].Where(definition => definition.Name.Kind == ObjectKind.Schema)).ToList();
            foreach (var kind in matching.GroupBy(definition => definition.Name.Kind))
            {
                // What several modules define is needed once.
                if (kind.Any(definition => definition.Script.Module == script.Module)) continue;
                var first = kind.First().Script;
                needs[first] = !use.IsLater || (needs.TryGetValue(first, out var now) && now);
            }
        }
        return needs;
    }

    private static bool Meets(DefinedName definition, UsedName use) => !definition.IsTemporary && definition.Kind switch
    {
        ObjectKind.Function => use.IsCall,
        ObjectKind.Relation => use.IsRelation,
        ObjectKind.Schema => false,
        _ => true,
    } && (use.Schema is null || definition.Schema is null || use.Schema == definition.Schema);

    private static HashSet<string> Closure(IReadOnlyList<SchemaScript> scripts, Dictionary<SchemaScript, Dictionary<SchemaScript, bool>> needs, IEnumerable<string> modules)
    {
        var byModule = scripts.ToLookup(script => script.Module, StringComparer.Ordinal);
        HashSet<string> wanted = new(modules, StringComparer.Ordinal);
        var open = new Queue<string>(wanted);
        while (open.TryDequeue(out var module))
        {
            foreach (var needed in byModule[module].SelectMany(script => needs[script].Keys).Where(needed => wanted.Add(needed.Module))) open.Enqueue(needed.Module);
        }
        return wanted;
    }

    /// <summary>
    /// A file comes after those before it in its module, and after those that it needs. Modules may need each other, as long as their files do not; where these do as well, one
    /// of them runs too early, and what PostgreSQL says of it is reported.
    /// </summary>
    private static List<SchemaScript> Order(List<SchemaScript> scripts, Dictionary<SchemaScript, Dictionary<SchemaScript, bool>> needs)
    {
        var queues = scripts.GroupBy(script => script.Module, StringComparer.Ordinal).OrderBy(group => group.Key, StringComparer.Ordinal).Select(group => new Queue<SchemaScript>(group)).ToList();
        List<SchemaScript> ordered = [];
        HashSet<SchemaScript> done = [];
        Queue<SchemaScript>? current = null;
        while (ordered.Count < scripts.Count)
        {
            var open = queues.Where(queue => queue.Count > 0).ToList();
            // A module at a time, as far as that goes.
            if (current is not { Count: > 0 } || Missing(current.Peek()) > 0) current = open.MinBy(queue => Missing(queue.Peek()))!;
            var next = current.Dequeue();
            ordered.Add(next);
            done.Add(next);
        }
        return ordered;

        int Missing(SchemaScript script) => needs[script].Count(need => need.Value && !done.Contains(need.Key));
    }
}
