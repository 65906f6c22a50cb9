"""Which model an organisation uses, and within which limits."""

from __future__ import annotations

from typing import NamedTuple, Optional

import org_common as common


class EffectiveConfig(NamedTuple):
    """The organisation's settings with the model's defaults filled in. `monthly_token_limit` None means no limit."""

    model_id: str
    model_name: str
    context_tokens: int
    max_output_tokens: int
    temperature: float
    monthly_token_limit: Optional[int]


def get_effective_config(org_id: str) -> EffectiveConfig:
    """Raises `Forbidden` when the organisation has not switched AI on, `Conflict` when its model has been withdrawn."""
    config = common.find_one(
        "ai_cfg_orgs",
        {"org_id": org_id},
        select="ai_model_id,max_output_tokens,temperature,monthly_token_limit,is_enabled",
    )
    if config is None or not config["is_enabled"]:
        raise common.Forbidden("The organisation has not switched AI on.")
    model = common.find_one(
        "ai_models",
        {"id": config["ai_model_id"], "is_enabled": True},
        select="id,name,context_tokens,max_output_tokens",
    )
    if model is None:
        raise common.Conflict("The organisation's model is no longer available: choose another one.")
    # The model may have become smaller since the organisation chose.
    wanted = config["max_output_tokens"] or model["max_output_tokens"]
    return EffectiveConfig(
        model_id=model["id"],
        model_name=model["name"],
        context_tokens=model["context_tokens"],
        max_output_tokens=min(wanted, model["max_output_tokens"]),
        temperature=config["temperature"],
        monthly_token_limit=config["monthly_token_limit"],
    )
