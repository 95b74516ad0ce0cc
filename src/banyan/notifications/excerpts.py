"""How a message begins, in plain words: lists and letters do not show Markdown."""

import re

__all__ = ["excerpt"]

_LONGEST = 280  # characters
_LOOKED_AT = 2_000  # characters: enough to find those, and few enough for the patterns below
_LINK = re.compile(r"!?\[([^\]]*)\]\([^)]*\)")  # a mention is one
_BEGINNING = re.compile(r"^[ \t]*(?:```\w*|#{1,6}|>|[-*+]|\d+\.)(?:\s+|$)", re.MULTILINE)
_EMPHASIS = re.compile(r"(\*\*|__|~~|`)(.+?)\1")


def excerpt(text: str) -> str:
    """The beginning of a Markdown text in one line, without its marks; a link or a mention by its words."""
    words = _EMPHASIS.sub(r"\2", _BEGINNING.sub("", _LINK.sub(r"\1", text[:_LOOKED_AT])))
    words = " ".join(words.split())
    return words if len(words) <= _LONGEST else f"{words[: _LONGEST - 1].rstrip()}…"
