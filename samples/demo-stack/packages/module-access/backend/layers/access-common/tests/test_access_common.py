import unittest
from unittest import mock

import access_common
from access_common import permissions
from org_common import Forbidden, Request, Unauthorized

REQUEST = Request("GET", "/", "GET /", claims={"sub": "u-1"})


class PermissionsTest(unittest.TestCase):
    def test_the_database_is_asked_about_the_caller(self):
        with mock.patch.object(permissions, "rpc", return_value=True) as rpc:
            self.assertEqual(access_common.require_ws_admin(REQUEST, "w-1"), "u-1")
        rpc.assert_called_once_with("check_ws_admin", {"p_user_id": "u-1", "p_ws_id": "w-1"})

    def test_anything_but_a_clear_yes_is_a_no(self):
        for answer in (False, None, "true", 1, []):
            with self.subTest(answer), mock.patch.object(permissions, "rpc", return_value=answer):
                for require in (
                    access_common.require_sys_admin,
                    lambda request: access_common.require_org_admin(request, "o-1"),
                    lambda request: access_common.require_ws_admin(request, "w-1"),
                ):
                    with self.assertRaises(Forbidden):
                        require(REQUEST)

    def test_nobody_is_not_even_asked_about(self):
        with mock.patch.object(permissions, "rpc") as rpc, self.assertRaises(Unauthorized):
            access_common.require_sys_admin(Request("GET", "/", "GET /"))
        rpc.assert_not_called()
