"""Names for questions that have none: the first words of their text."""

import re
from html import unescape

__all__ = ["shortened", "title_of"]

_LONGEST = 80
_LOOKED_AT = 2_000
_LINK = re.compile(r"!?\[([^\[\]]*)\]\([^()\s]*\)")
_TAG = re.compile(r"</?[A-Za-z][^<>]*>")
_MARKS = re.compile(r"\\([!-/:-@\[-`{-~])|\*\*|`|^#{1,6} +|^> ?", re.MULTILINE)
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")


def title_of(markdown: str) -> str:
    """The first words of a text, without its markup, in one line."""
    start = _LINK.sub(r"\1", markdown[:_LOOKED_AT])
    start = unescape(_TAG.sub(" ", start))
    start = _MARKS.sub(lambda mark: mark[1] or "", start)
    return shortened(" ".join(_CONTROL.sub(" ", start).split()), _LONGEST)


def shortened(text: str, longest: int) -> str:
    """A text that is no longer than that: cut after a word."""
    if len(text) <= longest:
        return text
    kept = text[: longest - 1]
    words, _, _ = kept.rpartition(" ")
    return (words if len(words) > longest // 2 else kept).rstrip() + "…"
