"""What the tests of the samples share: where things are, how a function is loaded, events, and a test case with a database."""

import base64
import importlib
import json
import logging
import os
import pathlib
import sys
import unittest
from unittest import mock

ROOT = pathlib.Path(__file__).resolve().parents[2]
STACK = ROOT / "samples" / "demo-stack"
INFRA = ROOT / "samples" / "demo-infra"
WHEELS = STACK / "wheels"

LAYERS = sorted(path for path in STACK.glob("packages/module-*/backend/layers/*") if (path / "python").is_dir())
FUNCTIONS = sorted(path.parent for path in STACK.glob("packages/module-*/backend/lambdas/*/lambda_function.py"))
AUTHORIZER = INFRA / "lambdas" / "api-gateway-authorizer"

# Whatever the machine is set up for, the tests talk to nothing but themselves.
for name in [name for name in os.environ if name.startswith(("SUPABASE_", "AI_PROVIDER_", "WARMING_")) or name == "LOG_LEVEL"]:
    del os.environ[name]

sys.dont_write_bytecode = True  # what is tested is also what is packaged
sys.path[:0] = [str(layer / "python") for layer in LAYERS] + [str(wheel) for wheel in sorted(WHEELS.glob("*.whl"))]

from org_common import settings, transport  # noqa: E402  (the layers are on the path only now)
from postgrest import ANON_KEY, SERVICE_KEY, Postgrest  # noqa: E402

USER = "11111111-1111-4111-8111-111111111111"
OTHER = "22222222-2222-4222-8222-222222222222"
ORG = "33333333-3333-4333-8333-333333333333"
WS = "44444444-4444-4444-8444-444444444444"
NOBODY = "99999999-9999-4999-8999-999999999999"


def load(directory):
    """The `lambda_function` of a directory, loaded as Lambda does it: the directory first on the path, and nothing of another function."""
    before = set(sys.modules)
    sys.path.insert(0, str(directory))
    try:
        return importlib.import_module("lambda_function")
    finally:
        sys.path.remove(str(directory))
        for name in set(sys.modules) - before:
            file = getattr(sys.modules[name], "__file__", None) or ""
            if file.startswith(str(directory) + os.sep):
                del sys.modules[name]
        importlib.invalidate_caches()


def function(module, name):
    return load(STACK / "packages" / module / "backend" / "lambdas" / name)


def token(user_id):
    """A token as the fake database reads it: it looks at the subject and trusts the rest."""
    payload = base64.urlsafe_b64encode(json.dumps({"sub": user_id}).encode()).decode().rstrip("=")
    return f"e30.{payload}.c2ln"


def event(route, user_id=USER, body=None, query=None, claims=None, **path_params):
    """An event of an HTTP API, payload format 2.0, after the authorizer."""
    method, _, path = route.partition(" ")
    for name, value in path_params.items():
        path = path.replace("{%s}" % name, value)
    about = {"http": {"method": method, "path": path}, "requestId": "request-1", "stage": "$default"}
    headers = {}
    if user_id is not None:
        about["authorizer"] = {"lambda": {"sub": user_id, **(claims or {})}}
        headers["authorization"] = f"Bearer {token(user_id)}"
    return {
        "version": "2.0",
        "routeKey": route,
        "rawPath": path,
        "headers": headers,
        "queryStringParameters": query,
        "pathParameters": path_params,
        "requestContext": about,
        "body": body if body is None or isinstance(body, str) else json.dumps(body),
        "isBase64Encoded": False,
    }


class Context:
    """The Lambda context, as far as the samples look at it."""

    invoked_function_arn = "arn:aws:lambda:eu-central-1:000000000000:function:demo-dev-lambda-mgmt"

    def __init__(self, milliseconds=(60_000,)):
        self._milliseconds = list(milliseconds)

    def get_remaining_time_in_millis(self):
        return self._milliseconds.pop(0) if len(self._milliseconds) > 1 else self._milliseconds[0]


class DatabaseTestCase(unittest.TestCase):
    """A test with a database of its own. Subclasses name their function, and `call` it."""

    module = function_name = None

    @classmethod
    def setUpClass(cls):
        if cls.module:
            cls.function = function(cls.module, cls.function_name)

    def setUp(self):
        self.db = Postgrest()
        self.addCleanup(self.db.close)
        self.addCleanup(transport.close_all)
        self.addCleanup(settings.forget)
        environment = {
            "SUPABASE_URL": self.db.url + "/",
            "SUPABASE_ANON_KEY": ANON_KEY,
            "SUPABASE_SERVICE_ROLE_KEY": SERVICE_KEY,
        }
        patch = mock.patch.dict(os.environ, environment)
        patch.start()
        self.addCleanup(patch.stop)
        logging.disable(logging.CRITICAL)
        self.addCleanup(logging.disable, logging.NOTSET)

    def allow(self, **answers):
        """Let functions of the database answer the same to everything."""
        for name, answer in answers.items():
            self.db.functions[name] = lambda answer=answer, **params: answer

    def record(self, name, answer):
        """Let a function of the database answer the same to everything; return the list of the parameters that it gets."""
        calls = []
        self.db.functions[name] = lambda **params: calls.append(params) or answer
        return calls

    def call(self, route, context=None, **request):
        """Status and decoded body of the answer to a request."""
        response = self.function.lambda_handler(event(route, **request), context or Context())
        body = json.loads(response["body"]) if "body" in response else None
        if response["statusCode"] == 500:
            self.assertEqual(body["error"], {"code": "internal_error", "message": "Something went wrong."})
        return response["statusCode"], body

    def assert_status(self, expected, route, **request):
        status, body = self.call(route, **request)
        self.assertEqual(status, expected, body)
        return body
