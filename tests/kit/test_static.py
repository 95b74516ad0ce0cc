"""The browser app's files: sent once, compressed, and nothing but them."""

import gzip
from pathlib import Path

import pytest

from banyan.kit.edge import Edge
from banyan.kit.security import CONTENT_SECURITY_POLICY
from banyan.kit.static import StaticFiles
from tests.kit.asgi import ask

PAGE = b"<!doctype html><title>Banyan</title>" + b" " * 2000
SCRIPT = b"console.log('banyan');" * 200


@pytest.fixture
def app(tmp_path: Path) -> Edge:
    folder = tmp_path / "static"
    (folder / "assets").mkdir(parents=True)
    (folder / ".vite").mkdir()
    (folder / "index.html").write_bytes(PAGE)
    (folder / "banyan.svg").write_bytes(b"<svg/>")
    (folder / "assets" / "main-abc123.js").write_bytes(SCRIPT)
    (folder / "assets" / "leaf-abc123.png").write_bytes(b"\x89PNG" + b"\0" * 3000)
    (folder / ".vite" / "manifest.json").write_bytes(b"{}")
    (folder / ".hidden").write_bytes(b"hidden")
    (tmp_path / "secret.txt").write_bytes(b"secret")
    return Edge(StaticFiles(folder))


async def test_a_file_is_sent_with_its_kind(app: Edge) -> None:
    page = await ask(app, "/index.html")
    assert (page.status, page.body) == (200, PAGE)
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert page.headers["content-length"] == str(len(PAGE))
    assert page.headers["content-security-policy"] == CONTENT_SECURITY_POLICY
    assert (await ask(app, "/assets/main-abc123.js")).headers["content-type"] == "text/javascript; charset=utf-8"
    assert (await ask(app, "/banyan.svg")).headers["content-type"] == "image/svg+xml"


async def test_what_the_browser_has_is_not_sent_again(app: Edge) -> None:
    first = await ask(app, "/")
    etag = first.headers["etag"]
    for known in (etag, f'"other", {etag}', "*", etag.removeprefix("W/")):
        again = await ask(app, "/", if_none_match=known)
        assert (again.status, again.body) == (304, b"")
        assert again.headers["etag"] == etag
        assert again.headers["cache-control"] == "no-cache"
        assert "content-length" not in again.headers
    assert (await ask(app, "/", if_none_match='"other"')).status == 200


async def test_text_is_compressed_for_those_who_can_read_it(app: Edge) -> None:
    for accepted in ("gzip", "br, gzip", "GZIP;q=0.5", "deflate,gzip ;q=1"):
        answer = await ask(app, "/assets/main-abc123.js", accept_encoding=accepted)
        assert answer.headers["content-encoding"] == "gzip"
        assert answer.headers["vary"] == "accept-encoding"
        assert gzip.decompress(answer.body) == SCRIPT
        assert len(answer.body) < len(SCRIPT) / 5
    for refused in ("", "br", "gzip;q=0", "gzip; q=0.0", "x-gzip"):
        answer = await ask(app, "/assets/main-abc123.js", accept_encoding=refused)
        assert "content-encoding" not in answer.headers
        assert answer.body == SCRIPT
    picture = await ask(app, "/assets/leaf-abc123.png", accept_encoding="gzip")
    assert "content-encoding" not in picture.headers


async def test_what_carries_its_hash_is_kept_for_ever_and_the_page_is_asked_for_each_time(app: Edge) -> None:
    assert (await ask(app, "/assets/main-abc123.js")).headers["cache-control"] == "public, max-age=31536000, immutable"
    assert (await ask(app, "/")).headers["cache-control"] == "no-cache"
    assert (await ask(app, "/banyan.svg")).headers["cache-control"] == "no-cache"


@pytest.mark.parametrize("path", ["/", "/courses", "/courses/018f/items/0190", "/a/b/c/"])
async def test_a_link_into_the_app_gives_its_page(app: Edge, path: str) -> None:
    answer = await ask(app, path)
    assert (answer.status, answer.body) == (200, PAGE)


@pytest.mark.parametrize(
    "path",
    [
        "/missing.js", "/assets/main-other.js", "/favicon.ico", "/.vite/manifest.json", "/.hidden",
        "/../secret.txt", "/assets/../../secret.txt", "/%2e%2e/secret.txt", "//secret.txt",
        "/assets/..%2f..%2fsecret.txt", "/index.html\0.js", "/..\\secret.txt",
    ],
)  # fmt: skip
async def test_nothing_else_is_served(app: Edge, path: str) -> None:
    answer = await ask(app, path)
    assert b"secret" not in answer.body
    assert b"hidden" not in answer.body
    assert answer.status == 404 or answer.body == PAGE


@pytest.mark.parametrize("path", ["/missing.js", "/favicon.ico", "/assets/main-other.js"])
async def test_a_file_that_is_missing_is_not_the_page(app: Edge, path: str) -> None:
    assert (await ask(app, path)).status == 404


async def test_a_page_cannot_be_posted_to(app: Edge) -> None:
    assert (await ask(app, "/", method="POST")).status == 405
    head = await ask(app, "/", method="HEAD")
    assert (head.status, head.body, head.headers["content-length"]) == (200, b"", str(len(PAGE)))


async def test_without_a_built_app_the_message_says_what_to_do(tmp_path: Path) -> None:
    answer = await ask(Edge(StaticFiles(tmp_path / "none")))
    assert answer.status == 404
    assert "make web" in answer.json()["detail"]
