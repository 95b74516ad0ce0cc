"""Taking the files in storage along. They never change and are named by what they hold, so only new ones are copied."""

from dataclasses import dataclass

from banyan.backup.service import Backups
from banyan.kit.objects import Objects

__all__ = ["Copied", "copy_files"]

_BELOW = "files"


@dataclass(frozen=True, slots=True)
class Copied:
    """How many were copied, how many were there already, and bytes of all."""

    copied: int
    known: int
    size: int


async def copy_files(backups: Backups) -> Copied:
    """Copy what is in storage to `files` in the store. Nothing is removed there.

    Raises:
        StoreUnreachable: either of them; the next time goes on from there.
    """
    storage = Objects(backups.settings.storage_url)
    known = {each.path: each.size for each in await backups.store.list(_BELOW)}
    copied = size = 0
    found = await storage.list()
    for each in found:
        size += each.size
        target = f"{_BELOW}/{each.path}"
        if known.get(target) != each.size:
            await backups.store.copy(target, storage, each.path)
            copied += 1
    return Copied(copied, len(found) - copied, size)
