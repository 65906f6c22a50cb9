"""F-strings that Python reads since 3.12 only (PEP 701), and that a newer host reads for an older target too."""

import ast
import token as kinds

MESSAGE = "f-string: a quote of its own kind, a backslash, a comment or a line end in an expression needs Python 3.12 or later"


def place_of_newer(source, tree):
    """Where the first such f-string is not for an older Python, or None. The host is Python 3.12 or later."""
    for node in ast.walk(tree):
        if type(node) is ast.JoinedStr and any(type(value) is ast.FormattedValue and is_suspicious(source, value) for value in node.values):
            place = place_in(source, node)
            if place:
                return place
    return None


def is_suspicious(source, node):
    text = source.line(node.lineno)[node.col_offset:node.end_col_offset]
    return node.lineno != node.end_lineno or any(character in text for character in (b'"', b"'", b"\\", b"#"))


def place_in(source, node):
    import tokenize  # Seldom needed, and slow.

    lines = [line.decode("utf-8", "replace") for line in source.lines[node.lineno - 1:node.end_lineno]]
    before = len(source.line(node.lineno)[:node.col_offset].decode("utf-8", "replace"))
    lines[-1] = source.line(node.end_lineno)[:node.end_col_offset].decode("utf-8", "replace")
    # Strings may follow each other on several lines: in parentheses they are one expression.
    lines[0] = "(" + lines[0][before:]
    text = iter([line + "\n" for line in lines] + [")\n"])
    quotes = []
    for token in tokenize.generate_tokens(lambda: next(text, "")):
        if token.type == kinds.FSTRING_END:
            quotes.pop()
        # The text between its expressions is its own.
        around = quotes[:-1] if token.type == kinds.FSTRING_MIDDLE else quotes
        if around and is_newer(token, around):
            line, column = token.start
            return source.at_character(node.lineno + line - 1, column + (before - 1 if line == 1 else 0))
        if token.type == kinds.FSTRING_START:
            quotes.append(token.string.lstrip("fFrR"))
    return None


def is_newer(token, quotes):
    if token.type == kinds.COMMENT:
        return True
    if token.type in (kinds.NL, kinds.NEWLINE):
        return any(len(quote) == 1 for quote in quotes)
    return "\\" in token.string or any(quote in token.string for quote in quotes)
