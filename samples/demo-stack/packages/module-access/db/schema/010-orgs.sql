-- Organisations and who belongs to them. All modules build on these tables.

-- For the trigger of every table that has updated_at.
CREATE OR REPLACE FUNCTION public.set_updated_at()
RETURNS trigger
LANGUAGE plpgsql
SET search_path = ''
AS $$
BEGIN
    NEW.updated_at := now();
    RETURN NEW;
END
$$;

CREATE TABLE IF NOT EXISTS public.orgs (
    id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    name TEXT NOT NULL CHECK (char_length(name) BETWEEN 2 AND 120),
    slug TEXT NOT NULL UNIQUE CHECK (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$' AND char_length(slug) BETWEEN 3 AND 50),
    is_deleted BOOLEAN NOT NULL DEFAULT false,
    deleted_at TIMESTAMPTZ,
    deleted_by UUID CONSTRAINT fk_orgs_deleted_by REFERENCES auth.users(id) ON DELETE SET NULL,
    created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
    updated_at TIMESTAMPTZ NOT NULL DEFAULT now(),
    created_by UUID CONSTRAINT fk_orgs_created_by REFERENCES auth.users(id) ON DELETE SET NULL,
    updated_by UUID CONSTRAINT fk_orgs_updated_by REFERENCES auth.users(id) ON DELETE SET NULL
);

ALTER TABLE public.orgs ENABLE ROW LEVEL SECURITY;

CREATE OR REPLACE TRIGGER orgs_set_updated_at
    BEFORE UPDATE ON public.orgs
    FOR EACH ROW EXECUTE FUNCTION public.set_updated_at();

CREATE TABLE IF NOT EXISTS public.org_members (
    id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    org_id UUID NOT NULL CONSTRAINT fk_org_members_org_id REFERENCES public.orgs(id) ON DELETE CASCADE,
    user_id UUID NOT NULL CONSTRAINT fk_org_members_user_id REFERENCES auth.users(id) ON DELETE CASCADE,
    role TEXT NOT NULL CHECK (role IN ('org_admin', 'org_member', 'org_viewer')),
    created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
    updated_at TIMESTAMPTZ NOT NULL DEFAULT now(),
    created_by UUID CONSTRAINT fk_org_members_created_by REFERENCES auth.users(id) ON DELETE SET NULL,
    updated_by UUID CONSTRAINT fk_org_members_updated_by REFERENCES auth.users(id) ON DELETE SET NULL,
    UNIQUE (org_id, user_id)
);

CREATE INDEX IF NOT EXISTS idx_org_members_user_id ON public.org_members (user_id);

ALTER TABLE public.org_members ENABLE ROW LEVEL SECURITY;

CREATE OR REPLACE TRIGGER org_members_set_updated_at
    BEFORE UPDATE ON public.org_members
    FOR EACH ROW EXECUTE FUNCTION public.set_updated_at();

-- Filled by hand: nobody becomes a system administrator through the API.
CREATE TABLE IF NOT EXISTS public.sys_admins (
    id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    user_id UUID NOT NULL UNIQUE CONSTRAINT fk_sys_admins_user_id REFERENCES auth.users(id) ON DELETE CASCADE,
    created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
    updated_at TIMESTAMPTZ NOT NULL DEFAULT now(),
    created_by UUID CONSTRAINT fk_sys_admins_created_by REFERENCES auth.users(id) ON DELETE SET NULL,
    updated_by UUID CONSTRAINT fk_sys_admins_updated_by REFERENCES auth.users(id) ON DELETE SET NULL
);

ALTER TABLE public.sys_admins ENABLE ROW LEVEL SECURITY;

CREATE OR REPLACE TRIGGER sys_admins_set_updated_at
    BEFORE UPDATE ON public.sys_admins
    FOR EACH ROW EXECUTE FUNCTION public.set_updated_at();
