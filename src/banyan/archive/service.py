"""Taking old rows out of the database: into a file, the file back, and only then away."""

import asyncio
import hashlib
import shutil
import time
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager, suppress
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Literal
from uuid import UUID

import asyncpg
import msgspec

from banyan.archive import store
from banyan.archive.model import (
    Archived,
    Busy,
    Column,
    Damaged,
    Disturbed,
    Finding,
    Held,
    InTheWay,
    NoRoom,
    Row,
    Slice,
    UnknownTable,
)
from banyan.kit.database import Database
from banyan.kit.growing import Growing
from banyan.kit.nodes import Nodes
from banyan.kit.objects import Objects
from banyan.kit.partitions import HOLDING_BACK, dropping, month_after, time_of
from banyan.settings import Settings

__all__ = ["Archive", "Place"]

Tell = Callable[[Archived], None]
Isolation = Literal["read_committed", "repeatable_read"]
_LOCK = 0x617263686976  # whoever takes something out of the database holds this advisory lock
_CHUNK = 1 << 20
_DISTURBED = 3  # times, after which it is given up
_TRIES = 40
_PAUSE = 3.0  # seconds between two
_STALE = 86400.0  # seconds
# What is archived must not depend on how a server is set up, and takes as long as it takes.
_PLAIN = {
    "application_name": "banyan archive",
    "extra_float_digits": "1",
    "idle_in_transaction_session_timeout": "0",
    "statement_timeout": "0",
    "timezone": "UTC",
}


class Place(Objects):
    """Where the files are."""

    called = "The archive's place"


class Archive:
    """What has been taken out of the database, and what is to be.

    Args:
        db: the database.
        url: the same, past a pooler.
        growing: the tables that old rows are taken out of.
    """

    def __init__(self, db: Database, url: str, settings: Settings, growing: Sequence[Growing]) -> None:
        self._db = db
        self._nodes = Nodes(url)
        self._growing = growing
        self._work = settings.data / "archive-work"
        self.place = Place(settings.archive_url)

    async def lines(self, table: str | None = None) -> list[Archived]:
        """The files that there are, by table, the oldest first.

        Raises:
            UnknownTable
        """
        if table is not None:
            self._named(table)
        return await store.lines(self._db.read(), table)

    async def run(self, after_months: int, now: datetime, tell: Tell = lambda _line: None) -> list[Archived]:
        """Take out whatever is older than so many whole months, and tell of each file.

        A file is there, and has been read back, before the rows go, and they go in the transaction that notes it. If
        it ends in between, however it ends, nothing has happened and the next run begins anew.

        Raises:
            Busy: another process is at it.
            InTheWay: what is to go is held by others for too long.
            Damaged: what was read back is not what was written; nothing has gone.
            NoRoom: for the file, in the data folder.
            StoreUnreachable, Unsuitable
        """
        made = []
        async with self._alone() as connection:
            for growing in self._growing:
                for part in await store.due(self._db.read(), growing, month_after(now, -after_months)):
                    if line := await self._insist(connection, part, now):
                        made.append(line)
                        tell(line)
        return made

    async def verify(self, table: str | None = None) -> AsyncIterator[Finding]:
        """Read every file whole, and say what is wrong with it.

        Raises:
            StoreUnreachable, UnknownTable
        """
        for line in await self.lines(table):
            wrong = None
            try:
                async with self._fetched(line) as file:
                    held = await asyncio.to_thread(_held, file)
                if held != Held(line.rows, line.digest):
                    wrong = f"It holds {held.rows} rows that are not those which were put there."
            except Damaged as damaged:
                wrong = str(damaged)
            yield Finding(line, wrong)

    async def unlisted(self) -> list[str]:
        """Files that no line names: of runs that were interrupted, or of another database.

        Raises:
            StoreUnreachable
        """
        listed = {line.path for line in await self.lines()}
        return [each.path for each in await self.place.list() if each.path not in listed]

    async def read(
        self, table: str, since: datetime | None, until: datetime | None
    ) -> AsyncIterator[tuple[list[Column], list[Row]]]:
        """The rows of a time, `until` not included, file by file: its columns, and some thousand rows.

        Raises:
            Damaged: a file is not what was put there.
            StoreUnreachable, UnknownTable
        """
        growing = self._named(table)
        for line in await self.lines(table):
            if (since and line.until <= since) or (until and line.since and line.since >= until):
                continue
            async with self._fetched(line) as file:
                columns: list[Column] = await asyncio.to_thread(_parquet().columns_of, file)
                place = [column.name for column in columns].index(growing.key)
                batches = _parquet().rows_of(file)
                while (rows := await asyncio.to_thread(next, batches, None)) is not None:
                    yield columns, [row for row in rows if _within(row[place], since, until)]

    def _named(self, table: str) -> Growing:
        for growing in self._growing:
            if growing.table == table:
                return growing
        known = ", ".join(growing.table for growing in self._growing)
        raise UnknownTable(f"Nothing of {table} is archived. There are: {known}.")

    @asynccontextmanager
    async def _alone(self) -> AsyncIterator[asyncpg.Connection]:
        connection = await self._nodes.connect(server_settings=_PLAIN)
        try:
            if not await connection.fetchval("select pg_try_advisory_lock($1)", _LOCK):
                raise Busy("Another process is archiving. Wait until it is done.")
            yield connection
        finally:
            await connection.close(timeout=5)

    async def _insist(self, connection: asyncpg.Connection, part: Slice, now: datetime) -> Archived | None:
        for _ in range(_DISTURBED):
            with suppress(Disturbed):
                return await self._take_out(connection, part, now)
        return await self._take_out(connection, part, now)

    async def _take_out(self, connection: asyncpg.Connection, part: Slice, now: datetime) -> Archived | None:
        columns = await store.columns(self._db.read(), part.growing)
        order = await store.order_of(self._db.read(), part.growing)
        # Rows of a partition are held by its lock, others by what the transaction has seen.
        isolation: Isolation = "read_committed" if part.partition else "repeatable_read"
        try:
            async with connection.transaction(isolation=isolation):
                with self._scratch() as folder:
                    for sql in (*HOLDING_BACK, *store.to_lock(part)):
                        await connection.execute(sql)
                    await self._check_before(connection, part)
                    file = folder / "rows.parquet"
                    held = await self._write(connection, part, columns, order, file)
                    line = await self._keep(part, held, file, now) if held.rows else None
                    await _let_others_go(connection, part)
                    await self._remove(connection, part, held)
                    if line is not None:
                        await connection.execute(store.ADD_LINE, *msgspec.structs.astuple(line))
                    return line
        except (asyncpg.LockNotAvailableError, asyncpg.DeadlockDetectedError, asyncpg.SerializationError) as error:
            table = part.growing.table
            raise InTheWay(f"Others hold what is to go of {table}: {error}. Nothing has changed.") from error

    async def _check_before(self, connection: asyncpg.Connection, part: Slice) -> None:
        if part.partition is None or part.before is None or part.before == part.partition:
            return
        before = part.before.name
        if await connection.fetchval(f"select exists (select 1 from {before})"):  # noqa: S608 -- the catalogue's own
            raise InTheWay(f"There are rows in {before}, which are older and go first. Begin again.")

    async def _write(
        self, connection: asyncpg.Connection, part: Slice, columns: list[Column], order: list[str], file: Path
    ) -> Held:
        parquet = _parquet()
        about = {"table": part.growing.table, "until": part.until.isoformat()}
        if part.since:
            about["since"] = part.since.isoformat()
        writing = parquet.Writing(file, columns, about)
        rows: list[Row] = []
        async for record in connection.cursor(store.taking(part, columns, order), prefetch=parquet.AT_ONCE):
            rows.append(tuple(record))
            if len(rows) == parquet.AT_ONCE:
                await self._in_thread(writing.add, rows)
                rows = []
                await _let_others_go(connection, part)
        if rows:
            await self._in_thread(writing.add, rows)
        held: Held = await self._in_thread(writing.close)
        return held

    async def _keep(self, part: Slice, held: Held, file: Path, now: datetime) -> Archived:
        """Put the file in its place, and see that it is there."""
        digest = await asyncio.to_thread(_sha256, file)
        month = f"{part.since:%Y-%m-%d}" if part.since else "first"
        line = Archived(
            table_name=part.growing.table,
            path=f"{part.growing.table}/{month}_{part.until:%Y-%m-%d}.{digest.hex()}.parquet",
            since=part.since,
            until=part.until,
            rows=held.rows,
            digest=held.digest,
            sha256=digest,
            size=file.stat().st_size,
            at=now,
        )
        await self.place.put(line.path, file)
        file.unlink()
        try:
            async with self._fetched(line) as back:
                found = await asyncio.to_thread(_held, back)
        except Damaged as damaged:
            raise Damaged(f"{line.path} cannot be read back: {damaged} Nothing has gone.") from damaged
        if found != held:
            raise Damaged(f"{line.path} holds {found.rows} other rows than were written. Nothing has gone.")
        return line

    async def _remove(self, connection: asyncpg.Connection, part: Slice, held: Held) -> None:
        if part.partition is not None and part.before is not None:
            if part.partition == part.before and not held.rows:
                return  # it has to be there, and nothing is in it
            await _drop(connection, part, dropping(part.growing.table, part.before, part.partition))
            return
        status: str = await connection.execute(f"delete from {store.source(part)}")  # noqa: S608 -- made of constants
        if status != f"DELETE {held.rows}":
            raise InTheWay(f"Rows of {part.growing.table} came or went meanwhile ({status}). Nothing has changed.")

    @asynccontextmanager
    async def _fetched(self, line: Archived) -> AsyncIterator[Path]:
        """A copy of a file, as it was put there.

        Raises:
            Damaged: it is missing, or is not.
        """
        with self._scratch() as folder:
            copy = folder / "copy.parquet"
            digest = await self._in_thread(self._fetch, line.path, copy)
            if digest != line.sha256:
                raise Damaged("It is not what was put there.")
            yield copy

    async def _in_thread(self, write: Callable[..., Any], *args: Any) -> Any:
        try:
            return await asyncio.to_thread(write, *args)
        except OSError as error:
            raise NoRoom(f"{self._work} cannot be written: {error.strerror or error}. Nothing has gone.") from error

    @contextmanager
    def _scratch(self) -> Iterator[Path]:
        """A folder for a while, on the disk of the data folder: `/tmp` may be memory."""
        self._work.mkdir(mode=0o700, parents=True, exist_ok=True)
        for left in self._work.iterdir():
            with suppress(FileNotFoundError):  # another process has done with it
                if time.time() - left.stat().st_mtime > _STALE:
                    shutil.rmtree(left, ignore_errors=True)  # of a process that was killed
        with TemporaryDirectory(dir=self._work) as name:
            yield Path(name)

    def _fetch(self, path: str, copy: Path) -> bytes:
        try:
            with self.place.open(path) as original, copy.open("wb") as target:
                shutil.copyfileobj(original, target, _CHUNK)
        except FileNotFoundError:
            raise Damaged(f"It is missing from {self.place.name}.") from None
        return _sha256(copy)


async def _let_others_go(connection: asyncpg.Connection, part: Slice) -> None:
    """Give up for those who wait to write what is being taken out, such as an entry that comes a month late.

    Raises:
        Disturbed: there are some.
    """
    names = [each.name for each in (part.partition, part.before) if each]
    if await connection.fetchval(
        "select exists (select from pg_locks where relation = any ($1::text[]::regclass[]) and not granted)", names
    ):
        raise Disturbed(f"Others write to {' or '.join(names)}. Nothing has changed.")


async def _drop(connection: asyncpg.Connection, part: Slice, statements: Sequence[str]) -> None:
    """Run these together, again and again until nobody is in the way for a moment. Nobody waits behind it for long."""
    for attempt in range(1, _TRIES + 1):
        try:
            async with connection.transaction():
                for sql in statements:
                    await connection.execute(sql)
        except (asyncpg.LockNotAvailableError, asyncpg.DeadlockDetectedError):
            if attempt == _TRIES:
                raise
            await _let_others_go(connection, part)
            await asyncio.sleep(_PAUSE)
        else:
            return


def _within(key: Any, since: datetime | None, until: datetime | None) -> bool:
    moment = time_of(key) if isinstance(key, UUID) else key
    return (since is None or since <= moment) and (until is None or moment < until)


def _held(file: Path) -> Held:
    parquet = _parquet()
    digest = parquet.Digest()
    for rows in parquet.rows_of(file):
        digest.add(rows)
    held: Held = digest.held
    return held


def _sha256(file: Path) -> bytes:
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").digest()


def _parquet() -> Any:
    # Imported here because pyarrow takes 60 MB that a server which does not archive has no use for.
    from banyan.archive import parquet  # noqa: PLC0415

    return parquet
