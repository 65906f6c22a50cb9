"""Members of an organisation.

Routes - Organisation Scoped:
- GET    /orgs/{orgId}/members             - List the members
- POST   /orgs/{orgId}/members             - Add a member
- PUT    /orgs/{orgId}/members/{userId}    - Change a member's role
- DELETE /orgs/{orgId}/members/{userId}    - Remove a member, or leave
"""

import org_common as common
from access_common.permissions import require_org_admin
from access_common.roles import ORG_ROLES
from org_common.validation import one_of, paging, path_uuid, uuid, validate

_COLUMNS = "id,org_id,user_id,role,created_at"


def list_members(request):
    org_id = path_uuid(request.path_params, "orgId")
    common.require_org_member(request, org_id)
    limit, offset = paging(request.query)
    page = common.execute_query(
        "org_members", {"org_id": org_id}, select=_COLUMNS, order="created_at,id", limit=limit, offset=offset
    )
    return common.ok({"members": page.rows, "total": page.total})


def add_member(request):
    org_id = path_uuid(request.path_params, "orgId")
    admin_id = require_org_admin(request, org_id)
    fields = validate(request.json(), {"user_id": uuid, "role": one_of(*ORG_ROLES)})
    member = common.insert_one(
        "org_members", {**fields, "org_id": org_id, "created_by": admin_id}, select=_COLUMNS
    )
    return common.created(member)


def update_member(request):
    """In the database, and not here, because it locks: two administrators who demote each other at once must not both succeed."""
    org_id = path_uuid(request.path_params, "orgId")
    user_id = path_uuid(request.path_params, "userId")
    admin_id = require_org_admin(request, org_id)
    fields = validate(request.json(), {"role": one_of(*ORG_ROLES)})
    member = common.rpc(
        "update_org_member_role",
        {"p_org_id": org_id, "p_user_id": user_id, "p_role": fields["role"], "p_updated_by": admin_id},
    )
    return common.ok(_existing(member))


def remove_member(request):
    """Everyone may leave; administrators may remove others. The last administrator can do neither (409)."""
    org_id = path_uuid(request.path_params, "orgId")
    user_id = path_uuid(request.path_params, "userId")
    if user_id != request.user_id:
        require_org_admin(request, org_id)
    _existing(common.rpc("delete_org_member", {"p_org_id": org_id, "p_user_id": user_id}))
    return common.no_content()


def _existing(member):
    if not member:
        raise common.NotFound("There is no such member.")
    return member


ROUTES = {
    "GET /orgs/{orgId}/members": list_members,
    "POST /orgs/{orgId}/members": add_member,
    "PUT /orgs/{orgId}/members/{userId}": update_member,
    "DELETE /orgs/{orgId}/members/{userId}": remove_member,
}


def lambda_handler(event, context):
    return common.dispatch(event, context, ROUTES)
