"""An object store that speaks as much of Amazon's S3 as Banyan asks of one, in memory.

Source: the API reference, https://docs.aws.amazon.com/AmazonS3/latest/API/ (PutObject with If-None-Match, multipart
uploads, GetObject with Range, HeadObject, DeleteObjects, ListObjectsV2).
"""

import hashlib
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, unquote, urlsplit
from xml.sax.saxutils import escape, unescape

import pytest

__all__ = ["ObjectStore", "object_store"]

_PAGE = 3  # objects that one answer lists, so that whoever lists more has to ask again


@dataclass
class ObjectStore:
    """One bucket, `school`.

    Attributes:
        objects: what is in it, by key.
        full: whether it refuses everything new.
        broken: how often it has answered that it cannot; None while it can.
    """

    address: str = ""
    objects: dict[str, bytes] = field(default_factory=dict)
    uploads: dict[str, dict[int, bytes]] = field(default_factory=dict)
    full: bool = False
    broken: int | None = None

    def url(self, folder: str, bucket: str = "school") -> str:
        """How Banyan is told of a place in it."""
        return f"s3://{bucket}/{folder}"


@contextmanager
def object_store(monkeypatch: pytest.MonkeyPatch) -> Iterator[ObjectStore]:
    """One for a test; the usual variables lead to it."""
    kept = ObjectStore()
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"kept": kept}))
    kept.address = f"http://127.0.0.1:{server.server_port}"
    for name, value in {
        "AWS_ACCESS_KEY_ID": "somebody",
        "AWS_SECRET_ACCESS_KEY": "hidden",
        "AWS_REGION": "us-east-1",
        "AWS_ENDPOINT": kept.address,
        "AWS_ALLOW_HTTP": "true",
    }.items():
        monkeypatch.setenv(name, value)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield kept
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    kept: ObjectStore

    def do_PUT(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        if self._refused(writing=True):
            return
        if "uploadId" in self._query:
            self.kept.uploads[self._query["uploadId"]][int(self._query["partNumber"])] = body
        elif self.headers.get("if-none-match") == "*" and self._key in self.kept.objects:
            self._complain(412, "PreconditionFailed")
            return
        else:
            self.kept.objects[self._key] = body
        self._answer(200, etag=body)

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length") or 0)).decode()
        if self._refused(writing="delete" not in self._query):
            return
        if "delete" in self._query:
            keys = re.findall(r"<Key>(.*?)</Key>", body)
            for key in keys:
                self.kept.objects.pop(unescape(key), None)
            told = "".join(f"<Deleted><Key>{key}</Key></Deleted>" for key in keys)
            self._answer(200, f"<DeleteResult>{told}</DeleteResult>".encode())
            return
        if "uploads" in self._query:
            upload = f"upload-{len(self.kept.uploads)}"
            self.kept.uploads[upload] = {}
            told = f"<Bucket>school</Bucket><Key>{escape(self._key)}</Key><UploadId>{upload}</UploadId>"
            self._answer(200, f"<InitiateMultipartUploadResult>{told}</InitiateMultipartUploadResult>".encode())
            return
        parts = self.kept.uploads.pop(self._query["uploadId"])
        self.kept.objects[self._key] = whole = b"".join(parts[number] for number in sorted(parts))
        told = f"<Key>{escape(self._key)}</Key><ETag>{_etag(whole)}</ETag>"
        self._answer(200, f"<CompleteMultipartUploadResult>{told}</CompleteMultipartUploadResult>".encode())

    def do_GET(self) -> None:
        if self._refused():
            return
        if self._query.get("list-type") == "2":
            self._list()
            return
        if (whole := self.kept.objects.get(self._key)) is None:
            self._complain(404, "NoSuchKey")
            return
        span = self.headers.get("range", "").removeprefix("bytes=")
        if not span:
            self._answer(200, whole, etag=whole)
            return
        first, _, last = span.partition("-")
        end = min(len(whole), int(last) + 1) if last else len(whole)
        ranged = f"bytes {first}-{end - 1}/{len(whole)}"
        self._answer(206, whole[int(first) : end], etag=whole, **{"content-range": ranged})

    do_HEAD = do_GET  # noqa: N815 -- the standard library's way

    def _list(self) -> None:
        begin = self._query.get("continuation-token", self._query.get("start-after", ""))
        keys = [
            key for key in sorted(self.kept.objects) if key.startswith(self._query.get("prefix", "")) and key > begin
        ]
        page = keys[:_PAGE]
        told = "".join(
            f"<Contents><Key>{escape(key)}</Key><LastModified>2026-03-01T12:00:00.000Z</LastModified>"
            f"<ETag>{_etag(self.kept.objects[key])}</ETag><Size>{len(self.kept.objects[key])}</Size></Contents>"
            for key in page
        )
        if len(keys) > _PAGE:
            told += f"<NextContinuationToken>{escape(page[-1])}</NextContinuationToken>"
        more = str(len(keys) > _PAGE).lower()
        head = f"<Name>school</Name><KeyCount>{len(page)}</KeyCount><IsTruncated>{more}</IsTruncated>"
        self._answer(200, f"<ListBucketResult>{head}{told}</ListBucketResult>".encode())

    @property
    def _key(self) -> str:
        return unquote(urlsplit(self.path).path).removeprefix("/school").strip("/")

    @property
    def _query(self) -> dict[str, str]:
        found = parse_qs(urlsplit(self.path).query, keep_blank_values=True)
        return {name: values[0] for name, values in found.items()}

    def _refused(self, *, writing: bool = False) -> bool:
        if self.kept.broken is not None:
            self.kept.broken += 1
            self._complain(503, "SlowDown")
        elif not self.path.startswith("/school"):
            self._complain(404, "NoSuchBucket")
        elif writing and self.kept.full:
            self._complain(403, "QuotaExceeded")
        else:
            return False
        return True

    def _complain(self, status: int, code: str) -> None:
        self._answer(status, f"<Error><Code>{code}</Code></Error>".encode())

    def _answer(self, status: int, body: bytes = b"", *, etag: bytes | None = None, **headers: str) -> None:
        self.send_response(status)
        told = {"last-modified": formatdate(usegmt=True), "content-length": str(len(body)), **headers}
        if etag is not None:
            told["etag"] = _etag(etag)
        for name, value in told.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 -- the standard library's name
        """Nothing is told."""


def _etag(content: bytes) -> str:
    return f'"{hashlib.md5(content, usedforsecurity=False).hexdigest()}"'
