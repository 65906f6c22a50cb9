"""The samples as a project: what is declared is what is there."""

import ast
import json
import re
import subprocess
import unittest

import support
from database import FUNCTIONS, TABLES
from support import INFRA, ROOT, STACK, load

MODULES = sorted(path.parent for path in STACK.glob("packages/module-*/module.coraproj"))
TABLE_CALLS = {
    "find_one", "find_many", "insert_one", "update_one", "update_many", "delete_one", "delete_many", "count", "execute_query"
}  # fmt: skip
USAGE_QUERY = {"org_id": support.ORG, "from": "2025-01-01", "to": "2025-01-31"}


def sources():
    for directory in (*support.LAYERS, *support.FUNCTIONS):
        for path in directory.rglob("*.py"):
            if "tests" not in path.relative_to(directory).parts:
                yield ast.parse(path.read_text(encoding="utf-8"))


def calls(tree, names):
    """Calls of `f(…)` or `common.f(…)` for the functions `names`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            target = node.func
            is_ours = isinstance(target, ast.Name) or (
                isinstance(target, ast.Attribute) and getattr(target.value, "id", None) == "common"
            )
            if is_ours and getattr(target, "attr", getattr(target, "id", None)) in names:
                yield node


class ShapeTest(unittest.TestCase):
    def test_there_is_something_to_test(self):
        self.assertEqual([module.name for module in MODULES], ["module-access", "module-ai", "module-mgmt", "module-ws"])
        self.assertEqual((len(support.LAYERS), len(support.FUNCTIONS)), (4, 11))

    def test_metadata_names_what_is_there(self):
        for module in MODULES:
            with self.subTest(module.name):
                declared = json.loads((module / "module.json").read_text(encoding="utf-8"))
                for kind, there in (("layers", support.LAYERS), ("functions", support.FUNCTIONS)):
                    self.assertEqual(declared[kind], sorted((p.name for p in there if module in p.parents), key=declared[kind].index))
                references = re.findall(r'Include="../([^/]+)/', (module / "module.coraproj").read_text(encoding="utf-8"))
                self.assertEqual((declared["name"], declared["dependencies"]), (module.name, references))

    def test_what_is_committed_is_text_of_this_repository(self):
        command = ["git", "-C", str(ROOT), "ls-files", "-z", "--cached", "--others", "--exclude-standard", "samples", "tests/samples"]
        listed = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split("\0")
        paths = [ROOT / name for name in listed if name and not name.endswith(".whl") and (ROOT / name).is_file()]
        self.assertGreater(len(paths), 50)
        for path in paths:
            with self.subTest(path.relative_to(ROOT)):
                text = path.read_bytes()
                self.assertNotIn(b"\r", text)
                self.assertTrue(not text or text.endswith(b"\n"))
                text.decode("utf-8")

    def test_a_function_is_not_hidden_from_git(self):
        files = [str(path / "lambda_function.py") for path in (*support.FUNCTIONS, support.AUTHORIZER)]
        ignored = subprocess.run(["git", "-C", str(ROOT), "check-ignore", *files], capture_output=True, text=True)
        self.assertEqual((ignored.returncode, ignored.stdout), (1, ""))

    def test_the_authorizer_has_its_project(self):
        self.assertIn('Include="lambdas/api-gateway-authorizer"', (INFRA / "infra.coraproj").read_text(encoding="utf-8"))


class RoutesTest(unittest.TestCase):
    bullet = re.compile(r"^- (GET|POST|PUT|PATCH|DELETE) +(/\S*)", re.MULTILINE)

    def test_routes_are_declared_and_handled_once_each(self):
        everywhere = []
        for directory in support.FUNCTIONS:
            function = load(directory)
            declared = [" ".join(found) for found in self.bullet.findall(function.__doc__)]
            with self.subTest(directory.name):
                self.assertEqual(sorted(declared), sorted(getattr(function, "ROUTES", {})))
            everywhere += declared
        self.assertEqual(len(everywhere), len(set(everywhere)))
        self.assertGreater(len(everywhere), 40)


class SignInTest(support.DatabaseTestCase):
    public = {"GET /idp-config/discover"}

    def test_no_route_but_the_public_ones_reaches_the_database_without_a_token(self):
        parameters = {"configKey": "some-key", "name": "module-ws"}
        for directory in support.FUNCTIONS:
            self.function = load(directory)
            for route in set(getattr(self.function, "ROUTES", {})) - self.public:
                names = re.findall(r"{(\w+)}", route)
                with self.subTest(route):
                    self.assert_status(
                        401, route, user_id=None, query=USAGE_QUERY, **{name: parameters.get(name, support.ORG) for name in names}
                    )
        self.assertEqual(self.db.requests, [])


class DatabaseNamesTest(unittest.TestCase):
    def test_tables_are_those_that_are_listed(self):
        used = set()
        for tree in sources():
            for call in calls(tree, TABLE_CALLS):
                if call.args and isinstance(call.args[0], ast.Constant):
                    used.add(call.args[0].value)
        self.assertEqual(used, set(TABLES))

    def test_functions_are_those_that_are_listed(self):
        used = set()
        for tree in sources():
            for call in calls(tree, {"rpc"}):
                if call.args and isinstance(call.args[0], ast.Constant):
                    used.add(call.args[0].value)
        self.assertEqual(used, set(FUNCTIONS))

    def test_names_follow_the_standard(self):
        mandated = {"check_sys_admin", "check_org_admin", "check_ws_admin"}
        for function, params in FUNCTIONS.items():
            with self.subTest(function):
                self.assertTrue(function in mandated or re.match(r"(is|can|get|create|update|delete)_", function))
                self.assertTrue(all(param.startswith("p_") for param in params))
        for table, columns in TABLES.items():
            with self.subTest(table):
                self.assertLessEqual(len(table), 25)
                self.assertIn("id", columns)


def load_tests(loader, tests, pattern):
    """The layers' own tests too: each layer keeps them beside its `python/`."""
    for layer in support.LAYERS:
        found = unittest.TestLoader().discover(str(layer / "tests"), top_level_dir=str(layer / "tests"))
        if not found.countTestCases():
            raise AssertionError(f"{layer.name} has no tests")
        tests.addTests(found)
    return tests


if __name__ == "__main__":
    unittest.main()
