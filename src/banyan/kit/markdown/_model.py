"""What rendering answers with."""

from uuid import UUID

import msgspec


class Heading(msgspec.Struct, frozen=True):
    """One line of the table of contents: `level` 1 to 6, `id` the anchor in the page, `title` as plain text."""

    level: int
    id: str
    title: str


class Warning(msgspec.Struct, frozen=True):  # noqa: A001 - the name that the HTTP contract gives it
    """Something an author should look at: `line` of the source, from 1; a stable `code`; a sentence."""

    line: int
    code: str
    detail: str


class Rendered(msgspec.Struct, frozen=True):
    """A source as safe HTML, its table of contents, its words of prose (code not counted) and what was odd.

    `mentions` are the accounts that it mentions, each once, in order.
    """

    html: str
    toc: list[Heading]
    words: int
    warnings: list[Warning]
    mentions: list[UUID] = []


class SourceTooLong(ValueError):
    """The source is longer than one mebibyte of UTF-8."""
