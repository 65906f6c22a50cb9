"""Organisations.

Routes - Organisations:
- GET    /orgs            - List the caller's organisations
- POST   /orgs            - Create an organisation; the caller becomes its administrator
- GET    /orgs/{orgId}    - Get an organisation
- PUT    /orgs/{orgId}    - Rename an organisation
- DELETE /orgs/{orgId}    - Delete an organisation; it can be restored for a while
"""

import datetime

import org_common as common
from access_common.permissions import require_org_admin
from org_common.validation import path_uuid, text, validate

_COLUMNS = "id,name,slug,created_at,updated_at"

_NAME = text(120, min_length=2)
_SLUG = text(50, min_length=3, pattern=r"[a-z0-9]+(-[a-z0-9]+)*")


def list_orgs(request):
    return common.ok({"orgs": common.rpc("get_orgs_by_user", {"p_user_id": request.user_id})})


def create_org(request):
    """The organisation and its first administrator are made in one transaction: there is never one that nobody can administer."""
    user_id = request.user_id
    fields = validate(request.json(), {"name": _NAME, "slug": _SLUG})
    org = common.rpc(
        "create_org",
        {"p_name": fields["name"], "p_slug": fields["slug"], "p_user_id": user_id},
    )
    return common.created(org)


def get_org(request):
    org_id = path_uuid(request.path_params, "orgId")
    org = common.find_one(
        "orgs", {"id": org_id, "is_deleted": False}, select=_COLUMNS, user_jwt=request.user_jwt
    )
    return common.ok(_existing(org))


def update_org(request):
    """The slug stays: it is in links that people have sent each other."""
    org_id = path_uuid(request.path_params, "orgId")
    user_id = require_org_admin(request, org_id)
    fields = validate(request.json(), {"name": _NAME})
    org = common.update_one(
        "orgs", {"id": org_id, "is_deleted": False}, {**fields, "updated_by": user_id}, select=_COLUMNS
    )
    return common.ok(_existing(org))


def delete_org(request):
    org_id = path_uuid(request.path_params, "orgId")
    user_id = require_org_admin(request, org_id)
    now = datetime.datetime.now(datetime.timezone.utc)
    org = common.update_one(
        "orgs",
        {"id": org_id, "is_deleted": False},
        {"is_deleted": True, "deleted_at": now, "deleted_by": user_id},
        select="id",
    )
    _existing(org)
    return common.no_content()


def _existing(org):
    if org is None:
        raise common.NotFound("The organisation does not exist.")
    return org


ROUTES = {
    "GET /orgs": list_orgs,
    "POST /orgs": create_org,
    "GET /orgs/{orgId}": get_org,
    "PUT /orgs/{orgId}": update_org,
    "DELETE /orgs/{orgId}": delete_org,
}


def lambda_handler(event, context):
    return common.dispatch(event, context, ROUTES)
