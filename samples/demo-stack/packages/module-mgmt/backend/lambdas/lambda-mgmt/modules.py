"""The module registry. The front end shows only what is enabled."""

import org_common as common
from access_common.permissions import require_sys_admin
from org_common.validation import boolean, default, text, validate

_COLUMNS = "id,name,display_name,description,version,is_enabled,created_at,updated_at"

_NAME = text(40, pattern=r"[a-z0-9]+(-[a-z0-9]+)*")

_CHECKS = {
    "display_name": text(80),
    "description": default("", text(500, min_length=0)),
    "version": text(40, pattern=r"\d+\.\d+\.\d+([-+][0-9A-Za-z.+-]+)?"),
}

# Without them nobody could sign in, or enable anything again.
_ALWAYS_ENABLED = ("module-access", "module-mgmt")


def list_modules(request):
    """As the caller: row level security shows system administrators everything, others what is enabled."""
    modules = common.find_many(
        "mgmt_cfg_sys_modules", select=_COLUMNS, order="name", user_jwt=request.user_jwt
    )
    return common.ok({"modules": modules})


def register(request):
    user_id = require_sys_admin(request)
    fields = validate(request.json(), {"name": _NAME, **_CHECKS, "is_enabled": default(False, boolean)})
    module = common.insert_one(
        "mgmt_cfg_sys_modules", {**fields, "created_by": user_id, "updated_by": user_id}, select=_COLUMNS
    )
    return common.created(module)


def get_module(request):
    module = common.find_one(
        "mgmt_cfg_sys_modules", {"name": _name(request)}, select=_COLUMNS, user_jwt=request.user_jwt
    )
    return common.ok(_existing(module))


def update(request):
    user_id = require_sys_admin(request)
    fields = validate(request.json(), _CHECKS, partial=True)
    return _change(_name(request), fields, user_id)


def enable(request):
    user_id = require_sys_admin(request)
    return _change(_name(request), {"is_enabled": True}, user_id)


def disable(request):
    user_id = require_sys_admin(request)
    name = _name(request)
    if name in _ALWAYS_ENABLED:
        raise common.Conflict(f"{name} cannot be disabled: the others need it.")
    return _change(name, {"is_enabled": False}, user_id)


def _change(name, fields, user_id):
    module = common.update_one(
        "mgmt_cfg_sys_modules", {"name": name}, {**fields, "updated_by": user_id}, select=_COLUMNS
    )
    return common.ok(_existing(module))


def _name(request):
    return validate({"name": request.path_params.get("name")}, {"name": _NAME})["name"]


def _existing(module):
    if module is None:
        raise common.NotFound("There is no such module.")
    return module
