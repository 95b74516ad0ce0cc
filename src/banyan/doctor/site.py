"""The running server as people reach it, by its base URL, and as this machine does, by its port."""

import asyncio
import http.client
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any
from urllib.parse import urlsplit

import msgspec

from banyan.doctor.absence import NotAnswering
from banyan.settings import Settings

__all__ = ["Answer", "Certificate", "Site"]

_SECONDS = 4.0  # for each step of a conversation
_LARGEST = 1 << 20
_ANYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 -- a server that listens there is met on loopback


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP answer; the names of its headers are in lower case."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes

    def header(self, name: str) -> str:
        """The first header of this name; empty without one."""
        return next((value for key, value in self.headers if key == name), "")


@dataclass(frozen=True, slots=True)
class Certificate:
    """The certificate that a server shows.

    Attributes:
        expires: when, in seconds since 1970; None if it could not be read, for it was refused.
        complaint: why it was refused; empty if it was not.
        protocol: such as TLSv1.3.
    """

    expires: float | None
    complaint: str
    protocol: str


class Site:
    """What the running server answers. Nothing is asked before it is needed, and `/ready` only once."""

    def __init__(self, settings: Settings) -> None:
        self.url = settings.base_url
        watched = settings.admin if settings.admin.port else settings.server
        host = _ANYWHERE.get(watched.host, watched.host)
        self.watched_url = f"http://{f'[{host}]' if ':' in host else host}:{watched.port}"
        self._trusting = ssl.create_default_context()
        self._trusting.check_hostname = False
        self._trusting.verify_mode = ssl.CERT_NONE
        self._first_look: asyncio.Task[Answer] | None = None

    @property
    def host(self) -> str:
        """The name that people type."""
        return urlsplit(self.url).hostname or ""

    @property
    def secure(self) -> bool:
        """Whether people reach it by https."""
        return self.url.startswith("https:")

    async def ready(self) -> Answer:
        """What `/ready` says to people.

        Raises:
            NotAnswering: nothing does, or it is not Banyan.
        """
        if self._first_look is None:
            self._first_look = asyncio.create_task(self._look())
        return await asyncio.shield(self._first_look)

    async def ask(
        self, path: str, method: str = "GET", *, headers: Mapping[str, str] | None = None, body: Any = None
    ) -> Answer:
        """One request to the server as people reach it. A certificate is not looked at: another check does that.

        Raises:
            NotAnswering
        """
        await self.ready()
        return await self._fetch(self.url, path, method, headers, body)

    async def ask_watched(self, path: str) -> Answer:
        """One request to the port on this machine that tells figures: that of the administration, if it has one.

        Raises:
            NotAnswering
        """
        return await self._fetch(self.watched_url, path)

    async def ask_plainly(self, path: str) -> Answer:
        """One request to people's host by http, though it is reached by https.

        Raises:
            NotAnswering
        """
        return await self._fetch(f"http://{self.host}", path)

    async def certificate(self) -> Certificate:
        """The certificate that people are shown.

        Raises:
            NotAnswering: nothing listens there, or it speaks no TLS.
        """
        try:
            return await asyncio.to_thread(_certificate, self.host, urlsplit(self.url).port or 443)
        except (OSError, ssl.SSLError) as error:
            raise NotAnswering(f"{self.url} does not answer from here ({_reason(error)}).") from error

    async def _look(self) -> Answer:
        answer = await self._fetch(self.url, "/ready")
        try:
            said = msgspec.json.decode(answer.body, type=dict[str, str | None])
        except msgspec.MsgspecError:
            said = {}
        if "mode" not in said:
            raise NotAnswering(f"What answers at {self.url} is not Banyan.")
        return answer

    async def _fetch(
        self,
        url: str,
        path: str,
        method: str = "GET",
        headers: Mapping[str, str] | None = None,
        body: Any = None,
    ) -> Answer:
        sent = {"user-agent": "banyan doctor", **(headers or {})}
        content = None if body is None else msgspec.json.encode(body)
        if content is not None:
            sent["content-type"] = "application/json"
        ask = partial(_fetch, url, path, method, sent, content, self._trusting)
        try:
            return await asyncio.to_thread(ask)
        except (OSError, http.client.HTTPException) as error:
            raise NotAnswering(f"{url} does not answer from here ({_reason(error)}).") from error


def _fetch(
    url: str, path: str, method: str, headers: Mapping[str, str], body: bytes | None, context: ssl.SSLContext
) -> Answer:
    parts = urlsplit(url)
    host = parts.hostname or ""
    connection = (
        http.client.HTTPSConnection(host, parts.port, timeout=_SECONDS, context=context)
        if parts.scheme == "https"
        else http.client.HTTPConnection(host, parts.port, timeout=_SECONDS)
    )
    try:
        connection.request(method, parts.path.rstrip("/") + path, body, dict(headers))
        answer = connection.getresponse()
        named = [(name.lower(), value) for name, value in answer.getheaders()]
        return Answer(answer.status, named, answer.read(_LARGEST))
    finally:
        connection.close()


def _certificate(host: str, port: int) -> Certificate:
    context = ssl.create_default_context()
    connection = http.client.HTTPSConnection(host, port, timeout=_SECONDS, context=context)
    try:
        connection.connect()
        shown = connection.sock.getpeercert() or {}
        expires = ssl.cert_time_to_seconds(str(shown["notAfter"]))
        return Certificate(expires, "", connection.sock.version() or "")
    except ssl.SSLCertVerificationError as error:
        return Certificate(None, error.verify_message, "")
    finally:
        connection.close()


def _reason(error: Exception) -> str:
    return str(error) or type(error).__name__
