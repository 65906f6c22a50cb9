"""Split a text into runs of letters, runs of digits and single signs."""

import re

__all__ = ["segments"]

# Ideographs, kana and hangul stand alone: there are no blanks between their words.
_ALONE = r"\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3"
_SEGMENT = re.compile(rf"[{_ALONE}]|[^\W\d_{_ALONE}]+|\d+|[^\w\s]|_")


def segments(text):
    """Yield the segments of `text` in order; blanks are left out."""
    for match in _SEGMENT.finditer(text):
        yield match.group()
