"""Moments that every node of a Citus cluster can be restored to, each from backups of its own.

A time will not do: a transaction that has touched several nodes is committed on each at a moment of its own. Citus
writes a named point into the log of all nodes while no such transaction is between the two.
"""

import re
from contextlib import suppress
from datetime import UTC, datetime

from banyan.backup.model import NotCovered
from banyan.backup.source import Source
from banyan.kit.objects import Objects
from banyan.kit.trouble import Trouble

__all__ = ["COORDINATOR", "make_point", "moment_of", "path_of", "points"]

COORDINATOR = "coordinator"
_FOLDER = "points"
_NOW = """to_char(now() at time zone 'UTC', '"banyan-"YYYYMMDD"T"HH24MISS"Z"')"""
_NAME = re.compile(r"banyan-(\d{8}T\d{6}Z)")


async def make_point(source: Source, store: Objects, now: datetime) -> str:
    """Make such a moment now, and note it in the coordinator's store; its name.

    Raises:
        Trouble: this is not the coordinator of a cluster, or the role may not.
        OSError, asyncpg.PostgresError: a node does not answer.
    """
    if await source.node() != COORDINATOR:
        raise Trouble(
            "Only the coordinator of a Citus cluster makes points, for all of its nodes. A database that has all "
            "comes back to any moment: banyan backup restore --at TIME."
        )
    name = f"banyan-{now.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    async with source.connection() as connection:
        if not await connection.fetchval("select rolsuper from pg_roles where rolname = current_user"):
            raise Trouble(
                "Citus lets superusers alone make points. Let one run every five minutes, on the coordinator: "
                f"select citus_create_restore_point({_NOW}). docs/operate/citus.md says more."
            )
        await connection.fetchval("select citus_create_restore_point($1)", name)
    await store.put(path_of(name), name.encode())
    return name


async def points(store: Objects) -> list[str]:
    """The names of those that are noted in a store, the oldest first. What else lies there is passed over."""
    names = (kept.path.rpartition("/")[2] for kept in await store.list(_FOLDER))
    return sorted(name for name in names if _made_at(name))


def path_of(point: str) -> str:
    """Where a point is noted."""
    return f"{_FOLDER}/{point}"


def moment_of(point: str) -> datetime:
    """About when a point was made, by its name.

    Raises:
        NotCovered: it is not the name of one.
    """
    at = _made_at(point)
    if at is None:
        raise NotCovered(
            f"{point!r} is not the name of a point, such as banyan-20260329T101500Z. `banyan backup list`, with the "
            "settings of the coordinator, tells them."
        )
    return at


def _made_at(name: str) -> datetime | None:
    found = _NAME.fullmatch(name)
    with suppress(ValueError):  # such as the 32nd of a month
        return datetime.strptime(found[1], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC) if found else None
    return None
