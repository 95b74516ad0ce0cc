"""A course outside of Banyan: as a folder or an archive of Markdown."""

from collections.abc import Callable
from datetime import datetime
from mimetypes import MimeTypes
from typing import BinaryIO, Literal

import msgspec

from banyan.packages.model_tests import PackageBank, PackageTest

__all__ = ["Asset", "Kind", "Limits", "Package", "PackageItem", "PackageModule", "PackageUnreadable", "ReportLine"]

Kind = Literal["lesson", "file", "video", "link", "test"]
Difficulty = Literal["beginner", "intermediate", "advanced"]

_MEDIA_TYPES = MimeTypes()


class PackageUnreadable(Exception):
    """Nothing can be made of what was given; `code` is stable, `detail` a sentence for people."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(detail)
        self.code = code
        self.detail = detail


class ReportLine(msgspec.Struct, frozen=True):
    """One thing to look at after reading a package: an error where something was lost, else a warning.

    `line` counts from 1; None where the file as a whole is meant.
    """

    file: str
    line: int | None
    severity: Literal["warning", "error"]
    code: str
    detail: str


class Asset(msgspec.Struct, frozen=True):
    """A file that comes along: its path in the package, its true size in bytes, and a way to its content."""

    path: str
    size: int
    opener: Callable[[], BinaryIO]

    def open(self) -> BinaryIO:
        """The content from its beginning; the caller closes it. As often as wanted, from any thread."""
        return self.opener()

    @property
    def media_type(self) -> str:
        """What the name says that the content is: a guess, to be checked by whoever keeps the file."""
        return _MEDIA_TYPES.guess_type(self.path)[0] or "application/octet-stream"


class PackageItem(msgspec.Struct, frozen=True):
    """One step of a course.

    A lesson has a `source`; a file an `asset`; a link a `url`; a video either; a test a `test`. `path` is where the
    source or the test is kept in the package: relative links in it start from there. `source` has line ends `\\n` and
    no NUL.
    """

    kind: Kind
    title: str
    source: str = ""
    url: str | None = None
    asset: str | None = None
    release_at: datetime | None = None
    due_at: datetime | None = None
    minutes: int | None = None
    path: str | None = None
    test: PackageTest | None = None


class PackageModule(msgspec.Struct, frozen=True):
    """A part of a course, in order."""

    title: str
    items: list[PackageItem]


class Package(msgspec.Struct, frozen=True):
    """A course with everything that belongs to it; assets by their path; what was odd about it."""

    title: str
    summary: str = ""
    category: str = ""
    difficulty: Difficulty | None = None
    language: str = "en"
    cover: str | None = None
    modules: list[PackageModule] = []
    assets: dict[str, Asset] = {}
    bank: PackageBank = PackageBank({}, {})
    report: list[ReportLine] = []


class Limits(msgspec.Struct, frozen=True):
    """What is read at most: files, bytes of one and of all, characters of one text, and expansion by compression."""

    files: int = 2_000
    file_size: int = 500 << 20
    total_size: int = 2 << 30
    source_length: int = 300_000
    ratio: int = 200
