"""Texts in the formats that Moodle knows."""

from typing import Literal

from banyan.formats.model import Faulty
from banyan.formats.prose.markup import looks_like_html, markdown_of_html
from banyan.formats.prose.plain import BREAK, markdown_of_plain

__all__ = ["ProseFormat", "read_prose"]

ProseFormat = Literal["moodle", "html", "plain", "markdown"]
_LONGEST = 250_000


def read_prose(text: str, written_in: ProseFormat) -> tuple[str, frozenset[str]]:
    """A text as Markdown, and the names of HTML elements that were left out.

    `moodle` is what people type: plain, with HTML where they know how. Markdown stays as it is.

    Raises:
        Faulty: it is far too long.
    """
    if len(text) > _LONGEST:
        raise Faulty("too_long", "A text of the question is too long.")
    match written_in:
        case "markdown":
            return text.replace(BREAK, "\n").strip(), frozenset()
        case "html":
            return markdown_of_html(text.replace(BREAK, "\n"))
        case "moodle":
            if looks_like_html(text):
                return markdown_of_html(text)
            return markdown_of_plain(text, entities=True), frozenset()
        case "plain":
            return markdown_of_plain(text), frozenset()
