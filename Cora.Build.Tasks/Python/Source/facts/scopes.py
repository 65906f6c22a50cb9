"""What names stand for."""

import ast
import builtins

from facts.nodes import chain, is_none

# What a name has by itself in a module.
BUILTINS = frozenset(dir(builtins)) | {"__name__", "__file__", "__doc__", "__package__", "__spec__", "__loader__", "__path__"}

# A chain of aliases that is longer, or has more ends, was not written by hand.
MAX_PATH, MAX_CANDIDATES = 32, 16

# How a name is bound.
IMPORTED, DEFINED, ASSIGNED, AUGMENTED, UNKNOWN = "imported", "defined", "assigned", "augmented", "unknown"


class Bound:
    """One thing that binds a name: `what` is the index of an import, or the value that is assigned in `scope`."""

    __slots__ = ("how", "what", "scope", "line")

    def __init__(self, how, what, scope, line):
        self.how, self.what, self.scope, self.line = how, what, scope, line


class Scope:
    """Where names are bound. A comprehension is a function that runs at once."""

    __slots__ = ("kind", "parent", "node", "bound", "globals", "nonlocals", "resolved")

    def __init__(self, kind, parent, node):
        self.kind, self.parent, self.node = kind, parent, node
        self.bound, self.globals, self.nonlocals, self.resolved = {}, set(), set(), {}

    @property
    def module(self):
        scope = self
        while scope.parent:
            scope = scope.parent
        return scope

    @property
    def enclosing(self):
        """The next scope whose names are visible here: those of a class are not in its methods."""
        scope = self.parent
        while scope and scope.kind == "class":
            scope = scope.parent
        return scope

    def owner(self, name):
        """The scope that a name is bound in, as seen from here; None when nothing of the file binds it."""
        scope = self
        while scope:
            if name in scope.globals:
                module = self.module
                return module if name in module.bound else None
            if name in scope.bound:
                return scope
            # What stands beside type parameters sees the class around it; a method does not.
            scope = scope.parent if scope is self and scope.kind == "type parameters" else scope.enclosing
        return None

    def binding_scope(self, name):
        """The scope that an assignment here binds a name in."""
        if name in self.globals:
            return self.module
        if name in self.nonlocals:
            scope = self.enclosing
            while scope and (scope.kind != "function" or name not in scope.bound):
                scope = scope.enclosing
            return scope or self
        return self


def function_at_top(scope):
    """The function or class at the top of the file in whose function the code of a scope is; the empty string for what runs when the file is imported."""
    name = ""
    while scope:
        if scope.kind == "function":
            name = getattr(scope.node, "name", "<lambda>")
        elif scope.kind == "class" and name:
            name = scope.node.name
        scope = scope.parent
    return name


class Resolver:
    """What names stand for. `resolve` gives targets and whether it is one of them."""

    NOTHING = ((), False)

    def __init__(self, imports):
        self.imports = imports
        self.stars = []  # (index, line) of the star imports
        self._open = set()

    def resolve(self, scope, name):
        if name not in scope.resolved:
            if (id(scope), name) in self._open:
                return self.NOTHING
            self._open.add((id(scope), name))
            scope.resolved[name] = self._resolve(scope, name)
            self._open.discard((id(scope), name))
        return scope.resolved[name]

    def resolve_chain(self, scope, node):
        """Of `a.b.c`."""
        found = chain(node)
        if not found:
            return self.NOTHING
        targets, is_certain = self.resolve(scope, found[0].id)
        path = tuple(attribute.attr for attribute in found[1])
        if not path:
            return targets, is_certain
        targets = tuple((index, *names, *path) for index, *names in targets)
        return (targets, is_certain) if all(len(target) <= MAX_PATH for target in targets) else self.NOTHING

    def _resolve(self, scope, name):
        owner = scope.owner(name)
        if owner is None:
            return self.NOTHING if name in BUILTINS else (self._from_stars(name, 0), bool(self.stars))
        if owner is not scope:
            return self.resolve(owner, name)

        targets, is_certain = {}, True
        for bound in owner.bound[name]:
            found, certain = self._stands_for(bound, name, owner)
            targets.update((self.meaning(target), target) for target in found)
            is_certain &= certain
        if owner.kind == "class" and owner.enclosing:
            # Before the class binds it, the name is that of outside.
            targets.update((self.meaning(target), target) for target in self.resolve(owner.enclosing, name)[0])
        if owner.kind == "module":
            first = min(bound.line for bound in owner.bound[name])
            targets.update((target, target) for target in self._from_stars(name, first))
        return (tuple(targets.values()), is_certain) if 0 < len(targets) <= MAX_CANDIDATES else self.NOTHING

    def _stands_for(self, bound, name, owner):
        if bound.how is IMPORTED:
            return ((bound.what,),), True
        if bound.how is DEFINED and owner.kind == "module":
            return ((-1, name),), True
        if bound.how is ASSIGNED and is_none(bound.what):
            return (), True  # The fallback of an import that failed; nobody looks for its attributes.
        if bound.how is ASSIGNED and owner.kind == "class" and type(bound.what) is ast.Name and bound.what.id == name:
            return self.resolve(owner.enclosing, name)  # `rpc = rpc` in a class takes the name from outside.
        return self.resolve_chain(bound.scope, bound.what) if bound.how is ASSIGNED else self.NOTHING

    def meaning(self, target):
        """Equal for imports that bring the same thing: `import a.b` and `import a.c` both bring a."""
        index, *path = target
        if index < 0:
            return target
        module, level, name, alias = self.imports[index][2:6]
        return (module if name or alias else module.partition(".")[0], level, name, *path)

    def name_of(self, target):
        """`functools.wraps`: what a target is called where it comes from; the empty string when that is a relative name."""
        index, *path = target
        module, level, name, _ = self.imports[index][2:6] if index >= 0 else ("", 1, None, None)
        return "" if level else ".".join([module, *([name] if name else []), *path])

    def _from_stars(self, name, line):
        return tuple((index, name) for index, star_line in reversed(self.stars) if star_line > line)
