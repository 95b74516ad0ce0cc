"""The browser app's files, held in memory with their compressed twins.

Files below `assets/` carry a hash of their content in their name and never change. `index.html` answers every other
path that is not that of a file, so that a link into the app works.
"""

import gzip
import mimetypes
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from banyan.kit.edge import Receive, Scope, Send, send_response
from banyan.kit.etag import etag_of, matches
from banyan.kit.freshness import Freshness
from banyan.kit.problems import MethodNotAllowed, NotFound
from banyan.kit.security import CONTENT_SECURITY_POLICY

__all__ = ["StaticFiles"]

_COMPRESSED = {".html", ".js", ".css", ".svg", ".json", ".txt", ".webmanifest"}


@dataclass(frozen=True, slots=True)
class _File:
    body: bytes
    zipped: bytes | None
    etag: bytes
    headers: list[tuple[bytes, bytes]]


class StaticFiles:
    """Serves a built browser app as an ASGI application."""

    def __init__(self, folder: Path) -> None:
        self._files: dict[str, _File] = {}
        for path in sorted(folder.rglob("*")):
            name = path.relative_to(folder)
            if path.is_file() and not any(part.startswith(".") for part in name.parts):
                self._files[f"/{name.as_posix()}"] = _load(path, name)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        scope["banyan.route"] = "static"
        if scope["method"] != "GET":
            raise MethodNotAllowed("GET")
        file = self._find(scope["path"])
        if matches(scope, file.etag):
            await send_response(send, 304, file.headers)
        elif file.zipped is not None and _takes_gzip(scope):
            await send_response(send, 200, [*file.headers, (b"content-encoding", b"gzip")], file.zipped)
        else:
            await send_response(send, 200, file.headers, file.body)

    def _find(self, path: str) -> _File:
        file = self._files.get(path)
        if file is not None:
            return file
        if PurePosixPath(path).suffix:
            raise NotFound
        page = self._files.get("/index.html")
        if page is None:
            raise NotFound("The browser app has not been built: run `make web`.")
        return page


def _takes_gzip(scope: Scope) -> bool:
    for name, value in scope["headers"]:
        if name == b"accept-encoding":
            for part in value.lower().split(b","):
                coding, _, weight = part.partition(b";")
                if coding.strip() == b"gzip":
                    return bool(weight.replace(b" ", b"").rstrip(b"0.") != b"q=")
    return False


def _load(path: Path, name: Path) -> _File:
    body = path.read_bytes()
    etag = etag_of(body)
    kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    if kind.startswith("text/") or kind.endswith(("javascript", "json")):
        kind += "; charset=utf-8"
    headers = [
        (b"content-type", kind.encode()),
        (b"etag", b"W/" + etag),  # weak: the compressed twin has the same
        (b"vary", b"accept-encoding"),
        (Freshness.ASSET if name.parts[0] == "assets" else Freshness.PAGE).header,
    ]
    if path.suffix == ".html":
        headers.append((b"content-security-policy", CONTENT_SECURITY_POLICY.encode()))
    zipped = gzip.compress(body, 9, mtime=0) if path.suffix in _COMPRESSED and len(body) > 1024 else None
    return _File(body, zipped, etag, headers)
