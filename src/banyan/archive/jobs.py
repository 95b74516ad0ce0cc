"""What the scheduler does for the archive, where `[archive] after_months` is set."""

import asyncio
import os
import sys

import structlog

from banyan.kit.jobs import periodic
from banyan.kit.toolbox import Kit

__all__ = ["PERIODIC"]

log = structlog.get_logger(__name__)


@periodic("archive.run", "20 3 * * *")
async def archive(kit: Kit) -> None:
    """Take out of the database what is old enough: in a process of its own, whose memory goes with it.

    Raises:
        RuntimeError: it failed; what it said.
    """
    if not kit.settings.archive.after_months:
        return
    command = [sys.executable, "-m", "banyan", "archive", "run", "--data", str(kit.settings.data)]
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(*command, stdout=pipe, stderr=pipe, env=os.environ)
    try:
        output, errors = await process.communicate()
    except asyncio.CancelledError:
        process.terminate()  # whatever it was at has not happened
        await process.wait()
        raise
    for line in output.decode().splitlines():
        log.info("archived", file=line)
    if process.returncode:
        raise RuntimeError(errors.decode().strip())


PERIODIC = (archive,)
