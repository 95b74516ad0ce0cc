"""`banyan db`: the database's shape."""

import asyncio
import sys

from cyclopts import App

from banyan.cli.installation import Data, database, load_settings
from banyan.kit import migrations
from banyan.kit.nodes import Nodes
from banyan.kit.pools import keep_session_settings
from banyan.settings import Settings

__all__ = ["app"]

app = App(name="db", help="The database: migrate, status.")


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
    settings = load_settings(data)
    with database(settings) as url:
        found = asyncio.run(migrations.status(settings.database.direct_url or url))
    for label, names in (("applied", found.applied), ("waiting", found.waiting), ("unknown", found.unknown)):
        for name in names:
            print(f"{label:8} {name}")
    sys.exit(1 if found.waiting or found.unknown else 0)


async def _migrate(settings: Settings, url: str) -> list[str]:
    applied = await migrations.migrate(url)
    if settings.database.pooler == "transaction":
        connection = await Nodes(url).connect()
        try:
            await keep_session_settings(connection, settings.database.statement_timeout)
        finally:
            await connection.close()
    return applied
