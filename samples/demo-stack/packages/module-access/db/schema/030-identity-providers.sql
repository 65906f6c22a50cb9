-- How the people of an organisation sign in, and by which addresses they are recognised.

CREATE TABLE IF NOT EXISTS public.org_cfg_idps (
    id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    org_id UUID NOT NULL UNIQUE CONSTRAINT fk_org_cfg_idps_org_id REFERENCES public.orgs(id) ON DELETE CASCADE,
    provider TEXT NOT NULL CHECK (provider IN ('saml', 'oidc')),
    display_name TEXT NOT NULL CHECK (char_length(display_name) BETWEEN 1 AND 80),
    metadata_url TEXT NOT NULL CHECK (metadata_url LIKE 'https://%'),
    is_enabled BOOLEAN NOT NULL DEFAULT true,
    created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
    updated_at TIMESTAMPTZ NOT NULL DEFAULT now(),
    created_by UUID CONSTRAINT fk_org_cfg_idps_created_by REFERENCES auth.users(id) ON DELETE SET NULL,
    updated_by UUID CONSTRAINT fk_org_cfg_idps_updated_by REFERENCES auth.users(id) ON DELETE SET NULL
);

ALTER TABLE public.org_cfg_idps ENABLE ROW LEVEL SECURITY;

CREATE OR REPLACE TRIGGER org_cfg_idps_set_updated_at
    BEFORE UPDATE ON public.org_cfg_idps
    FOR EACH ROW EXECUTE FUNCTION public.set_updated_at();

CREATE TABLE IF NOT EXISTS public.org_email_domains (
    id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    org_id UUID NOT NULL CONSTRAINT fk_org_email_domains_org_id REFERENCES public.orgs(id) ON DELETE CASCADE,
    domain TEXT NOT NULL UNIQUE CHECK (domain = lower(domain) AND char_length(domain) <= 253),
    is_verified BOOLEAN NOT NULL DEFAULT false,
    verified_at TIMESTAMPTZ,
    created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
    updated_at TIMESTAMPTZ NOT NULL DEFAULT now(),
    created_by UUID CONSTRAINT fk_org_email_domains_created_by REFERENCES auth.users(id) ON DELETE SET NULL,
    updated_by UUID CONSTRAINT fk_org_email_domains_updated_by REFERENCES auth.users(id) ON DELETE SET NULL
);

CREATE INDEX IF NOT EXISTS idx_org_email_domains_org_id ON public.org_email_domains (org_id);

ALTER TABLE public.org_email_domains ENABLE ROW LEVEL SECURITY;

CREATE OR REPLACE TRIGGER org_email_domains_set_updated_at
    BEFORE UPDATE ON public.org_email_domains
    FOR EACH ROW EXECUTE FUNCTION public.set_updated_at();
