"""Identities: how people sign in, and what happens when they do so for the first time.

Routes - Identities:
- POST   /identities/provision              - Provision the caller on first login
- GET    /identities/me                     - List the caller's identities
- DELETE /identities/me/{identityId}        - Unlink one of the caller's identities
"""

import org_common as common
from org_common.validation import path_uuid, text, validate

_PROVIDER = text(40, pattern=r"[a-z0-9_:-]+")


def provision(request):
    """Make the caller's profile, identity and, by the domain of the address, membership; in one transaction, any number of times.

    The front end calls this after every login, so it must not matter whether it is the first one. The database reads the address and
    whether it is confirmed from `auth.users`: a caller can edit what the token says about them.
    """
    user_id = request.user_id
    provider = validate({"provider": request.claims.get("provider") or "email"}, {"provider": _PROVIDER})["provider"]
    result = common.rpc(
        "create_user_identity",
        {"p_user_id": user_id, "p_provider": provider, "p_display_name": _display_name(request.claims)},
    )
    body = {"user_id": user_id, "org_id": result["org_id"], "is_new": result["is_new"]}
    return common.created(body) if result["is_new"] else common.ok(body)


def list_mine(request):
    identities = common.find_many(
        "user_identities",
        {"user_id": request.user_id},
        select="id,provider,email,last_login_at,created_at",
        order="created_at",
        user_jwt=request.user_jwt,
    )
    return common.ok({"identities": identities})


def unlink(request):
    """The database refuses to delete the last identity (409): nobody could sign in with the account any more."""
    identity_id = path_uuid(request.path_params, "identityId")
    is_deleted = common.rpc("delete_user_identity", {"p_user_id": request.user_id, "p_identity_id": identity_id})
    if not is_deleted:
        raise common.NotFound("You have no such identity.")
    return common.no_content()


def _display_name(claims):
    """The provider's name for the caller, or None: it is only a suggestion, so an odd one is dropped rather than refused."""
    try:
        return text(120)(claims.get("full_name"))
    except ValueError:
        return None


ROUTES = {
    "POST /identities/provision": provision,
    "GET /identities/me": list_mine,
    "DELETE /identities/me/{identityId}": unlink,
}


def lambda_handler(event, context):
    return common.dispatch(event, context, ROUTES)
