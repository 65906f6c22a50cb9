namespace Cora.Build.Tests.Rules;

/// <summary>A layer as it is in the field, with each way in which a name can come to be there.</summary>
internal static class SampleLayer
{
    public static LintSources Sources => new()
    {
        ["layers/org-common/org_common/__init__.py"] = """
            from .db import Page, count, find_many, find_one, rpc
            from .errors import *
            from .events import Request as ApiRequest, is_warming
            from .validate import validate
            from . import responses
            from .responses import ok
            from .cached import settings, retried, measured, traced
            import os
            import json as _json

            VERSION = "1.0"
            invoke = rpc
            if os.environ.get("FAST"):
                def dump(value): ...
            else:
                def dump(value, indent=None): ...
            try:
                import orjson as fast
            except ImportError:
                fast = None

            def _private(): ...
            """,
        ["layers/org-common/org_common/db.py"] = """
            from typing import NamedTuple, Optional, overload
            from . import transport

            class Page(NamedTuple):
                rows: list
                total: int = 0

            def rpc(function_name, params=None, user_jwt=None):
                return transport.send("POST", function_name, body=params)

            def find_many(table, filters=None, select="*", order=None, limit=100, offset=0, user_jwt=None): ...
            def find_one(table, filters, *, select="*", user_jwt=None): ...
            @overload
            def count(table: str) -> int: ...
            @overload
            def count(table: str, filters: dict) -> int: ...
            def count(table, filters=None, /): ...
            def page(rows): return Page(rows)
            """,
        ["layers/org-common/org_common/transport.py"] = """
            def send(method, path, *parts, body=None, **headers): ...
            """,
        ["layers/org-common/org_common/errors.py"] = """
            __all__ = ["ApiError", "NotFound", "_Odd"]
            class ApiError(Exception):
                def __init__(self, message, status=500):
                    super().__init__(message)
            class NotFound(ApiError):
                pass
            class Conflict(ApiError):
                def __init__(self, message, *, details=None): ...
            class _Odd(Exception): pass
            """,
        ["layers/org-common/org_common/events.py"] = """
            from dataclasses import dataclass, field, KW_ONLY
            from typing import ClassVar
            @dataclass(frozen=True)
            class Event:
                body: str
                kind: ClassVar[str] = "x"
            @dataclass
            class Request(Event):
                path: str = "/"
                headers: dict = field(default_factory=dict)
                cache: dict = field(init=False, default=None)
                _: KW_ONLY
                user: str
            def is_warming(event): return event.get("source") == "warm"
            """,
        ["layers/org-common/org_common/validate.py"] = "def validate(value, checks, partial=False): ...\n",
        ["layers/org-common/org_common/responses.py"] = "def ok(body, status=200): ...\ndef created(body): ...\nasync def later(a, /, b, *, c): ...\n",
        ["layers/org-common/org_common/cached.py"] = """
            import functools
            import tracing

            def timed(function):
                @functools.wraps(function)
                def wrapper(*args, **kwargs):
                    return function(*args, **kwargs)
                return wrapper

            def retry(times):
                def decorator(function):
                    @functools.wraps(function)
                    def wrapper(*args, **kwargs):
                        return function(*args, **kwargs)
                    return wrapper
                return decorator

            @functools.lru_cache(maxsize=None)
            def settings(name): ...
            @retry(3)
            def retried(url, timeout=5): ...
            @timed
            def measured(a): ...
            @tracing.trace
            def traced(a): ...
            """,
        ["layers/org-common/tracing.py"] = "def trace(function):\n    return lambda *a: function(1, *a)\n",
    };

    /// <summary>A function that has it, beside two modules of its own.</summary>
    public static LintSources With(string code) => Sources.With(new LintSources
    {
        ["lambdas/ws/lambda_function.py"] = code + "\ndef lambda_handler(event, context): ...\n",
        ["lambdas/ws/modules.py"] = "def list_modules(request): ...\nROUTES = {}\n",
        ["lambdas/ws/email_domains/__init__.py"] = "from .names import normal\n",
        ["lambdas/ws/email_domains/names.py"] = "def normal(name): ...\n",
        ["lambdas/ws/shared/deep/tools.py"] = "LIMIT = 5\n",
    });
}
