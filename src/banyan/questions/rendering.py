"""The texts of questions as HTML."""

import re
from collections.abc import Sequence

from banyan.kit.markdown import Resolve, Warning, render  # noqa: A004 -- the contract's name
from banyan.questions.faults import GAP

__all__ = ["Rendering"]

_TAG = re.compile(r"(<(?:[^\">]|\"[^\"]*\")*>)")
_FIRST_SIGN = 0xE000  # of Unicode's private use: signs that stand for gaps while a text is rendered
_PRIVATE = re.compile("[\ue000-\uf8ff]")


class Rendering:
    """Renders the texts of one or more questions of a course; not to be shared between threads.

    Args:
        resolve: where a link or a picture leads, as for `kit.markdown`; for a course, `courses.links_of(…).resolve`.
        language: the course's.

    Attributes:
        warnings: what was odd in the texts so far.
    """

    def __init__(self, resolve: Resolve | None = None, language: str = "en") -> None:
        self._resolve = resolve
        self._language = language
        self.warnings: list[Warning] = []

    def html(self, text: str) -> str:
        """A text as HTML."""
        if not text.strip():
            return ""
        rendered = render(text, resolve=self._resolve, language=self._language)
        self.warnings += rendered.warnings
        return rendered.html

    def with_gaps(self, text: str, gaps: Sequence[str]) -> str:
        """A text as HTML, each of its gaps as `<span class="gap" data-gap="<id>"></span>`.

        A gap that the text does not have, or has where none can be, such as in the address of a link, comes at its end.
        """
        signs = {gap: chr(_FIRST_SIGN + number) for number, gap in enumerate(gaps)}
        # What looks like a gap and is none stays as it is; of one that is there twice the first counts.
        left = dict(signs)
        marked = GAP.sub(lambda found: left.pop(found[1], found[0]), _PRIVATE.sub("", text))
        spans = {sign: f'<span class="gap" data-gap="{gap}"></span>' for gap, sign in signs.items()}
        parts = _TAG.split(self.html(marked))
        for number, part in enumerate(parts):
            is_tag = number % 2
            parts[number] = _PRIVATE.sub(lambda sign: "" if is_tag else spans.pop(sign[0], ""), part)  # noqa: B023 -- at once
        rest = f"<p>{' '.join(spans.values())}</p>" if spans else ""
        return "".join(parts) + rest
