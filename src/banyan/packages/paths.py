"""Names of files: which are safe, how they are ordered, and what they say."""

import re
from pathlib import PurePosixPath

__all__ = ["is_hidden", "is_markdown", "is_numbered", "natural_key", "slug", "spoken", "why_unsafe"]

_MARKDOWN = {".md", ".markdown", ".rmd", ".qmd"}
_NUMBER = re.compile(r"(\d+)")
_PREFIX = re.compile(r"\d+[\s._-]+|\d+$")
_GAP = re.compile(r"[\s_-]+")
_NOT_WORD = re.compile(r"[^\w-]+")
_JUNK = {"__macosx", "thumbs.db", "desktop.ini"}
_CONTROL = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")


def why_unsafe(path: str) -> str | None:
    """Why a path may not be used, as the end of a sentence; None for a relative path that stays in its folder."""
    if not path or _CONTROL.search(path):
        return "has characters that no name may have"
    if "\\" in path:
        return "has a backslash"
    if path.startswith("/") or re.match(r"[A-Za-z]:", path):
        return "starts from the root of a disk"
    if any(part in {"", ".", ".."} for part in path.split("/")):
        return "leads out of the folder"
    if len(path) > 400 or any(len(part.encode("utf-8", "replace")) > 200 for part in path.split("/")):
        return "is too long"
    return None


def is_hidden(path: str) -> bool:
    """Whether a path is of the kind that operating systems and tools leave behind."""
    return any(part.startswith(".") or part.casefold() in _JUNK for part in path.split("/"))


def is_markdown(path: str) -> bool:
    """Whether a file's name says that it is Markdown."""
    return PurePosixPath(path).suffix.casefold() in _MARKDOWN


def is_numbered(path: str) -> bool:
    """Whether the last part of a path begins with a number: `02-roots`, `3. Leaves.pdf`."""
    return _PREFIX.match(PurePosixPath(path).stem) is not None


def natural_key(path: str) -> tuple[tuple[tuple[int, int, str], ...], ...]:
    """Orders paths as people do: `2-b` before `10-a`, part by part."""
    return tuple(
        tuple(
            (0, int(run), "") if run.isdecimal() else (1, 0, run.casefold()) for run in _NUMBER.split(part)[:40] if run
        )
        for part in path.split("/")
    )


def spoken(path: str) -> str:
    """The last part of a path as a title: `03-how_it_works.md` → `How it works`."""
    stem = PurePosixPath(path).stem
    words = _GAP.sub(" ", _PREFIX.sub("", stem, count=1)).strip() or stem
    return words[:1].upper() + words[1:]


def slug(title: str) -> str:
    """A title as a part of a path: `How it works` → `how-it-works`."""
    return _NOT_WORD.sub("", _GAP.sub("-", title.casefold())).strip("-")[:60].strip("-") or "untitled"
