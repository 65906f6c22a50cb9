"""What a walk found, as facts."""

import ast

from facts.definitions import Definitions
from facts.environment import Environment
from facts.literals import Literals
from facts.scopes import function_at_top
from facts.text import readable
from facts.walker import ComputedAttribute

class Facts:
    """What a walk found, as facts."""

    def __init__(self, walker):
        self.walker, self.source, self.resolver = walker, walker.source, walker.resolver
        self.literals = Literals(self.source, self.resolver)

    def read(self):
        walker = self.walker
        guards = {
            (self.resolver.meaning(target), attribute)
            for scope, node, attribute in walker.guards for target in self.resolver.resolve_chain(scope, node)[0]
        }
        return {
            "imports": walker.imports,
            "bindings": Definitions(walker).bindings(),
            "all": walker.all if walker.is_all_read else None,
            "isDynamic": walker.is_dynamic,
            "references": [fact for reference in walker.references for fact in self.reference(guards, *reference)],
            "calls": [fact for call in walker.calls for fact in self.call(*call)],
            "importsByName": walker.imports_by_name,
            "environment": Environment(walker, self.literals).facts(),
        }

    def reference(self, guards, scope, name, attributes, is_store, is_guarded):
        targets, is_certain = self.resolver.resolve(scope, name.id)
        if not any(target[0] >= 0 for target in targets):
            return
        for target in targets:
            path = self.resolver.meaning(target)
            for attribute in attributes:
                is_guarded = is_guarded or (path, attribute.attr) in guards
                path = (*path, attribute.attr)
        yield [targets, is_certain, [self.named(attribute) for attribute in attributes], is_store, is_guarded]

    def named(self, attribute):
        at = self.source.start(attribute.node) if type(attribute) is ComputedAttribute else self.source.attribute(attribute)
        return [readable(attribute.attr), *at]

    def call(self, scope, node, is_guarded):
        targets, is_certain = self.resolver.resolve_chain(scope, node.func)
        if not any(target[0] >= 0 or len(target) == 2 for target in targets):
            return
        function = node.func
        name = self.named(function) if type(function) is ast.Attribute else [function.id, *self.source.start(function)]
        positional, has_more_positional = [], False
        for argument in node.args:
            if type(argument) is ast.Starred:
                has_more_positional = True
            elif not has_more_positional:
                positional.append(["", *self.source.start(argument), self.literals.fact(argument, scope)])
        keywords = [
            [keyword.arg, *self.source.start(keyword), self.literals.fact(keyword.value, scope)]
            for keyword in node.keywords if keyword.arg is not None
        ]
        has_more_keywords = len(keywords) < len(node.keywords)
        yield [targets, is_certain, *name, positional, keywords, has_more_positional, has_more_keywords, is_guarded, function_at_top(scope)]
