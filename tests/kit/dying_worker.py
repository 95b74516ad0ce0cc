"""A worker process that begins a job and never ends it: `python -m tests.kit.dying_worker URL`."""

import asyncio
import sys

from banyan.kit import jobs
from banyan.kit.database import connect
from banyan.kit.toolbox import Kit
from tests.kit.bare import bare_kit
from tests.kit.test_jobs import Note, store


async def begin(kit: Kit, note: Note) -> None:
    """Say that the job has begun, and hang."""
    await store(kit, note.text + " begun")
    await asyncio.sleep(3600)


async def main(url: str) -> None:
    db = await connect(url, size=2)
    kind = jobs.JobKind("test.note", Note, begin, 3)
    await jobs.Worker(url, bare_kit(db), [kind], [], silence=1).run()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
