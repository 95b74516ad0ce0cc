"""Archives until the file is in its place, and then waits to be killed."""

import asyncio
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from banyan.app import GROWING
from banyan.archive import Archive
from banyan.kit.database import connect
from banyan.kit.objects import Objects
from banyan.kit.partitions import month_after
from banyan.settings import load

_put = Objects.put


async def _put_and_wait(store: Objects, path: str, content: Any, **options: Any) -> None:
    await _put(store, path, content, **options)
    print("stored", flush=True)  # noqa: T201 -- the test waits for it
    await asyncio.sleep(60)


async def main() -> None:
    """Begin."""
    Objects.put = _put_and_wait  # type: ignore[method-assign, assignment]
    url = os.environ.pop("BANYAN_TEST_URL")
    settings = load({}, data=Path(os.environ.pop("BANYAN_TEST_DATA")))
    archive = Archive(await connect(url, size=2), url, settings, GROWING)
    await archive.run(1, month_after(datetime.now(UTC), 3))


if __name__ == "__main__":
    asyncio.run(main())
