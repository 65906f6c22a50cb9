"""`# noqa: CORA2001` comments."""

import re

HINT = re.compile(rb"#[^\r\n]*noqa[^\r\n]*cora", re.IGNORECASE)
COMMENT = re.compile(r"#\s*noqa\s*:\s*((?:[A-Z]+[0-9]+\b[\s,]*)+)", re.IGNORECASE)
CODE = re.compile(r"\bCORA[0-9]+\b", re.IGNORECASE)


def suppressions(source):
    """In a file with a syntax error those that stand before it."""
    if not HINT.search(source.content):
        return []
    import tokenize  # Seldom needed, and slow.

    facts = []
    lines = (line.decode("utf-8", "replace") + "\n" for line in source.lines)
    try:
        for token in tokenize.generate_tokens(lambda: next(lines, "")):
            if token.type == tokenize.COMMENT:
                facts += of_comment(source, token)
    except (tokenize.TokenError, SyntaxError, RecursionError, ValueError):
        pass  # The parser says what is wrong.
    return facts


def of_comment(source, token):
    line, column = token.start
    for comment in COMMENT.finditer(token.string):
        codes = [
            [code.group().upper(), *source.at_character(line, column + code.start())]
            for code in CODE.finditer(token.string, comment.start(1), comment.end(1))
        ]
        if codes:
            yield [line, codes]
