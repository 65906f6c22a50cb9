"""Profiles: what people say about themselves.

Routes - Profiles:
- GET /profiles/me - Get the caller's profile
- PUT /profiles/me - Change the caller's profile
"""

import org_common as common
from org_common.validation import https_url, optional, text, validate

_COLUMNS = "id,user_id,display_name,locale,time_zone,avatar_url,created_at,updated_at"

_CHECKS = {
    "display_name": text(120),
    "locale": text(35, pattern=r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*"),
    "time_zone": text(64, pattern=r"[A-Za-z0-9_+-]+(/[A-Za-z0-9_+-]+)*"),
    "avatar_url": optional(https_url),
}


def get_mine(request):
    profile = common.find_one(
        "user_profiles", {"user_id": request.user_id}, select=_COLUMNS, user_jwt=request.user_jwt
    )
    return common.ok(_existing(profile))


def update_mine(request):
    user_id = request.user_id
    fields = validate(request.json(), _CHECKS, partial=True)
    profile = common.update_one(
        "user_profiles",
        {"user_id": user_id},
        {**fields, "updated_by": user_id},
        select=_COLUMNS,
        user_jwt=request.user_jwt,
    )
    return common.ok(_existing(profile))


def _existing(profile):
    if profile is None:
        raise common.NotFound("You have no profile yet: POST /identities/provision makes it.")
    return profile


ROUTES = {
    "GET /profiles/me": get_mine,
    "PUT /profiles/me": update_mine,
}


def lambda_handler(event, context):
    return common.dispatch(event, context, ROUTES)
