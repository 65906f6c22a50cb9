"""Warming of functions: schedules, and the EventBridge rules that carry them out."""

from .eventbridge import RuleError, WarmingRules, function_arn
from .schedule import Plan, Rule, check_expression, plan, rule_name, wanted_rules

__all__ = [
    "Plan",
    "Rule",
    "RuleError",
    "WarmingRules",
    "check_expression",
    "function_arn",
    "plan",
    "rule_name",
    "wanted_rules",
]
