-- What the functions call.

-- Months are those of UTC.
CREATE OR REPLACE FUNCTION public.get_ai_tokens_this_month(p_org_id UUID)
RETURNS BIGINT
LANGUAGE sql
STABLE
SECURITY DEFINER
SET search_path = ''
AS $$
    SELECT coalesce(sum(r.prompt_tokens + r.completion_tokens), 0)::BIGINT
    FROM public.ai_usage_requests r
    WHERE r.org_id = p_org_id AND r.created_at >= date_trunc('month', now() AT TIME ZONE 'UTC') AT TIME ZONE 'UTC';
$$;

REVOKE ALL ON FUNCTION public.get_ai_tokens_this_month(UUID) FROM PUBLIC, anon, authenticated;
