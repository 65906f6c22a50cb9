import unittest
import uuid

from postgrest import Refused
from support import NOBODY, ORG, OTHER, USER, DatabaseTestCase


def refuse(status, code, message=""):
    def refused(**params):
        raise Refused(status, code, message)

    return refused


class IdentitiesTest(DatabaseTestCase):
    module, function_name = "module-access", "identities-management"

    def test_the_first_login_provisions_and_later_ones_do_not(self):
        calls = self.record("create_user_identity", {"org_id": ORG, "is_new": True})
        claims = {"provider": "google", "full_name": " Ada "}
        body = self.assert_status(201, "POST /identities/provision", claims=claims)
        self.assertEqual(body, {"user_id": USER, "org_id": ORG, "is_new": True})
        self.assertEqual(calls, [{"p_user_id": USER, "p_provider": "google", "p_display_name": "Ada"}])
        self.allow(create_user_identity={"org_id": None, "is_new": False})
        self.assert_status(200, "POST /identities/provision")

    def test_an_odd_name_does_not_keep_anyone_out(self):
        calls = self.record("create_user_identity", {"org_id": None, "is_new": True})
        self.assert_status(201, "POST /identities/provision", claims={"full_name": "x" * 500})
        self.assertIsNone(calls[0]["p_display_name"])

    def test_an_odd_provider_is_refused(self):
        self.assert_status(400, "POST /identities/provision", claims={"provider": "A B"})

    def test_nobody_is_not_provisioned(self):
        self.assert_status(401, "POST /identities/provision", user_id=None)
        self.assertEqual(self.db.requests, [])

    def test_callers_see_their_own_identities(self):
        self.db.policies["user_identities"] = lambda row, user_id: row["user_id"] == user_id
        self.db.add("user_identities", user_id=USER, provider="email", created_at="2025")
        self.db.add("user_identities", user_id=OTHER, provider="google", created_at="2025")
        body = self.assert_status(200, "GET /identities/me")
        self.assertEqual([identity["provider"] for identity in body["identities"]], ["email"])

    def test_an_identity_is_unlinked_but_never_the_last_one(self):
        identity = str(uuid.uuid4())
        calls = self.record("delete_user_identity", True)
        self.assert_status(204, "DELETE /identities/me/{identityId}", identityId=identity)
        self.assertEqual(calls, [{"p_user_id": USER, "p_identity_id": identity}])
        self.allow(delete_user_identity=False)
        self.assert_status(404, "DELETE /identities/me/{identityId}", identityId=identity)
        self.db.functions["delete_user_identity"] = refuse(409, "PT409", "This is your last identity.")
        body = self.assert_status(409, "DELETE /identities/me/{identityId}", identityId=identity)
        self.assertEqual(body["error"]["message"], "This is your last identity.")
        self.assert_status(400, "DELETE /identities/me/{identityId}", identityId="1")


class IdpConfigTest(DatabaseTestCase):
    module, function_name = "module-access", "idp-config"
    good = {"provider": "saml", "display_name": "Example", "metadata_url": "https://idp.example.com/metadata"}

    def test_an_administrator_sets_reads_changes_and_removes_it(self):
        self.allow(check_org_admin=True)
        created = self.assert_status(201, "PUT /orgs/{orgId}/idp-config", orgId=ORG, body=self.good)
        self.assertTrue(created["is_enabled"])
        changed = self.assert_status(200, "PUT /orgs/{orgId}/idp-config", orgId=ORG, body={**self.good, "is_enabled": False})
        self.assertEqual((changed["id"], changed["is_enabled"]), (created["id"], False))
        self.assertEqual(self.assert_status(200, "GET /orgs/{orgId}/idp-config", orgId=ORG)["provider"], "saml")
        self.assert_status(204, "DELETE /orgs/{orgId}/idp-config", orgId=ORG)
        self.assert_status(404, "DELETE /orgs/{orgId}/idp-config", orgId=ORG)
        self.assert_status(404, "GET /orgs/{orgId}/idp-config", orgId=ORG)

    def test_others_may_not(self):
        self.allow(check_org_admin=False)
        self.assert_status(403, "GET /orgs/{orgId}/idp-config", orgId=ORG)
        self.assert_status(403, "PUT /orgs/{orgId}/idp-config", orgId=ORG, body=self.good)
        self.assert_status(403, "DELETE /orgs/{orgId}/idp-config", orgId=ORG)
        self.assertEqual({request[1] for request in self.db.requests}, {"/rest/v1/rpc/check_org_admin"})

    def test_what_is_wrong_is_named(self):
        self.allow(check_org_admin=True)
        bad = {"provider": "ldap", "metadata_url": "http://x", "extra": 1}
        body = self.assert_status(400, "PUT /orgs/{orgId}/idp-config", orgId=ORG, body=bad)
        self.assertEqual(set(body["error"]["details"]), {"provider", "metadata_url", "display_name", "extra"})

    def test_everyone_may_ask_how_to_sign_in_and_learns_no_more(self):
        calls = self.record("get_idp_by_email_domain", {"provider": "saml", "display_name": "Example", "org_id": ORG})
        body = self.assert_status(200, "GET /idp-config/discover", user_id=None, query={"email": "Ada@Example.COM"})
        self.assertEqual(body, {"provider": "saml", "display_name": "Example"})
        self.assertEqual(calls, [{"p_domain": "example.com"}])
        self.allow(get_idp_by_email_domain=None)
        body = self.assert_status(200, "GET /idp-config/discover", user_id=None, query={"email": "a@example.net"})
        self.assertEqual(body, {"provider": "email"})
        self.assert_status(400, "GET /idp-config/discover", user_id=None)


class ProfilesTest(DatabaseTestCase):
    module, function_name = "module-access", "profiles"

    def setUp(self):
        super().setUp()
        self.db.policies["user_profiles"] = lambda row, user_id: row["user_id"] == user_id

    def test_callers_read_and_change_their_own(self):
        self.db.add("user_profiles", user_id=OTHER, display_name="Bob")
        self.db.add("user_profiles", user_id=USER, display_name="Ada")
        self.assertEqual(self.assert_status(200, "GET /profiles/me")["display_name"], "Ada")
        body = {"locale": "de-CH", "time_zone": "Europe/Zurich", "avatar_url": None}
        profile = self.assert_status(200, "PUT /profiles/me", body=body)
        self.assertEqual((profile["display_name"], profile["locale"]), ("Ada", "de-CH"))
        self.assertEqual([row["updated_by"] for row in self.db.rows["user_profiles"]], [None, USER])

    def test_who_was_not_provisioned_has_none(self):
        self.assert_status(404, "GET /profiles/me")
        self.assert_status(404, "PUT /profiles/me", body={"display_name": "Ada"})

    def test_nobody_has_none(self):
        self.assert_status(401, "GET /profiles/me", user_id=None)

    def test_a_change_must_be_acceptable(self):
        for body in ({}, {"user_id": OTHER}, {"locale": "x"}, {"time_zone": "../etc"}, {"display_name": ""}, "no json", "[]"):
            with self.subTest(body):
                self.assert_status(400, "PUT /profiles/me", body=body)
        self.assertEqual(self.db.requests, [])

    def test_a_database_that_is_down_is_503_and_says_nothing(self):
        self.db.fault = lambda handler: handler.reply(503, {}, {"message": "upstream 10.0.0.1"}) or True
        body = self.assert_status(503, "GET /profiles/me")
        self.assertNotIn("10.0.0.1", str(body))

    def test_a_mistake_of_ours_is_a_bare_500(self):
        self.db.fault = lambda handler: handler.reply(400, {}, {"code": "42703", "message": "column x"}) or True
        self.assert_status(500, "GET /profiles/me")  # `call` holds that it says nothing


class OrgsTest(DatabaseTestCase):
    module, function_name = "module-access", "orgs"

    def test_callers_list_and_create(self):
        self.allow(get_orgs_by_user=[{"id": ORG, "name": "Example"}])
        self.assertEqual(self.assert_status(200, "GET /orgs")["orgs"][0]["id"], ORG)
        calls = self.record("create_org", {"id": ORG, "name": "Example"})
        self.assert_status(201, "POST /orgs", body={"name": "Example", "slug": "example-org"})
        self.assertEqual(calls, [{"p_name": "Example", "p_slug": "example-org", "p_user_id": USER}])

    def test_a_slug_that_is_taken_is_a_conflict(self):
        self.db.functions["create_org"] = refuse(409, "23505", "duplicate key value")
        self.assert_status(409, "POST /orgs", body={"name": "Example", "slug": "example"})

    def test_a_slug_must_be_one(self):
        for slug in ("Ab-c", "-abc", "a--b", "ab", "a" * 51, "abc\n-"):
            with self.subTest(slug):
                self.assert_status(400, "POST /orgs", body={"name": "Example", "slug": slug})

    def test_members_see_it_and_others_do_not_learn_that_it_is_there(self):
        self.db.add("orgs", id=ORG, name="Example", is_deleted=False)
        self.db.policies["orgs"] = lambda row, user_id: user_id == USER
        self.assertEqual(self.assert_status(200, "GET /orgs/{orgId}", orgId=ORG)["name"], "Example")
        self.assert_status(404, "GET /orgs/{orgId}", orgId=ORG, user_id=OTHER)

    def test_administrators_rename_and_delete(self):
        self.allow(check_org_admin=True)
        row = self.db.add("orgs", id=ORG, name="Example", is_deleted=False)
        self.assertEqual(self.assert_status(200, "PUT /orgs/{orgId}", orgId=ORG, body={"name": "New"})["name"], "New")
        self.assert_status(204, "DELETE /orgs/{orgId}", orgId=ORG)
        row = self.db.rows["orgs"][0]
        self.assertEqual((row["is_deleted"], row["deleted_by"], row["updated_by"]), (True, USER, USER))
        self.assertRegex(row["deleted_at"], r"\+00:00$")
        self.assert_status(404, "DELETE /orgs/{orgId}", orgId=ORG)
        self.assert_status(404, "PUT /orgs/{orgId}", orgId=ORG, body={"name": "New"})

    def test_others_may_not(self):
        self.allow(check_org_admin=False)
        self.db.add("orgs", id=ORG, name="Example", is_deleted=False)
        self.assert_status(403, "PUT /orgs/{orgId}", orgId=ORG, body={"name": "New"})
        self.assert_status(403, "DELETE /orgs/{orgId}", orgId=ORG)
        self.assertFalse(self.db.rows["orgs"][0]["is_deleted"])


class MembersTest(DatabaseTestCase):
    module, function_name = "module-access", "members"

    def test_members_are_listed_by_pages(self):
        self.allow(is_org_member=True)
        for number in range(3):
            self.db.add("org_members", org_id=ORG, user_id=f"{number}", created_at=f"2025-01-0{number + 1}")
        self.db.add("org_members", org_id=OTHER, user_id="9", created_at="2025")
        body = self.assert_status(200, "GET /orgs/{orgId}/members", orgId=ORG, query={"limit": "2", "offset": "1"})
        self.assertEqual(([member["user_id"] for member in body["members"]], body["total"]), (["1", "2"], 3))

    def test_outsiders_see_nothing(self):
        self.allow(is_org_member=False)
        self.assert_status(403, "GET /orgs/{orgId}/members", orgId=ORG)

    def test_administrators_add_members_once(self):
        self.allow(check_org_admin=True)
        body = {"user_id": OTHER, "role": "org_member"}
        self.assertEqual(self.assert_status(201, "POST /orgs/{orgId}/members", orgId=ORG, body=body)["org_id"], ORG)
        self.assert_status(409, "POST /orgs/{orgId}/members", orgId=ORG, body=body)
        self.assert_status(400, "POST /orgs/{orgId}/members", orgId=ORG, body={**body, "role": "owner"})

    def test_a_role_is_changed_in_the_database(self):
        self.allow(check_org_admin=True)
        calls = self.record("update_org_member_role", {"user_id": OTHER, "role": "org_viewer"})
        route = "PUT /orgs/{orgId}/members/{userId}"
        self.assert_status(200, route, orgId=ORG, userId=OTHER, body={"role": "org_viewer"})
        self.assertEqual(calls, [{"p_org_id": ORG, "p_user_id": OTHER, "p_role": "org_viewer", "p_updated_by": USER}])
        self.allow(update_org_member_role=None)
        self.assert_status(404, route, orgId=ORG, userId=NOBODY, body={"role": "org_viewer"})

    def test_everyone_may_leave_and_only_administrators_remove_others(self):
        self.allow(check_org_admin=False, delete_org_member=True)
        route = "DELETE /orgs/{orgId}/members/{userId}"
        self.assert_status(204, route, orgId=ORG, userId=USER)
        self.assert_status(403, route, orgId=ORG, userId=OTHER)
        self.allow(check_org_admin=True)
        self.assert_status(204, route, orgId=ORG, userId=OTHER)
        self.db.functions["delete_org_member"] = refuse(409, "PT409", "The last administrator cannot leave.")
        self.assert_status(409, route, orgId=ORG, userId=USER)


class EmailDomainsTest(DatabaseTestCase):
    module, function_name = "module-access", "org-email-domains"
    list_route = "GET /orgs/{orgId}/email-domains"
    claim_route = "POST /orgs/{orgId}/email-domains"
    verify_route = "POST /orgs/{orgId}/email-domains/{domainId}/verify"
    delete_route = "DELETE /orgs/{orgId}/email-domains/{domainId}"

    def test_a_domain_is_claimed_listed_verified_and_given_up(self):
        self.allow(check_org_admin=True, check_sys_admin=True)
        domain = self.assert_status(201, self.claim_route, orgId=ORG, body={"domain": " Büro.Test. "})
        self.assertEqual((domain["domain"], domain["is_verified"]), ("xn--bro-hoa.test", False))
        self.assertEqual(len(self.assert_status(200, self.list_route, orgId=ORG)["domains"]), 1)
        self.assertTrue(self.assert_status(200, self.verify_route, orgId=ORG, domainId=domain["id"])["is_verified"])
        self.assert_status(204, self.delete_route, orgId=ORG, domainId=domain["id"])
        self.assert_status(404, self.delete_route, orgId=ORG, domainId=domain["id"])

    def test_a_domain_belongs_to_one_organisation(self):
        self.allow(check_org_admin=True)
        domain = self.assert_status(201, self.claim_route, orgId=ORG, body={"domain": "a.test"})
        self.assert_status(409, self.claim_route, orgId=OTHER, body={"domain": "A.test"})
        self.assert_status(404, self.delete_route, orgId=OTHER, domainId=domain["id"])

    def test_public_domains_and_what_is_under_them_belong_to_nobody(self):
        self.allow(check_org_admin=True)
        for domain in ("example.com", "EXAMPLE.com.", "mail.example.org", "x.invalid"):
            with self.subTest(domain):
                self.assert_status(400, self.claim_route, orgId=ORG, body={"domain": domain})
        self.assert_status(201, self.claim_route, orgId=ORG, body={"domain": "notexample.test"})

    def test_what_is_no_domain_is_refused(self):
        self.allow(check_org_admin=True)
        for domain in (None, "", "local", "a..test", "-a.test", "a b.test", "a@b.test", "x" * 64 + ".test", "x." * 200 + "test"):
            with self.subTest(domain):
                self.assert_status(400, self.claim_route, orgId=ORG, body={"domain": domain})

    def test_an_organisation_cannot_verify_itself(self):
        self.allow(check_org_admin=True, check_sys_admin=False)
        domain = self.assert_status(201, self.claim_route, orgId=ORG, body={"domain": "a.test"})
        self.assert_status(403, self.verify_route, orgId=ORG, domainId=domain["id"])


if __name__ == "__main__":
    unittest.main()
