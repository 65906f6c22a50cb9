"""Email domains of an organisation: whoever has a confirmed address there joins it on first login.

Routes - Organisation Scoped:
- GET    /orgs/{orgId}/email-domains                       - List the domains
- POST   /orgs/{orgId}/email-domains                       - Claim a domain
- DELETE /orgs/{orgId}/email-domains/{domainId}            - Give a domain up

Routes - System:
- POST   /orgs/{orgId}/email-domains/{domainId}/verify     - Confirm that the organisation owns the domain
"""

import datetime

import org_common as common
from access_common.permissions import require_org_admin, require_sys_admin
from email_domains import is_public, normalize
from org_common.validation import path_uuid, validate

_COLUMNS = "id,org_id,domain,is_verified,verified_at,created_at"


def list_domains(request):
    org_id = path_uuid(request.path_params, "orgId")
    require_org_admin(request, org_id)
    domains = common.find_many("org_email_domains", {"org_id": org_id}, select=_COLUMNS, order="domain")
    return common.ok({"domains": domains})


def claim(request):
    """A claim has no effect before it is verified: else an organisation could take in the people of another."""
    org_id = path_uuid(request.path_params, "orgId")
    user_id = require_org_admin(request, org_id)
    domain = validate(request.json(), {"domain": normalize})["domain"]
    if is_public(domain):
        raise common.BadRequest("Everyone can have an address there.", {"domain": "is a public mail domain"})
    claimed = common.insert_one(
        "org_email_domains",
        {"org_id": org_id, "domain": domain, "is_verified": False, "created_by": user_id},
        select=_COLUMNS,
    )
    return common.created(claimed)


def give_up(request):
    org_id = path_uuid(request.path_params, "orgId")
    domain_id = path_uuid(request.path_params, "domainId")
    require_org_admin(request, org_id)
    # org_id too: the permission is for this organisation only.
    _existing(common.delete_one("org_email_domains", {"id": domain_id, "org_id": org_id}, select="id"))
    return common.no_content()


def verify(request):
    org_id = path_uuid(request.path_params, "orgId")
    domain_id = path_uuid(request.path_params, "domainId")
    user_id = require_sys_admin(request)
    now = datetime.datetime.now(datetime.timezone.utc)
    domain = common.update_one(
        "org_email_domains",
        {"id": domain_id, "org_id": org_id},
        {"is_verified": True, "verified_at": now, "updated_by": user_id},
        select=_COLUMNS,
    )
    return common.ok(_existing(domain))


def _existing(domain):
    if domain is None:
        raise common.NotFound("The organisation has no such domain.")
    return domain


ROUTES = {
    "GET /orgs/{orgId}/email-domains": list_domains,
    "POST /orgs/{orgId}/email-domains": claim,
    "DELETE /orgs/{orgId}/email-domains/{domainId}": give_up,
    "POST /orgs/{orgId}/email-domains/{domainId}/verify": verify,
}


def lambda_handler(event, context):
    return common.dispatch(event, context, ROUTES)
