"""What happens to a dict before it is passed on."""

import ast

from facts.nodes import FUNCTIONS, LOOPS, TRIES, dotted
from facts.text import readable

# Where an exception may end.
CATCHING = (*TRIES, ast.With, ast.AsyncWith)

# What happens to it.
ADDED, LEAKED, REMOVED = "added", "leaked", "removed"


class Event:
    """Something that happens to a dict. `path` holds the blocks around it, from the outside: statement, which block of it, its statements."""

    __slots__ = ("what", "keys", "path")

    def __init__(self, what, keys, path):
        self.what, self.keys, self.path = what, keys, path


class History:
    """What happens to a dict between the one place that makes it and the places that pass it on.

    What is not plainly harmless may change the dict: passing it to a function, giving it another name, using it in a nested function.
    """

    READING = frozenset(["get", "items", "keys", "values", "copy"])
    REMOVING = frozenset(["pop", "popitem", "clear"])
    LOGGING = frozenset(["debug", "info", "warning", "error", "exception", "critical", "log"])
    LOGGERS = frozenset(["logger", "log", "logging", "_logger", "_log", "LOGGER", "LOG"])
    PURE = frozenset("any all bool dict enumerate format isinstance iter json.dumps len list print repr set sorted str sum tuple type".split())

    def __init__(self, name, bound, literals):
        self.name, self.bound, self.literals = name, bound, literals
        self.events = []
        self.uses = {}  # id of a Name → index of its event
        self.made = None  # path of the place that makes it
        self._nested = None  # Where the nested function is defined that is being gone through: what it does, it does from there on.
        body = bound.scope.node.body
        self._block(body if type(body) is list else [], (), None, 0)

    def at(self, node, scope):
        """Keys that were added before the dict is passed on, and whether those are all; None when keys may be gone."""
        place = self.uses.get(id(node))
        if place is None or self.made is None:
            # In another function, which runs at any time.
            return None if any(event.what is REMOVED for event in self.events) else ([], False)
        use = self.events[place]
        keys, is_complete = [], not any(self._repeats(entry) for entry in use.path)
        for index, event in enumerate(self.events):
            if event is use:
                continue
            relation = self._before(event, use) if index < place else None
            shared = self._common(event.path, use.path)
            if relation is None and any(self._repeats(entry) for entry in shared):
                relation = "perhaps"  # In the round before.
            if relation is None:
                continue
            if event.what is REMOVED:
                return None
            if event.what is ADDED and relation == "listed":
                keys += event.keys
            else:
                is_complete = False
        return keys, is_complete

    def _repeats(self, entry):
        """Whether a block is a loop's that runs several times for one dict."""
        return isinstance(entry[0], LOOPS) and all(entry[0] is not made[0] for made in self.made)

    @staticmethod
    def _common(path, other):
        count = 0
        while count < min(len(path), len(other)) and path[count][0] is other[count][0] and path[count][1] == other[count][1]:
            count += 1
        return path[:count]

    def _before(self, event, use):
        """Whether an event that stands before a use is seen by it: "listed" for one that it sees at least in one run, None for never."""
        common = len(self._common(event.path, use.path))
        rest = event.path[common:]
        if not rest:
            return "listed"
        if len(use.path) > common and use.path[common][0] is rest[0][0]:
            return None if type(rest[0][0]).__name__ in ("If", "Match", "IfExp") else "perhaps"
        statements = [block[-1] for _, _, block in rest if block]
        if any(type(last) is ast.Return for last in statements):
            return None
        if any(type(last) is ast.Raise for last in statements) and not any(isinstance(entry[0], CATCHING) for entry in event.path):
            return None
        jumps = (ast.Return, ast.Raise, ast.Break, ast.Continue)
        return "perhaps" if any(isinstance(node, jumps) for statement in rest[0][2] for node in ast.walk(statement)) else "listed"

    def _add(self, what, path, keys=()):
        if self._nested is not None:
            # It runs when it likes: what it adds is not known to be there.
            what, path = LEAKED if what is ADDED else what, self._nested
        self.events.append(Event(what, keys, path))

    def _is_it(self, node):
        return type(node) is ast.Name and node.id == self.name

    def _block(self, statements, path, owner, branch):
        if owner is not None:
            path = (*path, (owner, branch, statements))
        for statement in statements:
            self._statement(statement, path)

    def _statement(self, node, path):
        kind = type(node)
        if kind is ast.Assign and node.value is self.bound.what or kind is ast.AnnAssign and node.value is self.bound.what:
            self.made = path
            if kind is ast.Assign and len(node.targets) > 1:
                self._add(LEAKED, path)
            self._expression(node.value, path)
        elif kind is ast.Assign and type(node.targets[0]) is ast.Subscript and self._is_it(node.targets[0].value):
            self._expression(node.value, path)
            key = self.literals.text(node.targets[0].slice, self.bound.scope) if len(node.targets) == 1 else None
            if key:
                self._add(ADDED, path, [[readable(key[1]), *self.literals.source.start(node.targets[0].slice)]])
            else:
                self._add(LEAKED, path)
        elif kind is ast.AugAssign and self._is_it(node.target):
            self._expression(node.value, path)
            self._update(node.value, path)
        elif kind is ast.Expr and type(node.value) is ast.Call and self._is_method(node.value.func, ("update",)):
            self._updates(node.value, path)
        elif kind is ast.Delete and any(type(target) is ast.Subscript and self._is_it(target.value) for target in node.targets):
            self._add(REMOVED, path)
        elif kind is ast.While:
            again = (*path, (node, 1, []))
            self._expression(node.test, again, node)
            self._block(node.body, path, node, 1)
            self._block(node.orelse, path, node, 2)
        elif isinstance(node, FUNCTIONS) or kind is ast.ClassDef:
            self._in_nested(node, path)
        else:
            self._parts(node, path)

    def _updates(self, call, path):
        for argument in call.args:
            self._expression(argument, path)
            self._update(argument, path)
        for keyword in call.keywords:
            self._expression(keyword.value, path)
        self._add(ADDED, path, [[keyword.arg, *self.literals.source.start(keyword)] for keyword in call.keywords if keyword.arg])
        if not all(keyword.arg for keyword in call.keywords):
            self._add(LEAKED, path)

    def _update(self, value, path):
        keys, is_complete = self.literals.added(value, self.bound.scope)
        self._add(ADDED, path, keys)
        if not is_complete:
            self._add(LEAKED, path)

    def _parts(self, node, path):
        """Goes through what a statement or expression consists of; a list of statements is a block."""
        for branch, (_, part) in enumerate(ast.iter_fields(node)):
            for element in part if type(part) is list else (part,):
                if isinstance(element, ast.stmt):
                    self._block(part, path, node, branch)
                    break
                if isinstance(element, ast.AST) and hasattr(element, "body") and type(element.body) is list:
                    # An `except` or a `case`: a branch of its own.
                    index = part.index(element)
                    self._handler(element, (*path, (node, (branch, index), element.body)))
                elif isinstance(element, ast.expr):
                    self._expression(element, path, node)
                elif isinstance(element, ast.AST):
                    self._parts(element, path)

    def _in_nested(self, node, path):
        outer = self._nested
        self._nested = path if outer is None else outer
        self._parts(node, path)
        self._nested = outer

    def _handler(self, node, path):
        for _, part in ast.iter_fields(node):
            for element in part if type(part) is list else (part,):
                if isinstance(element, ast.stmt):
                    self._statement(element, path)
                elif isinstance(element, ast.expr):
                    self._expression(element, path)
                elif isinstance(element, ast.AST):
                    self._parts(element, path)

    def _expression(self, node, path, parent=None):
        kind = type(node)
        if kind is ast.Name:
            if node.id == self.name and not self._is_harmless(parent, node):
                if self._nested is None:
                    self.uses[id(node)] = len(self.events)
                self._add(LEAKED, path)
        elif kind is ast.Call:
            self._call(node, path)
        elif kind is ast.Attribute and self._is_it(node.value):
            self._add(LEAKED, path)  # A method that somebody may call later.
        elif kind is ast.Dict:
            for key, value in zip(node.keys, node.values):
                if key is not None:
                    self._expression(key, path)
                if key is not None or not self._is_it(value):
                    self._expression(value, path)
        elif kind is ast.Lambda:
            self._in_nested(node, path)
        elif kind in (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp):
            self._expression(node.generators[0].iter, path, node.generators[0])
            inner = (*path, (node.generators[0], 0, []))
            for field, part in ast.iter_fields(node):
                for element in part if field == "generators" else (part,):
                    self._parts(element, inner) if field == "generators" else self._expression(element, inner)
        elif kind is ast.IfExp:
            self._expression(node.test, path, node)
            self._expression(node.body, (*path, (node, 1, [])))
            self._expression(node.orelse, (*path, (node, 2, [])))
        else:
            self._parts(node, path)

    def _call(self, node, path):
        if self._is_method(node.func, self.READING):
            pass
        elif self._is_method(node.func, self.REMOVING):
            self._add(REMOVED, path)
        elif self._is_method(node.func, ("setdefault",)):
            key = self.literals.text(node.args[0], self.bound.scope) if node.args else None
            keys = [[readable(key[1]), *self.literals.source.start(node.args[0])]] if key else []
            self._add(ADDED if keys else LEAKED, path, keys)
        elif self._is_method(node.func, ("update",)):
            self._updates(node, path)
            return
        elif type(node.func) is not ast.Name:
            self._expression(node.func, path)
        name = dotted(node.func)
        first, _, last = name.rpartition(".")
        is_pure = name in self.PURE or last in self.LOGGING and first.rpartition(".")[2] in self.LOGGERS
        for argument in node.args:
            if not (is_pure and self._is_it(argument)):
                self._expression(argument, path)
        for keyword in node.keywords:
            if not (self._is_it(keyword.value) and (is_pure or keyword.arg is None)):
                self._expression(keyword.value, path)

    def _is_method(self, node, names):
        return type(node) is ast.Attribute and node.attr in names and self._is_it(node.value)

    @staticmethod
    def _is_harmless(parent, node):
        """Whether what a name stands in only reads it."""
        if type(parent) is ast.Subscript:
            return parent.value is node and type(parent.ctx) is ast.Load
        if type(parent) in (ast.For, ast.AsyncFor, ast.comprehension):
            return parent.iter is node
        if type(parent) in (ast.If, ast.While, ast.Assert, ast.IfExp):
            return parent.test is node
        return type(parent) in (ast.Compare, ast.FormattedValue, ast.Return) or type(parent) is ast.UnaryOp and type(parent.op) is ast.Not
