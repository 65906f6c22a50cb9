import unittest

from support import ORG, OTHER, USER, WS, Context, DatabaseTestCase


class WorkspaceTest(DatabaseTestCase):
    module, function_name = "module-ws", "workspace"

    def setUp(self):
        super().setUp()
        self.allow(is_org_member=True, check_ws_admin=True, create_module_usage=None)
        self.db.policies["workspaces"] = lambda row, user_id: user_id == USER

    def add(self, **more):
        return self.db.add("workspaces", **{"id": WS, "org_id": ORG, "name": "First", "is_deleted": False, **more})

    def test_callers_list_what_they_can_see(self):
        self.add()
        self.add(id="x", name="Gone", is_deleted=True)
        body = self.assert_status(200, "GET /orgs/{orgId}/ws", orgId=ORG)
        self.assertEqual(([workspace["name"] for workspace in body["workspaces"]], body["total"]), (["First"], 1))
        self.assertEqual(self.assert_status(200, "GET /orgs/{orgId}/ws", orgId=ORG, user_id=OTHER)["total"], 0)

    def test_a_member_creates_one(self):
        calls = self.record("create_workspace", {"id": WS})
        used = self.record("create_module_usage", None)
        self.assertEqual(self.assert_status(201, "POST /orgs/{orgId}/ws", orgId=ORG, body={"name": " New "}), {"id": WS})
        self.assertEqual(calls, [{"p_org_id": ORG, "p_user_id": USER, "p_name": "New", "p_description": ""}])
        self.assertEqual((used[0]["p_module_name"], used[0]["p_event_type"]), ("module-ws", "create"))

    def test_outsiders_create_none(self):
        self.allow(is_org_member=False)
        self.assert_status(403, "POST /orgs/{orgId}/ws", orgId=ORG, body={"name": "New"})

    def test_it_is_read_and_changed(self):
        self.add()
        self.assertEqual(self.assert_status(200, "GET /ws/{wsId}", wsId=WS)["name"], "First")
        self.assert_status(404, "GET /ws/{wsId}", wsId=WS, user_id=OTHER)
        self.assertEqual(self.assert_status(200, "PUT /ws/{wsId}", wsId=WS, body={"description": ""})["description"], "")
        self.assert_status(400, "PUT /ws/{wsId}", wsId=WS, body={"org_id": OTHER})
        self.assert_status(400, "GET /ws/{wsId}", wsId="first")

    def test_it_is_deleted_and_restored(self):
        self.add()
        self.assert_status(404, "POST /ws/{wsId}/restore", wsId=WS)
        self.assert_status(204, "DELETE /ws/{wsId}", wsId=WS)
        self.assertEqual(self.db.rows["workspaces"][0]["deleted_by"], USER)
        self.assert_status(404, "GET /ws/{wsId}", wsId=WS)
        self.assert_status(404, "DELETE /ws/{wsId}", wsId=WS)
        self.assertEqual(self.assert_status(200, "POST /ws/{wsId}/restore", wsId=WS)["name"], "First")
        self.assertIsNone(self.db.rows["workspaces"][0]["deleted_at"])

    def test_only_administrators_change_it(self):
        self.allow(check_ws_admin=False)
        self.add()
        self.assert_status(403, "PUT /ws/{wsId}", wsId=WS, body={"name": "x"})
        self.assert_status(403, "DELETE /ws/{wsId}", wsId=WS)
        self.assert_status(403, "POST /ws/{wsId}/restore", wsId=WS)


class CleanupTest(DatabaseTestCase):
    module, function_name = "module-ws", "cleanup"
    event = {"source": "aws.events", "detail-type": "Scheduled Event", "time": "2025-03-02T03:00:00Z"}

    def clean(self, *batches, milliseconds=(60_000,)):
        self.calls, left = [], list(batches)
        self.db.functions["delete_expired_workspaces"] = lambda **params: self.calls.append(params) or left.pop(0)
        return self.function.lambda_handler(self.event, Context(milliseconds))

    def test_what_was_deleted_long_ago_goes_in_batches(self):
        result = self.clean(200, 200, 7)
        self.assertEqual(result, {"deleted": 407, "before": "2025-01-31T03:00:00+00:00", "complete": True})
        self.assertEqual(self.calls[0], {"p_deleted_before": "2025-01-31T03:00:00+00:00", "p_limit": 200})

    def test_it_stops_before_its_time_is_up(self):
        self.assertEqual(self.clean(200, 200, milliseconds=(60_000, 14_000))["complete"], False)
        self.assertEqual(len(self.calls), 1)

    def test_an_event_without_a_time_deletes_nothing(self):
        for event in ({}, {"time": "yesterday"}):
            with self.subTest(event), self.assertRaises((KeyError, ValueError)):
                self.function.lambda_handler(event, Context())
        self.assertEqual(self.db.requests, [])

    def test_a_failure_is_raised_so_that_it_is_tried_again(self):
        self.db.fault = lambda handler: handler.reply(503, {}, None) or True
        with self.assertRaises(Exception) as raised:
            self.function.lambda_handler(self.event, Context())
        self.assertEqual(type(raised.exception).__name__, "ServiceUnavailable")

    def test_warming_deletes_nothing(self):
        self.assertEqual(self.function.lambda_handler({"source": "mgmt.warming"}, Context()), {"warmed": True})
        self.assertEqual(self.db.requests, [])


if __name__ == "__main__":
    unittest.main()
