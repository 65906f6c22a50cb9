-- Members see their workspaces, and an organisation's administrators see all of its.

DROP POLICY IF EXISTS workspaces_select_members ON public.workspaces;
CREATE POLICY workspaces_select_members ON public.workspaces
    FOR SELECT TO authenticated
    USING (public.can_read_ws(id));

DROP POLICY IF EXISTS ws_members_select_members ON public.ws_members;
CREATE POLICY ws_members_select_members ON public.ws_members
    FOR SELECT TO authenticated
    USING (public.can_read_ws(ws_id));
