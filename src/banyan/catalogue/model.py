"""What one may ask of the catalogue."""

import msgspec

from banyan.courses import Difficulty
from banyan.kit.wire import View

__all__ = ["Facet", "Facets", "Filters"]


class Filters(msgspec.Struct, frozen=True, kw_only=True):
    """What a list is narrowed to; None does not narrow. `words` is text as someone typed it."""

    words: str | None = None
    category: str | None = None
    difficulty: Difficulty | None = None
    language: str | None = None


class Facet(View):
    """A value that courses have, and how many have it."""

    value: str
    count: int


class Facets(View):
    """What the catalogue can be narrowed to; the commonest first."""

    categories: list[Facet]
    difficulties: list[Facet]
    languages: list[Facet]
