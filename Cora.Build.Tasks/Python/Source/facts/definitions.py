"""What a module's names are bound to, as facts."""

import ast
import re

from facts.decorators import Decorators
from facts.nodes import FUNCTIONS, TRIES, chain, constant, dotted, last_name, own_statements
from facts.text import readable
from facts.walker import ALIAS, CLASS, FUNCTION, IMPORT

POSITIONAL_ONLY, POSITIONAL_OR_KEYWORD, KEYWORD_ONLY = range(3)  # ParameterKind


class Definitions:
    """The bindings of a walk."""

    def __init__(self, walker):
        self.walker, self.source, self.resolver = walker, walker.source, walker.resolver
        self.decorators = Decorators(self.resolver, walker.scopes)

    def bindings(self):
        last = {name: index for index, (name, *_) in enumerate(self.walker.bindings)}
        facts = []
        for index, (name, kind, node, what, scope) in enumerate(self.walker.bindings):
            if kind == FUNCTION and index < last[name] and is_overload(node):
                continue
            at, more = self.source.start(node), {}
            if kind == IMPORT:
                at, more = self.walker.imports[what][:2], {"import": what}
            elif kind == FUNCTION:
                more = {"signature": signature(what.args)}
                if type(what) is not ast.Lambda:
                    at = self.source.definition(node)
                    more["decorators"] = self.decorated(node, scope)
                    more["keepsSignature"] = self.decorators.keeps_signature(node)
            elif kind == CLASS:
                at = self.source.definition(node)
                more = {"decorators": self.decorated(node, scope), **self.class_facts(node, scope)}
            elif what is not None and chain(what):
                targets, is_certain = self.resolver.resolve_chain(scope, what)
                if is_certain:
                    kind, more = ALIAS, {"targets": targets}
            facts.append([name, kind, *at, {key: value for key, value in more.items() if value or key == "import"}])
        return facts

    def certain_targets(self, scope, node):
        targets, is_certain = self.resolver.resolve_chain(scope, node)
        return targets if is_certain else ()

    def decorated(self, node, scope):
        facts = []
        for decorator in node.decorator_list:
            is_called = type(decorator) is ast.Call
            function = decorator.func if is_called else decorator
            keywords = [
                f"{keyword.arg}={keyword.value.value!r}"
                for keyword in (decorator.keywords if is_called else ()) if keyword.arg and type(keyword.value) is ast.Constant
            ]
            facts.append([self.certain_targets(scope, function), dotted(function), is_called, [readable(keyword) for keyword in keywords]])
        return facts

    def class_facts(self, node, scope):
        """Of a class: what its statement says, and the signature of its `__init__`."""
        initializer, is_opaque, keyword_only, fields = None, False, False, {}
        for statement, is_certain in self.live(node.body):
            if isinstance(statement, FUNCTIONS):
                names = [statement.name]
                if statement.name == "__init__" and not is_overload(statement):
                    is_opaque |= initializer is not None or bool(statement.decorator_list) or not is_certain
                    initializer = signature(statement.args, is_method=True)
            elif type(statement) is ast.AnnAssign and type(statement.target) is ast.Name:
                names = []
                annotation = annotation_name(statement.annotation)
                if annotation == "KW_ONLY":
                    keyword_only = True
                else:
                    name = statement.target.id
                    field, is_known = field_of(statement, keyword_only, annotation)
                    fields[name] = [name, *field]
                    is_opaque |= not (is_certain and is_known)
            else:
                names = names_bound_by(statement)
                is_opaque |= "__init__" in names
            is_opaque |= "__new__" in names
            for name in names:
                if name in fields:
                    fields[name][1] = True  # The class's attribute of that name is the default.
        bases = [[self.certain_targets(scope, base), dotted(base)] for base in node.bases if type(base) is not ast.Starred]
        has_keywords = bool(node.keywords) or len(bases) < len(node.bases)
        return {"signature": initializer, "class": [bases, has_keywords, is_opaque, list(fields.values())]}

    def live(self, statements, is_certain=True):
        """The statements of a class's body, and whether each always runs."""
        for statement in statements:
            if type(statement) is ast.If:
                truth = self.walker.conditions.truth(statement.test)
                if truth is not False:
                    yield from self.live(statement.body, is_certain and truth is True)
                if truth is not True:
                    yield from self.live(statement.orelse, is_certain and truth is False)
            elif isinstance(statement, (ast.With, *TRIES, ast.For, ast.While)):
                for inner in own_statements([statement])[1:]:
                    yield inner, False
            else:
                yield statement, is_certain


def is_overload(node):
    return any(last_name(decorator) == "overload" for decorator in getattr(node, "decorator_list", ()))


def signature(arguments, is_method=False):
    positional = [*arguments.posonlyargs, *arguments.args]
    first_default = len(positional) - len(arguments.defaults)
    parameters = [
        [parameter.arg, POSITIONAL_ONLY if index < len(arguments.posonlyargs) else POSITIONAL_OR_KEYWORD, index >= first_default]
        for index, parameter in enumerate(positional)
    ]
    if is_method:
        del parameters[:1]
    parameters += [
        [parameter.arg, KEYWORD_ONLY, default is not None] for parameter, default in zip(arguments.kwonlyargs, arguments.kw_defaults)
    ]
    return [parameters, arguments.vararg is not None, arguments.kwarg is not None]


def annotation_name(node):
    """`ClassVar` of `typing.ClassVar[int]`, also in quotes."""
    text = constant(node, str)
    if text is not None:
        found = re.match(r"\s*(?:\w+\s*\.\s*)*(\w+)", text)
        return found.group(1) if found else ""
    return last_name(node.value if type(node) is ast.Subscript else node)


def field_of(statement, keyword_only, annotation):
    """Whether a field has a default, is a parameter and is one by name alone; and whether that is all there is to know."""
    value = statement.value
    has_default, is_init, is_known = value is not None, annotation != "ClassVar", True
    if type(value) is ast.Call and last_name(value.func) in ("field", "Field", "ib", "attrib"):
        given = {keyword.arg: keyword.value for keyword in value.keywords}
        has_default = bool(value.args) or not given.keys().isdisjoint(("default", "default_factory", "factory"))
        flags = [given.get("init", ast.Constant(value=True)), given.get("kw_only", ast.Constant(value=keyword_only))]
        is_known = None not in given and all(constant(flag, bool) is not None for flag in flags)
        if is_known:
            is_init, keyword_only = is_init and flags[0].value, flags[1].value
    return [has_default, is_init, keyword_only], is_known


def names_bound_by(statement):
    """The names that a statement of a class's body binds, as far as it is one of the usual ones."""
    if isinstance(statement, ast.ClassDef):
        return [statement.name]
    if isinstance(statement, (ast.Import, ast.ImportFrom)):
        return [alias.asname or alias.name for alias in statement.names]
    return [node.id for node in ast.walk(statement) if type(node) is ast.Name and type(node.ctx) is not ast.Load]
