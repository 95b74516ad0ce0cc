"""A folder on this machine as a tree of files. Symbolic links are not followed, wherever they lead."""

import os
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import BinaryIO

from banyan.packages.model import Asset, Limits, PackageUnreadable
from banyan.packages.paths import is_hidden, natural_key
from banyan.packages.report import Report
from banyan.packages.tree import Tree

__all__ = ["tree_of_folder"]

_ABOVE = ("config.yaml",)
"""What belongs to a folder but lies beside it: the Carpentries keep `episodes/` next to their configuration."""


def tree_of_folder(folder: Path, limits: Limits, report: Report) -> Tree:
    """All files under a folder.

    Raises:
        PackageUnreadable: it is no folder, or holds more than the limits allow.
    """
    if not folder.is_dir():
        raise PackageUnreadable("not_a_folder", f"There is no folder at “{folder}”.")
    tree = Tree(folder.resolve().name, limits, report)
    for path, size in sorted(_walk(folder, report), key=lambda found: natural_key(found[0])):
        if not tree.admits(path):
            continue
        if size > limits.file_size:
            report.lose(
                path, None, "too_large", f"The file is larger than {limits.file_size >> 20} MB; it was left out."
            )
        elif size > tree.room:
            raise PackageUnreadable("too_large", f"A course may have {limits.total_size >> 20} MB.")
        elif not os.access(folder / path, os.R_OK):
            report.lose(path, None, "unreadable", "The file may not be read; it was left out.")
        else:
            tree.add(Asset(path, size, partial(_open, folder / path)))
    for name in _ABOVE:
        place = folder.resolve().parent / name
        if place.is_file() and not place.is_symlink() and place.stat().st_size <= limits.source_length:
            tree.above[name] = Asset(name, place.stat().st_size, partial(_open, place))
    return tree


def _walk(folder: Path, report: Report) -> Iterator[tuple[str, int]]:
    """The files under a folder with their sizes."""
    waiting = [""]
    while waiting:
        prefix = waiting.pop()
        try:
            entries = list(os.scandir(folder / prefix))
        except OSError:
            report.lose(prefix, None, "unreadable", "The folder may not be read; it was left out.")
            continue
        for entry in entries:
            path = f"{prefix}{entry.name}"
            if entry.is_symlink():
                report.lose(path, None, "symlink", "Symbolic links are not followed; it was left out.")
            elif entry.is_dir(follow_symlinks=False) and not is_hidden(path):
                waiting.append(f"{path}/")
            elif entry.is_file(follow_symlinks=False):
                yield path, entry.stat(follow_symlinks=False).st_size


def _open(place: Path) -> BinaryIO:
    # Whoever replaces the file by a link after it was looked at must not be followed either.
    return os.fdopen(os.open(place, os.O_RDONLY | os.O_NOFOLLOW), "rb")
