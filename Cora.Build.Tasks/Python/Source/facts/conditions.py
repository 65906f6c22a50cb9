"""Conditions whose outcome the target decides."""

import ast

from facts.nodes import dotted, last_name


class Undecided(Exception):
    """Only running the code would tell."""


class Micro:
    """The part of `sys.version_info` that the target does not say."""

    def _undecided(self, other):
        raise Undecided

    __eq__ = __ne__ = __lt__ = __le__ = __gt__ = __ge__ = _undecided
    __hash__ = None


class Conditions:
    """Tests whose outcome the target decides."""

    COMPARE = {
        ast.Eq: lambda a, b: a == b,
        ast.NotEq: lambda a, b: a != b,
        ast.Lt: lambda a, b: a < b,
        ast.LtE: lambda a, b: a <= b,
        ast.Gt: lambda a, b: a > b,
        ast.GtE: lambda a, b: a >= b,
        ast.In: lambda a, b: a in b,
        ast.NotIn: lambda a, b: a not in b,
    }

    def __init__(self, target):
        version = (*target, Micro())
        self.names = {
            "sys.version_info": version,
            "version_info": version,
            "sys.version_info.major": target[0],
            "sys.version_info.minor": target[1],
            "sys.platform": "linux",
            "os.name": "posix",
            # Lambda imports the module.
            "__name__": "the name that it is imported by",
        }

    def truth(self, test):
        """True, False, or None when only running would tell."""
        if type(test) is ast.BoolOp:
            ends = isinstance(test.op, ast.Or)
            outcomes = [self.truth(value) for value in test.values]
            return ends if ends in outcomes else None if None in outcomes else not ends
        if type(test) is ast.UnaryOp and isinstance(test.op, ast.Not):
            truth = self.truth(test.operand)
            return None if truth is None else not truth
        if is_type_checking(test):
            return False
        if type(test) not in (ast.Constant, ast.Compare, ast.Call):
            return None
        try:
            return bool(self.value(test))
        except (Undecided, TypeError, LookupError):
            return None

    def value(self, node):
        kind = type(node)
        if kind is ast.Constant:
            return node.value
        if kind in (ast.Tuple, ast.List, ast.Set):
            return tuple(self.value(element) for element in node.elts)
        if kind in (ast.Attribute, ast.Name):
            name = dotted(node)
            if name in self.names:
                return self.names[name]
        elif kind is ast.Subscript and type(self.value(node.value)) is tuple:
            index = node.slice
            if type(index) is ast.Slice:
                bounds = [None if bound is None else self.value(bound) for bound in (index.lower, index.upper, index.step)]
                return self.value(node.value)[slice(*bounds)]
            return self.value(node.value)[self.value(index)]
        elif kind is ast.Compare and len(node.ops) == 1 and type(node.ops[0]) in self.COMPARE:
            return self.COMPARE[type(node.ops[0])](self.value(node.left), self.value(node.comparators[0]))
        elif kind is ast.Call and dotted(node.func) == "sys.platform.startswith" and len(node.args) == 1:
            return "linux".startswith(self.value(node.args[0]))
        raise Undecided


def is_type_checking(test):
    return last_name(test) == "TYPE_CHECKING"


def mentions_type_checking(test):
    return any(is_type_checking(node) for node in ast.walk(test))
