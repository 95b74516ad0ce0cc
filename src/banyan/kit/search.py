"""From what someone typed to what PostgreSQL searches."""

import re

__all__ = ["as_query"]

_WORD = re.compile(r"\w+")
_MOST_WORDS = 12


def as_query(text: str) -> str | None:
    """A `tsquery` for what has every word of the text, the last one as far as it is typed; None without words.

    Made of letters, digits and our own operators alone: nothing that is typed can be an operator.
    """
    words = [f"'{word}'" for word in _WORD.findall(text)[:_MOST_WORDS]]
    return " & ".join(words) + ":*" if words else None
