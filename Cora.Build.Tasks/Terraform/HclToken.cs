using Cora.Build.Python.Source;

namespace Cora.Build.Terraform;

/// <summary>What a token is.</summary>
internal enum HclTokenKind : byte
{
    /// <summary>The end of the file.</summary>
    End,

    /// <summary>The end of a line, or of a comment that goes up to it.</summary>
    Newline,

    /// <summary>A name or keyword.</summary>
    Name,

    /// <summary>A number without a sign, well formed or not.</summary>
    Number,

    /// <summary>The quote that opens a string.</summary>
    OpenQuote,

    /// <summary>The quote that closes it.</summary>
    CloseQuote,

    /// <summary>The end of a line, or of the file, in a string that is not closed there. All templates around it are closed with it, up to a heredoc.</summary>
    BrokenQuote,

    /// <summary>Text of a string, with its escapes.</summary>
    QuotedText,

    /// <summary><c>&lt;&lt;NAME</c> with the end of its line.</summary>
    OpenHeredoc,

    /// <summary>The line that closes it, without its end.</summary>
    CloseHeredoc,

    /// <summary>Text of a heredoc: a line or a part of one, with its end.</summary>
    HeredocText,

    /// <summary><c>${</c> or <c>${~</c>.</summary>
    Interpolation,

    /// <summary><c>%{</c> or <c>%{~</c>.</summary>
    Directive,

    /// <summary><c>}</c> or <c>~}</c> that closes one of them.</summary>
    TemplateEnd,

    /// <summary>An operator or a punctuation mark.</summary>
    Mark,

    /// <summary>A character that has no place in HCL.</summary>
    Bad,

    /// <summary><c>/*</c> without its <c>*/</c>.</summary>
    BrokenComment,
}

/// <summary>A token and where it stands.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Start">Offset of its first character.</param>
/// <param name="End">Offset behind its last character.</param>
/// <param name="At">Line and column of its first character.</param>
/// <param name="Mark">The operator or mark.</param>
internal readonly record struct HclToken(HclTokenKind Kind, int Start, int End, Position At, string Mark = "")
{
    /// <summary>Whether it is this operator or mark.</summary>
    public bool Is(string mark) => Kind == HclTokenKind.Mark && Mark == mark;
}
