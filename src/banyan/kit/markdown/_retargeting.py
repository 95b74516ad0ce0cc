"""Rewriting where links and pictures lead, in the source: what importing and exporting a course comes down to.

The parser says which targets there are and on which line, so that code which looks like a link stays; the rest of the
source stays as it is, to the character.
"""

import re
from collections.abc import Callable, Iterator
from html import escape, unescape
from typing import NamedTuple
from urllib.parse import quote

from markdown_it.common.utils import unescapeAll
from markdown_it.token import Token

from banyan.kit.markdown._page import Page
from banyan.kit.markdown._parser import PARSER
from banyan.kit.markdown._positions import lines_of, paragraphs
from banyan.kit.markdown._targets import is_web

_DEFINITION = re.compile(r"\]:\s*(<[^<>\n]*>|[^\s<]\S*)")
_IN_HTML = re.compile(
    r"""<(?:img|a)\s[^<>]*?\b(?:src|href)\s*=\s*(?:"([^"<>]*)"|'([^'<>]*)'|([^\s"'<>=`]+))""", re.IGNORECASE
)
_PLAIN = "/:#?&=%@+,;~!$*-._"


class _Place(NamedTuple):
    """A target in the source: where, as it stands there, and what it says."""

    start: int
    written: str
    target: str
    html: bool = False


def retarget(source: str, replace: Callable[[str], str | None]) -> str:
    """The source with the targets of links and pictures replaced.

    `replace` gets each target that is not a web address, nor a mere fragment, as its author meant it (`fig/my x.svg`),
    and answers the new one, or None to leave it. Line ends become `\\n`.
    """
    source = source.replace("\r\n", "\n").replace("\r", "\n")
    parts, position = [], 0
    for place in sorted(set(_places(source))):
        if place.start < position or is_web(place.target) or place.target.startswith("#") or not place.target:
            continue
        new = replace(place.target)
        if new is None or new == place.target:
            continue
        parts += [source[position : place.start], _written(new, place)]
        position = place.start + len(place.written)
    return "".join([*parts, source[position:]])


def _written(target: str, place: _Place) -> str:
    if place.html:
        return escape(target)
    encoded = "".join(sign if sign.isalnum() or sign in _PLAIN else quote(sign) for sign in target)
    return f"<{encoded}>" if place.written.startswith("<") else encoded


def _places(source: str) -> Iterator[_Place]:
    page = Page(None, "en")
    page.locating = True
    env: dict[str, object] = {"page": page}
    tokens = PARSER.parse(source, env)
    finder = _Finder(source)
    for token, first in paragraphs(tokens):
        if token.type == "html_block":
            yield from finder.in_html(token.content, first)
        yield from finder.in_paragraph(token.children or [], first)
    references = env.get("references")
    for reference in references.values() if isinstance(references, dict) else ():
        yield from finder.in_definition(reference["href"], *reference["map"])


class _Finder:
    """Finds in a source what the parser says is there."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._begins = [0, *(match.end() for match in re.finditer("\n", source)), len(source)]
        self._cursors: dict[int, int] = {}

    def _begin(self, line: int) -> int:
        """Where a line begins, counted from 0."""
        return self._begins[min(line, len(self._begins) - 1)]

    def in_paragraph(self, children: list[Token], first: int) -> Iterator[_Place]:
        targets = []
        for child, line in lines_of(children, first):
            if child.type == "html_inline":
                yield from self.in_html(child.content, line)
            if child.type == "image":
                yield from self.in_paragraph(child.children or [], line)
            if "written" in child.meta:
                targets.append((first + child.meta["below"], child.meta["tail"], child.meta["written"]))
        for line, tail, written in sorted(targets, key=lambda target: (target[0], -len(target[1]))):
            start = self._find(line, written, tail)
            if start >= 0:
                self._cursors[line] = start + 1
                yield _Place(start, written, _meant(written))

    def _find(self, line: int, written: str, tail: str) -> int:
        """Where a target stands: as far from its line's end as in its paragraph, or (in a cell) the next such one."""
        source, begin = self._source, self._begin(line - 1)
        end = begin + len(source[begin : self._begin(line)].rstrip())
        start = end - len(tail.rstrip())
        if start >= begin and source.startswith(tail.rstrip(), start):
            return start if source.startswith(written, start) else -1
        start = source.find(written, max(begin, self._cursors.get(line, 0)), end)
        while start >= 0 and not source[begin:start].rstrip().endswith("("):
            start = source.find(written, start + 1, end)
        return start

    def in_html(self, html: str, line: int) -> Iterator[_Place]:
        for match in _IN_HTML.finditer(html):
            written = match[1] or match[2] or match[3] or ""
            last_line = match[0].rpartition("\n")[2]
            start = self._source.find(last_line, self._begin(line - 1), self._begin(line + html.count("\n")))
            if start >= 0 and written in last_line and written:
                yield _Place(start + last_line.rindex(written), written, unescape(written), html=True)

    def in_definition(self, target: str, first: int, after: int) -> Iterator[_Place]:
        for match in _DEFINITION.finditer(self._source, self._begin(first), self._begin(after)):
            if _meant(match[1]) == target:
                yield _Place(match.start(1), match[1], target)


def _meant(written: str) -> str:
    return unescapeAll(written[1:-1] if written.startswith("<") else written)
