import base64
import json
import unittest

import org_common as common


def event(method, path, **more):
    about = {"http": {"method": method}, "requestId": "r-1", "stage": more.pop("stage", "$default")}
    return {"version": "2.0", "routeKey": "$default", "rawPath": path, "requestContext": about, **more}


def echo(request):
    return common.ok({"route": request.route_key, "params": request.path_params})


ROUTES = {"GET /a/{x}": echo, "GET /a/special": echo, "POST /a": lambda request: common.created(request.json())}


class RoutingTest(unittest.TestCase):
    def answer(self, given):
        response = common.dispatch(given, None, ROUTES)
        return response["statusCode"], json.loads(response["body"])

    def test_the_route_key_decides(self):
        given = {**event("GET", "/other"), "routeKey": "GET /a/{x}", "pathParameters": {"x": "1"}}
        self.assertEqual(self.answer(given), (200, {"route": "GET /a/{x}", "params": {"x": "1"}}))

    def test_a_default_route_is_matched_by_its_path(self):
        self.assertEqual(self.answer(event("GET", "/a/b%2Fc/"))[1], {"route": "GET /a/{x}", "params": {"x": "b/c"}})

    def test_a_literal_segment_wins(self):
        self.assertEqual(self.answer(event("GET", "/a/special"))[1]["route"], "GET /a/special")

    def test_the_stage_is_no_part_of_the_path(self):
        self.assertEqual(self.answer(event("GET", "/dev/a/1", stage="dev"))[1]["params"], {"x": "1"})

    def test_an_unknown_route_is_404(self):
        for given in (event("GET", "/a"), event("GET", "/a/"), event("PUT", "/a/1"), {}):
            with self.subTest(given):
                self.assertEqual(self.answer(given)[0], 404)

    def test_bodies_may_be_base64(self):
        body = base64.b64encode(b'{"a":1}').decode()
        self.assertEqual(self.answer(event("POST", "/a", body=body, isBase64Encoded=True)), (201, {"a": 1}))

    def test_a_body_that_is_no_json_object_is_400(self):
        for body in (None, "", "{", "[]", "NaN", '{"a":NaN}', "[" * 100_000, "\ud800"):
            with self.subTest(str(body)[:9]):
                self.assertEqual(self.answer(event("POST", "/a", body=body))[0], 400)
        self.assertEqual(self.answer(event("POST", "/a", body="%", isBase64Encoded=True))[0], 400)

    def test_a_failure_of_ours_says_nothing_but_its_number(self):
        def fail(request):
            raise KeyError("secret detail")

        with self.assertLogs("org_common.routing", "ERROR") as logs:
            response = common.dispatch(event("GET", "/"), None, {"GET /": fail, "GET ": fail})
        self.assertEqual(response["statusCode"], 500)
        self.assertNotIn("secret detail", response["body"])
        self.assertEqual(json.loads(response["body"])["request_id"], "r-1")
        self.assertIn("secret detail", logs.output[0])

    def test_an_event_that_warms_is_answered_without_a_route(self):
        self.assertEqual(self.answer({"source": common.WARMING_SOURCE}), (200, {"warmed": True}))

    def test_an_http_caller_cannot_pass_for_warming(self):
        self.assertEqual(self.answer({**event("GET", "/none"), "source": common.WARMING_SOURCE})[0], 404)
