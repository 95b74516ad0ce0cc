"""PostgreSQL's own programs, which make backups and read the log."""

import asyncio
import os
import re
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import unquote

from banyan.kit.embedded import wheel_programs
from banyan.kit.nodes import each_node
from banyan.kit.problems import Unavailable

__all__ = ["Programs", "connection_string", "ended"]

_PASSWORD = re.compile(r"^(postgres(?:ql)?://[^:/@]*):([^@/]*)@")
_IN_QUERY = re.compile(r"([?&])password=([^&]*)&?")
_COMMIT = re.compile(r"desc: COMMIT.*?(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d+)?) UTC")
_TERMINATION = 10.0  # seconds that a program has for it


class Programs:
    """The programs in a folder; those of the embedded PostgreSQL without one."""

    def __init__(self, folder: str = "") -> None:
        self.folder = Path(folder) if folder else wheel_programs()

    async def major(self) -> int:
        """The version of PostgreSQL that they belong to."""
        said = await self.run("postgres", "--version")
        found = re.search(r"(\d+)", said)
        if found is None:
            raise Unavailable(f"{self.folder / 'postgres'} does not tell its version: {said}")
        return int(found[1])

    async def prepared_transactions(self, data: Path) -> int:
        """How many transactions the server whose files are in a folder could have prepared at a time."""
        said = await self.run("pg_controldata", str(data))
        found = re.search(r"max_prepared_xacts setting: +(\d+)", said)
        if found is None:
            raise Unavailable(f"{self.folder / 'pg_controldata'} does not tell of prepared transactions: {said}")
        return int(found[1])

    async def run(self, program: str, *args: str, password: str = "") -> str:
        """Run one to its end; what it said. Cancelled, it is ended first.

        Raises:
            Unavailable: it failed, or is not there.
        """
        process = await self.start(program, *args, password=password)
        try:
            said, _ = await process.communicate()
        finally:
            await ended(process)
        text = said.decode(errors="replace").strip()
        if process.returncode:
            raise Unavailable(f"{program} failed: {text}")
        return text

    async def start(self, program: str, *args: str, password: str = "") -> asyncio.subprocess.Process:
        """Start one, with all that it says in its output.

        Raises:
            Unavailable: it is not there.
        """
        environment = {name: value for name, value in os.environ.items() if not name.startswith("BANYAN_")}
        environment |= {"LC_ALL": "C", "TZ": "UTC", **({"PGPASSWORD": password} if password else {})}
        try:
            return await asyncio.create_subprocess_exec(
                str(self.folder / program),
                *args,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.STDOUT,
                env=environment,
                start_new_session=True,  # Ctrl-C is for Banyan
            )
        except OSError as error:
            raise Unavailable(
                f"There is no {program} in {self.folder}: {error.strerror}. [backup] programs names the folder."
            ) from error

    async def last_commit(self, name: str, content: bytes) -> datetime | None:
        """When the last transaction of a segment was committed; None if there is none."""
        with tempfile.TemporaryDirectory(prefix="banyan-wal-") as folder:
            path = Path(folder) / name
            await asyncio.to_thread(path.write_bytes, content)
            # It ends with a complaint: the log goes on in the next segment, or the record before began in the last.
            process = await self.start("pg_waldump", "--rmgr=Transaction", str(path))
            try:
                said, _ = await process.communicate()
            finally:
                await ended(process)
        moments = [each[1] for each in _COMMIT.finditer(said.decode(errors="replace"))]
        return max((datetime.fromisoformat(each).replace(tzinfo=UTC) for each in moments), default=None)


async def ended(process: asyncio.subprocess.Process) -> None:
    """End a program that may still run."""
    if process.returncode is not None:
        return
    process.terminate()
    try:
        await asyncio.wait_for(process.wait(), _TERMINATION)
    except TimeoutError:
        process.kill()
        await process.wait()


def connection_string(url: str) -> tuple[str, str]:
    """A URL for libpq without its password, which all on the machine could read, and the password."""
    bare, password = url, ""
    for hidden, instead in ((_PASSWORD, r"\1@"), (_IN_QUERY, r"\1")):
        if found := hidden.search(bare):
            password = unquote(found[2])
            bare = hidden.sub(instead, bare)
    bare = bare.rstrip("?&")
    if len(each_node(url)) > 1:
        bare += ("&" if "?" in bare else "?") + "target_session_attrs=primary"
    return bare, password
