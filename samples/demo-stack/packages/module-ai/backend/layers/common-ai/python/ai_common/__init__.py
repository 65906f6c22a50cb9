"""What module-ai's functions share: an organisation's configuration and the shape of a conversation."""

from .config import EffectiveConfig, get_effective_config
from .messages import MAX_MESSAGES, check_messages

__all__ = ["EffectiveConfig", "MAX_MESSAGES", "check_messages", "get_effective_config"]
