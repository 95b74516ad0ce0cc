"""`banyan db`: the database's shape."""

import asyncio
import sys

from cyclopts import App

from banyan import distribution
from banyan.cli.installation import Data, begun, check_not_newer, database, load_settings
from banyan.kit import migrations
from banyan.kit.nodes import Nodes
from banyan.kit.pools import keep_session_settings
from banyan.settings import Settings

__all__ = ["app"]

app = App(name="db")


@app.command
def migrate(*, data: Data = None) -> None:
    """Apply the migrations that wait."""
    settings = load_settings(data)
    with database(settings) as url:
        applied = asyncio.run(_migrate(settings, settings.database.direct_url or url))
    for name in applied:
        print(f"applied {name}")
    if not applied:
        print("The database is up to date.")


@app.command
def status(*, data: Data = None) -> None:
    """Tell which migrations are applied and which wait; exit status 1 when some wait or are unknown."""
    with begun(data) as (settings, url):
        found = asyncio.run(migrations.status(settings.database.direct_url or url))
    for label, names in (("applied", found.applied), ("waiting", found.waiting), ("unknown", found.unknown)):
        for name in names:
            print(f"{label:8} {name}")
    sys.exit(1 if found.waiting or found.unknown else 0)


@app.command
def distribute(*, dry_run: bool = False, shards: int | None = None, data: Data = None) -> None:
    """Turn the installation into a Citus cluster: split or copy each table as it declares, and tell each statement.

    It may be run again at any time: what is done is left alone, what an interrupted run left half done is finished.

    Parameters
    ----------
    dry_run:
        Tell the statements, and change nothing.
    shards:
        Into how many shards each group of tables is split; what citus.shard_count says unless told.
    """
    with begun(data) as (settings, url):
        taken = asyncio.run(_distribute(settings, settings.database.direct_url or url, dry_run=dry_run, shards=shards))
    if not taken:
        print("Every table is distributed as it declares.")
    elif dry_run:
        print(f"-- {taken} steps; nothing has been changed.")
    else:
        print(f"-- {taken} steps taken. Restart the processes of Banyan.")


async def _distribute(settings: Settings, url: str, *, dry_run: bool, shards: int | None) -> int:
    if dry_run:
        planned = await distribution.steps(url, shards=shards)
        for step in planned:
            _tell("begin", *step.statements, "commit")
        return len(planned)
    taken = await distribution.distribute(url, _tell, shards=shards)
    await _keep_session_settings(settings, url)
    return taken


def _tell(*statements: str) -> None:
    for statement in statements:
        print(f"{statement};", flush=True)


async def _migrate(settings: Settings, url: str) -> list[str]:
    await check_not_newer(settings, url)
    applied = await distribution.migrate(url, _tell)
    await _keep_session_settings(settings, url)
    return applied


async def _keep_session_settings(settings: Settings, url: str) -> None:
    if settings.database.pooler == "transaction":
        connection = await Nodes(url).connect()
        try:
            await keep_session_settings(connection, settings.database.statement_timeout)
        finally:
            await connection.close()
