"""The installation that is looked at: its settings, a line to its database, and the server that people reach."""

import asyncio
import re
from collections.abc import Callable, Coroutine
from ipaddress import ip_address
from typing import Any, TypeVar

import asyncpg
import msgspec

from banyan.doctor.absence import NotAnswering
from banyan.doctor.site import Site
from banyan.kit.monitor import SERVING
from banyan.kit.nodes import Nodes
from banyan.settings import Settings

__all__ = ["Installation", "is_loopback", "open_line"]

T = TypeVar("T")
_CONNECT = 4.0  # seconds
_STATEMENT = 5.0
_SHARDS = "set local citus.override_table_visibility = off"  # a node of Citus tells of its own; elsewhere it is nothing
_PARAMETER = re.compile(r"\$(\d+)")


class Installation:
    """One installation, while it is looked at.

    Args:
        url: its database; empty if there is none.
        trouble: why there is none.
    """

    def __init__(self, settings: Settings, url: str, trouble: str = "") -> None:
        self.settings = settings
        self.site = Site(settings)
        self.url = url
        self._trouble = trouble
        self._looks: dict[str, asyncio.Task[Any]] = {}
        # One connection for all checks: where few are left the doctor must not take the last ones.
        self._turn = asyncio.Lock()

    @property
    def direct_url(self) -> str:
        """The database, past a pooler."""
        return self.settings.database.direct_url or self.url

    @property
    def embedded(self) -> bool:
        """Whether the database is that in the data folder."""
        return not self.settings.database.url

    def check_begun(self) -> None:
        """Make sure that there is an installation to look at: looking begins none.

        Raises:
            NotAnswering: nothing is there yet.
        """
        if not self.url:
            raise NotAnswering("Nothing has been begun here.")

    @property
    def public(self) -> bool:
        """Whether others than those at this machine are meant to reach it. A laptop is not held to what that asks."""
        return self.site.secure or not is_loopback(self.site.host)

    async def connected(self) -> asyncpg.Connection:
        """The connection to the primary, opened on first use. Statements go through `rows`, which keeps turns.

        Raises:
            NotAnswering: with the reason.
        """
        return await self.once("database", self._connect)

    async def rows(self, sql: str, *args: Any, before: str = "") -> list[asyncpg.Record]:
        """What a statement gives on the primary, after another one in the same transaction.

        Raises:
            NotAnswering: the database does not.
        """
        try:
            connection = await self.connected()
        except NotAnswering:
            raise NotAnswering("The database does not answer.") from None
        async with self._turn, connection.transaction():
            await connection.execute(f"set local statement_timeout = {_STATEMENT * 1000:.0f}; {_SHARDS}; {before}")
            found: list[asyncpg.Record] = await connection.fetch(sql, *args)
            return found

    async def row(self, sql: str, *args: Any, before: str = "") -> asyncpg.Record:
        """The only row of a statement."""
        (found,) = await self.rows(sql, *args, before=before)
        return found

    async def value(self, sql: str, *args: Any) -> Any:
        """The only value of a statement."""
        return (await self.row(sql, *args))[0]

    async def plan(self, sql: str) -> dict[str, Any]:
        """How a statement would be run for values that are not known, when no table may be read row by row.

        Raises:
            asyncpg.PostgresError: it does not fit the tables.
            NotAnswering
        """
        unknown = [None] * max((int(number) for number in _PARAMETER.findall(sql)), default=0)
        explain = f"explain (generic_plan, format json) {sql}"
        found = await self.row(explain, *unknown, before="set local enable_seqscan = off")
        (entire,) = msgspec.json.decode(found[0])
        plan: dict[str, Any] = entire["Plan"]
        return plan

    async def processes(self) -> int:
        """How many processes serve it now. A pooler hides them."""
        found: int = await self.value(SERVING)
        return found

    async def watches(self) -> bool:
        """Whether Banyan's role may see what the server tells of others, and of itself."""
        found: bool = await self.value("select pg_has_role(current_user, 'pg_monitor', 'usage')")
        return found

    async def check_watches(self) -> None:
        """Make sure that it may: what it may not see looks as if it were not there.

        Raises:
            NotAnswering: it may not.
        """
        if not await self.watches():
            raise NotAnswering("Banyan's role may not look at that: see database.role.")

    async def once(self, what: str, look: Callable[[], Coroutine[Any, Any, T]]) -> T:
        """What a look finds that several checks share."""
        if what not in self._looks:
            self._looks[what] = asyncio.create_task(look())
        found: T = await asyncio.shield(self._looks[what])
        return found

    async def close(self) -> None:
        """Let go of everything."""
        looks = self._looks.values()
        for each in looks:
            each.cancel()
        for outcome in await asyncio.gather(*looks, return_exceptions=True):
            if isinstance(outcome, asyncpg.Connection):
                outcome.terminate()

    async def _connect(self) -> asyncpg.Connection:
        if not self.url:
            raise NotAnswering(self._trouble)
        try:
            return await open_line(self.direct_url)
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
            raise NotAnswering(f"The database does not answer: {str(error) or type(error).__name__}.") from error


async def open_line(url: str, **settings: str) -> asyncpg.Connection:
    """A connection of the doctor's own, with nothing that would stay behind in a pooler.

    Raises:
        OSError, asyncpg.PostgresError: the server does not answer or refuses.
    """
    return await Nodes(url).connect(
        timeout=_CONNECT, statement_cache_size=0, server_settings={"application_name": "banyan doctor", **settings}
    )


def is_loopback(host: str) -> bool:
    """Whether a host name leads to this machine alone."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")
