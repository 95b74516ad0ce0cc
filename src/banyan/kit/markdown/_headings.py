"""Anchors and the table of contents.

An anchor is `h-` and the heading's words, joined by hyphens as pandoc and GitHub do; the prefix keeps it apart from the
page's own ids. A heading may name itself: `## Title {#name}`.
"""

import re
from collections.abc import Iterator
from itertools import pairwise
from urllib.parse import unquote

from markdown_it.rules_core import StateCore
from markdown_it.token import Token

from banyan.kit.markdown._attributes import read_attributes
from banyan.kit.markdown._model import Heading
from banyan.kit.markdown._page import Page

PREFIX = "h-"
_LONGEST = 80
_UNWANTED = re.compile(r"[^\w\-\s]")
_GAP = re.compile(r"[\s-]+")
_TITLES = {"heading_open", "directive_title_open"}


def anchor(fragment: str) -> str:
    """The anchor in a rendered page for the fragment that an author wrote: `staging-area` → `h-staging-area`."""
    return PREFIX + _slug(unquote(fragment))


def read_names(state: StateCore) -> None:
    """Take the attributes off the end of headings, before their text is parsed."""
    for token, inline in _titles(state.tokens):
        start = inline.content.rfind("{")
        attributes = read_attributes(inline.content, start) if start >= 0 else None
        if attributes and attributes.end == len(inline.content):
            inline.content = inline.content[:start].rstrip()
            token.meta["name"] = attributes.values.get("id", "")


def name_headings(tokens: list[Token], page: Page) -> list[Heading]:
    """Give each heading its level and anchor; answer the table of contents.

    The page's title is its first heading, so a text that has headings of level 1 itself is moved down by one.
    Headings within quotations, notes and tables have anchors but are not part of the contents.
    """
    lowered = any(token.type == "heading_open" and token.tag == "h1" for token in tokens)
    names = _Names()
    contents: list[Heading] = []
    depth = 0
    for index, token in enumerate(tokens):
        if token.type in _TITLES and token.meta.get("own", True):
            title = plain_text(tokens[index + 1])
            identifier = PREFIX + names.unused(token.meta.get("name") or title)
            page.anchors.add(identifier)
            token.attrSet("id", identifier)
            if token.type == "heading_open":
                token.tag = tokens[index + 2].tag = f"h{min(6, int(token.tag[1]) + lowered)}"
                if not depth and title:
                    contents.append(Heading(int(token.tag[1]), identifier, title))
        depth += token.nesting
    return contents


def plain_text(inline: Token) -> str:
    """What a paragraph's or heading's inline token says, without its markup."""
    parts = []
    for child in inline.children or []:
        if child.type in {"text", "code_inline", "mathematics", "image"}:
            parts.append(child.content)
        elif child.type in {"softbreak", "hardbreak"}:
            parts.append(" ")
    return " ".join("".join(parts).split())


class _Names:
    """Hands out each name once: `tea`, then `tea-1`, `tea-2`."""

    def __init__(self) -> None:
        self._used: dict[str, int] = {}

    def unused(self, title: str) -> str:
        name = wanted = _slug(title) or "section"
        while name in self._used:
            self._used[wanted] += 1
            name = f"{wanted}-{self._used[wanted]}"
        self._used[name] = 0
        return name


def _slug(title: str) -> str:
    return _GAP.sub("-", _UNWANTED.sub("", title.casefold()).strip())[:_LONGEST]


def _titles(tokens: list[Token]) -> Iterator[tuple[Token, Token]]:
    for token, following in pairwise(tokens):
        if token.type in _TITLES:
            yield token, following
