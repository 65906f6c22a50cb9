"""What the samples' code expects of the database: tables with columns, unique keys, and functions with parameters.

The fake PostgREST of the tests knows nothing else, so a name that the code misspells fails a test; `test_project.py` compares this list
with the names that the code uses, and `SampleSchemaTests` with what the schemas make on a real server.
"""

TABLES = {
    "ai_cfg_orgs": "id org_id ai_model_id temperature max_output_tokens monthly_token_limit is_enabled "
    "created_at updated_at created_by updated_by",
    "ai_models": "id ai_provider_id name display_name context_tokens max_output_tokens is_enabled "
    "created_at updated_at created_by updated_by",
    "ai_usage_requests": "id org_id user_id ai_model_id prompt_tokens completion_tokens created_at",
    "mgmt_cfg_sys_lambda": "id config_key function_name description schedule_expression is_warming_enabled last_synced_at "
    "created_at updated_at created_by updated_by",
    "mgmt_cfg_sys_modules": "id name display_name description version is_enabled created_at updated_at created_by updated_by",
    "mgmt_usage_modules": "id org_id user_id module_name event_type created_at",
    "mgmt_usage_modules_daily": "id org_id module_name event_type usage_date event_count",
    "org_cfg_idps": "id org_id provider display_name metadata_url is_enabled created_at updated_at created_by updated_by",
    "org_email_domains": "id org_id domain is_verified verified_at created_at updated_at created_by updated_by",
    "org_members": "id org_id user_id role created_at updated_at created_by updated_by",
    "orgs": "id name slug is_deleted deleted_at deleted_by created_at updated_at created_by updated_by",
    "user_identities": "id user_id provider email last_login_at created_at updated_at created_by updated_by",
    "user_profiles": "id user_id display_name locale time_zone avatar_url created_at updated_at created_by updated_by",
    "workspaces": "id org_id name description is_deleted deleted_at deleted_by created_at updated_at created_by updated_by",
}
TABLES = {table: frozenset(columns.split()) for table, columns in TABLES.items()}

# A row with a null in its key is unlike all others.
UNIQUE = {
    "ai_cfg_orgs": ["org_id"],
    "ai_models": ["ai_provider_id", "name"],
    "mgmt_cfg_sys_lambda": ["config_key"],
    "mgmt_cfg_sys_modules": ["name"],
    "mgmt_usage_modules_daily": ["org_id", "usage_date", "module_name", "event_type"],
    "org_cfg_idps": ["org_id"],
    "org_email_domains": ["domain"],
    "org_members": ["org_id", "user_id"],
    "orgs": ["slug"],
    "user_identities": ["user_id", "provider"],
    "user_profiles": ["user_id"],
}

# All parameters are required.
FUNCTIONS = {
    "check_org_admin": "p_user_id p_org_id",
    "check_sys_admin": "p_user_id",
    "check_ws_admin": "p_user_id p_ws_id",
    "create_module_usage": "p_org_id p_user_id p_module_name p_event_type",
    "create_org": "p_name p_slug p_user_id",
    "create_user_identity": "p_user_id p_provider p_display_name",
    "create_workspace": "p_org_id p_user_id p_name p_description",
    "delete_expired_workspaces": "p_deleted_before p_limit",
    "delete_org_member": "p_org_id p_user_id",
    "delete_user_identity": "p_user_id p_identity_id",
    "get_ai_tokens_this_month": "p_org_id",
    "get_idp_by_email_domain": "p_domain",
    "get_orgs_by_user": "p_user_id",
    "is_org_member": "p_org_id p_user_id",
    "update_org_member_role": "p_org_id p_user_id p_role p_updated_by",
}
FUNCTIONS = {function: frozenset(params.split()) for function, params in FUNCTIONS.items()}
