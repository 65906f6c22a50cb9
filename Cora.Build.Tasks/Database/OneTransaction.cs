using Cora.Build.Diagnostics;

namespace Cora.Build.Database;

/// <summary>Whether a file can be one transaction, and which of its statements run in it.</summary>
internal static class OneTransaction
{
    private static readonly HashSet<string> s_control = ["begin", "start", "commit", "end", "abort", "rollback", "prepare"];

    /// <summary>CORA7024: what is no SQL, what only psql knows, and transactions of its own.</summary>
    public static IEnumerable<Diagnostic> Check(SchemaScript script)
    {
        foreach (var fault in script.Script.Faults)
            yield return ApplyDiagnostics.s_unusableFile.At(new Location(script.Path, fault.At.Line, fault.At.Column), $"{fault.Message} Nothing was applied.");
        if (script.Script.Commands is [var command, ..])
        {
            yield return ApplyDiagnostics.s_unusableFile.At(new Location(script.Path, command.Line, command.Column),
                "This is a command of psql, which no database knows. Nothing was applied. Write in SQL what it does.");
        }
        foreach (var index in Controls(script).Except(Frame(script)).Take(1))
        {
            yield return ApplyDiagnostics.s_unusableFile.At(script.Place(script.Script.Statements[index].Span.Start),
                $"{script.Names[index].FirstWord.ToUpperInvariant()} begins or ends a transaction, and a file is one transaction: all of it is applied, or nothing. Nothing was applied. Take it out, or make two files.");
        }
    }

    /// <summary>Indexes of the statements that run.</summary>
    public static IEnumerable<int> StatementsOf(SchemaScript script) => Enumerable.Range(0, script.Script.Statements.Count).Except(Frame(script));

    /// <summary>The <c>BEGIN</c> and <c>COMMIT</c> around a whole file say what is so anyway.</summary>
    private static IReadOnlyList<int> Frame(SchemaScript script)
    {
        var last = script.Script.Statements.Count - 1;
        return last > 0 && Says(script, 0, "begin", "start") && Says(script, last, "commit", "end") ? [0, last] : [];
    }

    private static bool Says(SchemaScript script, int index, params ReadOnlySpan<string> first)
    {
        // With an isolation level it says more.
        var rest = script.Names[index].Words.Except(["begin", "start", "commit", "end", "transaction", "work"]);
        return first.Contains(script.Names[index].FirstWord) && !rest.Any();
    }

    private static IEnumerable<int> Controls(SchemaScript script)
    {
        for (var i = 0; i < script.Names.Count; i++)
        {
            var names = script.Names[i];
            // Back to a savepoint is no end; PREPARE is mostly a statement that is kept.
            var isWithin = (names.FirstWord == "rollback" && names.Words.Contains("to")) || (names.FirstWord == "prepare" && !(names.Words.Contains("transaction") && names.Words.Count == 2));
            if (s_control.Contains(names.FirstWord) && !isWithin) yield return i;
        }
    }
}
