"""A zip archive as a tree of files. Nothing that its headers say is believed: each file is read once and counted."""

import io
import stat
import struct
import zipfile
import zlib
from functools import partial
from pathlib import Path, PurePosixPath
from typing import BinaryIO, cast

from banyan.packages.model import Asset, Limits, PackageUnreadable
from banyan.packages.report import Report
from banyan.packages.tree import Tree

__all__ = ["tree_of_archive"]

_PIECE = 1 << 16
_LARGEST_DIRECTORY = 4 << 20
_SMALL = 8 << 20  # what this small a file expands to is no bomb, whatever the ratio
_NESTED = {".zip", ".tar", ".gz", ".tgz", ".bz2", ".xz", ".7z", ".rar", ".zst"}
_DAMAGE = (zipfile.BadZipFile, zlib.error, struct.error, EOFError, NotImplementedError, ValueError, OverflowError)
_ENCRYPTED = 0x1
_UTF8 = 0x800


def tree_of_archive(source: Path | BinaryIO, name: str, limits: Limits, report: Report) -> Tree:
    """All files in an archive. A file object must stay open as long as the assets are read.

    Raises:
        PackageUnreadable: it is no archive, is damaged as a whole, or holds more than the limits allow.
    """
    archive = _opened(source)
    tree = Tree(name, limits, report)
    encrypted = 0
    for entry in archive.infolist():
        path = _path(entry)
        if entry.is_dir() or not tree.admits(path):
            continue
        mode = entry.external_attr >> 16
        if stat.S_IFMT(mode) not in {0, stat.S_IFREG}:
            report.lose(path, None, "symlink", "This is a symbolic link or a device; it was left out.")
        elif entry.flag_bits & _ENCRYPTED:
            encrypted += 1
            report.lose(path, None, "encrypted", "The file needs a password; it was left out.")
        elif entry.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
            report.lose(path, None, "compression", "The file is compressed in an unusual way; it was left out.")
        elif PurePosixPath(path).suffix.casefold() in _NESTED:
            report.warn(path, None, "nested_archive", "Archives within an archive are not opened; it was left out.")
        else:
            _take(tree, archive, entry, path)
    if encrypted and not tree.files:
        raise PackageUnreadable("encrypted", "The archive needs a password. Make one that needs none.")
    tree.look_through_single_folder()
    return tree


def _opened(source: Path | BinaryIO) -> zipfile.ZipFile:
    try:
        file = source.open("rb") if isinstance(source, Path) else source
        return zipfile.ZipFile(cast("BinaryIO", _Bounded(file, owned=isinstance(source, Path))))
    except OSError:
        raise PackageUnreadable("not_found", f"“{source}” cannot be opened.") from None
    except _DAMAGE:
        raise PackageUnreadable("not_an_archive", "This is not a zip archive, or it is damaged.") from None


class _Bounded(io.RawIOBase):
    """A file of which no piece larger than a reasonable directory is ever read into memory at once."""

    def __init__(self, file: BinaryIO, *, owned: bool) -> None:
        self._file = file
        self._owned = owned

    def close(self) -> None:
        """Let go of the file; happens of itself when nobody reads from the archive any more."""
        if self._owned:
            self._file.close()
        super().close()

    def read(self, size: int = -1, /) -> bytes:
        content = self._file.read(min(size, _LARGEST_DIRECTORY + 1) if size >= 0 else _LARGEST_DIRECTORY + 1)
        if len(content) > _LARGEST_DIRECTORY:
            raise zipfile.BadZipFile("The directory is too large.")
        return content

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        return self._file.seek(offset, whence)

    def tell(self) -> int:
        return self._file.tell()

    def seekable(self) -> bool:
        return True

    def readable(self) -> bool:
        return True


def _path(entry: zipfile.ZipInfo) -> str:
    """The name as it was meant: many tools write UTF-8 without saying so. What stands behind a NUL counts too."""
    name = entry.orig_filename
    if entry.flag_bits & _UTF8:
        return name
    try:
        return name.encode("cp437").decode("utf-8")
    except UnicodeError:
        return name


def _take(tree: Tree, archive: zipfile.ZipFile, entry: zipfile.ZipInfo, path: str) -> None:
    opener = partial(_open, archive, entry)
    limits = tree.limits
    size = 0
    try:
        with opener() as content:
            while piece := content.read(_PIECE):
                size += len(piece)
                if size > tree.room:
                    raise PackageUnreadable("too_large", f"A course may have {limits.total_size >> 20} MB.")
                if size > _SMALL and size > limits.ratio * max(1, entry.compress_size):
                    raise PackageUnreadable("zip_bomb", "The archive expands to far more than it holds.")
                if size > limits.file_size:
                    detail = f"The file is larger than {limits.file_size >> 20} MB; it was left out."
                    tree.report.lose(path, None, "too_large", detail)
                    return
    except (*_DAMAGE, RuntimeError, OSError):
        tree.report.lose(path, None, "damaged", "The file is damaged; it was left out.")
        return
    tree.add(Asset(path, size, opener))


def _open(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> BinaryIO:
    return cast("BinaryIO", archive.open(entry))
