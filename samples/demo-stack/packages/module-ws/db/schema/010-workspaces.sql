-- Workspaces of organisations and who works in them.

CREATE TABLE IF NOT EXISTS public.workspaces (
    id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    org_id UUID NOT NULL CONSTRAINT fk_workspaces_org_id REFERENCES public.orgs(id) ON DELETE CASCADE,
    name TEXT NOT NULL CHECK (char_length(name) BETWEEN 1 AND 120),
    description TEXT NOT NULL DEFAULT '' CHECK (char_length(description) <= 2000),
    is_deleted BOOLEAN NOT NULL DEFAULT false,
    deleted_at TIMESTAMPTZ,
    deleted_by UUID CONSTRAINT fk_workspaces_deleted_by REFERENCES auth.users(id) ON DELETE SET NULL,
    created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
    updated_at TIMESTAMPTZ NOT NULL DEFAULT now(),
    created_by UUID CONSTRAINT fk_workspaces_created_by REFERENCES auth.users(id) ON DELETE SET NULL,
    updated_by UUID CONSTRAINT fk_workspaces_updated_by REFERENCES auth.users(id) ON DELETE SET NULL
);

CREATE INDEX IF NOT EXISTS idx_workspaces_org_id_name ON public.workspaces (org_id, name);

-- For the cleanup, which looks at nothing else.
CREATE INDEX IF NOT EXISTS idx_workspaces_deleted_at ON public.workspaces (deleted_at) WHERE is_deleted;

ALTER TABLE public.workspaces ENABLE ROW LEVEL SECURITY;

CREATE OR REPLACE TRIGGER workspaces_set_updated_at
    BEFORE UPDATE ON public.workspaces
    FOR EACH ROW EXECUTE FUNCTION public.set_updated_at();

CREATE TABLE IF NOT EXISTS public.ws_members (
    id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    ws_id UUID NOT NULL CONSTRAINT fk_ws_members_ws_id REFERENCES public.workspaces(id) ON DELETE CASCADE,
    user_id UUID NOT NULL CONSTRAINT fk_ws_members_user_id REFERENCES auth.users(id) ON DELETE CASCADE,
    role TEXT NOT NULL CHECK (role IN ('ws_admin', 'ws_member', 'ws_viewer')),
    created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
    updated_at TIMESTAMPTZ NOT NULL DEFAULT now(),
    created_by UUID CONSTRAINT fk_ws_members_created_by REFERENCES auth.users(id) ON DELETE SET NULL,
    updated_by UUID CONSTRAINT fk_ws_members_updated_by REFERENCES auth.users(id) ON DELETE SET NULL,
    UNIQUE (ws_id, user_id)
);

CREATE INDEX IF NOT EXISTS idx_ws_members_user_id ON public.ws_members (user_id);

ALTER TABLE public.ws_members ENABLE ROW LEVEL SECURITY;

CREATE OR REPLACE TRIGGER ws_members_set_updated_at
    BEFORE UPDATE ON public.ws_members
    FOR EACH ROW EXECUTE FUNCTION public.set_updated_at();
