"""Attributes in braces, as pandoc and kramdown write them: `{#id .class key="value"}`, over several lines too."""

import re
from typing import NamedTuple

_LONGEST = 5_000
_ONE = re.compile(
    r"""\s*(?:
        \#(?P<id>[^\s{}]+)
      | \.(?P<class>[^\s{}.#]+)
      | (?P<key>[\w:-]+)=(?:"(?P<double>(?:[^"\\]|\\.)*)"|'(?P<single>(?:[^'\\]|\\.)*)'|(?P<bare>[^\s"'{}]+))
    )""",
    re.VERBOSE | re.DOTALL,
)
_CLOSE = re.compile(r"\s*\}")
_ESCAPED = re.compile(r"\\([\\'\"])")


class Attributes(NamedTuple):
    """Attributes that were read, and where the text goes on after them."""

    values: dict[str, str]
    end: int


def read_attributes(text: str, start: int) -> Attributes | None:
    """Read `{…}` at `start`; None when what stands there is not a list of attributes."""
    if not text.startswith("{", start):
        return None
    limit = min(len(text), start + _LONGEST)
    position = start + 2 if text.startswith("{:", start) else start + 1
    values: dict[str, str] = {}
    while match := _ONE.match(text, position, limit):
        position = match.end()
        if match["id"]:
            values["id"] = match["id"]
        elif match["class"]:
            values["class"] = f"{values.get('class', '')} {match['class']}".strip()
        else:
            value = match["double"] or match["single"] or match["bare"] or ""
            values[match["key"].lower()] = _ESCAPED.sub(r"\1", value)
    close = _CLOSE.match(text, position, limit)
    return Attributes(values, close.end()) if close and values else None
