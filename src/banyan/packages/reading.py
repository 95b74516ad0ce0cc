"""From a folder or an archive to a package. What is odd is reported, with its line; only nothing at all stops it."""

from pathlib import Path
from typing import BinaryIO

from banyan.packages.archive import tree_of_archive
from banyan.packages.assembly import Assembly
from banyan.packages.folder import tree_of_folder
from banyan.packages.model import Limits, Package
from banyan.packages.report import Report

__all__ = ["read_folder", "read_zip"]


def read_folder(folder: Path, limits: Limits | None = None) -> Package:
    """Read a course from a folder of this machine.

    Raises:
        PackageUnreadable: there is no folder, nothing to learn in it, or more than the limits allow.
    """
    report = Report()
    return Assembly(tree_of_folder(folder, limits or Limits(), report), report).package()


def read_zip(source: Path | BinaryIO, limits: Limits | None = None, *, name: str = "") -> Package:
    """Read a course from a zip archive; `name` is what it is called where it comes from.

    A file object must be seekable, and stay open as long as the assets are read.

    Raises:
        PackageUnreadable: it is no archive, holds nothing to learn, or more than the limits allow.
    """
    report = Report()
    called = name or (source.name if isinstance(source, Path) else "course.zip")
    stem = called[:-4] if called.casefold().endswith(".zip") else called
    return Assembly(tree_of_archive(source, stem, limits or Limits(), report), report).package()
