"""Values that the source shows."""

import ast

from facts.history import History
from facts.nodes import constant, is_none
from facts.scopes import ASSIGNED, AUGMENTED
from facts.text import readable


class Literals:
    """Values that the source shows."""

    DEPTH = 50

    def __init__(self, source, resolver):
        self.source, self.resolver = source, resolver
        self._histories = {}

    def fact(self, node, scope):
        """The Literal of an argument; None when only running would tell."""
        if is_none(node):
            return [*self.source.start(node), None, None, False, True]
        text = self.text(node, scope)
        if text:
            return [*self.source.start(text[0]), readable(text[1]), None, False, False]
        keys = self.dict(node, scope)
        if keys:
            return [*self.source.start(keys[0]), None, keys[1], keys[2], False]
        value, _ = self._only_value(node, scope)
        return self.fact(value, scope) if value is not None and is_none(value) else None

    def text(self, node, scope, depth=0):
        """Where a string is written, and the string."""
        kind = type(node)
        if kind is ast.Constant:
            return (node, node.value) if type(node.value) is str else None
        if depth > self.DEPTH:
            return None
        if kind is ast.JoinedStr:
            parts = [constant(value, str) for value in node.values]
            return None if None in parts else (node, "".join(parts))
        if kind is ast.BinOp and type(node.op) is ast.Add:
            left = self.text(node.left, scope, depth + 1)
            right = left and self.text(node.right, scope, depth + 1)
            return (left[0], left[1] + right[1]) if right else None
        value, bound = self._only_value(node, scope)
        if value is None or any(each.how is AUGMENTED for each in bound.scope.bound[node.id]):
            return None
        return self.text(value, bound.scope, depth + 1)

    def dict(self, node, scope):
        """Where a dict is written, its string keys, and whether it has no others."""
        found = self._display(node, scope)
        if found or type(node) is not ast.Name:
            return found
        value, bound = self._only_value(node, scope)
        found = value is not None and self._display(value, bound.scope)
        if not found:
            return None
        later = self._history(node.id, bound).at(node, scope)
        return later and (found[0], found[1] + later[0], found[2] and later[1])

    def _display(self, node, scope, depth=0):
        """Of what makes a new dict: `{…}`, `dict(…)`, `a | {…}`."""
        kind = type(node)
        if kind is ast.Dict:
            keys, is_complete = [], True
            for key in node.keys:
                text = key and self.text(key, scope)
                if text:
                    keys.append([readable(text[1]), *self.source.start(key)])
                else:
                    is_complete = False
            return node, keys, is_complete
        if depth > self.DEPTH:
            return None
        if kind is ast.Call and type(node.func) is ast.Name and node.func.id == "dict" and not scope.owner("dict"):
            found = self._display(node.args[0], scope, depth + 1) if len(node.args) == 1 else None
            keys = list(found[1]) if found else []
            keys += [[keyword.arg, *self.source.start(keyword)] for keyword in node.keywords if keyword.arg]
            is_complete = all(keyword.arg for keyword in node.keywords) and (not node.args or bool(found) and found[2])
            return node, keys, is_complete
        if kind is ast.BinOp and type(node.op) is ast.BitOr:
            sides = [self._display(side, scope, depth + 1) for side in (node.left, node.right)]
            known = [side for side in sides if side]
            if known:
                return node, [key for side in known for key in side[1]], len(known) == 2 and all(side[2] for side in known)
        return None

    def _only_value(self, node, scope):
        """The value of a name that has one for all its life, and its binding."""
        owner = scope.owner(node.id) if type(node) is ast.Name else None
        if owner is None or owner.kind == "class" and owner is not scope:
            return None, None
        bound = [each for each in owner.bound[node.id] if each.how is not AUGMENTED]
        if len(bound) != 1 or bound[0].how is not ASSIGNED or bound[0].scope is not owner:
            return None, None
        if owner.kind == "module" and any(line > bound[0].line for _, line in self.resolver.stars):
            return None, None
        return bound[0].what, bound[0]

    def _history(self, name, bound):
        key = id(bound.scope), name
        if key not in self._histories:
            self._histories[key] = History(name, bound, self)
        return self._histories[key]

    def added(self, node, scope):
        """Keys that `d.update(…)` or `d |= …` adds, and whether those are all."""
        found = self._display(node, scope)
        return (found[1], found[2]) if found else ([], False)
