"""Unpacking a part of a backup."""

import shutil
import tarfile
from pathlib import Path, PurePosixPath

from banyan.backup.model import Damaged

__all__ = ["unpack"]

_CHUNK = 1 << 20


def unpack(tar: tarfile.TarFile, folder: Path) -> None:
    """Put the folders and plain files of `tar` below `folder`, for their owner alone to read.

    Nothing else belongs into a backup, and nothing gets out of the folder. (Python's own filter for this is missing
    before 3.11.4, which is newer than Debian 12's.)

    Raises:
        Damaged: there is something else in it.
        tarfile.TarError, zlib.error, EOFError: it cannot be read.
    """
    for member in tar:
        name = PurePosixPath(member.name)
        if name.is_absolute() or ".." in name.parts:
            raise Damaged(f"{member.name} in the backup leads out of its folder.")
        target = folder / name
        if member.isdir():
            target.mkdir(mode=0o700, parents=True, exist_ok=True)
        elif member.isreg() and (content := tar.extractfile(member)):
            target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            target.touch(mode=0o600)
            with content, target.open("wb") as file:
                shutil.copyfileobj(content, file, _CHUNK)
        else:
            raise Damaged(f"{member.name} in the backup is neither a file nor a folder.")
