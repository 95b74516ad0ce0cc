"""The nodes of a PostgreSQL cluster, of which one is the primary; which one it is may change at any time."""

import re
from typing import Any

import asyncpg

__all__ = ["NoPrimary", "Nodes", "each_node"]

_SEVERAL = re.compile(r"^(?P<scheme>postgres(?:ql)?://)(?P<user>[^@/]*@)?(?P<hosts>[^@/?]*,[^@/?]*)(?P<rest>.*)$")
_CONNECT_SECONDS = 3.0  # to one of several: the next may be the primary


class NoPrimary(ConnectionError):
    """None of the nodes is a primary right now."""


def each_node(url: str) -> list[str]:
    """The URL of each node that `postgresql://user@one:5432,two:5432/banyan` names."""
    found = _SEVERAL.match(url)
    if found is None:
        return [url]
    user = found["user"] or ""
    return [f"{found['scheme']}{user}{host}{found['rest']}" for host in found["hosts"].split(",") if host]


class Nodes:
    """Connects to whichever node is the primary, the last known one first.

    Args:
        url: one node, or several as in `each_node`. Of one nobody asks what it is.
    """

    def __init__(self, url: str) -> None:
        self._urls = each_node(url)

    async def connect(self, *_dsn: Any, **options: Any) -> asyncpg.Connection:
        """A connection to the primary; fits `asyncpg.create_pool(connect=…)`.

        Raises:
            NoPrimary: no node that answers is the primary.
            OSError, asyncpg.PostgresError: the only node does not answer or refuses.
        """
        if len(self._urls) == 1:
            return await asyncpg.connect(self._urls[0], **options)
        reasons = []
        for url in list(self._urls):
            try:
                connection: asyncpg.Connection = await asyncpg.connect(url, **{"timeout": _CONNECT_SECONDS, **options})
            except (OSError, asyncpg.PostgresError, asyncpg.InternalClientError) as error:
                reasons.append(repr(error))
                continue
            if await _is_primary(connection):
                self._remember(url)
                return connection
            reasons.append("a standby")
            await connection.close(timeout=1)
        raise NoPrimary(f"none of the {len(self._urls)} nodes is a primary: {'; '.join(reasons)}")

    def _remember(self, url: str) -> None:
        if self._urls[0] != url:
            self._urls.remove(url)
            self._urls.insert(0, url)


async def _is_primary(connection: asyncpg.Connection) -> bool:
    # In a transaction: behind a pooler two messages may otherwise reach two servers.
    try:
        async with connection.transaction():
            standby: bool = await connection.fetchval("select pg_is_in_recovery()")
            return not standby
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError):
        connection.terminate()
        return False
