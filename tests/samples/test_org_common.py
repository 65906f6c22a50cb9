"""org_common against a PostgREST over HTTP."""

import datetime
import json
import os
import socket
import subprocess
import sys
import threading
import types
import unittest
from unittest import mock

import support
from postgrest import ANON_KEY, SERVICE_KEY, Refused
from support import ORG, OTHER, USER, DatabaseTestCase, token

import org_common as common
from org_common import settings, transport


class RowsTest(DatabaseTestCase):
    def orgs(self, *names):
        return [self.db.add("orgs", name=name, slug=name, is_deleted=False) for name in names]

    def test_one_row_or_none(self):
        (org,) = self.orgs("a")
        self.assertEqual(common.find_one("orgs", {"id": org["id"]}, select="name"), {"name": "a"})
        self.assertIsNone(common.find_one("orgs", {"id": ORG}))

    def test_any_text_survives_a_filter(self):
        texts = ["a,b", 'a"b', "a\\b", "a&name=eq.x", "ä ö+#%", "(x)", "eq.x", "", "a\nb"]
        self.orgs("other", *texts)
        for text in texts:
            with self.subTest(text):
                self.assertEqual([row["name"] for row in common.find_many("orgs", {"name": text})], [text])
                self.assertEqual([row["name"] for row in common.find_many("orgs", {"name": [text, "none"]})], [text])

    def test_order_limit_and_offset(self):
        self.orgs("b", "c", "a")
        rows = common.find_many("orgs", {}, select="name", order="name.desc", limit=1, offset=1)
        self.assertEqual(rows, [{"name": "b"}])

    def test_a_limit_that_would_lose_rows_is_refused(self):
        for limit in (0, 1001):
            with self.subTest(limit), self.assertRaises(ValueError):
                common.find_many("orgs", limit=limit)

    def test_a_page_knows_the_total(self):
        self.orgs("a", "b", "c")
        page = common.execute_query("orgs", {}, select="name", order="name", limit=2)
        self.assertEqual(page, ([{"name": "a"}, {"name": "b"}], 3))
        self.assertEqual(common.execute_query("orgs", {}, limit=2, offset=9), ([], 3))

    def test_count(self):
        self.orgs("a", "b")
        self.assertEqual(common.count("orgs", {"name": {"neq": "a"}}), 1)
        self.assertEqual(common.count("orgs", {"name": "x"}), 0)

    def test_a_row_is_inserted_with_dates_as_they_should_be(self):
        when = datetime.datetime(2025, 1, 31, 12, tzinfo=datetime.timezone.utc)
        row = common.insert_one("orgs", {"name": "ä", "deleted_at": when}, select="name,deleted_at")
        self.assertEqual(row, {"name": "ä", "deleted_at": "2025-01-31T12:00:00+00:00"})

    def test_a_row_that_exists_is_a_conflict(self):
        self.db.add("org_members", org_id=ORG, user_id=USER)
        with self.assertRaises(common.Conflict):
            common.insert_one("org_members", {"org_id": ORG, "user_id": USER})

    def test_exactly_one_row_is_changed_or_none(self):
        first, second = self.orgs("a", "b")
        self.assertEqual(common.update_one("orgs", {"name": "a"}, {"slug": "z"}, select="slug"), {"slug": "z"})
        self.assertIsNone(common.update_one("orgs", {"name": "x"}, {"slug": "z"}))
        with self.assertRaises(common.DatabaseError):
            common.update_one("orgs", {"is_deleted": False}, {"name": "both"})
        with self.assertRaises(common.DatabaseError):
            common.delete_one("orgs", {"is_deleted": False})
        self.assertEqual([(row["name"], row["slug"]) for row in self.db.rows["orgs"]], [("a", "z"), ("b", "b")])
        self.assertEqual(common.delete_one("orgs", {"id": second["id"]}, select="name"), {"name": "b"})

    def test_many_rows_are_changed(self):
        self.orgs("a", "b", "c")
        changed = common.update_many("orgs", {"name": ["a", "b"]}, {"is_deleted": True}, select="name")
        self.assertEqual(changed, [{"name": "a"}, {"name": "b"}])
        self.assertEqual(common.delete_many("orgs", {"is_deleted": True}), 2)
        self.assertEqual([row["name"] for row in self.db.rows["orgs"]], ["c"])

    def test_a_change_of_the_whole_table_is_refused_before_it_is_sent(self):
        for change in (common.update_many, common.update_one):
            with self.assertRaises(ValueError):
                change("orgs", {}, {"name": "x"})
        for delete in (common.delete_many, common.delete_one):
            with self.assertRaises(ValueError):
                delete("orgs", {})
        self.assertEqual(self.db.requests, [])

    def test_names_cannot_smuggle_anything(self):
        for call in (
            lambda: common.find_many("orgs?select=*"),
            lambda: common.find_many("orgs", {"or": "(id.eq.1)"}),
            lambda: common.find_many("orgs", select="id&limit=1"),
            lambda: common.find_many("orgs", order="id;x"),
            lambda: common.insert_one("orgs", {"a b": 1}),
            lambda: common.rpc("../orgs"),
        ):
            with self.assertRaises(ValueError):
                call()
        self.assertEqual(self.db.requests, [])


class CallerTest(DatabaseTestCase):
    def headers(self):
        return self.db.requests[-1][2]

    def test_without_a_token_the_service_role_asks(self):
        common.count("orgs")
        self.assertEqual((self.headers()["apikey"], self.headers()["Authorization"]), (SERVICE_KEY, f"Bearer {SERVICE_KEY}"))

    def test_with_a_token_the_caller_asks(self):
        self.db.policies["user_profiles"] = lambda row, user_id: row["user_id"] == user_id
        self.db.add("user_profiles", user_id=USER)
        self.db.add("user_profiles", user_id=OTHER)
        rows = common.find_many("user_profiles", select="user_id", user_jwt=token(USER))
        self.assertEqual(rows, [{"user_id": USER}])
        self.assertEqual((self.headers()["apikey"], self.headers()["Authorization"]), (ANON_KEY, f"Bearer {token(USER)}"))

    def test_what_is_no_token_is_not_sent(self):
        for bad in ("", "x", "a.b", "a.b.c\r\nX: y", "a.b.c d"):
            with self.subTest(bad), self.assertRaises(common.Unauthorized):
                common.find_many("orgs", user_jwt=bad)
        self.assertEqual(self.db.requests, [])

    def test_rpc_passes_parameters_and_returns_what_comes(self):
        calls = self.db.functions
        for answer in (True, None, 7, "x", {"a": 1}, [{"a": 1}]):
            with self.subTest(answer):
                calls["is_org_member"] = lambda p_org_id, p_user_id, answer=answer: answer
                self.assertEqual(common.rpc("is_org_member", {"p_org_id": ORG, "p_user_id": USER}), answer)

    def test_membership_needs_a_clear_yes(self):
        for answer, member in ((True, True), (False, False), (None, False), ("true", False)):
            self.allow(is_org_member=answer)
            self.assertIs(common.is_org_member(ORG, USER), member)

    def test_usage_that_cannot_be_counted_does_not_undo_the_work(self):
        counted = self.record("create_module_usage", None)
        self.assertTrue(common.record_usage("module-ai", "chat", ORG, USER))
        self.assertEqual(counted[0]["p_module_name"], "module-ai")
        del self.db.functions["create_module_usage"]
        self.db.fault = lambda handler: handler.reply(503, {}, None) or True
        self.assertFalse(common.record_usage("module-ai", "chat", ORG, USER))


class ErrorsTest(DatabaseTestCase):
    def refuse(self, status, code, message="internal detail", as_user=False):
        def refused(**params):
            raise Refused(status, code, message)

        self.db.functions["check_sys_admin"] = refused
        with self.assertRaises((common.ApiError, common.DatabaseError)) as raised:
            common.rpc("check_sys_admin", {"p_user_id": USER}, token(USER) if as_user else None)
        return raised.exception

    def test_what_the_caller_can_mend_is_told_without_internals(self):
        for status, code, kind in (
            (409, "23505", common.Conflict),
            (409, "23503", common.Conflict),
            (400, "23502", common.BadRequest),
            (400, "23514", common.BadRequest),
            (400, "22P02", common.BadRequest),
            (400, "P0002", common.NotFound),
            (500, "57014", common.ServiceUnavailable),
            (503, "PGRST001", common.ServiceUnavailable),
            (504, "", common.ServiceUnavailable),
        ):
            with self.subTest(code):
                error = self.refuse(status, code)
                self.assertIs(type(error), kind)
                self.assertNotIn("internal detail", str(error))

    def test_a_message_that_sql_raises_for_the_caller_reaches_them(self):
        error = self.refuse(409, "PT409", "The last administrator cannot leave.")
        self.assertIsInstance(error, common.Conflict)
        self.assertEqual(error.message, "The last administrator cannot leave.")

    def test_refused_credentials_are_the_callers_only_if_they_were_used(self):
        self.assertIsInstance(self.refuse(401, "PGRST301", as_user=True), common.Unauthorized)
        self.assertIsInstance(self.refuse(401, "PGRST301"), common.DatabaseError)
        self.assertIsInstance(self.refuse(403, "42501", as_user=True), common.Forbidden)
        self.assertIsInstance(self.refuse(403, "42501"), common.DatabaseError)

    def test_our_own_mistakes_are_no_bad_requests(self):
        for call in (
            lambda: common.find_many("orgs", {"nmae": 1}),
            lambda: common.find_many("org"),
            lambda: common.rpc("is_org_member", {"p_org_id": ORG}),
        ):
            with self.assertRaises(common.DatabaseError):
                call()

    def test_an_answer_that_is_not_json_is_an_error(self):
        self.db.fault = lambda handler: (
            handler.send_response(200),
            handler.send_header("Content-Length", "6"),
            handler.end_headers(),
            handler.wfile.write(b"<html>"),
        )
        with self.assertRaises(common.DatabaseError):
            common.find_many("orgs")
        with self.assertRaises(common.DatabaseError):
            common.count("orgs")


class ConnectionsTest(DatabaseTestCase):
    def test_a_container_keeps_its_connection(self):
        for _ in range(5):
            common.count("orgs")
        self.assertEqual(self.db.connections, 1)

    def test_an_error_does_not_cost_the_connection(self):
        with self.assertRaises(common.DatabaseError):
            common.find_many("nothing")
        common.count("orgs")
        self.assertEqual(self.db.connections, 1)

    def test_threads_do_not_share_a_connection(self):
        def work():
            common.count("orgs")
            transport.close_all()

        common.count("orgs")
        thread = threading.Thread(target=work)
        thread.start()
        thread.join()
        self.assertEqual(self.db.connections, 2)

    def drop(self, requests):
        """Let the server close the connection instead of answering the next `requests` requests."""
        left = [requests]

        def fault(handler):
            if not left[0]:
                return False
            left[0] -= 1
            handler.close_connection = True
            return True

        self.db.fault = fault

    def test_a_read_on_a_dead_connection_is_sent_again(self):
        common.count("orgs")
        self.drop(1)
        self.assertEqual(common.find_many("orgs"), [])
        self.assertEqual(self.db.connections, 2)

    def test_a_write_is_never_sent_twice(self):
        common.count("orgs")
        self.drop(1)
        with self.assertRaises(common.ServiceUnavailable):
            common.insert_one("orgs", {"name": "a"})
        self.assertEqual([request[0] for request in self.db.requests], ["HEAD", "POST"])

    def test_a_read_on_a_new_connection_is_sent_once(self):
        self.drop(9)
        with self.assertRaises(common.ServiceUnavailable):
            common.find_many("orgs")
        self.assertEqual(len(self.db.requests), 1)

    def test_a_connection_that_the_server_closed_is_not_written_to(self):
        def close_after(handler):
            handler.close_connection = True  # without saying so in the answer
            return False

        self.db.fault = close_after
        common.count("orgs")
        self.db.fault = None
        kept = next(iter(transport._kept.by_origin.values()))
        self.assertEqual(kept.connection.sock.recv(1, socket.MSG_PEEK), b"")  # wait for the server's goodbye
        common.insert_one("orgs", {"name": "a"})
        self.assertEqual(len(self.db.rows["orgs"]), 1)

    def test_a_connection_that_slept_for_long_is_not_used_again(self):
        common.count("orgs")
        with mock.patch.object(transport.time, "time", return_value=transport.time.time() + 31):
            common.count("orgs")
        self.assertEqual(self.db.connections, 2)

    def test_a_server_that_does_not_answer_is_given_up(self):
        release = threading.Event()
        self.addCleanup(release.set)
        self.db.fault = lambda handler: release.wait(5) or True
        with mock.patch.object(transport.send, "__defaults__", (None, 0.05)), self.assertRaises(common.ServiceUnavailable):
            common.find_many("orgs")

    def test_an_answer_that_is_too_large_is_not_read(self):
        self.db.add("orgs", name="x" * 100)
        with mock.patch.object(transport, "MAX_BODY_BYTES", 50), self.assertRaises(common.ServiceUnavailable):
            common.find_many("orgs")

    def test_nothing_is_sent_in_clear_over_the_network(self):
        for url in ("http://example.com", "ftp://127.0.0.1", "example.com", "https://", "file:///etc"):
            with self.subTest(url), mock.patch.dict(os.environ, SUPABASE_URL=url):
                with self.assertRaises(common.ConfigurationError):
                    common.count("orgs")


class SettingsTest(unittest.TestCase):
    def setUp(self):
        self.addCleanup(settings.forget)
        settings.forget()

    def secret(self, text, reads):
        """A boto3 whose Secrets Manager holds `text`; `reads` collects what was asked for."""

        class Client:
            def get_secret_value(self, SecretId):
                reads.append(SecretId)
                return {"SecretString": text}

        def client(service, region_name):
            reads.append((service, region_name))
            return Client()

        return mock.patch.dict(sys.modules, boto3=types.SimpleNamespace(client=client))

    environment = mock.patch.dict(os.environ, {"SUPABASE_SECRET_ARN": "arn:secret", "REGION": "eu-central-1"})

    def test_the_secret_is_read_once_in_a_while(self):
        reads = []
        text = json.dumps({"SUPABASE_URL": "https://db.example.com", "SUPABASE_ANON_KEY": "k"})
        with self.environment, self.secret(text, reads):
            self.assertEqual(common.get_setting("SUPABASE_URL"), "https://db.example.com")
            self.assertEqual(common.get_setting("SUPABASE_ANON_KEY"), "k")
            self.assertEqual(reads, [("secretsmanager", "eu-central-1"), "arn:secret"])
            later = settings.time.monotonic() + settings.SECRET_SECONDS
            with mock.patch.object(settings.time, "monotonic", return_value=later):
                common.get_setting("SUPABASE_URL")
        self.assertEqual(reads.count("arn:secret"), 2)

    def test_a_missing_setting_is_named_and_the_secret_is_not_shown(self):
        for text in ('{"SUPABASE_URL": ""}', '{"SUPABASE_URL": 7}', "[]", "not json: hunter2", "{}"):
            settings.forget()
            with self.subTest(text), self.environment, self.secret(text, []):
                with self.assertRaises(common.ConfigurationError) as raised:
                    common.get_setting("SUPABASE_URL")
                self.assertNotIn("hunter2", str(raised.exception))
                self.assertIsNone(raised.exception.__context__)

    def test_without_a_secret_the_function_says_so(self):
        with mock.patch.dict(os.environ), self.assertRaisesRegex(common.ConfigurationError, "SUPABASE_SECRET_ARN"):
            os.environ.pop("SUPABASE_SECRET_ARN", None)
            common.get_setting("NO_SUCH_SETTING")


class PackageTest(unittest.TestCase):
    def test_all_that_is_promised_is_there(self):
        for name in common.__all__:
            self.assertTrue(hasattr(common, name), name)
        self.assertEqual(sorted(common.__all__), common.__all__)

    def test_importing_needs_no_boto3_and_no_setting(self):
        script = "import sys, org_common; assert 'boto3' not in sys.modules"
        layer = next(layer for layer in support.LAYERS if layer.name == "org-common")
        environment = {"PYTHONPATH": str(layer / "python"), "PYTHONDONTWRITEBYTECODE": "1", "SYSTEMROOT": os.environ.get("SYSTEMROOT", "")}
        subprocess.run([sys.executable, "-c", script], check=True, env=environment)

    def test_an_unknown_log_level_does_not_keep_a_function_from_starting(self):
        with mock.patch.dict(os.environ, LOG_LEVEL="verbose"), self.assertLogs("odd", "WARNING"):
            self.assertEqual(common.get_logger("odd").level, 20)


if __name__ == "__main__":
    unittest.main()
