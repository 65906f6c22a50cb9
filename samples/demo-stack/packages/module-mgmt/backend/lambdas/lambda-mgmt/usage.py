"""How much an organisation uses the modules: single events, or sums by day."""

import datetime

import org_common as common
from access_common.permissions import require_org_admin
from org_common.validation import date, default, one_of, paging, uuid, validate

_MAX_DAYS = 366

_CHECKS = {
    "org_id": uuid,
    "from": date,
    "to": date,
    "granularity": default("daily", one_of("daily", "raw")),
}


def get_usage(request):
    wanted = {name: value for name, value in request.query.items() if name not in ("limit", "offset")}
    query = validate(wanted, _CHECKS)
    require_org_admin(request, query["org_id"])
    first, last = query["from"], query["to"]
    if not 0 <= (last - first).days < _MAX_DAYS:
        raise common.BadRequest("Some fields are not acceptable.", {"to": f"must be 0 to {_MAX_DAYS - 1} days after from"})
    read = _daily if query["granularity"] == "daily" else _raw
    page = read(query["org_id"], first, last, *paging(request.query))
    return common.ok({"usage": page.rows, "total": page.total})


def _daily(org_id, first, last, limit, offset):
    return common.execute_query(
        "mgmt_usage_modules_daily",
        {"org_id": org_id, "usage_date": {"gte": first, "lte": last}},
        select="module_name,event_type,usage_date,event_count",
        order="usage_date.desc,module_name,event_type",
        limit=limit,
        offset=offset,
    )


def _raw(org_id, first, last, limit, offset):
    """Days are those of UTC, as in the daily sums."""
    return common.execute_query(
        "mgmt_usage_modules",
        {"org_id": org_id, "created_at": {"gte": _midnight(first), "lt": _midnight(last) + datetime.timedelta(days=1)}},
        select="id,user_id,module_name,event_type,created_at",
        order="created_at.desc,id",
        limit=limit,
        offset=offset,
    )


def _midnight(day):
    return datetime.datetime.combine(day, datetime.time(), datetime.timezone.utc)
