"""Decorators that keep the signature of what they decorate."""

import ast

from facts.nodes import FUNCTIONS, dotted, own_statements
from facts.scopes import DEFINED


class Decorators:
    """Which functions are decorators that return a function with the signature of the one that they are given."""

    READING = frozenset(["get", "items", "keys", "values", "copy"])

    def __init__(self, resolver, scopes):
        self.resolver, self.scopes = resolver, scopes

    def keeps_signature(self, node):
        """1 for such a decorator, 2 for a function that returns one, 0 otherwise."""
        if type(node) is not ast.FunctionDef or node.decorator_list:
            return 0
        if self._is_decorator(node):
            return 1
        inner = [function for function in self._functions_in(node) if type(function) is ast.FunctionDef]
        makers = {function.name for function in inner if not function.decorator_list and self._is_decorator(function)}
        return 2 if self._returns(node, makers) else 0

    def _is_decorator(self, node):
        parameters = [*node.args.posonlyargs, *node.args.args]
        required = len(parameters) - len(node.args.defaults)
        keywords = [default for default in node.args.kw_defaults if default is None]
        if not parameters or required > 1 or keywords:
            return False
        given = parameters[0].arg
        if any(type(part) is ast.Name and part.id == given and type(part.ctx) is not ast.Load for part in ast.walk(node)):
            return False
        wrappers = {function.name for function in self._functions_in(node) if self._wraps(function, given)}
        return self._returns(node, wrappers)

    def _functions_in(self, node):
        """Those that the target defines."""
        return [function for function in own_statements(node.body) if isinstance(function, FUNCTIONS) and function in self.scopes]

    def _returns(self, node, names):
        """Whether all that a function returns is one of these functions of its body, each of which is bound once."""
        bound = self.scopes[node].bound
        returns = [statement.value for statement in own_statements(node.body) if type(statement) is ast.Return]
        if not always_returns(node.body):
            return False
        for value in returns:
            if type(value) is ast.Call and len(value.args) == 2 and self._is(node, value.func, "typing", "cast"):
                value = value.args[1]
            if type(value) is not ast.Name or value.id not in names or any(each.how is not DEFINED for each in bound[value.id]):
                return False
        return True

    def _wraps(self, node, given):
        """Whether a function is decorated by `functools.wraps(given)` alone and passes on exactly what it gets."""
        arguments = node.args
        if arguments.posonlyargs or arguments.args or arguments.kwonlyargs or not arguments.vararg or not arguments.kwarg:
            return False
        positional, keywords = arguments.vararg.arg, arguments.kwarg.arg
        if len(node.decorator_list) != 1 or given in (positional, keywords):
            return False
        call = node.decorator_list[0]
        if not (type(call) is ast.Call and len(call.args) == 1 and not call.keywords and type(call.args[0]) is ast.Name
                and call.args[0].id == given and self._is(node, call.func, "functools", "wraps")):
            return False

        allowed, calls = set(), 0
        for part in (each for statement in node.body for each in ast.walk(statement)):
            if type(part) is ast.Call:
                if type(part.func) is ast.Name and part.func.id == given:
                    if not self._passes_on(part, positional, keywords):
                        return False
                    calls += 1
                    allowed.add(id(part.func))
                if type(part.func) is ast.Attribute and part.func.attr in self.READING:
                    allowed.add(id(part.func.value))
                allowed.update(id(keyword.value) for keyword in part.keywords if keyword.arg is None)
            elif type(part) is ast.Attribute and type(part.value) is ast.Name and part.value.id == given:
                allowed.add(id(part.value))
            elif type(part) is ast.Subscript and type(part.ctx) is ast.Load:
                allowed.add(id(part.value))
            elif type(part) is ast.Compare:
                allowed.update(id(operand) for operand in part.comparators)
            elif type(part) is ast.Name and part.id in (given, keywords):
                if id(part) not in allowed:
                    return False
            elif type(part) is ast.Name and part.id == positional and type(part.ctx) is not ast.Load:
                return False
            elif isinstance(part, (ast.Global, ast.Nonlocal, ast.arg)) or isinstance(part, FUNCTIONS):
                return False
        return calls > 0

    @staticmethod
    def _passes_on(call, positional, keywords):
        if len(call.args) != 1 or len(call.keywords) != 1 or type(call.args[0]) is not ast.Starred or call.keywords[0].arg is not None:
            return False
        return dotted(call.args[0].value) == positional and dotted(call.keywords[0].value) == keywords

    def _is(self, node, function, module, name):
        """Whether a function is that of a module of the standard library."""
        targets, is_certain = self.resolver.resolve_chain(self.scopes[node].parent, function)
        return is_certain and all(self.resolver.name_of(target) == f"{module}.{name}" for target in targets)


def always_returns(body):
    """Whether the last statement of a block returns, in each of its branches."""
    last = body[-1] if body else None
    return type(last) is ast.Return or type(last) is ast.If and always_returns(last.body) and always_returns(last.orelse)
