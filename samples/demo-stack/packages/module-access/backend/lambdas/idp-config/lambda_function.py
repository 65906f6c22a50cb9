"""Single sign-on: the identity provider of an organisation.

Routes - Organisation Scoped:
- GET    /orgs/{orgId}/idp-config    - Get the organisation's identity provider
- PUT    /orgs/{orgId}/idp-config    - Set the organisation's identity provider
- DELETE /orgs/{orgId}/idp-config    - Remove the organisation's identity provider

Routes - Public:
- GET    /idp-config/discover        - Find how the owner of an address signs in
"""

import org_common as common
from access_common.permissions import require_org_admin
from org_common.validation import boolean, default, email, https_url, one_of, path_uuid, text, validate

_COLUMNS = "id,org_id,provider,display_name,metadata_url,is_enabled,updated_at"

_CHECKS = {
    "provider": one_of("saml", "oidc"),
    "display_name": text(80),
    "metadata_url": https_url,
    "is_enabled": default(True, boolean),
}


def get_config(request):
    org_id = path_uuid(request.path_params, "orgId")
    require_org_admin(request, org_id)
    config = common.find_one("org_cfg_idps", {"org_id": org_id}, select=_COLUMNS)
    if config is None:
        raise common.NotFound("The organisation has no identity provider.")
    return common.ok(config)


def put_config(request):
    org_id = path_uuid(request.path_params, "orgId")
    user_id = require_org_admin(request, org_id)
    fields = {**validate(request.json(), _CHECKS), "updated_by": user_id}
    config = common.update_one("org_cfg_idps", {"org_id": org_id}, fields, select=_COLUMNS)
    if config is not None:
        return common.ok(config)
    # Two first calls at once: org_id is unique, so one of them is told 409 and finds the row when it tries again.
    config = common.insert_one(
        "org_cfg_idps", {**fields, "org_id": org_id, "created_by": user_id}, select=_COLUMNS
    )
    return common.created(config)


def delete_config(request):
    org_id = path_uuid(request.path_params, "orgId")
    require_org_admin(request, org_id)
    if common.delete_one("org_cfg_idps", {"org_id": org_id}, select="id") is None:
        raise common.NotFound("The organisation has no identity provider.")
    return common.no_content()


def discover(request):
    """Nobody has signed in yet, so the answer says as little as a login page needs, and the same for all unknown domains."""
    address = validate({"email": request.query.get("email")}, {"email": email})["email"]
    found = common.rpc("get_idp_by_email_domain", {"p_domain": address.rpartition("@")[2]})
    if not found:
        return common.ok({"provider": "email"})
    return common.ok({"provider": found["provider"], "display_name": found["display_name"]})


ROUTES = {
    "GET /orgs/{orgId}/idp-config": get_config,
    "PUT /orgs/{orgId}/idp-config": put_config,
    "DELETE /orgs/{orgId}/idp-config": delete_config,
    "GET /idp-config/discover": discover,
}


def lambda_handler(event, context):
    return common.dispatch(event, context, ROUTES)
