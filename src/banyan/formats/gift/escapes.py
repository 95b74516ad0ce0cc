r"""Characters that GIFT escapes with a backslash: `~ = # { } :` and `\n` for a line break.

While a question is taken apart, an escaped character is a lone surrogate, which no decoded text can hold: so it is
never taken for the sign that it looks like.
"""

import re

from banyan.formats.prose import BREAK

__all__ = ["escape", "hide", "show"]

_BASE = 0xDC00
_ESCAPED = re.compile(r"\\([\\~=#{}:n])")
_HIDDEN = {_BASE + ord(sign): sign for sign in "~=#{}:"}
_WRITTEN = str.maketrans({**{sign: f"\\{sign}" for sign in "\\~=#{}:"}, "\n": "\\n", "\r": ""})


def hide(text: str) -> str:
    """Escaped characters as surrogates; a backslash before anything else is itself."""
    return _ESCAPED.sub(_hidden, text)


def show(text: str) -> str:
    """Hidden characters as they are, but for line breaks, which are `BREAK`."""
    return text.translate(_HIDDEN)


def escape(text: str) -> str:
    """A text as GIFT writes it, in one line; it knows no carriage returns."""
    return text.translate(_WRITTEN)


def _hidden(match: re.Match[str]) -> str:
    match match[1]:
        case "\\":
            return "\\"
        case "n":
            return BREAK
        case sign:
            return chr(_BASE + ord(sign))
