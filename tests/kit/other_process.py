"""Another process of the installation: answers each line `key` with what its cache says, loaded from a file.

`python -m tests.kit.other_process REDIS_URL FILE`
"""

import asyncio
import sys
from pathlib import Path

from banyan.kit.cache import Cache, connect_redis


async def main(url: str, source: Path) -> None:
    redis = connect_redis(url)
    cache = Cache(redis)
    await cache.start()

    async def load() -> str:
        return source.read_text()

    while line := await asyncio.to_thread(sys.stdin.readline):
        sys.stdout.write(await cache.get(line.strip(), 60, str, load) + "\n")
        sys.stdout.flush()
    await cache.close()
    await redis.aclose()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], Path(sys.argv[2])))
