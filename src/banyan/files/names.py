"""What a file is called: safe as a part of an address, in an archive and on any disk."""

import re
import unicodedata

from banyan.kit.unseen import is_unseen

__all__ = ["clean", "extension"]

_LONGEST = 200  # bytes of UTF-8; file systems take 255
_LONGEST_EXTENSION = 20


def clean(name: str) -> str:
    """The name without folders and without what cannot be seen, composed (NFC), at most 200 bytes of UTF-8.

    A name that is too long is cut before its extension.
    """
    base = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    seen = "".join(letter for letter in base if not is_unseen(letter))
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
