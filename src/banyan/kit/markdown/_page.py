"""What one rendering knows and gathers. It travels in the parser's `env`, so threads share nothing."""

from collections.abc import Callable
from typing import cast
from uuid import UUID

from markdown_it.utils import EnvType
from pygments.lexer import Lexer

from banyan.kit.markdown._model import Warning  # noqa: A004 - see there
from banyan.kit.markdown._words import Words, words_in

Resolve = Callable[[str], str | None]

MOST_WARNINGS = 200


class Page:
    """The state of one call of `render`."""

    def __init__(self, resolve: Resolve | None, language: str, *, people: bool = False) -> None:
        self.resolve = resolve
        self.people = people  # whether people can be mentioned
        self.mentions: dict[UUID, None] = {}  # in order
        self.words: Words = words_in(language)
        self.warnings: list[Warning] = []
        self.anchors: set[str] = set()
        self.locating = False  # only finding targets: their places are noted, and nothing is left out
        self.grid_depth = 0
        self.picture_depth = 0
        self.highlighted = 0
        self.formulas = 0
        self.lexers: dict[str, Lexer] = {}

    def warn(self, line: int, code: str, detail: str) -> None:
        """Note something odd. Beyond the two hundredth only that there is more."""
        if len(self.warnings) < MOST_WARNINGS:
            self.warnings.append(Warning(line, code, detail))
        elif len(self.warnings) == MOST_WARNINGS:
            self.warnings.append(Warning(line, "too_many_warnings", "There is more to look at than is listed."))


def page_of(env: EnvType) -> Page:
    """The page that is being rendered."""
    return cast("Page", env["page"])
