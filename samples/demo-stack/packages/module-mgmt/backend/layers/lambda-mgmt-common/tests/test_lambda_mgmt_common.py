import json
import unittest

from lambda_mgmt_common import Rule, RuleError, WarmingRules, check_expression, function_arn, plan, rule_name, wanted_rules

OWN_ARN = "arn:aws:lambda:eu-central-1:000000000000:function:demo-dev-lambda-mgmt"


class ExpressionsTest(unittest.TestCase):
    def test_schedules_that_eventbridge_takes(self):
        for text in ("rate(5 minutes)", "rate(1 hour)", "rate(2 days)", "cron(0/10 6-18 ? * MON-FRI *)", "cron(15 10 1 * ? 2025)",
                     "cron(*/5 * * * ? *)", "cron(0,30 * * * ? *)"):  # fmt: skip
            with self.subTest(text):
                self.assertEqual(check_expression(text), text)

    def test_schedules_that_it_does_not_take_or_nobody_wants(self):
        for text in (None, "", "rate(5 minute)", "rate(1 hours)", "rate(1 minute)", "rate(4 minutes)", "rate(0 days)", "rate(5 weeks)",
                     "cron(* * * * ? *)", "cron(*/2 * * * ? *)", "cron(0-59 * * * ? *)", "cron(0,58 * * * ? *)", "cron(60 * * * ? *)",
                     "cron(0/0 * * * ? *)", "cron(0 0 * * * *)", "cron(0 0 ? * ? *)", "cron(0 0 * * ?)", "cron(a * * * ? *)",
                     "rate(5 minutes)\n", "rate(" + "9" * 300 + " days)"):  # fmt: skip
            with self.subTest(text), self.assertRaises(ValueError):
                check_expression(text)


class PlanTest(unittest.TestCase):
    def test_what_is_right_is_left_alone(self):
        same, changed, new = Rule("p-a", "rate(5 minutes)", "A"), Rule("p-b", "rate(1 hour)", "B"), Rule("p-c", "rate(1 day)", "C")
        existing = [same, Rule("p-b", "rate(2 hours)", "B"), Rule("p-old", "rate(1 day)", "D")]
        self.assertEqual(plan([same, changed, new], existing), ([changed, new], ["p-old"]))

    def test_only_what_is_switched_on_is_wanted(self):
        config = {"config_key": "orgs", "schedule_expression": "rate(1 hour)", "function_name": "f", "is_warming_enabled": True}
        rules = wanted_rules([config, {**config, "config_key": "off", "is_warming_enabled": False}], "p-", str.upper)
        self.assertEqual(rules, [Rule("p-orgs", "rate(1 hour)", "F")])

    def test_a_name_that_eventbridge_would_not_take_is_refused(self):
        for prefix, key in (("p" * 60, "abcde"), ("p ", "a")):
            with self.subTest(prefix), self.assertRaises(ValueError):
                rule_name(prefix, key)

    def test_a_qualifier_does_not_get_into_another_functions_arn(self):
        for own in (OWN_ARN, OWN_ARN + ":live"):
            self.assertEqual(function_arn(own, "x"), OWN_ARN.replace("demo-dev-lambda-mgmt", "x"))
        with self.assertRaises(ValueError):
            function_arn("arn:aws:s3:::bucket", "x")


class FakeEvents:
    """EventBridge as far as these calls go, in pages of one."""

    class exceptions:
        class ClientError(Exception):
            pass

    def __init__(self):
        self.rules, self.targets, self.failing = {}, {}, set()

    def _page(self, key, items, token):
        at = int(token or 0)
        return {key: items[at : at + 1], **({"NextToken": str(at + 1)} if at + 1 < len(items) else {})}

    def list_rules(self, NamePrefix, NextToken=None):
        return self._page("Rules", [r for name, r in sorted(self.rules.items()) if name.startswith(NamePrefix)], NextToken)

    def list_targets_by_rule(self, Rule, NextToken=None):
        return self._page("Targets", self.targets.get(Rule, []), NextToken)

    def put_rule(self, Name, **more):
        if Name in self.failing:
            raise self.exceptions.ClientError("LimitExceededException")
        self.rules[Name] = {"Name": Name, **more}

    def put_targets(self, Rule, Targets):
        if "targets" in self.failing:
            return {"FailedEntryCount": 1, "FailedEntries": [{"ErrorMessage": "no such function"}]}
        self.targets[Rule] = Targets
        return {"FailedEntryCount": 0, "FailedEntries": []}

    def remove_targets(self, Rule, Ids):
        self.targets[Rule] = [target for target in self.targets[Rule] if target["Id"] not in Ids]
        return {"FailedEntryCount": 0, "FailedEntries": []}

    def delete_rule(self, Name):
        if self.targets.get(Name):
            raise self.exceptions.ClientError("Rule can't be deleted since it has targets.")
        del self.rules[Name]


class WarmingRulesTest(unittest.TestCase):
    def setUp(self):
        self.events = FakeEvents()
        self.rules = WarmingRules(self.events, "p-")
        self.rule = Rule("p-a", "rate(5 minutes)", "arn:a")

    def test_what_was_put_is_there(self):
        other = Rule("p-b", "rate(1 hour)", "arn:b")
        self.rules.put(self.rule)
        self.rules.put(other)
        self.assertEqual(self.rules.existing(), [self.rule, other])
        self.assertEqual(json.loads(self.events.targets["p-a"][0]["Input"]), {"source": "mgmt.warming"})

    def test_rules_of_others_are_not_seen(self):
        self.events.put_rule("q-a", ScheduleExpression="rate(1 hour)", State="ENABLED")
        self.assertEqual(self.rules.existing(), [])

    def test_a_rule_that_is_off_or_aims_elsewhere_does_not_count(self):
        self.rules.put(self.rule)
        self.events.rules["p-a"]["State"] = "DISABLED"
        self.events.targets["p-a"][0]["Input"] = "{}"
        self.assertEqual(self.rules.existing(), [Rule("p-a", "", "")])

    def test_targets_go_before_their_rule(self):
        self.rules.put(self.rule)
        self.rules.remove("p-a")
        self.assertEqual(self.rules.existing(), [])

    def test_a_refusal_is_an_error(self):
        self.events.failing = {"p-a"}
        with self.assertRaisesRegex(RuleError, "LimitExceeded"):
            self.rules.put(self.rule)

    def test_a_refusal_inside_an_answer_of_200_is_an_error(self):
        self.events.failing = {"targets"}
        with self.assertRaisesRegex(RuleError, "no such function"):
            self.rules.put(self.rule)

    def test_an_empty_prefix_is_refused(self):
        with self.assertRaises(ValueError):
            WarmingRules(self.events, "")
