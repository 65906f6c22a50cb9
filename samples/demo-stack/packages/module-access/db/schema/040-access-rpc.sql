-- What the functions call. Each runs as its owner, so each is for the service role alone, except those that policies ask.

CREATE OR REPLACE FUNCTION public.check_sys_admin(p_user_id UUID)
RETURNS BOOLEAN
LANGUAGE sql
STABLE
SECURITY DEFINER
SET search_path = ''
AS $$
    SELECT EXISTS (SELECT 1 FROM public.sys_admins a WHERE a.user_id = p_user_id);
$$;

CREATE OR REPLACE FUNCTION public.check_org_admin(p_user_id UUID, p_org_id UUID)
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
        WHERE m.org_id = p_org_id AND m.user_id = p_user_id AND m.role = 'org_admin' AND NOT o.is_deleted
    );
$$;

-- Whether the caller belongs to the organisation. A policy on org_members that looked into org_members would never end.
CREATE OR REPLACE FUNCTION public.can_read_org(p_org_id UUID)
RETURNS BOOLEAN
LANGUAGE sql
STABLE
SECURITY DEFINER
SET search_path = ''
AS $$
    SELECT EXISTS (SELECT 1 FROM public.org_members m WHERE m.org_id = p_org_id AND m.user_id = auth.uid());
$$;

CREATE OR REPLACE FUNCTION public.get_orgs_by_user(p_user_id UUID)
RETURNS TABLE (id UUID, name TEXT, slug TEXT, role TEXT, created_at TIMESTAMPTZ, updated_at TIMESTAMPTZ)
LANGUAGE sql
STABLE
SECURITY DEFINER
SET search_path = ''
AS $$
    SELECT o.id, o.name, o.slug, m.role, o.created_at, o.updated_at
    FROM public.orgs o
    JOIN public.org_members m ON m.org_id = o.id
    WHERE m.user_id = p_user_id AND NOT o.is_deleted
    ORDER BY o.name, o.id;
$$;

CREATE OR REPLACE FUNCTION public.create_org(p_name TEXT, p_slug TEXT, p_user_id UUID)
RETURNS JSONB
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = ''
AS $$
DECLARE
    v_org public.orgs;
BEGIN
    INSERT INTO public.orgs (name, slug, created_by, updated_by)
    VALUES (p_name, p_slug, p_user_id, p_user_id)
    RETURNING * INTO v_org;

    INSERT INTO public.org_members (org_id, user_id, role, created_by)
    VALUES (v_org.id, p_user_id, 'org_admin', p_user_id);

    RETURN jsonb_build_object(
        'id', v_org.id, 'name', v_org.name, 'slug', v_org.slug, 'created_at', v_org.created_at, 'updated_at', v_org.updated_at
    );
END
$$;

-- NULL when there is no such member. The organisation's row is locked: of two administrators who demote each other, one is told.
CREATE OR REPLACE FUNCTION public.update_org_member_role(p_org_id UUID, p_user_id UUID, p_role TEXT, p_updated_by UUID)
RETURNS JSONB
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = ''
AS $$
DECLARE
    v_member public.org_members;
BEGIN
    PERFORM 1 FROM public.orgs o WHERE o.id = p_org_id FOR UPDATE;

    SELECT * INTO v_member FROM public.org_members m WHERE m.org_id = p_org_id AND m.user_id = p_user_id;
    IF NOT FOUND THEN
        RETURN NULL;
    END IF;
    IF v_member.role = 'org_admin' AND p_role <> 'org_admin' AND NOT EXISTS (
        SELECT 1 FROM public.org_members m WHERE m.org_id = p_org_id AND m.user_id <> p_user_id AND m.role = 'org_admin'
    ) THEN
        RAISE SQLSTATE 'PT409' USING MESSAGE = 'The last administrator must remain one.';
    END IF;

    UPDATE public.org_members m
    SET role = p_role, updated_by = p_updated_by
    WHERE m.id = v_member.id
    RETURNING * INTO v_member;

    RETURN jsonb_build_object(
        'id', v_member.id, 'org_id', v_member.org_id, 'user_id', v_member.user_id, 'role', v_member.role, 'created_at', v_member.created_at
    );
END
$$;

-- False when there is no such member.
CREATE OR REPLACE FUNCTION public.delete_org_member(p_org_id UUID, p_user_id UUID)
RETURNS BOOLEAN
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = ''
AS $$
DECLARE
    v_role TEXT;
BEGIN
    PERFORM 1 FROM public.orgs o WHERE o.id = p_org_id FOR UPDATE;

    SELECT m.role INTO v_role FROM public.org_members m WHERE m.org_id = p_org_id AND m.user_id = p_user_id;
    IF v_role = 'org_admin' AND NOT EXISTS (
        SELECT 1 FROM public.org_members m WHERE m.org_id = p_org_id AND m.user_id <> p_user_id AND m.role = 'org_admin'
    ) THEN
        RAISE SQLSTATE 'PT409' USING MESSAGE = 'The last administrator cannot leave.';
    END IF;

    DELETE FROM public.org_members m WHERE m.org_id = p_org_id AND m.user_id = p_user_id;
    RETURN FOUND;
END
$$;

-- Makes profile and identity, and on the first login the membership that a confirmed address gives. The address is what the database knows of
-- the user, not what a token says.
CREATE OR REPLACE FUNCTION public.create_user_identity(p_user_id UUID, p_provider TEXT, p_display_name TEXT)
RETURNS JSONB
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = ''
AS $$
DECLARE
    v_email TEXT;
    v_is_confirmed BOOLEAN;
    v_is_new BOOLEAN;
    v_org_id UUID;
BEGIN
    SELECT lower(u.email), u.email_confirmed_at IS NOT NULL INTO v_email, v_is_confirmed FROM auth.users u WHERE u.id = p_user_id;
    IF NOT FOUND THEN
        RAISE SQLSTATE 'PT404' USING MESSAGE = 'There is no such user.';
    END IF;

    INSERT INTO public.user_profiles (user_id, display_name, created_by, updated_by)
    VALUES (p_user_id, left(coalesce(nullif(p_display_name, ''), nullif(split_part(v_email, '@', 1), ''), 'New user'), 120), p_user_id, p_user_id)
    ON CONFLICT (user_id) DO NOTHING;
    v_is_new := FOUND;

    INSERT INTO public.user_identities (user_id, provider, email, created_by, updated_by)
    VALUES (p_user_id, p_provider, v_email, p_user_id, p_user_id)
    ON CONFLICT (user_id, provider) DO UPDATE SET email = excluded.email, last_login_at = now();

    SELECT d.org_id INTO v_org_id
    FROM public.org_email_domains d
    JOIN public.orgs o ON o.id = d.org_id
    WHERE d.domain = split_part(v_email, '@', 2) AND d.is_verified AND v_is_confirmed AND NOT o.is_deleted;

    -- Only then: who was removed from the organisation must not be back with the next login.
    IF v_is_new AND v_org_id IS NOT NULL THEN
        INSERT INTO public.org_members (org_id, user_id, role)
        VALUES (v_org_id, p_user_id, 'org_member')
        ON CONFLICT (org_id, user_id) DO NOTHING;
    END IF;
    IF NOT EXISTS (SELECT 1 FROM public.org_members m WHERE m.org_id = v_org_id AND m.user_id = p_user_id) THEN
        v_org_id := NULL;
    END IF;

    RETURN jsonb_build_object('org_id', v_org_id, 'is_new', v_is_new);
END
$$;

-- False when the user has no such identity. The profile's row is locked, so that two calls at once leave one identity.
CREATE OR REPLACE FUNCTION public.delete_user_identity(p_user_id UUID, p_identity_id UUID)
RETURNS BOOLEAN
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = ''
AS $$
BEGIN
    PERFORM 1 FROM public.user_profiles p WHERE p.user_id = p_user_id FOR UPDATE;

    IF NOT EXISTS (SELECT 1 FROM public.user_identities i WHERE i.id = p_identity_id AND i.user_id = p_user_id) THEN
        RETURN false;
    END IF;
    IF NOT EXISTS (SELECT 1 FROM public.user_identities i WHERE i.id <> p_identity_id AND i.user_id = p_user_id) THEN
        RAISE SQLSTATE 'PT409' USING MESSAGE = 'This is your last identity.';
    END IF;

    DELETE FROM public.user_identities i WHERE i.id = p_identity_id;
    RETURN true;
END
$$;

-- NULL for a domain that nobody has, or whose organisation has no identity provider that is enabled: the answer is the same for all of them.
CREATE OR REPLACE FUNCTION public.get_idp_by_email_domain(p_domain TEXT)
RETURNS JSONB
LANGUAGE sql
STABLE
SECURITY DEFINER
SET search_path = ''
AS $$
    SELECT jsonb_build_object('org_id', i.org_id, 'provider', i.provider, 'display_name', i.display_name)
    FROM public.org_email_domains d
    JOIN public.orgs o ON o.id = d.org_id
    JOIN public.org_cfg_idps i ON i.org_id = d.org_id
    WHERE d.domain = lower(p_domain) AND d.is_verified AND i.is_enabled AND NOT o.is_deleted;
$$;

REVOKE ALL ON FUNCTION public.check_sys_admin(UUID) FROM PUBLIC, anon;
REVOKE ALL ON FUNCTION public.check_org_admin(UUID, UUID) FROM PUBLIC, anon;
REVOKE ALL ON FUNCTION public.can_read_org(UUID) FROM PUBLIC, anon;
REVOKE ALL ON FUNCTION public.get_orgs_by_user(UUID) FROM PUBLIC, anon, authenticated;
REVOKE ALL ON FUNCTION public.create_org(TEXT, TEXT, UUID) FROM PUBLIC, anon, authenticated;
REVOKE ALL ON FUNCTION public.update_org_member_role(UUID, UUID, TEXT, UUID) FROM PUBLIC, anon, authenticated;
REVOKE ALL ON FUNCTION public.delete_org_member(UUID, UUID) FROM PUBLIC, anon, authenticated;
REVOKE ALL ON FUNCTION public.create_user_identity(UUID, TEXT, TEXT) FROM PUBLIC, anon, authenticated;
REVOKE ALL ON FUNCTION public.delete_user_identity(UUID, UUID) FROM PUBLIC, anon, authenticated;
REVOKE ALL ON FUNCTION public.get_idp_by_email_domain(TEXT) FROM PUBLIC, anon, authenticated;
