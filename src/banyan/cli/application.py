"""The application, opened for a command that calls use cases."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from banyan.app import Banyan
from banyan.cli.installation import begun, check_shape
from banyan.kit.toolbox import Kit

__all__ = ["opened"]


@asynccontextmanager
async def opened(data: Path | None) -> AsyncIterator[Kit]:
    """What a command needs to call use cases.

    Raises:
        Unavailable: there is no database yet, or it has not been migrated.
    """
    with begun(data) as (settings, url):
        await check_shape(settings, url)
        application = Banyan(settings, url, roles=frozenset())
        await application.start()
        try:
            yield application.kit
        finally:
            await application.stop()
