"""People whom a text mentions, as `[@Name](mention:<account id>)`.

Rendering knows nobody's name: it marks who is meant, and `name_people` puts their names there. So what a text calls
somebody whom it does not mean is never shown.
"""

import re
from collections.abc import Mapping
from html import escape
from uuid import UUID

from markdown_it.token import Token

from banyan.kit.markdown._page import Page

__all__ = ["mark_people", "name_people"]

_MENTION = re.compile(r"mention:([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})", re.IGNORECASE)
_MARKED = re.compile(r'(<span class="mention" data-account="([0-9a-f-]{36})">)([^<]*)(</span>)')
_WORDS = frozenset({"text", "code_inline", "image"})


def mark_people(children: list[Token], page: Page) -> None:
    """Let each link to a person be a mark of them, and its words plain text."""
    place = 0
    while place < len(children):
        opening = children[place]
        person = _MENTION.fullmatch(str(opening.attrs.get("href", ""))) if opening.type == "link_open" else None
        place += 1
        if person:
            account_id = UUID(person[1])
            page.mentions[account_id] = None
            opening.type, opening.tag = "mention_open", "span"
            opening.attrs = {"class": "mention", "data-account": str(account_id)}
            end = next(at for at in range(place, len(children)) if children[at].type == "link_close")
            children[end].type, children[end].tag = "mention_close", "span"
            words = "".join(child.content if child.type in _WORDS else "" for child in children[place:end])
            children[place:end] = [Token("text", "", 0, content=words)]


def name_people(html: str, names: Mapping[UUID, str]) -> str:
    """Rendered text with the names of those whom it mentions; of who has none here only the words of the text stay."""

    def named(mark: re.Match[str]) -> str:
        name = names.get(UUID(mark[2]))
        return mark[3] if name is None else f"{mark[1]}@{escape(name, quote=False)}{mark[4]}"

    return _MARKED.sub(named, html)
