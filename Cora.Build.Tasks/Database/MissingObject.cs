using Cora.Build.Diagnostics;
using Cora.Build.Sql;
using Npgsql;

namespace Cora.Build.Database;

/// <summary>Where in a project something is that PostgreSQL misses.</summary>
/// <param name="plan">The project's files.</param>
/// <param name="applied">The modules whose files run; null for all of the plan.</param>
internal sealed class MissingObject(SchemaPlan plan, IReadOnlyCollection<string>? applied = null)
{
    /// <summary>Where the missing thing is, if it is in the project.</summary>
    public string Explain(SchemaScript script, int offset, PostgresException error)
    {
        if (!ServerError.IsUndefined(error) || NameAt(script, offset) is not { } name) return "";
        // A migration runs when all of the plan has.
        var position = plan.Scripts.ToList().IndexOf(script) is >= 0 and var index ? index : int.MaxValue;
        var later = plan.Named(name.Name).Where(definition => !definition.Name.IsLater && !definition.Name.IsTemporary).ToList();
        if (applied is not null && later.Count > 0 && later.TrueForAll(definition => !applied.Contains(definition.Script.Module)))
            return $" It is made in '{later[0].Script.Path}': apply '{later[0].Script.Module}' first, or the whole project.";
        if (later.Find(definition => definition.Script == script && definition.Name.Offset > offset) is { } below)
            return $" It is made in line {script.Place(below.Name.Offset).Line} of this file: move that up.";
        if (later.Find(definition => plan.Scripts.ToList().IndexOf(definition.Script) > position) is not { } after)
        {
            if (error.SqlState != "42P01") return "";
            if (name.Schema is null && later is [{ Name: { Kind: ObjectKind.Relation, Schema: { } schema } }, ..])
                return $" The project makes {SqlIdentifier.Quote(schema)}.{SqlIdentifier.Quote(name.Name)}: name it with its schema, or look for what drops it.";
            return Suggestion.Sentence(name.Name, plan.Definitions.Where(definition => definition.Name.Kind == ObjectKind.Relation).Select(definition => definition.Name.Name).Distinct());
        }
        return after.Script.Module == script.Module
            ? $" It is made in '{System.IO.Path.GetFileName(after.Script.Path)}', which runs later: give the files numbers in the order in which they need each other."
            : $" It is made in '{after.Script.Path}', which needs what '{script.Module}' makes, so neither can run first: move what both need into a file of its own.";
    }

    private static SqlName? NameAt(SchemaScript script, int offset)
    {
        List<SqlToken> tokens = [];
        var tokenizer = new SqlTokenizer(script.Script.Text, offset, script.Script.Text.Text.Length) { HasCommands = false };
        while (tokens.Count < 5 && tokenizer.TryRead(out var token)) tokens.Add(token);
        return tokens.Count == 0 ? null : new SqlCursor(script.Script.Text, tokens).TakeName();
    }
}
