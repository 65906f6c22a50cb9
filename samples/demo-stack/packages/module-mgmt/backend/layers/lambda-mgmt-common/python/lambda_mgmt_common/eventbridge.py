"""The warming rules of one environment in EventBridge."""

from __future__ import annotations

import functools
import json
import os
from typing import Any, Iterator, List, Mapping

from org_common import WARMING_SOURCE

from .schedule import Rule

# Other targets of a rule are not ours and stay.
_TARGET_ID = "warming"
_INPUT = json.dumps({"source": WARMING_SOURCE})


class RuleError(Exception):
    """EventBridge refused a change. The message is AWS's own."""


@functools.lru_cache(maxsize=None)
def client() -> Any:
    """The EventBridge client of the container; boto3 is in the Lambda runtime, and is imported by the one route that needs it."""
    import boto3

    return boto3.client("events", region_name=os.environ.get("REGION"))


def function_arn(own_arn: str, function_name: str) -> str:
    """The ARN of a function beside the one whose (perhaps qualified) ARN is `own_arn`."""
    parts = own_arn.split(":")
    if len(parts) < 7 or parts[2] != "lambda" or parts[5] != "function":
        raise ValueError(f"{own_arn!r} is not the ARN of a Lambda function")
    return ":".join([*parts[:6], function_name])


class WarmingRules:
    """The rules whose names begin with `prefix`. An empty prefix would mean the rules of everybody, and is refused."""

    def __init__(self, events: Any, prefix: str) -> None:
        if not prefix:
            raise ValueError("the prefix of the rules is empty")
        self._events = events
        self._prefix = prefix

    def existing(self) -> List[Rule]:
        """What is there now. A rule that is switched off or has no target of ours shows without, so that it is put again."""
        return [self._rule(found) for found in self._pages("list_rules", "Rules", NamePrefix=self._prefix)]

    def put(self, rule: Rule) -> None:
        """Create or replace `rule`. Raises `RuleError`."""
        self._call(
            "put_rule",
            Name=rule.name,
            ScheduleExpression=rule.expression,
            State="ENABLED",
            Description="Keeps a function warm. Managed by module-mgmt.",
        )
        target = {"Id": _TARGET_ID, "Arn": rule.target_arn, "Input": _INPUT}
        self._check_entries(self._call("put_targets", Rule=rule.name, Targets=[target]))

    def remove(self, name: str) -> None:
        """Delete a rule; EventBridge insists that its targets go first. Raises `RuleError`."""
        ids = [target["Id"] for target in self._targets(name)]
        if ids:
            self._check_entries(self._call("remove_targets", Rule=name, Ids=ids))
        self._call("delete_rule", Name=name)

    def _rule(self, found: Mapping[str, Any]) -> Rule:
        ours = [target["Arn"] for target in self._targets(found["Name"]) if _is_ours(target)]
        expression = found.get("ScheduleExpression", "") if found.get("State") == "ENABLED" else ""
        return Rule(found["Name"], expression, ours[0] if ours else "")

    def _targets(self, name: str) -> Iterator[Mapping[str, Any]]:
        return self._pages("list_targets_by_rule", "Targets", Rule=name)

    def _pages(self, operation: str, key: str, **arguments: Any) -> Iterator[Mapping[str, Any]]:
        token = None
        while True:
            page = self._call(operation, **arguments, **({"NextToken": token} if token else {}))
            yield from page[key]
            token = page.get("NextToken")
            if not token:
                return

    def _call(self, operation: str, **arguments: Any) -> Any:
        try:
            return getattr(self._events, operation)(**arguments)
        except self._events.exceptions.ClientError as error:
            raise RuleError(str(error)) from error

    @staticmethod
    def _check_entries(answer: Mapping[str, Any]) -> None:
        """These two operations answer 200 even if they did nothing."""
        if answer["FailedEntryCount"]:
            failures = "; ".join(entry.get("ErrorMessage", "no reason given") for entry in answer["FailedEntries"])
            raise RuleError(failures or "no reason given")


def _is_ours(target: Mapping[str, Any]) -> bool:
    return target["Id"] == _TARGET_ID and target.get("Input") == _INPUT
