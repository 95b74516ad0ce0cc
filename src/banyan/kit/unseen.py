"""Characters that cannot be seen, and so can hide what a name says or turn it round."""

import unicodedata

__all__ = ["is_unseen"]

_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})  # control and format too; surrogates have no UTF-8
_JOINERS = frozenset("\u200c\u200d")  # Persian and the scripts of India cannot be written without them


def is_unseen(letter: str) -> bool:
    """Whether a character shows nothing, and no script needs it."""
    return letter not in _JOINERS and unicodedata.category(letter) in _CATEGORIES
