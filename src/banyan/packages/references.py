"""Which file of a package a link in one of its texts means."""

from collections.abc import Iterable
from posixpath import dirname, normpath
from typing import NamedTuple
from urllib.parse import unquote

from banyan.packages.model import Package

__all__ = ["Located", "References"]


class Located(NamedTuple):
    """What a link means: the path of an item's text or of another file, and the place in it."""

    path: str
    is_item: bool
    fragment: str


class References:
    """Finds targets among the texts of a package's items and its other files."""

    def __init__(self, items: Iterable[str], files: Iterable[str]) -> None:
        self._items = set(items)
        self._paths = {path: path for path in files} | {path: path for path in self._items}
        self._folded = {path.casefold(): path for path in self._paths}

    @classmethod
    def of(cls, package: Package) -> "References":
        """The references within a package that has been read."""
        texts = (item.path for module in package.modules for item in module.items if item.path)
        return cls(texts, package.assets)

    def locate(self, target: str, origin: str) -> Located | None:
        """What a relative target in the text at `origin` means: `fig/x.svg`, `04-changes.md#why`; None for nothing.

        A page's address (`04-changes.html`, `04-changes/`) means the text that it is made from.
        """
        address, _, fragment = target.partition("#")
        address = unquote(address.partition("?")[0])
        path = (
            normpath(f"{dirname(origin)}/{address}".lstrip("/")) if not address.startswith("/") else address.lstrip("/")
        )
        found = origin if not address else self._found(path)
        return Located(found, found in self._items, unquote(fragment)) if found else None

    def _found(self, path: str) -> str | None:
        bare = path.removesuffix(".html").removesuffix("/")
        for candidate in (path, f"{bare}.md", f"{bare}/index.md", f"{bare}/README.md"):
            found = self._paths.get(candidate) or self._folded.get(candidate.casefold())
            if found:
                return found
        return None
