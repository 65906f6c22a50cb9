-- Who sees which rows. The service role passes by all of this; where there is no policy for a command, nobody else may do it.

DROP POLICY IF EXISTS orgs_select_members ON public.orgs;
CREATE POLICY orgs_select_members ON public.orgs
    FOR SELECT TO authenticated
    USING (NOT is_deleted AND public.can_read_org(id));

DROP POLICY IF EXISTS org_members_select_members ON public.org_members;
CREATE POLICY org_members_select_members ON public.org_members
    FOR SELECT TO authenticated
    USING (public.can_read_org(org_id));

DROP POLICY IF EXISTS sys_admins_select_own ON public.sys_admins;
CREATE POLICY sys_admins_select_own ON public.sys_admins
    FOR SELECT TO authenticated
    USING (user_id = (SELECT auth.uid()));

DROP POLICY IF EXISTS user_profiles_select_own ON public.user_profiles;
CREATE POLICY user_profiles_select_own ON public.user_profiles
    FOR SELECT TO authenticated
    USING (user_id = (SELECT auth.uid()));

DROP POLICY IF EXISTS user_profiles_update_own ON public.user_profiles;
CREATE POLICY user_profiles_update_own ON public.user_profiles
    FOR UPDATE TO authenticated
    USING (user_id = (SELECT auth.uid()))
    WITH CHECK (user_id = (SELECT auth.uid()) AND updated_by = (SELECT auth.uid()));

DROP POLICY IF EXISTS user_identities_select_own ON public.user_identities;
CREATE POLICY user_identities_select_own ON public.user_identities
    FOR SELECT TO authenticated
    USING (user_id = (SELECT auth.uid()));

DROP POLICY IF EXISTS org_cfg_idps_select_admins ON public.org_cfg_idps;
CREATE POLICY org_cfg_idps_select_admins ON public.org_cfg_idps
    FOR SELECT TO authenticated
    USING (public.check_org_admin((SELECT auth.uid()), org_id));

DROP POLICY IF EXISTS org_email_domains_select_admins ON public.org_email_domains;
CREATE POLICY org_email_domains_select_admins ON public.org_email_domains
    FOR SELECT TO authenticated
    USING (public.check_org_admin((SELECT auth.uid()), org_id));
