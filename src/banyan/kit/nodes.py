"""The nodes of a PostgreSQL cluster, of which one is the primary; which one it is may change at any time."""

import asyncio
import re
from typing import Any

import asyncpg

__all__ = ["NoPrimary", "Nodes", "each_node"]

_SEVERAL = re.compile(r"^(?P<scheme>postgres(?:ql)?://)(?P<user>[^@/]*@)?(?P<hosts>[^@/?]*,[^@/?]*)(?P<rest>.*)$")
_CONNECT_SECONDS = 3.0  # to one of several: another may be the primary
# Seconds, as in RFC 8305: a machine that is gone says nothing at all, and must not hold up those who look for its
# successor.
_HEAD_START = 0.4
_UNFIT = (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError)


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
    """Connects to whichever node is the primary. The last known is asked first, the others soon after if it is silent.

    Args:
        url: one node, or several as in `each_node`. Of one nobody asks what it is.
    """

    def __init__(self, url: str) -> None:
        self._urls = each_node(url)

    @property
    def last_primary(self) -> str:
        """The URL of the node that was found to be the primary last."""
        return self._urls[0]

    async def connect(self, *_dsn: Any, **options: Any) -> asyncpg.Connection:
        """A connection to the primary; fits `asyncpg.create_pool(connect=…)`.

        Raises:
            NoPrimary: no node that answers is the primary.
            OSError, asyncpg.PostgresError: the only node does not answer or refuses.
        """
        if len(self._urls) == 1:
            return await asyncpg.connect(self._urls[0], **options)
        reasons: list[str] = []
        waiting = list(self._urls)
        trying: dict[asyncio.Task[asyncpg.Connection], str] = {}
        try:
            while waiting or trying:
                if waiting:
                    url = waiting.pop(0)
                    trying[asyncio.create_task(_primary_at(url, options))] = url
                done, _ = await asyncio.wait(
                    trying, timeout=_HEAD_START if waiting else None, return_when=asyncio.FIRST_COMPLETED
                )
                for attempt in done:
                    url = trying.pop(attempt)
                    try:
                        connection = attempt.result()
                    except _UNFIT as error:
                        reasons.append(repr(error))
                    else:
                        self._remember(url)
                        return connection
        finally:
            for attempt in trying:
                attempt.add_done_callback(_hang_up)
                attempt.cancel()
        raise NoPrimary(f"none of the {len(self._urls)} nodes is a primary: {'; '.join(reasons)}")

    def _remember(self, url: str) -> None:
        if self._urls[0] != url:
            self._urls.remove(url)
            self._urls.insert(0, url)


async def _primary_at(url: str, options: dict[str, Any]) -> asyncpg.Connection:
    """A connection to the primary, if this is it.

    Raises:
        OSError, asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError: it does not answer, or not
            in time, or is a standby.
    """
    connection: asyncpg.Connection = await asyncpg.connect(url, **{"timeout": _CONNECT_SECONDS, **options})
    try:
        async with asyncio.timeout(_CONNECT_SECONDS), connection.transaction():
            # In a transaction: behind a pooler two messages may otherwise reach two servers.
            standby: bool = await connection.fetchval("select pg_is_in_recovery()")
    except BaseException:
        connection.terminate()
        raise
    if standby:
        await connection.close(timeout=1)
        raise NoPrimary("a standby")
    return connection


def _hang_up(attempt: "asyncio.Task[asyncpg.Connection]") -> None:
    """Close what a try that nobody waits for any more has brought."""
    if not attempt.cancelled() and attempt.exception() is None:
        attempt.result().terminate()
