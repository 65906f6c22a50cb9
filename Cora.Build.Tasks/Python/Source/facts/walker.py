"""The one pass through a file."""

import ast

from facts.conditions import Conditions, mentions_type_checking
from facts.nodes import chain, constant, dotted, last_name, own_statements
from facts.scopes import ASSIGNED, AUGMENTED, DEFINED, IMPORTED, UNKNOWN, Bound, Resolver, Scope
TOP, CONDITIONAL, TYPE_CHECKING = range(3)  # ImportPlace
FUNCTION, CLASS, IMPORT, ALIAS, VALUE = range(5)  # BindingKind

CATCH_IMPORT_ERROR = frozenset(["ImportError", "ModuleNotFoundError", "Exception", "BaseException"])
NAMESPACES = frozenset(["globals", "vars", "locals"])
BY_NAME = NAMESPACES | {"hasattr", "getattr", "setattr", "delattr", "__import__", "import_module", "exec"}


class Walker:
    """Goes through a file once, and notes what binds names and what may be a fact; what names stand for is only known at the end."""

    def __init__(self, source, tree, target):
        self.source, self.tree = source, tree
        self.conditions = Conditions(target)
        self.lazy_annotations = target >= (3, 14)
        self.imports, self.bindings, self.references, self.calls, self.guards = [], [], [], [], []
        self.import_depths = []  # In how many functions each import stands.
        self.resolver = Resolver(self.imports)
        self.scopes = {}  # node → Scope
        self.all, self.is_all_read = None, True
        self.is_dynamic = self.imports_by_name = False
        self.place, self.alternatives, self.function_depth = TOP, [], 0
        self.expected = frozenset()  # Names of the exceptions that the block around is prepared for.
        self.scope = self.module = self.scopes[tree] = Scope("module", None, tree)
        self.visitors = {
            getattr(ast, name[len("visit_"):]): getattr(self, name)
            for name in dir(self) if name.startswith("visit_") and hasattr(ast, name[len("visit_"):])
        }
        self.visitors[ast.Name] = self.visitors[ast.Constant] = None  # Of no interest by themselves.

    def walk(self):
        self.block(self.tree.body)

    def visit(self, node):
        visitor = self.visitors.get(type(node), self.parts)
        if visitor:
            visitor(node)

    def parts(self, node):
        visitors = self.visitors
        for field in node._fields:
            part = getattr(node, field, None)
            if type(part) is list:
                for element in part:
                    if isinstance(element, ast.AST):
                        visitor = visitors.get(type(element), self.parts)
                        if visitor:
                            visitor(element)
            elif isinstance(part, ast.AST):
                visitor = visitors.get(type(part), self.parts)
                if visitor:
                    visitor(part)

    def each(self, nodes):
        for node in nodes:
            if node is not None:
                self.visit(node)

    def block(self, statements, place=TOP):
        """Statements that run perhaps, when `place` says so."""
        outer, self.place = self.place, max(self.place, place)
        self.each(statements)
        self.place = outer

    # -------- names

    def bind(self, name, how, what, node, kind=VALUE):
        """Notes that a name is bound; at the top of the module that is a fact."""
        scope = self.scope
        while scope.kind == "comprehension":
            scope = scope.parent
        scope = scope.binding_scope(name)
        scope.bound.setdefault(name, []).append(Bound(how, what, self.scope, node.lineno))
        if scope.kind == "module" and how is not AUGMENTED:
            if name == "__getattr__":
                self.is_dynamic = True
            self.bindings.append((name, kind, node, what, self.scope))

    def bind_parameters(self, scope, arguments):
        every = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs, arguments.vararg, arguments.kwarg]
        for parameter in every:
            if parameter:
                scope.bound[parameter.arg] = [Bound(UNKNOWN, None, scope, parameter.lineno)]

    def target(self, node, value=None):
        """What an assignment binds: names, attributes, items."""
        kind = type(node)
        if kind is ast.Name:
            if value is None:
                self.bind(node.id, UNKNOWN, None, node)
            else:
                is_function = type(value) is ast.Lambda
                self.bind(node.id, DEFINED if is_function else ASSIGNED, value, node, FUNCTION if is_function else VALUE)
        elif kind is ast.Attribute:
            self.attribute(node, is_store=True)
        elif kind in (ast.Tuple, ast.List):
            for element in node.elts:
                self.target(element)
        elif kind is ast.Starred:
            self.target(node.value)
        else:
            self.visit(node)

    # -------- imports

    def visit_Import(self, node):
        for alias in node.names:
            index = self.add_import(alias if hasattr(alias, "lineno") else node, alias.name, 0, None, alias.asname)
            self.bind(alias.asname or alias.name.partition(".")[0], IMPORTED, index, node, IMPORT)

    def visit_ImportFrom(self, node):
        if node.module == "__future__" and any(alias.name == "annotations" for alias in node.names):
            self.lazy_annotations = True
        for alias in node.names:
            index = self.add_import(alias if hasattr(alias, "lineno") else node, node.module or "", node.level, alias.name, alias.asname)
            if alias.name == "*":
                self.resolver.stars.append((index, node.lineno))
                self.bindings.append(("*", IMPORT, node, index, self.scope))
            else:
                self.bind(alias.asname or alias.name, IMPORTED, index, node, IMPORT)

    def add_import(self, at, module, level, name, alias, place=None):
        place = self.place if place is None else place
        is_guarded = not CATCH_IMPORT_ERROR.isdisjoint(self.expected)
        self.imports.append([*self.source.start(at), module, level, name, alias, place, self.alternatives, is_guarded])
        self.import_depths.append(self.function_depth)
        return len(self.imports) - 1

    def never_run(self, statements):
        """Imports that are for type checkers alone. They bind nothing."""
        for node in own_statements(statements):
            if type(node) is ast.Import:
                for alias in node.names:
                    self.add_import(alias if hasattr(alias, "lineno") else node, alias.name, 0, None, alias.asname, TYPE_CHECKING)
            elif type(node) is ast.ImportFrom:
                for alias in node.names:
                    at = alias if hasattr(alias, "lineno") else node
                    self.add_import(at, node.module or "", node.level, alias.name, alias.asname, TYPE_CHECKING)

    # -------- control flow

    def visit_If(self, node):
        truth = self.conditions.truth(node.test)
        self.visit(node.test)
        for statements, dead_when in ((node.body, False), (node.orelse, True)):
            if truth is not dead_when:
                self.block(statements, CONDITIONAL if truth is None else TOP)
            elif mentions_type_checking(node.test):
                self.never_run(statements)

    def visit_IfExp(self, node):
        truth = self.conditions.truth(node.test)
        self.visit(node.test)
        if truth is not False:
            self.visit(node.body)
        if truth is not True:
            self.visit(node.orelse)

    def visit_While(self, node):
        self.visit(node.test)
        if self.conditions.truth(node.test) is not False:
            self.block(node.body, CONDITIONAL)
        self.block(node.orelse, CONDITIONAL)

    def visit_For(self, node):
        self.visit(node.iter)
        self.target(node.target)
        self.block(node.body, CONDITIONAL)
        self.block(node.orelse, CONDITIONAL)

    visit_AsyncFor = visit_For

    def visit_With(self, node):
        suppressed = []
        for item in node.items:
            self.visit(item.context_expr)
            if item.optional_vars is not None:
                self.target(item.optional_vars)
            if type(item.context_expr) is ast.Call and last_name(item.context_expr.func) == "suppress":
                suppressed += item.context_expr.args
        self.guarded(node.body, [last_name(error) for error in suppressed])

    visit_AsyncWith = visit_With

    def visit_Try(self, node):
        first = len(self.imports)
        caught = [name for handler in node.handlers for name in caught_by(handler)]
        self.guarded(node.body, caught)
        tried = [
            index for index in range(first, len(self.imports))
            if self.import_depths[index] == self.function_depth and self.imports[index][6] != TYPE_CHECKING
        ]
        for handler in node.handlers:
            outer = self.alternatives
            if tried and not CATCH_IMPORT_ERROR.isdisjoint(caught_by(handler)):
                self.alternatives = tried
            if handler.type is not None:
                self.visit(handler.type)
            if handler.name:
                # Its end unbinds the name, so that it is none of the module's.
                scope = self.scope.binding_scope(handler.name)
                scope.bound.setdefault(handler.name, []).append(Bound(UNKNOWN, None, scope, handler.lineno))
            self.block(handler.body, CONDITIONAL)
            self.alternatives = outer
        self.block(node.orelse, CONDITIONAL if node.handlers else TOP)
        self.block(node.finalbody)

    visit_TryStar = visit_Try

    def guarded(self, body, caught):
        """A block that is left when something goes wrong that the file expects."""
        outer, self.expected = self.expected, self.expected.union(caught)
        self.block(body, TOP if CATCH_IMPORT_ERROR.isdisjoint(caught) else CONDITIONAL)
        self.expected = outer

    def visit_match_case(self, node):
        self.visit(node.pattern)
        if node.guard is not None:
            self.visit(node.guard)
        self.block(node.body, CONDITIONAL)

    def visit_MatchAs(self, node):
        if node.name:
            self.bind(node.name, UNKNOWN, None, node)
        self.parts(node)

    visit_MatchStar = visit_MatchAs

    def visit_MatchMapping(self, node):
        if node.rest:
            self.bind(node.rest, UNKNOWN, None, node)
        self.parts(node)

    def visit_Global(self, node):
        self.scope.globals.update(node.names)

    def visit_Nonlocal(self, node):
        self.scope.nonlocals.update(node.names)

    # -------- assignments

    def visit_Assign(self, node):
        self.visit(node.value)
        for target in node.targets:
            self.target(target, node.value)
            if self.is_module_name(target, "__all__"):
                self.export(node.value, None)

    def visit_AnnAssign(self, node):
        if not self.lazy_annotations and not self.function_depth:
            self.visit(node.annotation)
        if node.value is not None:
            self.visit(node.value)
            self.target(node.target, node.value)
            if self.is_module_name(node.target, "__all__"):
                self.export(node.value, None)
        elif type(node.target) is not ast.Name:
            self.visit(node.target)
        elif self.scope.kind == "function":
            self.bind(node.target.id, UNKNOWN, None, node)

    def visit_AugAssign(self, node):
        self.visit(node.value)
        if self.is_module_name(node.target, "__all__"):
            self.export(node.value, self.all)
        elif type(node.target) is ast.Name and type(node.op) is ast.BitOr:
            self.bind(node.target.id, AUGMENTED, None, node)
        else:
            self.target(node.target)

    def visit_NamedExpr(self, node):
        self.visit(node.value)
        self.target(node.target)

    def visit_Delete(self, node):
        for target in node.targets:
            self.target(target)
            if self.is_module_name(target, "__all__") or type(target) is ast.Subscript and self.is_module_name(target.value, "__all__"):
                self.is_all_read = False

    def visit_TypeAlias(self, node):
        self.bind(node.name.id, UNKNOWN, None, node.name)

    # -------- __all__

    def is_module_name(self, node, name):
        return type(node) is ast.Name and node.id == name and self.scope.owner(name) in (self.module, None)

    def export(self, node, before):
        """`__all__ = …`, or what is added to it."""
        names = string_list(node)
        if names is None or self.place != TOP or self.scope is not self.module:
            self.is_all_read = False
        else:
            self.all = [*(before or []), *names]

    def all_method(self, call):
        """`__all__.extend([…])` and its like."""
        method = call.func.attr
        if method == "extend" and len(call.args) == 1:
            self.export(call.args[0], self.all)
        elif method == "append" and len(call.args) == 1:
            self.export(ast.List(elts=call.args), self.all)
        elif method not in ("sort", "reverse", "copy", "index", "count"):
            self.is_all_read = False

    # -------- definitions

    def visit_FunctionDef(self, node):
        self.each(node.decorator_list)
        arguments = node.args
        self.each(arguments.defaults)
        self.each(arguments.kw_defaults)
        self.bind(node.name, DEFINED, node, node, FUNCTION)
        outer = self.scope
        self.enter_type_parameters(node)
        if not self.lazy_annotations:
            every = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs, arguments.vararg, arguments.kwarg]
            self.each(parameter.annotation for parameter in every if parameter)
            self.each([node.returns])
        self.scope = self.scopes[node] = Scope("function", self.scope, node)
        self.bind_parameters(self.scope, arguments)
        self.function_depth += 1
        expected, self.expected = self.expected, frozenset()  # It runs later.
        self.block(node.body, CONDITIONAL)
        self.expected = expected
        self.function_depth -= 1
        self.scope = outer

    visit_AsyncFunctionDef = visit_FunctionDef

    def visit_Lambda(self, node):
        self.each(node.args.defaults)
        self.each(node.args.kw_defaults)
        outer = self.scope
        self.scope = self.scopes[node] = Scope("function", outer, node)
        self.bind_parameters(self.scope, node.args)
        self.function_depth += 1
        self.visit(node.body)
        self.function_depth -= 1
        self.scope = outer

    def visit_ClassDef(self, node):
        self.each(node.decorator_list)
        self.bind(node.name, DEFINED, node, node, CLASS)
        outer = self.scope
        self.enter_type_parameters(node)
        self.each(node.bases)
        self.each(keyword.value for keyword in node.keywords)
        self.scope = self.scopes[node] = Scope("class", self.scope, node)
        self.block(node.body)
        self.scope = outer

    def enter_type_parameters(self, node):
        if getattr(node, "type_params", None):
            self.scope = Scope("type parameters", self.scope, node)
            for parameter in node.type_params:
                self.scope.bound[parameter.name] = [Bound(UNKNOWN, None, self.scope, parameter.lineno)]

    def visit_ListComp(self, node):
        outer = self.scope
        self.visit(node.generators[0].iter)
        self.scope = self.scopes[node] = Scope("comprehension", outer, node)
        for index, generator in enumerate(node.generators):
            self.comprehended(generator.target)
            if index:
                self.visit(generator.iter)
            self.each(generator.ifs)
        self.each([node.key, node.value] if type(node) is ast.DictComp else [node.elt])
        self.scope = outer

    visit_SetComp = visit_DictComp = visit_GeneratorExp = visit_ListComp

    def comprehended(self, node):
        """A comprehension's own names."""
        for part in ast.walk(node):
            if type(part) is ast.Name and type(part.ctx) is ast.Store:
                self.scope.bound[part.id] = [Bound(UNKNOWN, None, self.scope, part.lineno)]

    # -------- expressions

    def visit_Attribute(self, node):
        self.attribute(node, is_store=type(node.ctx) is not ast.Load)

    def attribute(self, node, is_store=False):
        found = chain(node)
        if found:
            self.references.append((self.scope, *found, is_store, "AttributeError" in self.expected))
        else:
            self.visit(node.value)

    def visit_Subscript(self, node):
        value = node.value
        if type(value) is ast.Call and type(value.func) is ast.Name and value.func.id in NAMESPACES and type(node.ctx) is ast.Load:
            self.visit(node.slice)  # `globals()[name]` only reads.
            return
        if dotted(value) == "sys.modules" and dotted(node.slice) in ("__name__", "__package__"):
            self.is_dynamic = True
        if type(node.ctx) is not ast.Load and self.is_module_name(value, "__all__"):
            self.is_all_read = False
        self.visit(value)
        self.visit(node.slice)

    def visit_Call(self, node):
        function = node.func
        name = function.id if type(function) is ast.Name else ""
        if type(function) is ast.Name:
            self.calls.append((self.scope, node, "TypeError" in self.expected))
            if name in BY_NAME and self.called_by_name(name, node):
                return
        elif type(function) is ast.Attribute:
            found = chain(function)
            if found:
                self.references.append((self.scope, *found, False, "AttributeError" in self.expected))
                self.calls.append((self.scope, node, "TypeError" in self.expected))
                if function.attr == "import_module":
                    self.import_by_name(node)
                elif found[0].id == "__all__" and self.is_module_name(function.value, "__all__"):
                    self.all_method(node)
            elif self.reads_namespace(function):
                pass
            else:
                self.visit(function.value)
        else:
            self.visit(function)
        self.each(node.args)
        for keyword in node.keywords:
            self.visit(keyword.value)

    def called_by_name(self, name, node):
        """Calls of builtin functions that say something by themselves. Whether the arguments are done with."""
        if name in ("hasattr", "getattr"):
            attribute = constant(node.args[1], str) if len(node.args) == 2 else None
            if attribute and name == "hasattr":
                self.guards.append((self.scope, node.args[0], attribute))
            self.each(node.args[1:] if self.is_own_module(node) else node.args)
            return True
        if name in ("setattr", "delattr") and node.args:
            found = chain(node.args[0])
            if found and len(node.args) > 1:
                attribute = ComputedAttribute(constant(node.args[1], str) or "*", node.args[1])
                self.references.append((self.scope, found[0], [*found[1], attribute], True, False))
        elif name in ("__import__", "import_module"):
            self.import_by_name(node)
        elif name == "globals" or not self.function_depth and (name == "exec" or name in NAMESPACES and not node.args):
            self.is_dynamic = True
        return False

    @staticmethod
    def is_own_module(call):
        return bool(call.args) and type(call.args[0]) is ast.Subscript and dotted(call.args[0].value) == "sys.modules"

    @staticmethod
    def reads_namespace(function):
        """`globals().get`."""
        call = function.value
        return (function.attr in ("get", "items", "keys", "values", "copy") and type(call) is ast.Call
                and type(call.func) is ast.Name and call.func.id in NAMESPACES and not call.args)

    def import_by_name(self, node):
        """`importlib.import_module("a.b")` is an import of a.b."""
        name = constant(node.args[0], str) if len(node.args) == 1 and not node.keywords else None
        if name and all(part.isidentifier() for part in name.split(".")):
            self.add_import(node.args[0], name, 0, None, None)
        else:
            self.imports_by_name = True


class ComputedAttribute:
    """The attribute that `setattr(a, "b", …)` sets, where its name is written."""

    def __init__(self, attr, node):
        self.attr, self.node = attr, node


def caught_by(handler):
    """Names of the exceptions that an `except` catches."""
    if handler.type is None:
        return ["BaseException"]
    every = handler.type.elts if type(handler.type) is ast.Tuple else [handler.type]
    return [last_name(each) for each in every]


def string_list(node):
    """The strings of a list or tuple, or of several that are added; None for anything else."""
    if type(node) in (ast.List, ast.Tuple):
        names = [constant(element, str) for element in node.elts]
        return None if None in names else names
    if type(node) is ast.BinOp and type(node.op) is ast.Add:
        left, right = string_list(node.left), string_list(node.right)
        return None if left is None or right is None else left + right
    return None
