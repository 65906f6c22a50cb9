-- Everyone sees what can be chosen, members see what their organisation chose, and its administrators what it used.

DROP POLICY IF EXISTS ai_providers_select_enabled ON public.ai_providers;
CREATE POLICY ai_providers_select_enabled ON public.ai_providers
    FOR SELECT TO authenticated
    USING (is_enabled);

DROP POLICY IF EXISTS ai_models_select_enabled ON public.ai_models;
CREATE POLICY ai_models_select_enabled ON public.ai_models
    FOR SELECT TO authenticated
    USING (is_enabled);

DROP POLICY IF EXISTS ai_cfg_orgs_select_members ON public.ai_cfg_orgs;
CREATE POLICY ai_cfg_orgs_select_members ON public.ai_cfg_orgs
    FOR SELECT TO authenticated
    USING (public.is_org_member(org_id, (SELECT auth.uid())));

DROP POLICY IF EXISTS ai_usage_requests_select_admins ON public.ai_usage_requests;
CREATE POLICY ai_usage_requests_select_admins ON public.ai_usage_requests
    FOR SELECT TO authenticated
    USING (public.check_org_admin((SELECT auth.uid()), org_id));
