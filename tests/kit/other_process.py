"""Another process of the installation: answers each line `key` with what its cache says.

`python -m tests.kit.other_process REDIS_URL FILE` loads what FILE holds; with a number at the end so many ask for the
key at the same time, and FILE gets a line for each load.
"""

import asyncio
import sys
from pathlib import Path

from banyan.kit.cache import Cache
from banyan.kit.leases import Leases
from banyan.kit.redis import connect_redis


async def main(url: str, source: Path, crowd: int) -> None:
    link = connect_redis(url, patience=10)
    cache = Cache(link, leases=Leases(link, patience=10))
    await cache.start()

    async def answer(key: str) -> str:
        async def note() -> str:
            with source.open("a") as loads:
                loads.write(f"{key}\n")
            await asyncio.sleep(0.05)
            return key

        async def read() -> str:
            return source.read_text()

        if not crowd:
            return await cache.get(key, 60, str, read)
        given = await asyncio.gather(*(cache.get(key, 60, str, note) for _ in range(crowd)))
        return f"{given[0]} {given.count(key)}"

    while line := await asyncio.to_thread(sys.stdin.readline):
        sys.stdout.write(await answer(line.strip()) + "\n")
        sys.stdout.flush()
    await cache.close()
    await link.close()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]) if len(sys.argv) > 3 else 0))
