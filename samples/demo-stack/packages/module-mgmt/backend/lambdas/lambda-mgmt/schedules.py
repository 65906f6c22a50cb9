"""Functions and their warming schedules. The table says what is wanted; `sync` makes EventBridge match it."""

import datetime
import os

import org_common as common
from access_common.permissions import require_sys_admin
from lambda_mgmt_common import RuleError, WarmingRules, check_expression, eventbridge, function_arn, plan, wanted_rules
from lambda_mgmt_common.schedule import CONFIG_KEY_PATTERN, MAX_CONFIG_KEY
from org_common.db import MAX_ROWS
from org_common.validation import boolean, default, paging, text, validate

_COLUMNS = "id,config_key,function_name,description,schedule_expression,is_warming_enabled,last_synced_at,updated_at"

_CONFIG_KEY = text(MAX_CONFIG_KEY, pattern=CONFIG_KEY_PATTERN)

_CHECKS = {
    "function_name": text(64, pattern=r"[A-Za-z0-9_-]+"),
    "description": default("", text(500, min_length=0)),
    "schedule_expression": check_expression,
    "is_warming_enabled": boolean,
}

logger = common.get_logger(__name__)


def list_schedules(request):
    require_sys_admin(request)
    limit, offset = paging(request.query)
    page = common.execute_query(
        "mgmt_cfg_sys_lambda", select=_COLUMNS, order="config_key", limit=limit, offset=offset
    )
    return common.ok({"schedules": page.rows, "total": page.total})


def list_functions(request):
    require_sys_admin(request)
    limit, offset = paging(request.query)
    page = common.execute_query(
        "mgmt_cfg_sys_lambda",
        select="config_key,function_name,description,is_warming_enabled",
        order="function_name,config_key",
        limit=limit,
        offset=offset,
    )
    return common.ok({"functions": page.rows, "total": page.total})


def get_schedule(request):
    require_sys_admin(request)
    schedule = common.find_one("mgmt_cfg_sys_lambda", {"config_key": _config_key(request)}, select=_COLUMNS)
    if schedule is None:
        raise common.NotFound("There is no such schedule.")
    return common.ok(schedule)


def put_schedule(request):
    user_id = require_sys_admin(request)
    config_key = _config_key(request)
    fields = {**validate(request.json(), _CHECKS), "updated_by": user_id}
    schedule = common.update_one("mgmt_cfg_sys_lambda", {"config_key": config_key}, fields, select=_COLUMNS)
    if schedule is not None:
        return common.ok(schedule)
    schedule = common.insert_one(
        "mgmt_cfg_sys_lambda", {**fields, "config_key": config_key, "created_by": user_id}, select=_COLUMNS
    )
    return common.created(schedule)


def sync(request):
    """Put what is missing or different, remove what is no longer wanted, and leave the rest alone.

    One rule that EventBridge refuses does not keep the others from being put; the answer is an error all the same, and names it.
    """
    require_sys_admin(request)
    configs = _all_configs()
    prefix = _prefix()
    rules = WarmingRules(eventbridge.client(), prefix)
    own_arn = request.context.invoked_function_arn
    wanted = wanted_rules(configs, prefix, lambda name: function_arn(own_arn, name))
    todo = plan(wanted, rules.existing())

    failed = {}
    _each(todo.put, lambda rule: rule.name, rules.put, failed)
    _each(todo.remove, str, rules.remove, failed)

    _mark_synced([rule.name[len(prefix) :] for rule in wanted if rule.name not in failed])
    if failed:
        raise common.BadGateway("EventBridge refused some rules; the others are in place.", failed)
    return common.ok({"put": [rule.name for rule in todo.put], "removed": todo.remove, "wanted": len(wanted)})


def _each(items, name_of, change, failed):
    for item in items:
        try:
            change(item)
        except RuleError as error:
            logger.error("rule %s: %s", name_of(item), error)
            failed[name_of(item)] = str(error)


def _all_configs():
    page = common.execute_query(
        "mgmt_cfg_sys_lambda",
        select="config_key,function_name,schedule_expression,is_warming_enabled",
        order="config_key",
        limit=MAX_ROWS,
    )
    if page.total > len(page.rows):
        # The rules of those that did not come would be removed.
        raise common.Conflict(f"There are more than {MAX_ROWS} schedules.")
    return page.rows


def _mark_synced(config_keys):
    if config_keys:
        now = datetime.datetime.now(datetime.timezone.utc)
        common.update_many(
            "mgmt_cfg_sys_lambda", {"config_key": config_keys}, {"last_synced_at": now}, select="config_key"
        )


def _prefix():
    prefix = os.environ.get("WARMING_RULE_PREFIX")
    if not prefix:
        raise common.ConfigurationError("WARMING_RULE_PREFIX is not set")
    return prefix


def _config_key(request):
    return validate({"configKey": request.path_params.get("configKey")}, {"configKey": _CONFIG_KEY})["configKey"]
