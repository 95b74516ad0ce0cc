"""An installation whose clock is months ahead, so that what is written now is old."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from banyan.app import GROWING
from banyan.archive import Archive, Archived
from banyan.kit.database import Database, connect
from banyan.kit.ids import new_id
from banyan.kit.partitions import first_id, make_ahead, month_after
from banyan.settings import Settings, load

NOW = datetime.now(UTC)
SCHOOL, OTHER = UUID(int=7), UUID(int=8)


@dataclass(frozen=True)
class Place:
    """A database, where its archive is, and what an operator does with both."""

    db: Database
    url: str
    settings: Settings

    @property
    def archive(self) -> Archive:
        """As a process opens it."""
        return Archive(self.db, self.url, self.settings, GROWING)

    @property
    def folder(self) -> Path:
        """Where the files are."""
        return Path(self.settings.archive_url)

    @property
    def files(self) -> list[Path]:
        """All of them."""
        return sorted(self.folder.rglob("*.parquet"))

    async def run(self, months_later: int = 3, **options: Any) -> list[Archived]:
        """Archive what is older than a month, when so many months have passed."""
        return await self.archive.run(1, month_after(NOW, months_later), **options)

    async def note(self, months: int = 0, count: int = 1, school: UUID = SCHOOL, **more: Any) -> None:
        """Entries that are made so many months from now, on the third."""
        moment = month_after(NOW, months) + timedelta(days=2)
        values: dict[str, Any] = {"course_id": None, "actor": "Tilda", "details": b"{}"} | more
        async with self.db.write() as tx:
            for number in range(count):
                entry_id = UUID(int=first_id(moment + timedelta(minutes=number)).int | new_id().int & ((1 << 80) - 1))
                await tx.execute(
                    """
                    insert into audit_entry (school_id, id, course_id, actor_id, actor, action, subject, details, at)
                    values ($1, $2, $3, $1, $4, 'groups.removed', 'group:1', $5, $6)
                    """,
                    school, entry_id, values["course_id"], values["actor"], values["details"], moment,
                )  # fmt: skip

    async def say(self, room: UUID, seqs: range, moment: datetime) -> None:
        """Events of a room at a moment."""
        async with self.db.write() as tx:
            await tx.execute("insert into room (id) values ($1) on conflict do nothing", room)
            await tx.execute(
                """
                insert into room_event (room_id, seq, type, data, author_id, key, at)
                select $1, seq, 'message', '{"text": "Between us"}', $1, seq::text, $3
                  from unnest($2::bigint[]) seq
                """,
                room, list(seqs), moment,
            )  # fmt: skip

    async def ids(self) -> list[UUID]:
        """The entries in the database, the oldest first."""
        return await self.db.read().all(UUID, "select id from audit_entry order by id")

    async def read(self, table: str = "audit_entry", since: Any = None, until: Any = None) -> list[dict[str, Any]]:
        """What the archive has."""
        return [
            dict(zip([column.name for column in columns], row, strict=True))
            async for columns, rows in self.archive.read(table, since, until)
            for row in rows
        ]


@pytest.fixture
async def place(database_url: str, tmp_path: Path) -> AsyncIterator[Place]:
    """One with room for half a year."""
    db = await connect(database_url, size=4)
    async with db.write() as tx:
        await make_ahead(tx, "audit_entry", month_after(NOW, 3))
    yield Place(db, database_url, load({}, data=tmp_path))
    await db.close()
