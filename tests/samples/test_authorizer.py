import base64
import hashlib
import hmac
import json
import logging
import os
import sys
import time
import types
import unittest
from unittest import mock

from support import AUTHORIZER, USER, load

SECRET = "a-secret-of-the-tests-that-is-long-enough"
ISSUER = "https://project.example.com/auth/v1"
MISSING = object()


def encode(value):
    data = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def sign(payload, header=None, secret=SECRET, digest=hashlib.sha256):
    signed = f"{encode({'alg': 'HS256', 'typ': 'JWT'} if header is None else header)}.{encode(payload)}"
    return f"{signed}.{encode(hmac.new(secret.encode(), signed.encode(), digest).digest())}"


def claims(**more):
    now = int(time.time())
    good = {"iss": ISSUER, "aud": "authenticated", "sub": USER, "role": "authenticated", "iat": now, "exp": now + 3600, **more}
    return {name: value for name, value in good.items() if value is not MISSING}


class AuthorizerTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.function = load(AUTHORIZER)

    def setUp(self):
        environment = {"SUPABASE_URL": "https://project.example.com/", "SUPABASE_JWT_SECRET": SECRET}
        patch = mock.patch.dict(os.environ, environment)
        patch.start()
        self.addCleanup(patch.stop)
        logging.disable(logging.CRITICAL)
        self.addCleanup(logging.disable, logging.NOTSET)

    def answer(self, authorization):
        event = {"version": "2.0", "type": "REQUEST", "headers": {"authorization": authorization}}
        return self.function.lambda_handler(event, None)

    def assert_refused(self, token):
        self.assertEqual(self.answer(f"Bearer {token}"), {"isAuthorized": False, "context": {}})

    def assert_let_in(self, token):
        answer = self.answer(f"Bearer {token}")
        self.assertIs(answer["isAuthorized"], True)
        return answer["context"]

    def test_a_good_token_lets_its_subject_in(self):
        token = sign(
            claims(email="ada@example.com", app_metadata={"provider": "google"}, user_metadata={"full_name": "Ada", "role": "admin"})
        )
        self.assertEqual(
            self.assert_let_in(token),
            {"sub": USER, "role": "authenticated", "email": "ada@example.com", "provider": "google", "full_name": "Ada"},
        )

    def test_what_has_not_the_right_type_is_left_out_of_the_context(self):
        context = self.assert_let_in(sign(claims(email=None, role={"a": 1}, app_metadata=[], user_metadata={"full_name": 7})))
        self.assertEqual(context, {"sub": USER})

    def test_the_scheme_may_be_in_any_case(self):
        self.assertTrue(self.answer(f"bearer {sign(claims())}")["isAuthorized"])

    def test_an_expired_token_is_refused(self):
        for exp in (int(time.time()) - 1, 0, -1):
            self.assert_refused(sign(claims(exp=exp)))

    def test_a_token_without_an_end_is_refused(self):
        for exp in (MISSING, None, "9999999999", True, [], float("nan")):
            with self.subTest(exp):
                self.assert_refused(sign(claims(exp=exp)))

    def test_a_token_from_the_future_is_refused_beyond_what_clocks_differ(self):
        now = time.time()
        for name in ("nbf", "iat"):
            self.assert_let_in(sign(claims(**{name: now + 10})))
            self.assert_refused(sign(claims(**{name: now + 300})))
            self.assert_refused(sign(claims(**{name: "soon"})))

    def test_a_wrong_signature_is_refused(self):
        good = sign(claims())
        signed, _, signature = good.rpartition(".")
        self.assert_refused(sign(claims(), secret="another"))
        self.assert_refused(f"{signed}.{encode(b'x' * 32)}")
        self.assert_refused(f"{signed}.{signature[:-4]}")
        self.assert_refused(f"{signed}.{signature}AAAA")
        self.assert_refused(f"{signed}.")

    def test_a_changed_payload_is_refused(self):
        header, _, signature = sign(claims()).split(".")
        self.assert_refused(f"{header}.{encode(claims(sub='somebody-else'))}.{signature}")

    def test_the_token_does_not_choose_the_algorithm(self):
        unsigned = f"{encode({'alg': 'none'})}.{encode(claims())}."
        self.assert_refused(unsigned)
        self.assert_refused(unsigned.rstrip("."))
        # Even when the HS256 signature is right.
        for algorithm in ("none", "None", "HS512", "RS256", "hs256", None, ["HS256"]):
            with self.subTest(algorithm):
                self.assert_refused(sign(claims(), header={"alg": algorithm}))
        self.assert_refused(sign(claims(), header={"alg": "HS512"}, digest=hashlib.sha512))
        self.assert_refused(sign(claims(), header={"typ": "JWT"}))
        self.assert_refused(sign(claims(), header={"alg": "HS256", "crit": ["exp"]}))

    def test_another_issuer_or_audience_is_refused(self):
        for more in ({"iss": "https://evil.example.com/auth/v1"}, {"iss": MISSING}, {"aud": "anon"}, {"aud": MISSING}, {"aud": []},
                     {"aud": {"authenticated": 1}}):  # fmt: skip
            with self.subTest(more):
                self.assert_refused(sign(claims(**more)))
        self.assert_let_in(sign(claims(aud=["other", "authenticated"])))

    def test_the_projects_own_keys_are_no_callers(self):
        for role in ("anon", "service_role"):
            self.assert_refused(sign({"iss": "supabase", "role": role, "exp": int(time.time()) + 3600}))

    def test_a_token_without_a_subject_is_refused(self):
        for sub in (MISSING, "", None, 7):
            with self.subTest(sub):
                self.assert_refused(sign(claims(sub=sub)))

    def test_what_is_no_token_is_refused(self):
        deep = encode(b"[" * 10_000)
        for token in ("", "x", "..", "a.b", "a.b.c.d", "é.é.é", "a b.c.d", "=.=.=", "A" * 20_000, f"{deep}.{deep}.{deep}", "\ud800.a.b"):
            with self.subTest(token[:20]):
                self.assert_refused(token)
        for payload in (b"", b"{", b"[]", b"null", b"\xff", b"[" * 10_000):
            with self.subTest(payload[:9]):
                self.assert_refused(sign(payload))
                self.assert_refused(sign(claims(), header=payload))

    def test_without_a_bearer_token_nobody_gets_in(self):
        for authorization in ("", "Bearer", "Bearer ", f"Basic {sign(claims())}", sign(claims()), None):
            with self.subTest(authorization):
                self.assertFalse(self.answer(authorization)["isAuthorized"])
        for event in ({}, {"headers": None}, {"headers": {}}):
            self.assertFalse(self.function.lambda_handler(event, None)["isAuthorized"])

    def test_a_failure_of_ours_is_no_refusal(self):
        for name in ("SUPABASE_URL", "SUPABASE_JWT_SECRET"):
            with mock.patch.dict(os.environ, {name: ""}), self.assertRaisesRegex(RuntimeError, "SUPABASE_SECRET_ARN"):
                self.answer(f"Bearer {sign(claims())}")

    def test_a_token_that_is_too_long_is_not_even_looked_at(self):
        token = sign(claims(padding="x" * 20_000))
        self.assert_refused(token)

    def test_the_secret_is_read_once_in_a_while(self):
        reads = []

        class Client:
            def get_secret_value(self, SecretId):
                reads.append(SecretId)
                return {"SecretString": json.dumps({"SUPABASE_JWT_SECRET": SECRET})}

        boto3 = types.SimpleNamespace(client=lambda service, region_name: Client())
        self.function = load(AUTHORIZER)  # nothing cached
        environment = {"SUPABASE_JWT_SECRET": "", "SUPABASE_SECRET_ARN": "arn:secret"}
        with mock.patch.dict(sys.modules, boto3=boto3), mock.patch.dict(os.environ, environment):
            for _ in range(2):
                self.assert_let_in(sign(claims()))
            self.assertEqual(reads, ["arn:secret"])
            with mock.patch("time.monotonic", return_value=time.monotonic() + 300):
                self.assert_let_in(sign(claims()))
        self.assertEqual(reads, ["arn:secret"] * 2)

    def test_a_secret_that_cannot_be_read_is_not_shown(self):
        boto3 = mock.Mock()
        boto3.client.return_value.get_secret_value.return_value = {"SecretString": "not json: hunter2"}
        environment = {"SUPABASE_JWT_SECRET": "", "SUPABASE_SECRET_ARN": "arn:secret"}
        self.function = load(AUTHORIZER)  # nothing cached
        with mock.patch.dict(sys.modules, boto3=boto3), mock.patch.dict(os.environ, environment):
            with self.assertRaisesRegex(RuntimeError, "not a JSON object") as raised:
                self.answer(f"Bearer {sign(claims())}")
        self.assertNotIn("hunter2", str(raised.exception))

    def test_an_empty_secret_is_never_used(self):
        with self.assertRaises(ValueError):
            self.function.verify(sign(claims(), secret=""), b"", ISSUER, "authenticated", time.time())


if __name__ == "__main__":
    unittest.main()
