using Cora.Build.Diagnostics;
using Cora.Build.Sql;
using Npgsql;

namespace Cora.Build.Database;

/// <summary>What to say of a statement that a database refuses.</summary>
/// <param name="missing">Knows where things are made.</param>
/// <param name="model">What the files make.</param>
internal sealed class RefusedStatement(MissingObject missing, Lazy<SchemaModel> model)
{
    /// <summary>CORA7023.</summary>
    /// <param name="script">The file.</param>
    /// <param name="index">The statement; behind the last when the transaction could not end.</param>
    /// <param name="error">What PostgreSQL says.</param>
    /// <param name="applied">A sentence about the other files.</param>
    public Diagnostic Of(SchemaScript script, int index, PostgresException error, string applied)
    {
        var isEnd = index >= script.Names.Count;
        var offset = isEnd ? script.Script.Text.Text.Length : ServerError.OffsetOf(script, index, error);
        var why = isEnd ? "" : Explain(script, offset, error);
        return ApplyDiagnostics.s_refused.At(script.Place(offset), $"{(isEnd ? "At the end of the file: " : "")}{ServerError.Words(error, hasRealRows: true)}{why} The file was taken back. {applied}");
    }

    private string Explain(SchemaScript script, int offset, PostgresException error) => error.SqlState switch
    {
        "25001" => " A file is one transaction: leave out CONCURRENTLY, or run this statement by hand.",
        "2D000" => " A file is one transaction, and a COMMIT or ROLLBACK in it would leave half of it: run this statement by hand.",
        "55P04" => " Put ALTER TYPE … ADD VALUE into a file that runs before.",
        "42703" when model.Value.Tables.Any(table => table.Column(ServerError.MissingColumn(error)) is not null) =>
            " The table was there already, and CREATE TABLE IF NOT EXISTS does not change it: before this, write ALTER TABLE … ADD COLUMN IF NOT EXISTS.",
        _ => missing.Explain(script, offset, error),
    };
}
