"""Estimate how many tokens a language model makes of a text."""

from cora_sample_segments import segments

__all__ = ["count_tokens"]

_LETTERS_A_TOKEN = 5
_DIGITS_A_TOKEN = 3


def count_tokens(text):
    """An estimate, on the high side for English: good enough for a limit, not for an invoice."""
    return sum(_tokens(segment) for segment in segments(text))


def _tokens(segment):
    a_token = _DIGITS_A_TOKEN if segment.isdigit() else _LETTERS_A_TOKEN
    return -(-len(segment) // a_token)
