"""A database that is not of this Banyan's time: nothing serves it, and each command says what to do."""

import asyncio
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from urllib.parse import parse_qs, urlsplit

import asyncpg
import pytest

from banyan.kit.migrations import MIGRATIONS
from tests.cli.conftest import Banyan
from tests.cli.test_cli import complaint

Execute = Callable[[str], None]
EACH = pytest.mark.parametrize(
    "words",
    [("serve", "--port", "0"), ("school", "create", "Hill"), ("up", "--port", "0"), ("db", "migrate")],
    ids=" ".join,
)
NEWEST = max(path.stem for path in MIGRATIONS.glob("*.sql"))


@pytest.fixture
def execute(migrated: str) -> Execute:
    """Runs a statement in the database that the commands are for."""

    async def run(sql: str) -> None:
        connection = await asyncpg.connect(migrated)
        try:
            await connection.execute(sql)
        finally:
            await connection.close()

    return lambda sql: asyncio.run(run(sql))


@EACH
def test_what_a_newer_banyan_has_migrated_is_left_alone(
    banyan: Banyan, execute: Execute, words: tuple[str, ...]
) -> None:
    execute("insert into _yoyo_migration (migration_hash, migration_id) values ('x', '0999_from_the_future')")
    said = complaint(banyan, *words)
    assert "newer Banyan (0999_from_the_future)" in said
    assert "BANYAN_DATABASE_NEWER=accept" in said


def test_whoever_goes_back_a_version_says_so(banyan: Banyan, execute: Execute, monkeypatch: pytest.MonkeyPatch) -> None:
    execute("insert into _yoyo_migration (migration_hash, migration_id) values ('x', '0999_from_the_future')")
    monkeypatch.setenv("BANYAN_DATABASE_NEWER", "accept")
    assert banyan("db", "migrate").out == "The database is up to date.\n"
    assert banyan("school", "create", "Hill").status == 0


def test_what_a_newer_banyan_has_migrated_can_be_looked_at(banyan: Banyan, execute: Execute) -> None:
    execute("insert into _yoyo_migration (migration_hash, migration_id) values ('x', '0999_from_the_future')")
    outcome = banyan("db", "status")
    assert outcome.status == 1
    assert "unknown  0999_from_the_future" in outcome.out


@pytest.mark.parametrize("words", [("serve", "--port", "0"), ("school", "create", "Hill")], ids=" ".join)
def test_what_an_older_banyan_has_migrated_waits_for_an_operator(
    banyan: Banyan, execute: Execute, words: tuple[str, ...]
) -> None:
    execute("delete from _yoyo_migration where migration_id = (select max(migration_id) from _yoyo_migration)")
    said = complaint(banyan, *words)
    assert NEWEST in said
    assert "`banyan db migrate`" in said


class OlderServer:
    """Passes everything on to a PostgreSQL, but says that it is version 15."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._behind = f"{parse_qs(parts.query)['host'][0]}/.s.PGSQL.5432"
        self._door = socket.create_server(("127.0.0.1", 0))
        self.url = f"postgresql://banyan@127.0.0.1:{self._door.getsockname()[1]}{parts.path}?sslmode=disable"
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        self._door.shutdown(socket.SHUT_RDWR)
        self._door.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._door.accept()
                threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        with client, socket.socket(socket.AF_UNIX) as server:
            server.connect(self._behind)
            asking = threading.Thread(target=self._pass_on, args=(client, server))
            asking.start()
            self._pass_on(server, client)
            asking.join()

    def _pass_on(self, source: socket.socket, target: socket.socket) -> None:
        with suppress(OSError):
            while part := source.recv(1 << 16):
                target.sendall(part.replace(b"server_version\x0018", b"server_version\x0015"))
            target.shutdown(socket.SHUT_WR)


@pytest.fixture
def older(migrated: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """BANYAN_DATABASE_URL names a PostgreSQL 15."""
    server = OlderServer(migrated)
    monkeypatch.setenv("BANYAN_DATABASE_URL", server.url)
    yield
    server.close()


@EACH
@pytest.mark.usefixtures("older")
def test_a_postgresql_that_is_too_old_is_refused(banyan: Banyan, words: tuple[str, ...]) -> None:
    said = complaint(banyan, *words)
    assert "PostgreSQL 15, and Banyan needs 16 or newer" in said
    assert "pg_upgrade" in said
