-- Providers, their models, what organisations chose of them, and what they used.

CREATE TABLE IF NOT EXISTS public.ai_providers (
    id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    name TEXT NOT NULL UNIQUE CHECK (name ~ '^[a-z0-9]+(-[a-z0-9]+)*$'),
    display_name TEXT NOT NULL,
    is_enabled BOOLEAN NOT NULL DEFAULT true,
    created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
    updated_at TIMESTAMPTZ NOT NULL DEFAULT now(),
    created_by UUID CONSTRAINT fk_ai_providers_created_by REFERENCES auth.users(id) ON DELETE SET NULL,
    updated_by UUID CONSTRAINT fk_ai_providers_updated_by REFERENCES auth.users(id) ON DELETE SET NULL
);

ALTER TABLE public.ai_providers ENABLE ROW LEVEL SECURITY;

CREATE OR REPLACE TRIGGER ai_providers_set_updated_at
    BEFORE UPDATE ON public.ai_providers
    FOR EACH ROW EXECUTE FUNCTION public.set_updated_at();

CREATE TABLE IF NOT EXISTS public.ai_models (
    id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    ai_provider_id UUID NOT NULL CONSTRAINT fk_ai_models_ai_provider_id REFERENCES public.ai_providers(id) ON DELETE RESTRICT,
    name TEXT NOT NULL,
    display_name TEXT NOT NULL,
    context_tokens INTEGER NOT NULL CHECK (context_tokens > 0),
    max_output_tokens INTEGER NOT NULL CHECK (max_output_tokens > 0),
    is_enabled BOOLEAN NOT NULL DEFAULT true,
    created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
    updated_at TIMESTAMPTZ NOT NULL DEFAULT now(),
    created_by UUID CONSTRAINT fk_ai_models_created_by REFERENCES auth.users(id) ON DELETE SET NULL,
    updated_by UUID CONSTRAINT fk_ai_models_updated_by REFERENCES auth.users(id) ON DELETE SET NULL,
    UNIQUE (ai_provider_id, name)
);

ALTER TABLE public.ai_models ENABLE ROW LEVEL SECURITY;

CREATE OR REPLACE TRIGGER ai_models_set_updated_at
    BEFORE UPDATE ON public.ai_models
    FOR EACH ROW EXECUTE FUNCTION public.set_updated_at();

CREATE TABLE IF NOT EXISTS public.ai_cfg_orgs (
    id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    org_id UUID NOT NULL UNIQUE CONSTRAINT fk_ai_cfg_orgs_org_id REFERENCES public.orgs(id) ON DELETE CASCADE,
    ai_model_id UUID NOT NULL CONSTRAINT fk_ai_cfg_orgs_ai_model_id REFERENCES public.ai_models(id) ON DELETE RESTRICT,
    temperature NUMERIC(3, 2) NOT NULL DEFAULT 0.2 CHECK (temperature BETWEEN 0 AND 2),
    max_output_tokens INTEGER CHECK (max_output_tokens > 0),
    monthly_token_limit BIGINT CHECK (monthly_token_limit >= 0),
    is_enabled BOOLEAN NOT NULL DEFAULT true,
    created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
    updated_at TIMESTAMPTZ NOT NULL DEFAULT now(),
    created_by UUID CONSTRAINT fk_ai_cfg_orgs_created_by REFERENCES auth.users(id) ON DELETE SET NULL,
    updated_by UUID CONSTRAINT fk_ai_cfg_orgs_updated_by REFERENCES auth.users(id) ON DELETE SET NULL
);

CREATE INDEX IF NOT EXISTS idx_ai_cfg_orgs_ai_model_id ON public.ai_cfg_orgs (ai_model_id);

ALTER TABLE public.ai_cfg_orgs ENABLE ROW LEVEL SECURITY;

CREATE OR REPLACE TRIGGER ai_cfg_orgs_set_updated_at
    BEFORE UPDATE ON public.ai_cfg_orgs
    FOR EACH ROW EXECUTE FUNCTION public.set_updated_at();

CREATE TABLE IF NOT EXISTS public.ai_usage_requests (
    id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    org_id UUID NOT NULL CONSTRAINT fk_ai_usage_requests_org_id REFERENCES public.orgs(id) ON DELETE CASCADE,
    user_id UUID CONSTRAINT fk_ai_usage_requests_user_id REFERENCES auth.users(id) ON DELETE SET NULL,
    ai_model_id UUID NOT NULL CONSTRAINT fk_ai_usage_requests_ai_model_id REFERENCES public.ai_models(id) ON DELETE RESTRICT,
    prompt_tokens INTEGER NOT NULL CHECK (prompt_tokens >= 0),
    completion_tokens INTEGER NOT NULL CHECK (completion_tokens >= 0),
    created_at TIMESTAMPTZ NOT NULL DEFAULT now()
);

CREATE INDEX IF NOT EXISTS idx_ai_usage_requests_org_id_created_at ON public.ai_usage_requests (org_id, created_at);

ALTER TABLE public.ai_usage_requests ENABLE ROW LEVEL SECURITY;
