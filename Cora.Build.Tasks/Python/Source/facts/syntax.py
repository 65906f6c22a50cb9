"""Whether a file is Python, and where it is not."""

import ast
import sys

from facts.text import readable

HOST = sys.version_info[:2]


class Fault(Exception):
    """What is wrong with a file that is no Python."""

    def __init__(self, message, at, may_be_newer=False):
        super().__init__(message)
        self.fact = [readable(message), *at, may_be_newer]


def parse(source, target):
    """The tree of a file that CPython compiles; Fault for any other."""
    tree = None
    try:
        tree = ast.parse(source.content, feature_version=target)
        # Some errors only the compiler finds: a `return` outside of a function, an argument that is there twice.
        compile(tree, "<source>", "exec", dont_inherit=True)
        return tree
    except (RecursionError, MemoryError):
        raise Fault("too deeply nested", [1, 1]) from None
    except (SyntaxError, ValueError, OverflowError, LookupError) as error:
        raise fault_of(source, error, tree is not None, target) from None


def fault_of(source, error, is_parsed, target):
    nul = source.content.find(b"\0")
    if nul >= 0:
        return Fault("source code cannot contain null bytes", source.at_index(nul))
    message = getattr(error, "msg", None) or str(error)
    try:
        source.content.decode(source.encoding)
    except UnicodeDecodeError as undecodable:
        return Fault(message, source.at_index(undecodable.start))
    except (ValueError, LookupError):
        return Fault(message, [1, 1])
    line, offset = max(getattr(error, "lineno", None) or 1, 1), max(getattr(error, "offset", None) or 1, 1) - 1
    if getattr(error, "filename", None) == "<fstring>" and error.text:
        # Python 3.9 counts from the beginning of the expression.
        index = source.content.find(error.text.strip().strip("()").encode())
        if index >= 0:
            return Fault(message, source.at_index(index), HOST < target)
    line = min(line, len(source.lines))
    # The parser counts characters, the compiler bytes.
    at = source.at(line, offset) if is_parsed else source.at_character(line, offset)
    return Fault(message, at, HOST < target)
