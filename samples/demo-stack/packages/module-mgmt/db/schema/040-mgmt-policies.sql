-- System administrators manage, everyone sees the modules that are enabled, and an organisation's administrators see its usage.

DROP POLICY IF EXISTS mgmt_cfg_sys_lambda_all_sys_admins ON public.mgmt_cfg_sys_lambda;
CREATE POLICY mgmt_cfg_sys_lambda_all_sys_admins ON public.mgmt_cfg_sys_lambda
    FOR ALL TO authenticated
    USING (public.check_sys_admin((SELECT auth.uid())))
    WITH CHECK (public.check_sys_admin((SELECT auth.uid())));

DROP POLICY IF EXISTS mgmt_cfg_sys_modules_all_sys_admins ON public.mgmt_cfg_sys_modules;
CREATE POLICY mgmt_cfg_sys_modules_all_sys_admins ON public.mgmt_cfg_sys_modules
    FOR ALL TO authenticated
    USING (public.check_sys_admin((SELECT auth.uid())))
    WITH CHECK (public.check_sys_admin((SELECT auth.uid())));

DROP POLICY IF EXISTS mgmt_cfg_sys_modules_select_enabled ON public.mgmt_cfg_sys_modules;
CREATE POLICY mgmt_cfg_sys_modules_select_enabled ON public.mgmt_cfg_sys_modules
    FOR SELECT TO authenticated
    USING (is_enabled);

DROP POLICY IF EXISTS mgmt_usage_modules_select_admins ON public.mgmt_usage_modules;
CREATE POLICY mgmt_usage_modules_select_admins ON public.mgmt_usage_modules
    FOR SELECT TO authenticated
    USING (public.check_org_admin((SELECT auth.uid()), org_id));

DROP POLICY IF EXISTS mgmt_usage_modules_daily_select_admins ON public.mgmt_usage_modules_daily;
CREATE POLICY mgmt_usage_modules_daily_select_admins ON public.mgmt_usage_modules_daily
    FOR SELECT TO authenticated
    USING (public.check_org_admin((SELECT auth.uid()), org_id));
