"""The nginx of `ops/nginx` on loopback, and listeners behind it that tell what reached them."""

import asyncio
import os
import re
import shutil
import signal
import subprocess
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import msgspec
import pytest

from tests.services import free_port

__all__ = ["NGINX", "Arrival", "Entrance", "Nginx", "Process", "check", "handshake", "nginx", "placed"]

NGINX = Path(__file__).parents[2] / "ops" / "nginx"


def nginx() -> str:
    """The program, which Debian puts where not everyone looks."""
    found = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")
    if found is None:
        pytest.fail("There is no nginx on PATH. Install it (Debian: apt install nginx), then try again.")
    return found


def placed(folder: Path, listen: str, *, upstreams: Path = NGINX / "upstreams.conf") -> Path:
    """The configuration as a deployment puts it together, with what it writes in `folder`; the main file."""
    for file in NGINX.glob("*.conf"):
        text = file.read_text(encoding="utf-8").replace("/tmp/nginx", f"{folder}/nginx")  # noqa: S108 -- its own text
        (folder / file.name).write_text(text, encoding="utf-8")
    shutil.copy(folder / listen, folder / "listen.conf")
    shutil.copy(upstreams, folder / "upstreams.conf")
    return folder / "nginx.conf"


def check(main: Path) -> None:
    """Let nginx itself look at a configuration.

    Raises:
        AssertionError: it has an error or a warning.
    """
    said = subprocess.run([nginx(), "-t", "-q", "-c", str(main)], capture_output=True, text=True, check=False)
    assert (said.returncode, said.stderr) == (0, "")


class Arrival(msgspec.Struct):
    """A request as a process behind nginx got it."""

    role: str
    method: str
    target: str
    headers: dict[str, str]
    size: int


class Process:
    """Stands where a process of Banyan would: it answers each request with what it got.

    `statuses` says otherwise for some paths. A `paused` one takes what it is sent and says nothing: `asked` is set when
    it is, and `left` when whoever asked has hung up.
    """

    def __init__(self, role: str) -> None:
        self.role = role
        self.port = free_port()
        self.arrived: list[Arrival] = []
        self.statuses: dict[str, str] = {}
        self.connections = 0
        self.paused = False
        self.asked = asyncio.Event()
        self.left = asyncio.Event()
        self._server: asyncio.Server | None = None
        self._open: set[asyncio.StreamWriter] = set()

    async def start(self) -> None:
        """Listen."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port)

    async def stop(self) -> None:
        """Listen no more, and hang up."""
        if self._server is not None:
            self._server.close()
            for writer in self._open:
                writer.close()
            await self._server.wait_closed()
            self._server = None

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        self._open.add(writer)
        try:
            while head := await _head(reader):
                await self._answer(head, reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass  # nginx hung up
        finally:
            self._open.discard(writer)
            writer.close()

    async def _answer(self, head: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        first, *lines = head.split("\r\n")
        method, target, _ = first.split(" ")
        headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
        size = await _drop_body(headers, reader)
        arrival = Arrival(self.role, method, target, headers, size)
        self.arrived.append(arrival)
        if self.paused:
            self.asked.set()
            await reader.read()
            self.left.set()
            return
        if headers.get("upgrade") == "websocket" and target not in self.statuses:
            writer.write(b"HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: upgrade\r\n\r\n")
            writer.write(await reader.read(64))  # what is said comes back
            await writer.drain()
            return
        body = msgspec.json.encode(arrival) + b" " * 4096
        more = "cache-control: public, max-age=31536000, immutable\r\n" if target.startswith("/assets/") else ""
        status = self.statuses.get(target, "200 OK")
        answer = f"HTTP/1.1 {status}\r\ncontent-type: application/json\r\ncontent-length: {len(body)}\r\n{more}\r\n"
        writer.write(answer.encode() + (b"" if method == "HEAD" else body))
        await writer.drain()


async def _head(reader: asyncio.StreamReader) -> str:
    try:
        return (await reader.readuntil(b"\r\n\r\n")).decode().rstrip("\r\n")
    except asyncio.IncompleteReadError:
        return ""


async def _drop_body(headers: Mapping[str, str], reader: asyncio.StreamReader) -> int:
    if "content-length" in headers:
        return len(await reader.readexactly(int(headers["content-length"])))
    size = 0
    if headers.get("transfer-encoding") == "chunked":
        while length := int(await reader.readline(), 16):
            size += len((await reader.readexactly(length + 2))[:-2])
        await reader.readline()
    return size


@asynccontextmanager
async def handshake(port: int) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    """A WebSocket's, not waited for."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"GET /ws HTTP/1.1\r\nhost: x\r\nupgrade: websocket\r\nconnection: upgrade\r\n\r\n")
    try:
        yield reader, writer
    finally:
        writer.close()
        await writer.wait_closed()


class Entrance:
    """An nginx that runs, with two web processes and a gateway behind it."""

    def __init__(self, port: int, web: list[Process], realtime: Process) -> None:
        self.port = port
        self.url = f"http://127.0.0.1:{port}"
        self.web = web
        self.realtime = realtime

    @classmethod
    @asynccontextmanager
    async def running(cls, folder: Path) -> AsyncIterator["Entrance"]:
        """Start it in `folder`, and stop it afterwards."""
        web, realtime = [Process("web"), Process("web")], Process("realtime")
        for each in (*web, realtime):
            await each.start()
        server = Nginx(folder, [each.port for each in web], [realtime.port])
        try:
            await server.start()
            yield cls(server.port, web, realtime)
        finally:
            await server.stop()
            for each in (*web, realtime):
                await each.stop()


class Nginx:
    """An nginx with the files of `ops/nginx`, before processes of Banyan that listen on these ports."""

    def __init__(self, folder: Path, web: Sequence[int], realtime: Sequence[int]) -> None:
        self.port = free_port()
        upstreams = (NGINX / "upstreams.conf").read_text(encoding="utf-8")
        for theirs, ours in ((8000, web), (8001, realtime)):
            server = re.search(rf"\n    server 127\.0\.0\.1:{theirs}(.*;)", upstreams)
            assert server
            several = "".join(f"\n    server 127.0.0.1:{port}{server[1]}" for port in ours)
            upstreams = upstreams.replace(server[0], several)
        (folder / "ours.txt").write_text(upstreams, encoding="utf-8")
        self._main = placed(folder, "plain.conf", upstreams=folder / "ours.txt")
        listen = folder / "listen.conf"
        listen.write_text(re.sub(r"listen .*:?8080 .*;", "", listen.read_text()).replace(
            "include", f"listen 127.0.0.1:{self.port}; include"), encoding="utf-8")  # fmt: skip
        self._process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        """Start it, and wait until it listens."""
        with (self._main.parent / "nginx.log").open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                nginx(), "-c", str(self._main), "-g", "daemon off;", stdout=log, stderr=log, start_new_session=True
            )
        async with asyncio.timeout(20):
            while True:
                try:
                    _, writer = await asyncio.open_connection("127.0.0.1", self.port)
                except OSError:
                    assert self._process.returncode is None, "nginx has stopped"
                    await asyncio.sleep(0.02)
                else:
                    writer.close()
                    return

    def reload(self) -> None:
        """Let it read its files anew, in new processes; those that there are finish what they have begun."""
        assert self._process is not None
        self._process.send_signal(signal.SIGHUP)

    async def stop(self) -> None:
        """Stop it."""
        if self._process is not None:
            self._process.terminate()
            await self._process.wait()
            self._process = None
