"""Paths of categories, as Moodle writes them: `$course$/top/Geography/Rivers`; a slash in a name is doubled."""

import re

from banyan.formats.gathering import Gathering
from banyan.formats.prose import shortened

__all__ = ["read_category", "written_category"]

_CONTEXT = re.compile(r"\$[a-z]+[0-9]*\$", re.IGNORECASE)
_SLASH = re.compile(r"(?<!/)/(?!/)|(?<=//)/(?!/)")
_DEEPEST = 10
_LONGEST = 255


def read_category(path: str, line: int, gathering: Gathering) -> list[str]:
    """The names of a path, from the outside in, without Moodle's own top."""
    names = [" ".join(name.replace("//", "/").split()) for name in _SLASH.split(path[:20_000])]
    if names and _CONTEXT.fullmatch(names[0]):
        names = names[1:]
        if names and names[0] == "top":
            names = names[1:]
    names = [name for name in names if name]
    if len(names) > _DEEPEST or any(len(name) > _LONGEST for name in names):
        gathering.warn(line, "category_cut", "The category is too deep or its name too long; it was cut.")
    return [shortened(name, _LONGEST) for name in names[:_DEEPEST]]


def written_category(names: list[str]) -> str:
    """A path that Moodle takes."""
    return "/".join(["$course$", "top", *(name.replace("/", "//") for name in names)])
