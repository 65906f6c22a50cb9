"""Reads of environment variables."""

import ast

from facts.nodes import FUNCTIONS, TRIES, chain, last_name, own_statements
from facts.scopes import function_at_top
from facts.text import readable
from facts.walker import caught_by

OPTIONAL, REQUIRED = range(2)

# What takes the name of one variable, and with how many arguments it has a default.
READERS = {"os.getenv": 2, "os.environ.get": 2, "os.environ.pop": 2, "os.environ.setdefault": 2, "os.environ.__getitem__": 2, "os.environ.__contains__": 2}
ALWAYS_OPTIONAL = frozenset(["os.getenv", "os.environ.get", "os.environ.setdefault", "os.environ.__contains__"])

# What changes the environment, or reads nothing of it that has a name.
OTHERS = frozenset(["os.environ.update", "os.environ.clear", "os.environ.__setitem__", "os.environ.__delitem__", "os.putenv", "os.unsetenv"])

COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)

EXPECTED = frozenset(["KeyError", "LookupError"])
BROAD = frozenset(["Exception", "BaseException"])

# A `try` of more statements that catches everything is there to answer when something fails, not because a variable may be missing.
FEW = 3


class Environment:
    """What a file reads of `os.environ`: in which function at its top, and whether the code is prepared for the absence of the variable."""

    def __init__(self, walker, literals):
        self.walker, self.source, self.resolver, self.literals = walker, walker.source, walker.resolver, literals
        self.reads = []
        self.tested, self.set_names = set(), set()  # (function, name)
        self.scope, self.is_expected = walker.module, False

    def facts(self):
        """Reads, in the order of the source: `[name, line, column, isRequired, function, parameter]`."""
        if b"environ" not in self.source.content and b"getenv" not in self.source.content:
            return []
        for at in (fact[:2] for fact in self.walker.imports if fact[2:5] == ["os", 0, "*"]):
            self.reads.append((None, at, OPTIONAL, "", None))
        self.block(self.walker.tree.body)
        # What a function tests for it is prepared for; what the file sets when it is imported is there later.
        expected = self.tested | self.set_names
        at_import = {name for function, name in self.set_names if not function}
        return [
            [name, *at, bool(required) and (function, name) not in expected and name not in at_import, function, parameter]
            for name, at, required, function, parameter in self.reads
        ]

    # -------- where the code is

    def block(self, statements):
        for statement in statements:
            self.visit(statement)

    def visit(self, node):
        kind = type(node)
        if isinstance(node, FUNCTIONS) or kind is ast.Lambda or kind is ast.ClassDef:
            self.definition(node)
        elif kind in COMPREHENSIONS:
            self.comprehension(node)
        elif kind is ast.If:
            truth = self.walker.conditions.truth(node.test)
            self.visit(node.test)
            if truth is not False:
                self.block(node.body)
            if truth is not True:
                self.block(node.orelse)
        elif isinstance(node, TRIES):
            caught = {name for handler in node.handlers for name in caught_by(handler)}
            self.expecting(node.body, caught)
            for handler in node.handlers:
                self.block(handler.body)
            self.block(node.orelse)
            self.block(node.finalbody)
        elif kind in (ast.With, ast.AsyncWith):
            caught = set()
            for item in node.items:
                self.visit(item.context_expr)
                if type(item.context_expr) is ast.Call and last_name(item.context_expr.func) == "suppress":
                    caught.update(last_name(error) for error in item.context_expr.args)
            self.expecting(node.body, caught)
        elif kind is ast.Assign and self.is_environment(node.value) and all(type(target) is ast.Name for target in node.targets):
            self.alias(node)
        elif not self.read(node):
            for child in ast.iter_child_nodes(node):
                self.visit(child)

    def comprehension(self, node):
        outer = self.scope
        self.visit(node.generators[0].iter)
        self.scope = self.walker.scopes.get(node, outer)
        for child in ast.iter_child_nodes(node):
            if child is node.generators[0]:
                self.block(child.ifs)
            else:
                self.visit(child)
        self.scope = outer

    def definition(self, node):
        outer = self.scope, self.is_expected
        inner = self.walker.scopes.get(node)
        for decorator in getattr(node, "decorator_list", ()):
            self.visit(decorator)
        if type(node) is ast.ClassDef:
            for base in node.bases:
                self.visit(base)
        else:
            for default in (*node.args.defaults, *node.args.kw_defaults):
                if default is not None:
                    self.visit(default)
        if inner is not None:
            self.scope = inner
            if type(node) is not ast.ClassDef:
                self.is_expected = False  # It runs later.
            self.block(node.body if type(node.body) is list else [node.body])
        self.scope, self.is_expected = outer

    def expecting(self, body, caught):
        outer = self.is_expected
        self.is_expected |= not EXPECTED.isdisjoint(caught) or not BROAD.isdisjoint(caught) and len(own_statements(body)) <= FEW
        self.block(body)
        self.is_expected = outer

    @property
    def function(self):
        return function_at_top(self.scope)

    # -------- what is read

    def name_of(self, node):
        """`os.environ`, or the empty string for what is not that for certain."""
        if chain(node) is None:
            return ""
        targets, is_certain = self.resolver.resolve_chain(self.scope, node)
        meanings = {self.resolver.meaning(target) for target in targets}
        if not is_certain or len(meanings) != 1:
            return ""
        module, *path = meanings.pop()
        # `import os` brings the module, `from os import environ` a name of it.
        return ".".join(["os", *path[1 if path[1] else 2:]]) if module == "os" and path[0] == 0 else ""

    def is_environment(self, node):
        return self.name_of(node) == "os.environ"

    def alias(self, node):
        """`env = os.environ`: what is read of it is found by its name, in this file. Where the name is also something else, or others can import it, that is not all."""
        is_certain = all(self.is_environment(target) for target in node.targets)
        if not is_certain or self.scope.kind != "function":
            self.add(None, node.value, OPTIONAL)

    def read(self, node):
        """Whether a node has to do with the environment and is done with."""
        kind = type(node)
        if kind is ast.Subscript and self.is_environment(node.value):
            if type(node.ctx) is ast.Load:
                self.named(node.slice, REQUIRED)
            elif type(node.ctx) is ast.Store:
                self.set(node.slice)
            self.visit(node.slice)
            return True
        if kind is ast.AugAssign and type(node.target) is ast.Subscript and self.is_environment(node.target.value):
            self.named(node.target.slice, OPTIONAL)
            self.visit(node.value)
            return True
        if kind is ast.Call:
            name = self.name_of(node.func)
            if name in READERS:
                return self.called(name, node)
            if name in OTHERS:
                for argument in (*node.args, *(keyword.value for keyword in node.keywords)):
                    self.visit(argument)
                return True
        if kind is ast.Compare and len(node.ops) == 1 and type(node.ops[0]) in (ast.In, ast.NotIn) and self.is_environment(node.comparators[0]):
            self.named(node.left, OPTIONAL)
            self.visit(node.left)
            return True
        if kind in (ast.Attribute, ast.Name) and self.name_of(node).startswith(("os.environ", "os.getenv")) and type(node.ctx) is ast.Load:
            # Passed on, gone through, copied: any name may be read.
            self.add(None, node, OPTIONAL)
            return True
        return kind in (ast.Attribute, ast.Name) and chain(node) is not None

    def called(self, name, node):
        given = {keyword.arg: keyword.value for keyword in node.keywords}
        argument = node.args[0] if node.args else given.get("key")
        if argument is None or type(argument) is ast.Starred or None in given:
            self.add(None, node, OPTIONAL)
        else:
            has_default = len(node.args) + len(node.keywords) >= READERS[name]
            if name == "os.environ.setdefault":
                self.set(argument)
            self.named(argument, OPTIONAL if has_default or name in ALWAYS_OPTIONAL else REQUIRED)
        for part in (*node.args, *given.values()):
            self.visit(part)
        return True

    def set(self, node):
        """`os.environ["X"] = …`: from there on it is there."""
        text = self.literals.text(node, self.scope)
        if text:
            self.set_names.add((self.function, text[1]))

    def named(self, node, required):
        """A read of the variable of that name: a literal, or what is passed to the function at the top that reads it."""
        text = self.literals.text(node, self.scope)
        if text:
            if required == OPTIONAL:
                self.tested.add((self.function, text[1]))
            self.add(readable(text[1]), node, required)
        else:
            self.add(None, node, required, self.parameter(node))

    def parameter(self, node):
        """The name of a parameter of the function at the top that the code is in, when it still has the value that was passed."""
        owner = self.scope.owner(node.id) if type(node) is ast.Name else None
        if owner is None or not isinstance(owner.node, FUNCTIONS) or owner.parent is not self.walker.module or owner.node.name != self.function:
            return None
        arguments = owner.node.args
        names = [parameter.arg for parameter in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)]
        return node.id if node.id in names and len(owner.bound[node.id]) == 1 else None

    def add(self, name, node, required, parameter=None):
        if self.is_expected and required == REQUIRED:
            required = OPTIONAL
        self.reads.append((name, self.source.start(node), required, self.function, parameter))
