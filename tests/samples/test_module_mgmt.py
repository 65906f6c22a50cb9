import os
import sys
import unittest
from unittest import mock

import support
from support import ORG, OTHER, USER, DatabaseTestCase

sys.path.append(str(next(layer for layer in support.LAYERS if layer.name == "lambda-mgmt-common") / "tests"))

from lambda_mgmt_common import eventbridge  # noqa: E402
from test_lambda_mgmt_common import FakeEvents  # noqa: E402

SYS = "/admin/sys/mgmt"
GOOD = {"function_name": "demo-dev-orgs", "schedule_expression": "rate(10 minutes)", "is_warming_enabled": True}


class MgmtTestCase(DatabaseTestCase):
    module, function_name = "module-mgmt", "lambda-mgmt"

    def setUp(self):
        super().setUp()
        self.allow(check_sys_admin=True, check_org_admin=True)


class SchedulesTest(MgmtTestCase):
    def test_a_schedule_is_set_changed_and_read(self):
        route = f"PUT {SYS}/schedule/{{configKey}}"
        self.assert_status(404, f"GET {SYS}/schedule/{{configKey}}", configKey="orgs")
        self.assert_status(201, route, configKey="orgs", body=GOOD)
        self.assert_status(200, route, configKey="orgs", body={**GOOD, "is_warming_enabled": False})
        self.assertFalse(self.assert_status(200, f"GET {SYS}/schedule/{{configKey}}", configKey="orgs")["is_warming_enabled"])
        self.assertEqual(self.assert_status(200, f"GET {SYS}/schedule")["total"], 1)
        functions = self.assert_status(200, f"GET {SYS}/functions")["functions"]
        self.assertEqual(functions[0]["function_name"], "demo-dev-orgs")

    def test_what_is_no_schedule_is_refused(self):
        route = f"PUT {SYS}/schedule/{{configKey}}"
        for more in ({"schedule_expression": "rate(1 minute)"}, {"function_name": "a:b"}, {"is_warming_enabled": "yes"}):
            with self.subTest(more):
                body = self.assert_status(400, route, configKey="orgs", body={**GOOD, **more})
                self.assertEqual(list(body["error"]["details"]), list(more))
        self.assert_status(400, route, configKey="Not A Key", body=GOOD)

    def test_only_system_administrators_come_near(self):
        self.allow(check_sys_admin=False)
        for route in ("GET {}/schedule", "GET {}/functions", "GET {}/schedule/{{configKey}}", "PUT {}/schedule/{{configKey}}",
                      "POST {}/schedule/sync", "POST {}/modules", "PUT {}/modules/{{name}}", "POST {}/modules/{{name}}/enable",
                      "POST {}/modules/{{name}}/disable"):  # fmt: skip
            with self.subTest(route):
                self.assert_status(403, route.format(SYS), configKey="orgs", name="module-ws", body=GOOD)
        self.assertEqual({request[1] for request in self.db.requests}, {"/rest/v1/rpc/check_sys_admin"})


class SyncTest(MgmtTestCase):
    route = f"POST {SYS}/schedule/sync"
    prefix = "demo-dev-warm-"

    def setUp(self):
        super().setUp()
        self.events = FakeEvents()
        for patch in (
            mock.patch.object(eventbridge, "client", lambda: self.events),
            mock.patch.dict(os.environ, WARMING_RULE_PREFIX=self.prefix),
        ):
            patch.start()
            self.addCleanup(patch.stop)

    def add(self, key, **more):
        return self.db.add("mgmt_cfg_sys_lambda", config_key=key, **{**GOOD, **more})

    def synced(self):
        return {row["config_key"] for row in self.db.rows["mgmt_cfg_sys_lambda"] if row["last_synced_at"]}

    def test_eventbridge_becomes_what_the_table_says(self):
        self.add("orgs")
        self.add("off", is_warming_enabled=False)
        self.events.put_rule(self.prefix + "old", ScheduleExpression="rate(1 hour)", State="ENABLED")
        self.events.put_rule("of-others", ScheduleExpression="rate(1 hour)", State="ENABLED")
        body = self.assert_status(200, self.route)
        self.assertEqual(body, {"put": [self.prefix + "orgs"], "removed": [self.prefix + "old"], "wanted": 1})
        self.assertEqual(set(self.events.rules), {self.prefix + "orgs", "of-others"})
        (target,) = self.events.targets[self.prefix + "orgs"]
        self.assertEqual(target["Arn"], "arn:aws:lambda:eu-central-1:000000000000:function:demo-dev-orgs")
        self.assertEqual(self.synced(), {"orgs"})

    def test_a_second_sync_changes_nothing(self):
        self.add("orgs")
        self.assert_status(200, self.route)
        self.events.failing = {self.prefix + "orgs"}
        self.assertEqual(self.assert_status(200, self.route), {"put": [], "removed": [], "wanted": 1})

    def test_one_refusal_is_told_and_does_not_stop_the_others(self):
        self.add("a")
        self.add("b")
        self.events.failing = {self.prefix + "a"}
        body = self.assert_status(502, self.route)
        self.assertEqual(list(body["error"]["details"]), [self.prefix + "a"])
        self.assertEqual((set(self.events.rules), self.synced()), ({self.prefix + "b"}, {"b"}))

    def test_rules_are_not_removed_because_rows_did_not_come(self):
        self.add("a")
        self.add("b")
        self.assert_status(200, self.route)
        with mock.patch.object(self.function.schedules, "MAX_ROWS", 1):
            self.assert_status(409, self.route)
        self.assertEqual(set(self.events.rules), {self.prefix + "a", self.prefix + "b"})

    def test_without_a_prefix_no_rule_is_touched(self):
        self.events.put_rule("of-others", ScheduleExpression="rate(1 hour)", State="ENABLED")
        with mock.patch.dict(os.environ, WARMING_RULE_PREFIX=""):
            self.assert_status(500, self.route)
        self.assertEqual(set(self.events.rules), {"of-others"})


class ModulesTest(MgmtTestCase):
    good = {"name": "module-ws", "display_name": "Workspaces", "version": "1.0.0"}

    def test_a_module_is_registered_changed_and_switched(self):
        created = self.assert_status(201, f"POST {SYS}/modules", body=self.good)
        self.assertEqual((created["is_enabled"], created["description"]), (False, ""))
        self.assert_status(409, f"POST {SYS}/modules", body=self.good)
        self.assertTrue(self.assert_status(200, f"POST {SYS}/modules/{{name}}/enable", name="module-ws")["is_enabled"])
        changed = self.assert_status(200, f"PUT {SYS}/modules/{{name}}", name="module-ws", body={"version": "1.1.0-rc.1"})
        self.assertEqual((changed["version"], changed["is_enabled"]), ("1.1.0-rc.1", True))
        self.assertFalse(self.assert_status(200, f"POST {SYS}/modules/{{name}}/disable", name="module-ws")["is_enabled"])
        self.assertEqual(self.db.rows["mgmt_cfg_sys_modules"][0]["updated_by"], USER)

    def test_modules_that_do_not_exist_are_404(self):
        self.assert_status(404, f"PUT {SYS}/modules/{{name}}", name="none", body={"version": "1.0.0"})
        self.assert_status(404, f"POST {SYS}/modules/{{name}}/enable", name="none")
        self.assert_status(404, f"GET {SYS}/modules/{{name}}", name="none")

    def test_what_everything_needs_stays_enabled(self):
        for name in ("module-access", "module-mgmt"):
            self.assert_status(409, f"POST {SYS}/modules/{{name}}/disable", name=name)

    def test_callers_see_what_row_level_security_shows_them(self):
        self.db.policies["mgmt_cfg_sys_modules"] = lambda row, user_id: row["is_enabled"] or user_id == USER
        self.db.add("mgmt_cfg_sys_modules", name="module-on", is_enabled=True)
        self.db.add("mgmt_cfg_sys_modules", name="module-off", is_enabled=False)
        names = lambda **who: [m["name"] for m in self.assert_status(200, f"GET {SYS}/modules", **who)["modules"]]  # noqa: E731
        self.assertEqual(names(), ["module-off", "module-on"])
        self.assertEqual(names(user_id=OTHER), ["module-on"])
        self.assert_status(404, f"GET {SYS}/modules/{{name}}", name="module-off", user_id=OTHER)
        self.assert_status(200, f"GET {SYS}/modules/{{name}}", name="module-off")

    def test_nobody_sees_nothing(self):
        self.assert_status(401, f"GET {SYS}/modules", user_id=None)
        self.assert_status(401, f"GET {SYS}/modules/{{name}}", name="module-on", user_id=None)


class UsageTest(MgmtTestCase):
    route = "GET /admin/org/mgmt/usage"
    query = {"org_id": ORG, "from": "2025-01-01", "to": "2025-01-31"}

    def test_sums_by_day(self):
        for day, org in (("2024-12-31", ORG), ("2025-01-01", ORG), ("2025-01-31", ORG), ("2025-02-01", ORG), ("2025-01-15", OTHER)):
            self.db.add("mgmt_usage_modules_daily", org_id=org, module_name="module-ai", event_type="chat", usage_date=day, event_count=3)
        body = self.assert_status(200, self.route, query=self.query)
        self.assertEqual([row["usage_date"] for row in body["usage"]], ["2025-01-31", "2025-01-01"])
        self.assertEqual(self.assert_status(200, self.route, query={**self.query, "limit": "1"})["total"], 2)

    def test_single_events_of_whole_days(self):
        for when in ("2024-12-31T23:59:59+00:00", "2025-01-01T00:00:00+00:00", "2025-01-31T23:59:59+00:00", "2025-02-01T00:00:00+00:00"):
            self.db.add("mgmt_usage_modules", org_id=ORG, user_id=USER, created_at=when)
        body = self.assert_status(200, self.route, query={**self.query, "granularity": "raw"})
        self.assertEqual([row["created_at"][:10] for row in body["usage"]], ["2025-01-31", "2025-01-01"])

    def test_a_span_must_be_one(self):
        for more in ({"from": "2025-02-01"}, {"to": "2026-01-02"}, {"to": "soon"}, {"granularity": "hourly"}, {"org": ORG}):
            with self.subTest(more):
                self.assert_status(400, self.route, query={**self.query, **more})

    def test_only_administrators_of_the_organisation_see_it(self):
        self.allow(check_org_admin=False)
        self.assert_status(403, self.route, query=self.query)


if __name__ == "__main__":
    unittest.main()
