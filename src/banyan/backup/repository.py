"""Where backups are kept: a folder, or any object store."""

from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import ClassVar

import msgspec
import structlog

from banyan.backup.model import Backup, Damaged, Drill, ForeignStore, Identity, NoBackup
from banyan.kit.objects import Kept, Objects, StoreUnreachable

__all__ = ["BackupStore", "described", "lacking"]

log = structlog.get_logger(__name__)
_MARK = "banyan-backups.json"
_DESCRIPTION = "/backup.json"  # what makes it a backup


class BackupStore(Objects):
    """The place at `url`, which belongs to one database.

    Args:
        memory: a file that remembers which place has been used, so that one that is suddenly empty is noticed: a disk
            that is not mounted leaves an empty folder.
    """

    called: ClassVar[str] = "The backups' place"

    def __init__(self, url: str, memory: Path | None = None) -> None:
        super().__init__(url)
        self._memory = memory

    async def identity(self) -> Identity | None:
        """The database that it belongs to; None if it is new.

        Raises:
            Damaged: nobody knows.
        """
        try:
            return msgspec.json.decode(await self.get(_MARK), type=Identity)
        except FileNotFoundError:
            return None
        except msgspec.MsgspecError as error:
            raise Damaged(
                f"{_MARK} in {self.name} is damaged: {error}. If the backups there are those of this database, remove "
                f"that file{f' and {self._memory}' if self._memory else ''}: the next backup writes it anew."
            ) from error

    async def claim(self, identity: Identity) -> None:
        """Make it this database's own, unless it is.

        Raises:
            ForeignStore: it is another's.
        """
        if await self.identity() is None:
            if self._remembered() == self.name:
                raise StoreUnreachable(
                    f"{self.name} is empty, although there have been backups. Is its disk mounted? If it was emptied "
                    f"on purpose, remove {self._memory}, and new backups will begin."
                )
            with suppress(FileExistsError):  # another process was faster
                await self.put(_MARK, msgspec.json.encode(identity), new=True)
        await self.check(identity)
        if self._memory is not None and self._remembered() != self.name:
            self._memory.write_text(self.name, encoding="utf-8")

    async def check(self, identity: Identity) -> None:
        """Make sure that it is not another database's.

        Raises:
            ForeignStore: it is.
        """
        found = await self.identity()
        if found is not None and found != identity:
            raise ForeignStore(
                f"{self.name} keeps the backups of another database ({found.system}; this one is {identity.system}). "
                "Give each database a place of its own by [backup] url. If this database was begun anew by mistake, "
                "restore the other one: banyan backup restore."
            )

    async def backups(self) -> list[Backup]:
        """The base backups, the oldest first. One that cannot be read is left out: the others must do."""
        found = []
        for kept in await self.list("base"):
            if not kept.path.endswith(_DESCRIPTION):
                continue
            try:
                found.append(msgspec.json.decode(await self.get(kept.path), type=Backup))
            except FileNotFoundError:  # it was thrown away in this moment
                continue
            except msgspec.MsgspecError as error:
                log.error("backup_unreadable", file=kept.path, reason=str(error))
        return sorted(found, key=lambda backup: backup.ended_at)

    async def backup(self, name: str | None) -> Backup:
        """The backup of this name, the newest without one.

        Raises:
            NoBackup: there is none.
        """
        backups = await self.backups()
        if not backups:
            raise NoBackup(f"There is no backup in {self.name}. Make one: banyan backup create.")
        if name is None:
            return backups[-1]
        for backup in backups:
            if backup.id == name:
                return backup
        raise NoBackup(f"There is no backup {name} in {self.name}. `banyan backup list` shows those there are.")

    async def last_drill(self) -> Drill | None:
        """What the last drill found; None if there was none, or nobody can tell any more."""
        try:
            return msgspec.json.decode(await self.get("drill.json"), type=Drill)
        except (FileNotFoundError, msgspec.MsgspecError):
            return None

    def _remembered(self) -> str | None:
        try:
            return self._memory.read_text(encoding="utf-8") if self._memory else None
        except FileNotFoundError:
            return None


def described(files: Sequence[Kept]) -> set[str]:
    """The ids of what is a backup among `files`, be it readable or not."""
    return {each.path.split("/")[1] for each in files if each.path.endswith(_DESCRIPTION)}


def lacking(backups: Sequence[Backup], files: Sequence[Kept]) -> dict[str, list[str]]:
    """By the id of a backup, its parts that are not among `files`, or not of the size that they had; [] if all are."""
    sizes = {each.path: each.size for each in files}
    return {
        backup.id: [name for name, part in backup.parts.items() if sizes.get(f"base/{backup.id}/{name}") != part.size]
        for backup in backups
    }
