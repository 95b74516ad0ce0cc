"""PgBouncer takes the configuration of `ops/kubernetes`, and leads to the database."""

import asyncio
import os
import shutil
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import asyncpg
import pytest

from tests.ops.stages import OPS, STAGES, Stage
from tests.services import free_port, reachable_folder


def files_of(stage: Path, folder: Path, port: int) -> Path:
    """The configuration where it can be tried: on another port, and trusting who comes."""
    text = (OPS / "kubernetes/components/pooler/pgbouncer.ini").read_text(encoding="utf-8")
    changes = {
        "/etc/pgbouncer": str(folder),
        "listen_addr = *": "listen_addr = 127.0.0.1",
        "listen_port = 6432": f"listen_port = {port}",
        "auth_type = scram-sha-256": "auth_type = trust",
    }
    for before, after in changes.items():
        assert before in text
        text = text.replace(before, after)
    (folder / "pgbouncer.ini").write_text(text)
    shutil.copy(stage / "userlist.txt.example", folder / "userlist.txt")
    return folder / "pgbouncer.ini"


@pytest.mark.parametrize("stage", STAGES[1:], ids=lambda stage: stage.folder.name)
def test_each_database_that_banyan_asks_for_is_one_that_it_knows(stage: Stage) -> None:
    known = {
        line.split(" = ")[0]
        for line in (stage.folder / "databases.ini.example").read_text().splitlines()
        if " = " in line
    }
    database = stage.settings.database
    assert {urlsplit(url).path[1:] for url in (database.url, *database.replica_urls)} == known
    users = (stage.folder / "userlist.txt.example").read_text()
    assert f'"{urlsplit(database.url).username}" "{urlsplit(database.url).password}"' in users


async def test_it_leads_to_the_database(database_url: str) -> None:
    program = shutil.which("pgbouncer", path=f"{os.environ['PATH']}:/usr/sbin")
    assert program, "There is no pgbouncer on PATH. Install it (Debian: apt install pgbouncer), then try again."
    port = free_port()
    to = urlsplit(database_url)
    with reachable_folder() as folder:
        main = files_of(STAGES[1].folder, folder, port)
        where = f"host={parse_qs(to.query)['host'][0]} dbname={to.path[1:]} user={to.username}"
        (folder / "databases.ini").write_text(f"[databases]\nbanyan = {where}\n")
        # Whom the database's folder belongs to may enter it.
        user = ["-u", "banyan-postgres"] if os.geteuid() == 0 else []
        process = await asyncio.create_subprocess_exec(
            program, "-q", *user, str(main), stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.PIPE
        )
        try:
            assert await _asked(f"postgresql://banyan@127.0.0.1:{port}/banyan") == 1
        finally:
            process.kill()
            _, said = await process.communicate()
    assert b"WARNING" not in said, said


async def _asked(url: str) -> int:
    async with asyncio.timeout(20):
        while True:
            try:
                connection = await asyncpg.connect(url, statement_cache_size=0)
            except ConnectionRefusedError:
                await asyncio.sleep(0.02)
                continue
            try:
                return int(await connection.fetchval("select 1"))
            finally:
                await connection.close()
