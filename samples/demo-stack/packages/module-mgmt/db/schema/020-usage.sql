-- How much organisations use the modules: each event, and their number by day. Days are those of UTC.

CREATE TABLE IF NOT EXISTS public.mgmt_usage_modules (
    id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    org_id UUID NOT NULL CONSTRAINT fk_mgmt_usage_modules_org_id REFERENCES public.orgs(id) ON DELETE CASCADE,
    user_id UUID CONSTRAINT fk_mgmt_usage_modules_user_id REFERENCES auth.users(id) ON DELETE SET NULL,
    module_name TEXT NOT NULL CHECK (char_length(module_name) <= 40),
    event_type TEXT NOT NULL CHECK (char_length(event_type) <= 40),
    created_at TIMESTAMPTZ NOT NULL DEFAULT now()
);

CREATE INDEX IF NOT EXISTS idx_mgmt_usage_modules_org_id_created_at ON public.mgmt_usage_modules (org_id, created_at DESC);

ALTER TABLE public.mgmt_usage_modules ENABLE ROW LEVEL SECURITY;

CREATE TABLE IF NOT EXISTS public.mgmt_usage_modules_daily (
    id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    org_id UUID NOT NULL CONSTRAINT fk_mgmt_usage_modules_daily_org_id REFERENCES public.orgs(id) ON DELETE CASCADE,
    module_name TEXT NOT NULL CHECK (char_length(module_name) <= 40),
    event_type TEXT NOT NULL CHECK (char_length(event_type) <= 40),
    usage_date DATE NOT NULL,
    event_count BIGINT NOT NULL CHECK (event_count > 0),
    UNIQUE (org_id, usage_date, module_name, event_type)
);

ALTER TABLE public.mgmt_usage_modules_daily ENABLE ROW LEVEL SECURITY;

-- In the transaction of the event: the sums are never behind, and an event that is rolled back was never counted.
CREATE OR REPLACE FUNCTION public.add_module_usage_to_day()
RETURNS trigger
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = ''
AS $$
BEGIN
    INSERT INTO public.mgmt_usage_modules_daily AS d (org_id, module_name, event_type, usage_date, event_count)
    VALUES (NEW.org_id, NEW.module_name, NEW.event_type, (NEW.created_at AT TIME ZONE 'UTC')::DATE, 1)
    ON CONFLICT (org_id, usage_date, module_name, event_type) DO UPDATE SET event_count = d.event_count + 1;
    RETURN NULL;
END
$$;

CREATE OR REPLACE TRIGGER mgmt_usage_modules_add_to_day
    AFTER INSERT ON public.mgmt_usage_modules
    FOR EACH ROW EXECUTE FUNCTION public.add_module_usage_to_day();
