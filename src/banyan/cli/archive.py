"""`banyan archive`: take what is old out of the database, and read it again."""

import asyncio
import csv
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

import msgspec
from cyclopts import App

from banyan.app import GROWING
from banyan.archive import Archive, Archived, Column, Row
from banyan.backup import parse_moment
from banyan.cli.installation import Data, begun, check_shape
from banyan.formats import guarded
from banyan.kit.database import connect
from banyan.settings import Settings, SettingsError

__all__ = ["app"]

app = App(name="archive")
_MOST = 1200  # months; [archive] after_months takes no more either


@app.command(name="list")
def list_(table: str | None = None, /, *, data: Data = None) -> None:
    """Tell which files there are.

    Parameters
    ----------
    table:
        Those of one table only.
    """
    asyncio.run(_list(data, table))


@app.command
def run(*, after_months: int | None = None, data: Data = None) -> None:
    """Put what is old enough into files, read them back, and only then take it out of the database.

    Parameters
    ----------
    after_months:
        How many whole months old; what [archive] after_months says unless it is given.
    """
    asyncio.run(_run(data, after_months))


@app.command
def verify(table: str | None = None, /, *, data: Data = None) -> None:
    """Read every file whole and compare it with what was put there; exit status 1 if anything is wrong.

    Parameters
    ----------
    table:
        Those of one table only.
    """
    sys.exit(asyncio.run(_verify(data, table)))


@app.command
def read(
    table: str,
    /,
    *,
    since: str | None = None,
    until: str | None = None,
    format: Literal["json", "csv"] = "json",  # noqa: A002 -- the name of the option
    data: Data = None,
) -> None:
    """Write what was archived of a table to standard output, as a line of JSON each, or as CSV.

    Parameters
    ----------
    since, until:
        Only what happened then, `until` not included: 2026-03-29T10:15:00+02:00, or "2026-03-29 10:15" in this
        machine's time zone.
    """
    moments = [parse_moment(each) if each else None for each in (since, until)]
    asyncio.run(_read(data, table, moments, format))


@asynccontextmanager
async def _opened(data: Path | None) -> AsyncIterator[tuple[Archive, Settings]]:
    with begun(data) as (settings, url):
        await check_shape(settings, url)
        direct = settings.database.direct_url or url
        db = await connect(direct, size=2, statement_timeout=600)
        try:
            yield Archive(db, direct, settings, GROWING), settings
        finally:
            await db.close()


async def _list(data: Path | None, table: str | None) -> None:
    async with _opened(data) as (archive, _):
        lines = await archive.lines(table)
        for line in lines:
            print(_told(line))
        if not lines:
            print(f"Nothing has been archived; it would be in {archive.place.name}.")


async def _run(data: Path | None, after_months: int | None) -> None:
    async with _opened(data) as (archive, settings):
        months = settings.archive.after_months if after_months is None else after_months
        if months < 1:
            print("Nothing is archived: set [archive] after_months, or give --after-months 12.")
            return
        if months > _MOST:
            raise SettingsError(f"--after-months takes {_MOST} at most.")
        made = await archive.run(months, datetime.now(UTC), lambda line: print(_told(line), flush=True))
        if not made:
            print(f"Nothing is older than {months} months.")


async def _verify(data: Path | None, table: str | None) -> int:
    wrong = 0
    async with _opened(data) as (archive, _):
        async for finding in archive.verify(table):
            print(_told(finding.line))
            print(f"    {finding.wrong or 'all is as it was put there'}")
            wrong += finding.wrong is not None
        for path in await archive.unlisted():
            print(f"{path} is in no list: of a run that was interrupted, or of another database")
    return 1 if wrong else 0


async def _read(data: Path | None, table: str, moments: list[datetime | None], wanted: str) -> None:
    headed: list[str] = []
    async with _opened(data) as (archive, _):
        async for columns, rows in archive.read(table, *moments):
            names = [column.name for column in columns]
            if wanted == "json":
                for row in rows:
                    sys.stdout.write(_json_line(columns, row))
                continue
            writer = csv.writer(sys.stdout)
            if headed != names:
                writer.writerow(names)
                headed = names
            writer.writerows([guarded(cell) if isinstance(cell, str) else cell for cell in row] for row in rows)


def _json_line(columns: list[Column], row: Row) -> str:
    values = {
        column.name: msgspec.Raw(value.encode()) if column.type == "jsonb" and value is not None else value
        for column, value in zip(columns, row, strict=True)
    }
    return msgspec.json.encode(values).decode() + "\n"


def _told(line: Archived) -> str:
    since = f"{line.since:%Y-%m-%d}" if line.since else "the beginning"
    rows = f"{line.rows} rows" if line.rows != 1 else "1 row"
    return f"{line.table_name}  {since} to {line.until:%Y-%m-%d}  {rows}, {line.size} bytes  {line.path}"
