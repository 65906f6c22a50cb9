namespace Cora.Build.Sql;

/// <summary>What a token is.</summary>
internal enum SqlTokenKind : byte
{
    /// <summary>A keyword or a name without quotes.</summary>
    Word,

    /// <summary><c>"x"</c>, <c>U&amp;"x"</c> with its <c>UESCAPE</c>.</summary>
    QuotedName,

    /// <summary>A string of any form, with its continuations on later lines and its <c>UESCAPE</c>.</summary>
    String,

    /// <summary>A number without a sign.</summary>
    Number,

    /// <summary><c>$1</c>.</summary>
    Parameter,

    /// <summary>An operator of one or more characters; also <c>:=</c>, <c>::</c>, <c>..</c> and <c>=&gt;</c>.</summary>
    Operator,

    /// <summary>One of <c>( ) [ ] , ; . :</c>, a command of psql that ends a statement, or a character that has no place in SQL.</summary>
    Punctuation,
}

/// <summary>A token and where it stands.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Start">Offset of its first character.</param>
/// <param name="End">Offset behind its last character.</param>
internal readonly record struct SqlToken(SqlTokenKind Kind, int Start, int End);
