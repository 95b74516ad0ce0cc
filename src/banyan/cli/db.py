"""`banyan db`: the database's shape."""

import asyncio
import sys

from cyclopts import App

from banyan.cli.installation import Data, database, load_settings
from banyan.kit import migrations

__all__ = ["app"]

app = App(name="db", help="The database: migrate, status.")


@app.command
def migrate(*, data: Data = None) -> None:
    """Apply the migrations that wait."""
    with database(load_settings(data)) as url:
        applied = asyncio.run(migrations.migrate(url))
    for name in applied:
        print(f"applied {name}")
    if not applied:
        print("The database is up to date.")


@app.command
def status(*, data: Data = None) -> None:
    """Tell which migrations are applied and which wait; exit status 1 when some wait or are unknown."""
    with database(load_settings(data)) as url:
        found = asyncio.run(migrations.status(url))
    for label, names in (("applied", found.applied), ("waiting", found.waiting), ("unknown", found.unknown)):
        for name in names:
            print(f"{label:8} {name}")
    sys.exit(1 if found.waiting or found.unknown else 0)
