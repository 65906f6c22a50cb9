"""AI configuration of an organisation.

Endpoints - AI Configuration:
- GET /ai/models                 - List the models that can be chosen
- GET /orgs/{orgId}/ai/config    - Get the organisation's configuration
- PUT /orgs/{orgId}/ai/config    - Set the organisation's configuration
"""

import org_common as common
from access_common.permissions import require_org_admin
from org_common.validation import boolean, default, integer, number, optional, path_uuid, uuid, validate

_COLUMNS = "id,org_id,ai_model_id,temperature,max_output_tokens,monthly_token_limit,is_enabled,updated_at"

_CHECKS = {
    "ai_model_id": uuid,
    "temperature": default(0.2, number(0, 2)),
    "max_output_tokens": optional(integer(1, 1_000_000)),
    "monthly_token_limit": optional(integer(0, 10**12)),
    "is_enabled": default(True, boolean),
}


def list_models(request):
    models = common.find_many(
        "ai_models",
        {"is_enabled": True},
        select="id,name,display_name,context_tokens,max_output_tokens",
        order="display_name",
        user_jwt=request.user_jwt,
    )
    return common.ok({"models": models})


def get_config(request):
    org_id = path_uuid(request.path_params, "orgId")
    common.require_org_member(request, org_id)
    config = common.find_one("ai_cfg_orgs", {"org_id": org_id}, select=_COLUMNS)
    if config is None:
        raise common.NotFound("The organisation has no AI configuration.")
    return common.ok(config)


def put_config(request):
    org_id = path_uuid(request.path_params, "orgId")
    user_id = require_org_admin(request, org_id)
    fields = validate(request.json(), _CHECKS)
    model = common.find_one("ai_models", {"id": fields["ai_model_id"], "is_enabled": True}, select="id")
    if model is None:
        raise common.BadRequest("Some fields are not acceptable.", {"ai_model_id": "is not a model that can be chosen"})
    fields["updated_by"] = user_id
    config = common.update_one("ai_cfg_orgs", {"org_id": org_id}, fields, select=_COLUMNS)
    if config is not None:
        return common.ok(config)
    config = common.insert_one(
        "ai_cfg_orgs", {**fields, "org_id": org_id, "created_by": user_id}, select=_COLUMNS
    )
    return common.created(config)


ROUTES = {
    "GET /ai/models": list_models,
    "GET /orgs/{orgId}/ai/config": get_config,
    "PUT /orgs/{orgId}/ai/config": put_config,
}


def lambda_handler(event, context):
    return common.dispatch(event, context, ROUTES)
