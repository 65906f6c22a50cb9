"""Ways to look at the nodes of a tree."""

import ast

FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
LOOPS = (ast.For, ast.AsyncFor, ast.While, ast.comprehension)
TRIES = tuple(getattr(ast, name) for name in ("Try", "TryStar") if hasattr(ast, name))


def chain(node):
    """The name that `a.b.c` begins with and its attributes from the left; None for what is no such chain."""
    attributes = []
    while type(node) is ast.Attribute:
        attributes.append(node)
        node = node.value
    return (node, attributes[::-1]) if type(node) is ast.Name else None


def dotted(node):
    """`a.b.c`, or the empty string for what is no chain of names."""
    found = chain(node)
    return ".".join([found[0].id, *(attribute.attr for attribute in found[1])]) if found else ""


def last_name(node):
    """`c` of `a.b.c`."""
    return node.attr if type(node) is ast.Attribute else node.id if type(node) is ast.Name else ""


def constant(node, kind):
    """The value of a constant of that type, or None."""
    return node.value if type(node) is ast.Constant and type(node.value) is kind else None


def is_none(node):
    return type(node) is ast.Constant and node.value is None


def own_statements(body):
    """The statements of a function, at any depth, without those of the functions and classes in it."""
    found, pending = [], list(reversed(body))
    while pending:
        statement = pending.pop()
        found.append(statement)
        if isinstance(statement, (*FUNCTIONS, ast.ClassDef)):
            continue
        inner = []
        for _, part in ast.iter_fields(statement):
            for element in part if type(part) is list else ():
                if isinstance(element, ast.stmt):
                    inner.append(element)
                elif isinstance(getattr(element, "body", None), list):
                    inner += element.body
        pending += reversed(inner)
    return found
