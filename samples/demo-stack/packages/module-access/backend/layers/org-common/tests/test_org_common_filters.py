import datetime
import unittest

from org_common.filters import check_name, check_order, check_select, encode_filters


class FiltersTest(unittest.TestCase):
    def test_a_plain_value_is_compared_for_equality(self):
        self.assertEqual(encode_filters({"name": "a,b.c(d)"}), [("name", "eq.a,b.c(d)")])

    def test_none_is_null(self):
        self.assertEqual(encode_filters({"deleted_at": None}), [("deleted_at", "is.null")])
        self.assertEqual(encode_filters({"deleted_at": {"neq": None}}), [("deleted_at", "not.is.null")])

    def test_booleans_are_in_lower_case(self):
        self.assertEqual(encode_filters({"is_deleted": False}), [("is_deleted", "eq.false")])

    def test_items_of_a_list_are_quoted(self):
        self.assertEqual(encode_filters({"name": ['a"b', "c\\d", "e,f)"]}), [("name", r'in.("a\"b","c\\d","e,f)")')])

    def test_an_empty_list_meets_nothing(self):
        self.assertEqual(encode_filters({"id": []}), [("id", "in.()")])

    def test_several_conditions_on_a_column_must_all_hold(self):
        day = datetime.date(2025, 1, 31)
        self.assertEqual(
            encode_filters({"usage_date": {"gte": day, "lt": "2025-02-10"}}),
            [("usage_date", "gte.2025-01-31"), ("usage_date", "lt.2025-02-10")],
        )

    def test_a_string_is_no_list(self):
        with self.assertRaises(TypeError):
            encode_filters({"id": {"in": "abc"}})

    def test_what_is_no_condition_is_refused(self):
        for filters in ({"a": {}}, {"a": {"like": "x"}}, {"select": "x"}, {"or": "(a.eq.1)"}, {"a.b": 1}, {"A": 1}, {"a\n": 1}):
            with self.subTest(filters), self.assertRaises(ValueError):
                encode_filters(filters)

    def test_what_cannot_be_compared_is_refused(self):
        for value in (object(), b"x", {"gt": None}):
            with self.subTest(value), self.assertRaises(TypeError):
                encode_filters({"a": value})


class NamesTest(unittest.TestCase):
    def test_select_and_order_lose_their_blanks(self):
        self.assertEqual(check_select("id, name ,*"), "id,name,*")
        self.assertEqual(check_order("created_at.desc , name.nullsfirst"), "created_at.desc,name.nullsfirst")

    def test_names_that_are_none_are_refused(self):
        for check, text in ((check_name, "orgs?x=1"), (check_name, ""), (check_select, "id,"), (check_order, "name desc")):
            with self.subTest(text), self.assertRaises(ValueError):
                check(text)
