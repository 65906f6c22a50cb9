using Cora.Build.Python.Source;

namespace Cora.Build.Sql;

/// <summary>What a file of SQL says, as far as it shapes the database and what is in it from the start.</summary>
public sealed record SqlFile
{
    /// <summary>The text that positions and spans are of.</summary>
    public required SqlText Text { get; init; }

    /// <summary>In the order of the file. Those that neither define anything nor fill a table are left out.</summary>
    public required IReadOnlyList<SqlStatement> Statements { get; init; }

    /// <summary>Where a statement begins that should be here and could not be read.</summary>
    public required IReadOnlyList<Position> NotRead { get; init; }

    /// <summary>What makes the file no SQL. The statements before it are read.</summary>
    public required IReadOnlyList<SqlFault> Faults { get; init; }

    /// <summary><c>-- noqa: CORA…</c> comments.</summary>
    public required IReadOnlyList<SuppressionFact> Suppressions { get; init; }

    /// <summary>Reads a file's bytes.</summary>
    public static SqlFile Read(ReadOnlySpan<byte> bytes) => SqlReader.Read(SqlText.Decode(bytes));

    /// <summary>Reads a text.</summary>
    public static SqlFile Read(string text) => SqlReader.Read(new SqlText(text));
}
