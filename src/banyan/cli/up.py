"""`banyan up`: everything in one process, with its own PostgreSQL and a demo school; one command on a fresh machine."""

import asyncio
import time
from typing import Annotated

from cyclopts import App, Parameter

from banyan import demo, distribution
from banyan.app import ROLES, Banyan
from banyan.cli.installation import Data, check_not_newer, database, load_settings, only_one
from banyan.cli.serve import listen, run
from banyan.settings import Settings

__all__ = ["app"]

app = App(name="up")


@app.default
def up(
    *,
    host: str | None = None,
    port: int | None = None,
    data: Data = None,
    with_demo: Annotated[
        bool, Parameter(name="--demo", help="Plant the demo school if there is no school yet.")
    ] = True,
) -> None:
    """Start, set up what is missing, and serve until Ctrl-C."""
    settings = load_settings(data, server={"host": host, "port": port})
    with only_one(settings), listen(settings) as doors:
        step = _Steps()
        step("Starting PostgreSQL in", settings.data)
        with database(settings) as url:
            step("Bringing the database up to date")
            asyncio.run(check_not_newer(settings, url))
            asyncio.run(distribution.migrate(url))
            if with_demo:
                step("Looking after the demo school")
                asyncio.run(_plant(settings, url))
            step("Banyan is at", settings.base_url)
            if settings.admin_url:
                step("It is administered at", settings.admin_url)
            if with_demo:
                for address in demo.ADDRESSES:
                    print(f"      {address}   {demo.PASSWORD}")
            print("      Ctrl-C stops it.", flush=True)
            run(settings, url, doors, ROLES)
        print("Banyan has stopped.", flush=True)


class _Steps:
    """A line per step, with the seconds since the start."""

    def __init__(self) -> None:
        self._started = time.monotonic()

    def __call__(self, *words: object) -> None:
        print(f"{time.monotonic() - self._started:4.1f} s", *words, flush=True)


async def _plant(settings: Settings, url: str) -> None:
    application = Banyan(settings, url, roles=frozenset())
    await application.start()
    try:
        await demo.plant(application.kit)
    finally:
        await application.stop()
