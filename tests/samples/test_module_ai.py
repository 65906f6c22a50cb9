import http.server
import json
import os
import unittest
from unittest import mock

from postgrest import LocalServer
from support import ORG, OTHER, USER, DatabaseTestCase

MODEL = "55555555-5555-4555-8555-555555555555"
ASK = {"messages": [{"role": "user", "content": "How many tokens are there in this question?"}]}


class Upstream:
    """An AI provider over HTTP that gives the answers it was told to, one after the other."""

    def __init__(self):
        self.answers, self.requests = [], []
        upstream = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True

            def do_POST(self):
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                upstream.requests.append((self.path, self.headers["Authorization"], body))
                status, answer = upstream.answers.pop(0)
                payload = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
                self.send_response(status)
                self.send_header("Content-Length", str(len(payload)))
                self.end_headers()
                self.wfile.write(payload)

            def log_message(self, *arguments):
                """Quiet."""

        server = LocalServer(Handler)
        self.url, self.close = f"{server.url}/v1", server.close


def completion(text="Nine.", prompt=9, answer=2):
    return {
        "choices": [{"message": {"role": "assistant", "content": text}}],
        "usage": {"prompt_tokens": prompt, "completion_tokens": answer},
    }


class AiTestCase(DatabaseTestCase):
    module = "module-ai"

    def configure(self, **more):
        self.db.add(
            "ai_models", id=MODEL, name="model-1", display_name="Model 1", context_tokens=100, max_output_tokens=40, is_enabled=True
        )
        config = {"ai_model_id": MODEL, "temperature": 0.2, "max_output_tokens": 50, "monthly_token_limit": 1000, "is_enabled": True}
        self.db.add("ai_cfg_orgs", org_id=ORG, **{**config, **more})


class ProviderTest(AiTestCase):
    function_name = "provider"
    route = "POST /orgs/{orgId}/ai/chat"

    def setUp(self):
        super().setUp()
        self.upstream = Upstream()
        self.addCleanup(self.upstream.close)
        patch = mock.patch.dict(os.environ, AI_PROVIDER_URL=self.upstream.url, AI_PROVIDER_KEY="provider-key")
        patch.start()
        self.addCleanup(patch.stop)
        waits = mock.patch("cora_sample_retry.random.uniform", return_value=0)
        waits.start()
        self.addCleanup(waits.stop)
        self.allow(is_org_member=True, get_ai_tokens_this_month=10, create_module_usage=None)

    def test_a_conversation_is_continued_and_counted(self):
        self.configure()
        used = self.record("create_module_usage", None)
        self.upstream.answers = [(200, completion())]
        body = self.assert_status(200, self.route, orgId=ORG, body=ASK)
        self.assertEqual(body["message"], {"role": "assistant", "content": "Nine."})
        (path, key, sent), = self.upstream.requests
        self.assertEqual((path, key), ("/v1/chat/completions", "Bearer provider-key"))
        self.assertEqual((sent["model"], sent["max_tokens"], sent["messages"]), ("model-1", 40, ASK["messages"]))
        row = self.db.rows["ai_usage_requests"][0]
        self.assertEqual((row["user_id"], row["prompt_tokens"], row["completion_tokens"]), (USER, 9, 2))
        self.assertEqual(used[0]["p_event_type"], "chat")

    def test_a_busy_provider_is_asked_again(self):
        self.configure()
        self.upstream.answers = [(429, {}), (503, {}), (200, completion())]
        self.assert_status(200, self.route, orgId=ORG, body=ASK)
        self.assertEqual(len(self.upstream.requests), 3)

    def test_a_provider_that_stays_busy_is_503(self):
        self.configure()
        self.upstream.answers = [(503, {})] * 3
        self.assert_status(503, self.route, orgId=ORG, body=ASK)
        self.assertEqual((len(self.upstream.requests), self.db.rows["ai_usage_requests"]), (3, []))

    def test_a_provider_that_is_gone_is_503(self):
        self.configure()
        self.upstream.close()
        self.assert_status(503, self.route, orgId=ORG, body=ASK)

    def test_a_refusal_is_502_and_not_repeated(self):
        self.configure()
        self.upstream.answers = [(401, {"error": "bad key provider-key"})]
        self.assertNotIn("provider-key", str(self.assert_status(502, self.route, orgId=ORG, body=ASK)))
        self.assertEqual(len(self.upstream.requests), 1)

    def test_an_answer_without_the_agreed_form_is_502(self):
        self.configure()
        for answer in (b"", b"<html>", [], {}, completion(text=None), completion(prompt=-1), completion(answer=True), {"choices": []}):
            with self.subTest(answer):
                self.upstream.answers = [(200, answer)]
                self.assert_status(502, self.route, orgId=ORG, body=ASK)

    def test_a_conversation_that_does_not_fit_is_not_sent(self):
        self.configure()
        body = {"messages": [{"role": "user", "content": "word " * 61}]}
        self.assertIn("61 tokens", self.assert_status(400, self.route, orgId=ORG, body=body)["error"]["details"]["messages"])
        self.assertEqual(self.upstream.requests, [])

    def test_a_budget_that_is_used_up_is_429(self):
        self.configure(monthly_token_limit=10)
        self.assert_status(429, self.route, orgId=ORG, body=ASK)
        self.assertEqual(self.upstream.requests, [])

    def test_without_a_limit_nobody_counts(self):
        self.configure(monthly_token_limit=None)
        del self.db.functions["get_ai_tokens_this_month"]
        self.upstream.answers = [(200, completion())]
        self.assert_status(200, self.route, orgId=ORG, body=ASK)

    def test_ai_must_be_switched_on(self):
        self.assert_status(403, self.route, orgId=ORG, body=ASK)
        self.configure(is_enabled=False)
        self.assert_status(403, self.route, orgId=ORG, body=ASK)

    def test_a_model_that_was_withdrawn_is_a_conflict(self):
        self.configure(ai_model_id=OTHER)
        self.assert_status(409, self.route, orgId=ORG, body=ASK)

    def test_outsiders_may_not(self):
        self.allow(is_org_member=False)
        for route in (self.route, "POST /orgs/{orgId}/ai/tokens"):
            self.assert_status(403, route, orgId=ORG, body=ASK)

    def test_tokens_are_estimated_without_the_provider(self):
        self.configure()
        body = self.assert_status(200, "POST /orgs/{orgId}/ai/tokens", orgId=ORG, body=ASK)
        self.assertEqual(body, {"tokens": 11, "context_tokens": 100})
        self.assertEqual(self.upstream.requests, [])


class ConfigTest(AiTestCase):
    function_name = "ai-config-handler"
    route = "PUT /orgs/{orgId}/ai/config"

    def setUp(self):
        super().setUp()
        self.allow(is_org_member=True, check_org_admin=True)

    def test_models_that_can_be_chosen_are_listed(self):
        self.configure()
        self.db.add("ai_models", name="old", is_enabled=False)
        self.db.policies["ai_models"] = lambda row, user_id: True
        self.assertEqual([model["name"] for model in self.assert_status(200, "GET /ai/models")["models"]], ["model-1"])

    def test_an_organisation_is_configured_and_configured_again(self):
        self.db.add("ai_models", id=MODEL, name="model-1", is_enabled=True)
        self.assert_status(404, "GET /orgs/{orgId}/ai/config", orgId=ORG)
        created = self.assert_status(201, self.route, orgId=ORG, body={"ai_model_id": MODEL})
        self.assertEqual((created["temperature"], created["is_enabled"], created["monthly_token_limit"]), (0.2, True, None))
        self.assert_status(200, self.route, orgId=ORG, body={"ai_model_id": MODEL, "monthly_token_limit": 5})
        self.assertEqual(self.assert_status(200, "GET /orgs/{orgId}/ai/config", orgId=ORG)["monthly_token_limit"], 5)

    def test_a_model_must_be_one_that_can_be_chosen(self):
        self.db.add("ai_models", id=MODEL, name="model-1", is_enabled=False)
        body = self.assert_status(400, self.route, orgId=ORG, body={"ai_model_id": MODEL})
        self.assertEqual(list(body["error"]["details"]), ["ai_model_id"])

    def test_only_administrators_configure(self):
        self.allow(check_org_admin=False)
        self.assert_status(403, self.route, orgId=ORG, body={"ai_model_id": MODEL})


if __name__ == "__main__":
    unittest.main()
