import datetime
import unittest

from org_common import BadRequest, validation
from org_common.validation import boolean, default, email, https_url, integer, number, one_of, optional, text, uuid, validate


class ChecksTest(unittest.TestCase):
    def test_good_values_come_back_clean(self):
        cases = (
            (text(5), " abc ", "abc"),
            (text(9, min_length=0), "", ""),
            (text(5, pattern="[a-z]+"), "abc", "abc"),
            (integer(1, 3), 3, 3),
            (number(0, 2), 0.5, 0.5),
            (boolean, False, False),
            (one_of("a", "b"), "b", "b"),
            (uuid, "3F2504E0-4F89-11D3-9A0C-0305E82C3301", "3f2504e0-4f89-11d3-9a0c-0305e82c3301"),
            (email, " Ada@Example.COM ", "ada@example.com"),
            (validation.date, "2025-02-28", datetime.date(2025, 2, 28)),
            (https_url, "https://example.com/a?b", "https://example.com/a?b"),
            (optional(boolean), None, None),
            (default(7, integer(1, 9)), None, 7),
        )
        for check, given, expected in cases:
            with self.subTest(given):
                self.assertEqual(check(given), expected)

    def test_bad_values_are_refused(self):
        cases = (
            (text(5), "abcdef"), (text(5), "  "), (text(5), 5), (text(5), "a\x00b"), (text(5), "a\ud800"),
            (text(5, pattern="[a-z]+"), "a\nb"),
            (integer(1, 3), 4), (integer(0, 1), True), (integer(1, 3), 2.0), (number(0, 2), "1"), (number(0, 1), True),
            (boolean, "true"), (boolean, 1), (one_of("a"), []), (uuid, "3f2504e04f8911d39a0c0305e82c3301"), (uuid, None),
            (uuid, "{3f2504e0-4f89-11d3-9a0c-0305e82c33}"), (email, "a@b"), (email, "a b@example.com"), (email, "@example.com"),
            (validation.date, "2025-02-29"), (validation.date, "20250228"), (validation.date, "2025-02-28\n"),
            (https_url, "http://example.com"), (https_url, "https://user@example.com"), (https_url, "https://example.com:x/"),
            (https_url, "https://[::1"), (https_url, "https:///a"),
        )  # fmt: skip
        for check, given in cases:
            with self.subTest(given), self.assertRaises(ValueError):
                check(given)


class ValidateTest(unittest.TestCase):
    checks = {"name": text(5), "age": optional(integer(0, 150))}

    def test_all_that_is_wrong_is_reported_at_once(self):
        with self.assertRaises(BadRequest) as raised:
            validate({"age": -1, "nmae": "x"}, self.checks)
        self.assertEqual(
            raised.exception.details,
            {"nmae": "is not a field here", "name": "is missing", "age": "must be a whole number from 0 to 150"},
        )

    def test_an_optional_field_may_be_missing(self):
        self.assertEqual(validate({"name": "x"}, self.checks), {"name": "x", "age": None})

    def test_a_part_holds_what_was_given_only(self):
        self.assertEqual(validate({"age": 3}, self.checks, partial=True), {"age": 3})

    def test_a_part_must_hold_something(self):
        with self.assertRaises(BadRequest):
            validate({}, self.checks, partial=True)

    def test_paging_has_defaults_and_bounds(self):
        self.assertEqual(validation.paging({}), (50, 0))
        self.assertEqual(validation.paging({"limit": "200", "offset": "7"}), (200, 7))
        for query in ({"limit": "0"}, {"limit": "201"}, {"limit": "x"}, {"offset": "-1"}, {"limit": "٣"}):
            with self.subTest(query), self.assertRaises(BadRequest):
                validation.paging(query)
