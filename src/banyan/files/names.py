"""What a file is called: safe as a part of an address, in an archive and on any disk."""

import re
import unicodedata

__all__ = ["clean", "extension"]

_LONGEST = 200  # bytes of UTF-8; file systems take 255
_LONGEST_EXTENSION = 20
# Control and format characters hide or turn round what a name says; surrogates cannot be encoded.
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_JOINERS = frozenset("\u200c\u200d")  # Persian and the scripts of India cannot be written without them


def clean(name: str) -> str:
    """The name without folders and without what cannot be seen, composed (NFC), at most 200 bytes of UTF-8.

    A name that is too long is cut before its extension.
    """
    base = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    seen = "".join(letter for letter in base if letter in _JOINERS or unicodedata.category(letter) not in _UNSEEN)
    stripped = " ".join(seen.split()).strip(". ") or "file"
    ending = extension(stripped)
    dotted = f".{ending}" if ending else ""
    stem = stripped[: len(stripped) - len(dotted)]
    room = _LONGEST - len(dotted.encode())
    return stem.encode()[:room].decode(errors="ignore").rstrip(". ") + dotted


def extension(name: str) -> str:
    """What follows the last dot; empty if nothing, or more than an extension can be."""
    stem, dot, ending = name.rpartition(".")
    return ending if dot and stem and len(ending.encode()) <= _LONGEST_EXTENSION and ending.isalnum() else ""
