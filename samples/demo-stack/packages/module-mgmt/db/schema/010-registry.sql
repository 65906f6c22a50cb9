-- What is deployed: functions with their warming schedules, and modules.

-- The name is older than the rule that tables are plural.
CREATE TABLE IF NOT EXISTS public.mgmt_cfg_sys_lambda (
    id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    config_key TEXT NOT NULL UNIQUE CHECK (config_key ~ '^[a-z0-9]+(-[a-z0-9]+)*$' AND char_length(config_key) <= 40),
    function_name TEXT NOT NULL CHECK (function_name ~ '^[A-Za-z0-9_-]{1,64}$'),
    description TEXT NOT NULL DEFAULT '' CHECK (char_length(description) <= 500),
    schedule_expression TEXT NOT NULL CHECK (char_length(schedule_expression) <= 256),
    is_warming_enabled BOOLEAN NOT NULL DEFAULT false,
    last_synced_at TIMESTAMPTZ,
    created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
    updated_at TIMESTAMPTZ NOT NULL DEFAULT now(),
    created_by UUID CONSTRAINT fk_mgmt_cfg_sys_lambda_created_by REFERENCES auth.users(id) ON DELETE SET NULL,
    updated_by UUID CONSTRAINT fk_mgmt_cfg_sys_lambda_updated_by REFERENCES auth.users(id) ON DELETE SET NULL
);

ALTER TABLE public.mgmt_cfg_sys_lambda ENABLE ROW LEVEL SECURITY;

CREATE OR REPLACE TRIGGER mgmt_cfg_sys_lambda_set_updated_at
    BEFORE UPDATE ON public.mgmt_cfg_sys_lambda
    FOR EACH ROW EXECUTE FUNCTION public.set_updated_at();

CREATE TABLE IF NOT EXISTS public.mgmt_cfg_sys_modules (
    id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    name TEXT NOT NULL UNIQUE CHECK (name ~ '^[a-z0-9]+(-[a-z0-9]+)*$' AND char_length(name) <= 40),
    display_name TEXT NOT NULL CHECK (char_length(display_name) BETWEEN 1 AND 80),
    description TEXT NOT NULL DEFAULT '' CHECK (char_length(description) <= 500),
    version TEXT NOT NULL CHECK (char_length(version) <= 40),
    is_enabled BOOLEAN NOT NULL DEFAULT false,
    created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
    updated_at TIMESTAMPTZ NOT NULL DEFAULT now(),
    created_by UUID CONSTRAINT fk_mgmt_cfg_sys_modules_created_by REFERENCES auth.users(id) ON DELETE SET NULL,
    updated_by UUID CONSTRAINT fk_mgmt_cfg_sys_modules_updated_by REFERENCES auth.users(id) ON DELETE SET NULL
);

ALTER TABLE public.mgmt_cfg_sys_modules ENABLE ROW LEVEL SECURITY;

CREATE OR REPLACE TRIGGER mgmt_cfg_sys_modules_set_updated_at
    BEFORE UPDATE ON public.mgmt_cfg_sys_modules
    FOR EACH ROW EXECUTE FUNCTION public.set_updated_at();
