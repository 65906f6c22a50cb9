"""The gateway to the AI provider: keeps the key, the limits and the count.

Routes - Organisation Scoped:
- POST /orgs/{orgId}/ai/chat      - Continue a conversation
- POST /orgs/{orgId}/ai/tokens    - Estimate how many tokens a conversation has
"""

import org_common as common
from ai_common import check_messages, get_effective_config
from cora_sample_tokens import count_tokens
from org_common.validation import path_uuid, validate
from upstream import complete

_MODULE = "module-ai"


def chat(request):
    org_id = path_uuid(request.path_params, "orgId")
    user_id = common.require_org_member(request, org_id)
    messages = validate(request.json(), {"messages": check_messages})["messages"]
    config = get_effective_config(org_id)
    _require_room(config, _estimate(messages))
    _require_budget(config, org_id)

    text, prompt_tokens, completion_tokens = complete(
        config.model_name, messages, config.max_output_tokens, config.temperature
    )

    common.insert_one(
        "ai_usage_requests",
        {
            "org_id": org_id,
            "user_id": user_id,
            "ai_model_id": config.model_id,
            "prompt_tokens": prompt_tokens,
            "completion_tokens": completion_tokens,
        },
        select="id",
    )
    common.record_usage(_MODULE, "chat", org_id, user_id)
    return common.ok(
        {
            "message": {"role": "assistant", "content": text},
            "usage": {"prompt_tokens": prompt_tokens, "completion_tokens": completion_tokens},
        }
    )


def estimate(request):
    org_id = path_uuid(request.path_params, "orgId")
    common.require_org_member(request, org_id)
    messages = validate(request.json(), {"messages": check_messages})["messages"]
    config = get_effective_config(org_id)
    return common.ok({"tokens": _estimate(messages), "context_tokens": config.context_tokens})


def _estimate(messages):
    return sum(count_tokens(message["content"]) for message in messages)


def _require_room(config, tokens):
    """Before the call, because the provider charges for a conversation that it then refuses."""
    room = config.context_tokens - config.max_output_tokens
    if tokens > room:
        raise common.BadRequest(
            "The conversation is too long for the model.", {"messages": f"about {tokens} tokens; there is room for {room}"}
        )


def _require_budget(config, org_id):
    if config.monthly_token_limit is None:
        return
    if common.rpc("get_ai_tokens_this_month", {"p_org_id": org_id}) >= config.monthly_token_limit:
        raise common.TooManyRequests("The organisation has used up its tokens for this month.")


ROUTES = {
    "POST /orgs/{orgId}/ai/chat": chat,
    "POST /orgs/{orgId}/ai/tokens": estimate,
}


def lambda_handler(event, context):
    return common.dispatch(event, context, ROUTES)
