"""The least of an HTTP client that hundreds of people in one process can afford: one connection, kept, for each."""

import asyncio

import msgspec

__all__ = ["Answer", "Line"]


class Answer(msgspec.Struct, frozen=True):
    """What came back; 0 and nothing for no answer at all."""

    status: int
    body: bytes = b""


class Line:
    """Someone's connection, with the cookies of a browser.

    Args:
        host: what the site is called, if it is not its address.
        patience: seconds for an answer.
    """

    def __init__(self, port: int, token: str = "", *, host: str = "", patience: float = 20.0) -> None:
        self._port = port
        self._headers = f"Host: {host or f'127.0.0.1:{port}'}\r\nSec-Fetch-Site: same-origin\r\n"
        self._cookies = {"banyan_session": token} if token else {}
        self._patience = patience
        self._open: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def ask(self, method: str, path: str, body: bytes = b"") -> Answer:
        """Ask for `/api/v1…`, and wait for the answer."""
        try:
            async with asyncio.timeout(self._patience):
                if self._open is None or self._open[0].at_eof():
                    self.close()
                    self._open = await asyncio.open_connection("127.0.0.1", self._port)
                return await self._converse(*self._open, method, path, body)
        except (OSError, EOFError, TimeoutError):
            self.close()
            return Answer(0)
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Hang up."""
        if self._open is not None:
            self._open[1].transport.abort()
            self._open = None

    async def _converse(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, method: str, path: str, body: bytes
    ) -> Answer:
        kind = "Content-Type: application/json\r\n" if body else ""
        cookies = "; ".join(f"{name}={value}" for name, value in self._cookies.items())
        head = (
            f"{method} {path} HTTP/1.1\r\n{self._headers}Cookie: {cookies}\r\n{kind}Content-Length: {len(body)}\r\n\r\n"
        )
        writer.write(head.encode() + body)
        length, closes = 0, False
        first, *lines = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").rstrip("\r\n").split("\r\n")
        for name, _, value in (line.partition(": ") for line in lines):
            match name.lower():
                case "content-length":
                    length = int(value)
                case "connection":
                    closes = value.lower() == "close"
                case "set-cookie":
                    self._keep(value)
        status = int(first.split(" ")[1])
        answer = Answer(status, b"" if status == 204 else await reader.readexactly(length))
        if closes:
            self.close()
        return answer

    def _keep(self, cookie: str) -> None:
        name, _, value = cookie.partition(";")[0].partition("=")
        self._cookies[name] = value
