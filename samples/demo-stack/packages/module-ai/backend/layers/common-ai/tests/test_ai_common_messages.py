import unittest

from ai_common import MAX_MESSAGES, check_messages


class MessagesTest(unittest.TestCase):
    def test_a_conversation_comes_back_trimmed(self):
        given = [{"role": "system", "content": " Be brief. "}, {"role": "user", "content": "Hello"}]
        self.assertEqual(check_messages(given)[0]["content"], "Be brief.")

    def test_what_is_no_conversation_is_refused(self):
        user = {"role": "user", "content": "Hello"}
        for given in (None, [], {}, ["x"], [user] * (MAX_MESSAGES + 1), [{**user, "role": "root"}], [{"role": "user"}], [{**user, "x": 1}],
                      [user, {**user, "role": "assistant"}], [{**user, "content": ""}]):  # fmt: skip
            with self.subTest(str(given)[:50]), self.assertRaises(ValueError):
                check_messages(given)
