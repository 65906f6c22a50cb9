-- What the functions call.

-- The layer org_common asks this for every module.
CREATE OR REPLACE FUNCTION public.is_org_member(p_org_id UUID, p_user_id UUID)
RETURNS BOOLEAN
LANGUAGE sql
STABLE
SECURITY DEFINER
SET search_path = ''
AS $$
    SELECT EXISTS (
        SELECT 1
        FROM public.org_members m
        JOIN public.orgs o ON o.id = m.org_id
        WHERE m.org_id = p_org_id AND m.user_id = p_user_id AND NOT o.is_deleted
    );
$$;

CREATE OR REPLACE FUNCTION public.create_module_usage(p_org_id UUID, p_user_id UUID, p_module_name TEXT, p_event_type TEXT)
RETURNS VOID
LANGUAGE sql
SECURITY DEFINER
SET search_path = ''
AS $$
    INSERT INTO public.mgmt_usage_modules (org_id, user_id, module_name, event_type)
    VALUES (p_org_id, p_user_id, p_module_name, p_event_type);
$$;

REVOKE ALL ON FUNCTION public.is_org_member(UUID, UUID) FROM PUBLIC, anon;
REVOKE ALL ON FUNCTION public.create_module_usage(UUID, UUID, TEXT, TEXT) FROM PUBLIC, anon, authenticated;
