"""Warming schedules: what they may say, and what must change so that EventBridge has exactly them. No I/O here."""

from __future__ import annotations

import re
from typing import Any, Callable, Iterable, List, Mapping, NamedTuple, Set

# PutRule's limit for a rule's name. The prefix names project and environment, because one account holds several.
MAX_RULE_NAME = 64
CONFIG_KEY_PATTERN = r"[a-z0-9]+(-[a-z0-9]+)*"
MAX_CONFIG_KEY = 40

# EventBridge allows one minute; nothing needs to be kept that warm, and every call is paid for.
MIN_MINUTES = 5

_RATE = re.compile(r"rate\(([1-9][0-9]{0,4}) (minute|minutes|hour|hours|day|days)\)\Z")
_MINUTES = {"minute": 1, "hour": 60, "day": 1440}

# minutes hours day-of-month month day-of-week year
_CRON = re.compile(r"cron\((\S+) (\S+) (\S+) (\S+) (\S+) (\S+)\)\Z")
_MINUTE_PART = re.compile(r"((?P<all>\*)|(?P<first>[0-9]{1,2})(-(?P<last>[0-9]{1,2}))?)(/(?P<step>[0-9]{1,2}))?\Z")
_CRON_FIELD = re.compile(r"[0-9A-Z,*?/#-]+\Z")


class Rule(NamedTuple):
    """A schedule rule and the ARN of the function that it calls."""

    name: str
    expression: str
    target_arn: str


class Plan(NamedTuple):
    """What must be done to the rules that exist. A rule whose target is wrong counts as one to put."""

    put: List[Rule]
    remove: List[str]


def check_expression(value: Any) -> str:
    """A check for `validate`: `rate(5 minutes)` or `cron(0/10 6-18 ? * MON-FRI *)`. Raises `ValueError`."""
    if not isinstance(value, str) or len(value) > 256:
        raise ValueError("must be a schedule such as rate(5 minutes)")
    rate, cron = _RATE.match(value), _CRON.match(value)
    if rate:
        _check_rate(int(rate[1]), rate[2])
    elif cron:
        _check_cron(cron.groups())
    else:
        raise ValueError("must be a schedule such as rate(5 minutes) or cron(0/10 6-18 ? * MON-FRI *)")
    return value


def rule_name(prefix: str, config_key: str) -> str:
    """The name of the rule for a configuration. Raises `ValueError` when EventBridge would not take it."""
    name = prefix + config_key
    if len(name) > MAX_RULE_NAME or not re.fullmatch(r"[.A-Za-z0-9_-]+", name):
        raise ValueError(f"{name!r} is no rule name: 1 to {MAX_RULE_NAME} letters, digits, '.', '-' and '_'")
    return name


def wanted_rules(configs: Iterable[Mapping[str, Any]], prefix: str, arn_of: Callable[[str], str]) -> List[Rule]:
    """The rules for the rows of `mgmt_cfg_sys_lambda` that have warming switched on; `arn_of` takes a function's name."""
    return [
        Rule(rule_name(prefix, config["config_key"]), config["schedule_expression"], arn_of(config["function_name"]))
        for config in configs
        if config["is_warming_enabled"]
    ]


def plan(wanted: Iterable[Rule], existing: Iterable[Rule]) -> Plan:
    """What turns `existing` into `wanted`. Both must be of one prefix: everything that is not wanted is removed."""
    wanted, existing = list(wanted), set(existing)
    names = {rule.name for rule in wanted}
    put = [rule for rule in wanted if rule not in existing]
    remove = sorted({rule.name for rule in existing} - names)
    return Plan(put, remove)


def _check_rate(value: int, unit: str) -> None:
    if (value == 1) == unit.endswith("s"):
        raise ValueError("must be 'rate(1 hour)' but 'rate(2 hours)': EventBridge insists on the right plural")
    if value * _MINUTES[unit.rstrip("s")] < MIN_MINUTES:
        raise ValueError(f"must not be more often than every {MIN_MINUTES} minutes")


def _check_cron(fields: Iterable[str]) -> None:
    """What people get wrong; EventBridge itself has the last word on the rest."""
    minutes, hours, day_of_month, month, day_of_week, year = fields
    if not all(_CRON_FIELD.match(field) for field in (minutes, hours, day_of_month, month, day_of_week, year)):
        raise ValueError("has a field that cron does not know")
    if (day_of_month == "?") == (day_of_week == "?"):
        raise ValueError("must have '?' as day of the month or as day of the week, and not as both")
    at = sorted(_minutes_of(minutes))
    if any(later - earlier < MIN_MINUTES for earlier, later in zip(at, [*at[1:], at[0] + 60])):
        raise ValueError(f"must not be more often than every {MIN_MINUTES} minutes")


def _minutes_of(field: str) -> Set[int]:
    """The minutes of an hour that `0`, `0,30`, `10-20`, `*/15` or `0/15` stand for."""
    minutes: Set[int] = set()
    for part in field.split(","):
        match = _MINUTE_PART.match(part)
        if not match:
            raise ValueError(f"has {part!r} as minutes")
        first = int(match["first"] or 0)
        last = int(match["last"]) if match["last"] else 59 if match["step"] or match["all"] else first
        step = int(match["step"] or 1)
        if not first <= last <= 59 or step < 1:
            raise ValueError(f"has {part!r} as minutes")
        minutes.update(range(first, last + 1, step))
    return minutes
