locals {
  identity_routes = [
    for route in [
      { method = "POST", path = "/identities/provision" },
      { method = "GET", path = "/identities/me" },
      { method = "DELETE", path = "/identities/me/{identityId}" },
    ] : merge(route, { integration = aws_lambda_function.identities_management.invoke_arn, public = false })
  ]

  profile_routes = [
    for method in ["GET", "PUT"] :
    { method = method, path = "/profiles/me", integration = aws_lambda_function.profiles.invoke_arn, public = false }
  ]

  org_routes = [
    for route in [
      { method = "GET", path = "/orgs" },
      { method = "POST", path = "/orgs" },
      { method = "GET", path = "/orgs/{orgId}" },
      { method = "PUT", path = "/orgs/{orgId}" },
      { method = "DELETE", path = "/orgs/{orgId}" },
    ] : merge(route, { integration = aws_lambda_function.orgs.invoke_arn, public = false })
  ]

  member_routes = [
    for route in [
      { method = "GET", path = "/orgs/{orgId}/members" },
      { method = "POST", path = "/orgs/{orgId}/members" },
      { method = "PUT", path = "/orgs/{orgId}/members/{userId}" },
      { method = "DELETE", path = "/orgs/{orgId}/members/{userId}" },
    ] : merge(route, { integration = aws_lambda_function.members.invoke_arn, public = false })
  ]

  email_domain_routes = [
    for route in [
      { method = "GET", path = "/orgs/{orgId}/email-domains" },
      { method = "POST", path = "/orgs/{orgId}/email-domains" },
      { method = "DELETE", path = "/orgs/{orgId}/email-domains/{domainId}" },
      { method = "POST", path = "/orgs/{orgId}/email-domains/{domainId}/verify" },
    ] : merge(route, { integration = aws_lambda_function.org_email_domains.invoke_arn, public = false })
  ]

  # Nobody has signed in yet who asks how to: discover is the only public route.
  idp_routes = [
    for route in [
      { method = "GET", path = "/orgs/{orgId}/idp-config", public = false },
      { method = "PUT", path = "/orgs/{orgId}/idp-config", public = false },
      { method = "DELETE", path = "/orgs/{orgId}/idp-config", public = false },
      { method = "GET", path = "/idp-config/discover", public = true },
    ] : merge(route, { integration = aws_lambda_function.idp_config.invoke_arn })
  ]
}
