"""What people meet at the door: the address, the certificate, the cookie."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import uvicorn

from banyan import schools
from banyan.app import Banyan
from banyan.settings import Settings, load
from tests.doctor.cluster import HOST, certificate, named_here
from tests.doctor.conftest import look, words
from tests.services import free_port


@asynccontextmanager
async def served(application: Banyan, port: int, folder: Path) -> AsyncIterator[None]:
    """The application itself by TLS, with the certificate in a folder."""
    config = uvicorn.Config(
        application, port=port, lifespan="off", log_config=None, access_log=False,
        ssl_certfile=str(folder / "tls.crt"), ssl_keyfile=str(folder / "tls.key"),
    )  # fmt: skip
    server = uvicorn.Server(config)
    server.install_signal_handlers = lambda: None  # type: ignore[attr-defined]
    running = asyncio.create_task(server._serve())
    while not server.started:  # noqa: ASYNC110 -- uvicorn tells nobody
        await asyncio.sleep(0.01)
    yield
    server.should_exit = True
    await running


def public(folder: Path, url: str, **server: object) -> Settings:
    return load({}, data=folder, server={"base_url": url, **server})


async def test_a_server_that_was_started_for_http_and_a_certificate_that_ends_soon(
    banyan: Banyan, database_url: str, tmp_path: Path
) -> None:
    await schools.ensure_school(banyan.kit.db, "hill", "Hill School")
    port = free_port()
    settings = public(tmp_path, f"https://{HOST}:{port}")
    soon = certificate(tmp_path / "soon", days=5)
    async with served(banyan, port, soon.parent):
        async with named_here(soon):
            found = await look(settings, database_url, "tls", "sessions", "site.answers")
        assert words(found, "ok") == ["site.answers", "sessions.limits"]
        assert words(found, "fail") == ["sessions.cookies"]
        assert "without Secure" in found["sessions.cookies"].found
        assert "for 5 days more" in found["tls.certificate"].found
        assert "not told to come by https only" in found["tls.only"].found

        async with named_here(certificate(tmp_path / "of-others")):
            refused = await look(settings, database_url, "tls.certificate", "sessions.cookies")
        assert refused["tls.certificate"].verdict == "fail"
        assert "self-signed" in refused["tls.certificate"].found
        assert "without Secure" in refused["sessions.cookies"].found, "looked at all the same"
    assert await banyan.kit.db.read().one(int, "select count(*) as n from session") == 0, "nothing stays"


async def test_a_server_of_another_installation_is_told(banyan: Banyan, other_database: str, tmp_path: Path) -> None:
    await schools.ensure_school(banyan.kit.db, "hill", "Hill School")
    port = free_port()
    authority = certificate(tmp_path / "tls")
    async with served(banyan, port, authority.parent), named_here(authority):
        found = await look(public(tmp_path, f"https://{HOST}:{port}"), other_database, "sessions.cookies")
    assert found["sessions.cookies"].verdict == "fail"
    assert "another installation" in found["sessions.cookies"].found


async def test_where_nobody_answers_one_check_tells(database_url: str, tmp_path: Path) -> None:
    async with named_here(certificate(tmp_path / "tls")):
        found = await look(public(tmp_path, f"https://{HOST}:1"), database_url, "site.answers", "tls", "sessions")
    assert words(found, "fail") == ["site.answers"]
    assert words(found, "skip") == ["tls.certificate", "tls.only", "sessions.cookies", "sessions.limits"]
    assert "Connection refused" in found["site.answers"].found


@pytest.mark.parametrize(
    ("url", "proxies", "verdicts"),
    [
        ("", "", "ok skip"),
        ("https://learn.example", "10.0.0.0/24, 127.0.0.1", "ok ok"),
        ("https://learn.example", "", "ok fail"),
        ("https://learn.example", "*", "ok fail"),
        ("https://learn.example", "0.0.0.0/0", "ok fail"),
        ("http://learn.example", "", "fail skip"),
        ("https://localhost", "127.0.0.1", "fail ok"),
        ("http://0.0.0.0:8000", "", "fail skip"),
        ("https://learn.example/school", "127.0.0.1", "fail ok"),
    ],
)
async def test_how_the_world_calls_it(tmp_path: Path, url: str, proxies: str, verdicts: str) -> None:
    found = await look(public(tmp_path, url, proxies=proxies), "", "site.base_url", "site.proxies")
    assert " ".join(each.verdict for each in found.values()) == verdicts
