"""Whether a file is Python, and where it is not."""

import ast
import sys

from facts.text import readable

HOST = sys.version_info[:2]

# What Python sets by itself, and what the stack of this process has room for.
COMPILE_DEPTH, TREE_DEPTH, STACK_BYTES = 1000, 100_000, 512 << 20


class Fault(Exception):
    """What is wrong with a file that is no Python."""

    def __init__(self, message, at, may_be_newer=False):
        super().__init__(message)
        self.fact = [readable(message), *at, may_be_newer]


def parse(source, target):
    """The tree of a file that CPython compiles; Fault for any other."""
    tree = None
    try:
        # Making a tree of what Python compiles takes more depth than compiling it.
        sys.setrecursionlimit(TREE_DEPTH)
        tree = ast.parse(source.content, feature_version=target)
        # Some errors only the compiler finds: a `return` outside of a function, an argument that is there twice.
        sys.setrecursionlimit(COMPILE_DEPTH)
        compile(source.content, "<source>", "exec", dont_inherit=True)
    except (RecursionError, MemoryError):
        raise Fault("too deeply nested", [1, 1]) from None
    except (SyntaxError, ValueError, OverflowError, LookupError) as error:
        raise fault_of(source, error, tree is not None, target) from None
    finally:
        sys.setrecursionlimit(TREE_DEPTH)
    if target < (3, 12) <= HOST:
        from facts.fstrings import MESSAGE, place_of_newer

        place = place_of_newer(source, tree)
        if place:
            raise Fault(MESSAGE, place)
    return tree


def fault_of(source, error, is_parsed, target):
    nul = source.content.find(b"\0")
    if nul >= 0:
        return Fault("source code cannot contain null bytes", source.at_index(nul))
    try:
        source.content.decode(source.encoding)
    except UnicodeDecodeError as undecodable:
        return Fault(message_of(error), source.at_index(undecodable.start))
    except (ValueError, LookupError):
        return Fault(message_of(error), [1, 1])
    if not is_parsed and not source.is_ascii:
        error = counted_in_characters(source, error, target)
    return Fault(message_of(error), place_of(source, error, is_parsed), HOST < target)


def message_of(error):
    return getattr(error, "msg", None) or str(error)


def counted_in_characters(source, error, target):
    """The same error: the parser counts bytes when it is given bytes (until Python 3.12), and characters when it is given text."""
    try:
        ast.parse(source.text, feature_version=target)
    except SyntaxError as counted:
        return counted
    except (ValueError, OverflowError, RecursionError, MemoryError):
        pass
    return error


def place_of(source, error, is_parsed):
    line = min(max(getattr(error, "lineno", None) or 1, 1), len(source.lines))
    offset = max(getattr(error, "offset", None) or 1, 1) - 1
    if is_parsed:
        return source.at(line, offset)  # The compiler counts bytes.
    expression = (getattr(error, "text", None) or "").strip()
    if message_of(error).startswith("f-string: ") and expression.startswith("("):
        # Until Python 3.11 it counts from where the expression begins, in parentheses that it sets itself.
        start = source.line(line).decode("utf-8", "replace").find("{" + expression[1:-1])
        if start >= 0:
            offset += start
    return source.at_character(line, offset)
