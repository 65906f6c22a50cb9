"""Workspaces.

Routes - Organisation Scoped:
- GET    /orgs/{orgId}/ws      - List the workspaces that the caller can see
- POST   /orgs/{orgId}/ws      - Create a workspace; the caller becomes its administrator

Routes - Workspace Scoped:
- GET    /ws/{wsId}            - Get a workspace
- PUT    /ws/{wsId}            - Change a workspace
- DELETE /ws/{wsId}            - Delete a workspace; it can be restored until the cleanup takes it
- POST   /ws/{wsId}/restore    - Restore a deleted workspace
"""

import datetime

import org_common as common
from access_common.permissions import require_ws_admin
from org_common.validation import default, paging, path_uuid, text, validate

_COLUMNS = "id,org_id,name,description,created_at,updated_at"
_MODULE = "module-ws"

_NAME = text(120)
_DESCRIPTION = text(2000, min_length=0)


def list_workspaces(request):
    org_id = path_uuid(request.path_params, "orgId")
    limit, offset = paging(request.query)
    page = common.execute_query(
        "workspaces",
        {"org_id": org_id, "is_deleted": False},
        select=_COLUMNS,
        order="name,id",
        limit=limit,
        offset=offset,
        user_jwt=request.user_jwt,
    )
    return common.ok({"workspaces": page.rows, "total": page.total})


def create_workspace(request):
    org_id = path_uuid(request.path_params, "orgId")
    user_id = common.require_org_member(request, org_id)
    fields = validate(request.json(), {"name": _NAME, "description": default("", _DESCRIPTION)})
    workspace = common.rpc(
        "create_workspace",
        {
            "p_org_id": org_id,
            "p_user_id": user_id,
            "p_name": fields["name"],
            "p_description": fields["description"],
        },
    )
    common.record_usage(_MODULE, "create", org_id, user_id)
    return common.created(workspace)


def get_workspace(request):
    ws_id = path_uuid(request.path_params, "wsId")
    workspace = common.find_one(
        "workspaces", {"id": ws_id, "is_deleted": False}, select=_COLUMNS, user_jwt=request.user_jwt
    )
    return common.ok(_existing(workspace))


def update_workspace(request):
    ws_id = path_uuid(request.path_params, "wsId")
    user_id = require_ws_admin(request, ws_id)
    fields = validate(request.json(), {"name": _NAME, "description": _DESCRIPTION}, partial=True)
    workspace = common.update_one(
        "workspaces", {"id": ws_id, "is_deleted": False}, {**fields, "updated_by": user_id}, select=_COLUMNS
    )
    return common.ok(_existing(workspace))


def delete_workspace(request):
    ws_id = path_uuid(request.path_params, "wsId")
    user_id = require_ws_admin(request, ws_id)
    now = datetime.datetime.now(datetime.timezone.utc)
    workspace = common.update_one(
        "workspaces",
        {"id": ws_id, "is_deleted": False},
        {"is_deleted": True, "deleted_at": now, "deleted_by": user_id},
        select="id",
    )
    _existing(workspace)
    return common.no_content()


def restore_workspace(request):
    ws_id = path_uuid(request.path_params, "wsId")
    user_id = require_ws_admin(request, ws_id)
    workspace = common.update_one(
        "workspaces",
        {"id": ws_id, "is_deleted": True},
        {"is_deleted": False, "deleted_at": None, "deleted_by": None, "updated_by": user_id},
        select=_COLUMNS,
    )
    return common.ok(_existing(workspace))


def _existing(workspace):
    if workspace is None:
        raise common.NotFound("The workspace does not exist.")
    return workspace


ROUTES = {
    "GET /orgs/{orgId}/ws": list_workspaces,
    "POST /orgs/{orgId}/ws": create_workspace,
    "GET /ws/{wsId}": get_workspace,
    "PUT /ws/{wsId}": update_workspace,
    "DELETE /ws/{wsId}": delete_workspace,
    "POST /ws/{wsId}/restore": restore_workspace,
}


def lambda_handler(event, context):
    return common.dispatch(event, context, ROUTES)
