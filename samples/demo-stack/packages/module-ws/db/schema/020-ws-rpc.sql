-- What the functions call. Who has left an organisation has left its workspaces, whatever ws_members still says.

-- A deleted workspace has administrators too: they can restore it.
CREATE OR REPLACE FUNCTION public.check_ws_admin(p_user_id UUID, p_ws_id UUID)
RETURNS BOOLEAN
LANGUAGE sql
STABLE
SECURITY DEFINER
SET search_path = ''
AS $$
    SELECT EXISTS (
        SELECT 1
        FROM public.workspaces w
        LEFT JOIN public.ws_members m ON m.ws_id = w.id AND m.user_id = p_user_id AND m.role = 'ws_admin'
        WHERE w.id = p_ws_id
          AND ((m.id IS NOT NULL AND public.is_org_member(w.org_id, p_user_id)) OR public.check_org_admin(p_user_id, w.org_id))
    );
$$;

-- Whether the caller sees the workspace: its members do, and the administrators of its organisation.
CREATE OR REPLACE FUNCTION public.can_read_ws(p_ws_id UUID)
RETURNS BOOLEAN
LANGUAGE sql
STABLE
SECURITY DEFINER
SET search_path = ''
AS $$
    SELECT EXISTS (
        SELECT 1
        FROM public.workspaces w
        LEFT JOIN public.ws_members m ON m.ws_id = w.id AND m.user_id = auth.uid()
        WHERE w.id = p_ws_id
          AND ((m.id IS NOT NULL AND public.is_org_member(w.org_id, auth.uid())) OR public.check_org_admin(auth.uid(), w.org_id))
    );
$$;

CREATE OR REPLACE FUNCTION public.create_workspace(p_org_id UUID, p_user_id UUID, p_name TEXT, p_description TEXT)
RETURNS JSONB
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = ''
AS $$
DECLARE
    v_ws public.workspaces;
BEGIN
    INSERT INTO public.workspaces (org_id, name, description, created_by, updated_by)
    VALUES (p_org_id, p_name, p_description, p_user_id, p_user_id)
    RETURNING * INTO v_ws;

    INSERT INTO public.ws_members (ws_id, user_id, role, created_by)
    VALUES (v_ws.id, p_user_id, 'ws_admin', p_user_id);

    RETURN jsonb_build_object(
        'id', v_ws.id, 'org_id', v_ws.org_id, 'name', v_ws.name, 'description', v_ws.description,
        'created_at', v_ws.created_at, 'updated_at', v_ws.updated_at
    );
END
$$;

-- At most p_limit of them, the oldest first; how many there were. What another call is at is left to it.
CREATE OR REPLACE FUNCTION public.delete_expired_workspaces(p_deleted_before TIMESTAMPTZ, p_limit INTEGER)
RETURNS INTEGER
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = ''
AS $$
DECLARE
    v_count INTEGER;
BEGIN
    DELETE FROM public.workspaces
    WHERE id IN (
        SELECT w.id
        FROM public.workspaces w
        WHERE w.is_deleted AND w.deleted_at < p_deleted_before
        ORDER BY w.deleted_at
        LIMIT p_limit
        FOR UPDATE SKIP LOCKED
    );
    GET DIAGNOSTICS v_count = ROW_COUNT;
    RETURN v_count;
END
$$;

REVOKE ALL ON FUNCTION public.check_ws_admin(UUID, UUID) FROM PUBLIC, anon, authenticated;
REVOKE ALL ON FUNCTION public.can_read_ws(UUID) FROM PUBLIC, anon;
REVOKE ALL ON FUNCTION public.create_workspace(UUID, UUID, TEXT, TEXT) FROM PUBLIC, anon, authenticated;
REVOKE ALL ON FUNCTION public.delete_expired_workspaces(TIMESTAMPTZ, INTEGER) FROM PUBLIC, anon, authenticated;
