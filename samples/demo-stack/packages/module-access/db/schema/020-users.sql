-- What people say about themselves, and how they sign in. Both are made by create_user_identity on the first login.

CREATE TABLE IF NOT EXISTS public.user_profiles (
    id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    user_id UUID NOT NULL UNIQUE CONSTRAINT fk_user_profiles_user_id REFERENCES auth.users(id) ON DELETE CASCADE,
    display_name TEXT NOT NULL CHECK (char_length(display_name) BETWEEN 1 AND 120),
    locale TEXT NOT NULL DEFAULT 'en' CHECK (char_length(locale) <= 35),
    time_zone TEXT NOT NULL DEFAULT 'UTC' CHECK (char_length(time_zone) <= 64),
    avatar_url TEXT CHECK (avatar_url LIKE 'https://%'),
    created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
    updated_at TIMESTAMPTZ NOT NULL DEFAULT now(),
    created_by UUID CONSTRAINT fk_user_profiles_created_by REFERENCES auth.users(id) ON DELETE SET NULL,
    updated_by UUID CONSTRAINT fk_user_profiles_updated_by REFERENCES auth.users(id) ON DELETE SET NULL
);

ALTER TABLE public.user_profiles ENABLE ROW LEVEL SECURITY;

-- People change their own row, and no other column of it than these.
REVOKE INSERT, UPDATE, DELETE ON public.user_profiles FROM anon, authenticated;
GRANT UPDATE (display_name, locale, time_zone, avatar_url, updated_by) ON public.user_profiles TO authenticated;

CREATE OR REPLACE TRIGGER user_profiles_set_updated_at
    BEFORE UPDATE ON public.user_profiles
    FOR EACH ROW EXECUTE FUNCTION public.set_updated_at();

CREATE TABLE IF NOT EXISTS public.user_identities (
    id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    user_id UUID NOT NULL CONSTRAINT fk_user_identities_user_id REFERENCES auth.users(id) ON DELETE CASCADE,
    provider TEXT NOT NULL CHECK (provider ~ '^[a-z0-9_:-]{1,40}$'),
    email TEXT,
    last_login_at TIMESTAMPTZ NOT NULL DEFAULT now(),
    created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
    updated_at TIMESTAMPTZ NOT NULL DEFAULT now(),
    created_by UUID CONSTRAINT fk_user_identities_created_by REFERENCES auth.users(id) ON DELETE SET NULL,
    updated_by UUID CONSTRAINT fk_user_identities_updated_by REFERENCES auth.users(id) ON DELETE SET NULL,
    UNIQUE (user_id, provider)
);

ALTER TABLE public.user_identities ENABLE ROW LEVEL SECURITY;

CREATE OR REPLACE TRIGGER user_identities_set_updated_at
    BEFORE UPDATE ON public.user_identities
    FOR EACH ROW EXECUTE FUNCTION public.set_updated_at();
