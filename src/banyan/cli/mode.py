"""`banyan mode`: pause what writes, for all of the installation."""

import asyncio
from pathlib import Path

import asyncpg
from cyclopts import App

from banyan.cli.installation import Data, begun
from banyan.kit.mode import Order
from banyan.kit.nodes import Nodes

__all__ = ["app"]

app = App(name="mode")


@app.command(name="read-only")
def read_only(*, reason: str = "", data: Data = None) -> None:
    """Read on, write nothing: every process knows within two seconds.

    Parameters
    ----------
    reason:
        A sentence for those who use the site.
    """
    _told(asyncio.run(_order(data, Order(read_only=True, reason=reason))))


@app.command
def normal(*, data: Data = None) -> None:
    """Read and write."""
    _told(asyncio.run(_order(data, Order())))


@app.command
def status(*, data: Data = None) -> None:
    """Tell what has been said last."""
    _told(asyncio.run(_order(data, None)))


def _told(order: Order) -> None:
    print("read-only" + (f": {order.reason}" if order.reason else "") if order.read_only else "normal")


async def _order(data: Path | None, order: Order | None) -> Order:
    with begun(data) as (settings, url):
        connection = await Nodes(settings.database.direct_url or url).connect()
        try:
            return await _store(connection, order)
        finally:
            await connection.close()


async def _store(connection: asyncpg.Connection, order: Order | None) -> Order:
    if order is not None:
        await connection.execute(
            "update installation set read_only = $1, reason = $2, changed_at = now()",
            order.read_only,
            order.reason[:500],
        )
    return Order(
        await connection.fetchval("select read_only from installation"),
        await connection.fetchval("select reason from installation"),
    )
