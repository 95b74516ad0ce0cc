"""The browser app's files, held in memory with their compressed twins.

Files below `assets/` carry a hash of their content in their name and never change; `index.html` answers every other
path, so that a link into the app works.
"""

import gzip
import hashlib
import mimetypes
from dataclasses import dataclass
from pathlib import Path

from banyan.kit.edge import Receive, Scope, Send, send_response
from banyan.kit.problems import NotFound
from banyan.kit.security import CONTENT_SECURITY_POLICY

__all__ = ["StaticFiles"]

_COMPRESSED = {".html", ".js", ".css", ".svg", ".json", ".txt", ".webmanifest"}
_YEAR = b"public, max-age=31536000, immutable"


@dataclass(frozen=True, slots=True)
class _File:
    body: bytes
    zipped: bytes | None
    etag: bytes
    headers: list[tuple[bytes, bytes]]


class StaticFiles:
    """Serves a built browser app as an ASGI application."""

    def __init__(self, folder: Path) -> None:
        self._files = {
            "/" + path.relative_to(folder).as_posix(): _load(path, folder)
            for path in folder.rglob("*")
            if path.is_file() and not path.name.startswith(".")
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        scope["banyan.route"] = "static"
        path = scope["path"]
        file = self._files.get(path)
        if file is None:
            if path.startswith("/assets/") or scope["method"] not in ("GET", "HEAD"):
                raise NotFound
            file = self._files.get("/index.html")
        if file is None:
            raise NotFound("The browser app has not been built: run `make web`.")
        head = scope["method"] == "HEAD"
        wanted = {name: value for name, value in scope["headers"] if name in (b"if-none-match", b"accept-encoding")}
        if file.etag in wanted.get(b"if-none-match", b""):
            await send_response(send, 304, [(b"etag", file.etag)], head=True)
        elif file.zipped is not None and b"gzip" in wanted.get(b"accept-encoding", b""):
            await send_response(send, 200, [*file.headers, (b"content-encoding", b"gzip")], file.zipped, head=head)
        else:
            await send_response(send, 200, file.headers, file.body, head=head)


def _load(path: Path, folder: Path) -> _File:
    body = path.read_bytes()
    etag = b'"' + hashlib.sha256(body).hexdigest()[:24].encode() + b'"'
    kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    if kind.startswith("text/") or kind.endswith(("javascript", "json")):
        kind += "; charset=utf-8"
    hashed = path.relative_to(folder).parts[0] == "assets"
    headers = [
        (b"content-type", kind.encode()),
        (b"etag", etag),
        (b"vary", b"accept-encoding"),
        (b"cache-control", _YEAR if hashed else b"no-cache"),
    ]
    if path.suffix == ".html":
        headers.append((b"content-security-policy", CONTENT_SECURITY_POLICY.encode()))
    zipped = gzip.compress(body, 9, mtime=0) if path.suffix in _COMPRESSED and len(body) > 1024 else None
    return _File(body, zipped, etag, headers)
