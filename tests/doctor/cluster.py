"""An installation as it should be: primary and standby, pooler, Redis, mail, backups that were tried, TLS by nginx."""

import asyncio
import json
import os
import re
import signal
import socket
import ssl
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from redis.asyncio import Redis

from banyan.backup import Backups, Receiver
from banyan.kit import migrations
from banyan.kit.endings import end
from banyan.kit.pools import keep_session_settings
from banyan.settings import Settings, load
from tests.ops.entrance import NGINX, nginx, placed
from tests.replication.cluster import Node
from tests.replication.pooler import Pooler
from tests.services import RedisServer, free_port, reachable_folder
from tests.smtp import SmtpServer

__all__ = ["HOST", "Whole", "certificate", "named_here", "whole"]

HOST = "learn.example"
_PACE = 0.3  # seconds between two shipments of the log


@dataclass
class Whole:
    """All parts of it; each can be broken."""

    data: Path
    primary: Node
    standby: Node
    redis: RedisServer
    port: int
    receiving: asyncio.Task[None] = field(init=False)
    told: dict[str, dict[str, object]] = field(default_factory=dict)

    @property
    def settings(self) -> Settings:
        """As the file in the data folder says."""
        return load({}, data=self.data)

    def set(self, concern: str, **values: object) -> None:
        """Change settings in the file in the data folder."""
        self.told.setdefault(concern, {}).update(values)
        lines = []
        for section, names in self.told.items():
            lines += [f"[{section}]", *(f"{name} = {json.dumps(value)}" for name, value in names.items())]
        file = self.data / "banyan.toml"
        file.write_text("\n".join(lines))
        file.chmod(0o600)

    async def run(self, sql: str, *args: Any) -> None:
        """Run a statement on the primary."""
        connection = await asyncpg.connect(self.primary.address)
        try:
            await connection.execute(sql, *args)
        finally:
            await connection.close()

    async def fill(self, share: float) -> list[asyncpg.Connection]:
        """Open connections until this share of all is open."""
        lines = [await asyncpg.connect(self.primary.address)]
        sql = "select count(*) from pg_stat_activity where backend_type = 'client backend'"
        missing = int(share * 97) - await lines[0].fetchval(sql)
        return lines + [await asyncpg.connect(self.primary.address) for _ in range(missing)]


@asynccontextmanager
async def whole() -> AsyncIterator[Whole]:
    """Everything, running."""
    async with AsyncExitStack() as stack:
        folder = stack.enter_context(reachable_folder(in_memory=True))
        data = folder / "data"
        data.mkdir(mode=0o711)
        primary, standby = await asyncio.to_thread(_nodes, folder, stack)
        await _replicate(primary)
        pooler = Pooler(folder / "pooler", primary.port, servers=8)
        pooler.start()
        stack.callback(pooler.stop)
        redis = await _redis(folder, stack)
        mail = SmtpServer()
        await mail.start()
        stack.push_async_callback(mail.stop)
        port, secure = free_port(), free_port()
        made = Whole(data, primary, standby, redis, port)
        made.set("server", port=port, base_url=f"https://{HOST}:{secure}", proxies="127.0.0.1")
        made.set("database", url=pooler.address, direct_url=primary.address, replicas=standby.address)
        made.set("database", pooler="transaction", connections=8)
        made.set("redis", url=redis.url)
        made.set("mail", url=f"smtp://127.0.0.1:{mail.port}", sender="Hill School <learn@hill.example>")
        made.set("backup", url=str(folder / "store"))
        backups = Backups(made.settings)
        receiver = Receiver(backups.source, await backups.shelf(), data / "wal-received", _PACE)
        made.receiving = asyncio.create_task(receiver.run())
        stack.push_async_callback(end, made.receiving)
        await _serve(data, port, stack)
        await _entrance(folder, port, secure, stack)
        await backups.create()
        await backups.drill(pace=_PACE)
        yield made


@asynccontextmanager
async def named_here(authority: Path) -> AsyncIterator[None]:
    """Let `HOST` be this machine, and believe `authority`."""
    resolve = socket.getaddrinfo

    def at_home(host: Any, *args: Any, **options: Any) -> Any:
        return resolve("127.0.0.1" if host == HOST else host, *args, **options)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket, "getaddrinfo", at_home)
        patch.setenv("SSL_CERT_FILE", str(authority))
        yield


def certificate(folder: Path, *, days: int = 90) -> Path:
    """A certificate for `HOST` with its key in a folder."""
    folder.mkdir(exist_ok=True)
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
         "-days", str(days), "-subj", f"/CN={HOST}", "-addext", f"subjectAltName=DNS:{HOST}",
         "-keyout", folder / "tls.key", "-out", folder / "tls.crt"],
        check=True, capture_output=True,
    )  # fmt: skip
    return folder / "tls.crt"


def _nodes(folder: Path, stack: AsyncExitStack) -> tuple[Node, Node]:
    primary = Node(folder / "one", wal_level="replica", max_wal_senders="8", max_connections="100")
    standby = Node(folder / "two", of=primary, max_connections="100")
    for node in (primary, standby):
        for name in ("fsync", "full_page_writes", "synchronous_commit"):
            del node._settings[name]
        node.start()
        stack.callback(_kill, node)
    return primary, standby


def _kill(node: Node) -> None:
    if node.running:
        node.kill()


async def _replicate(primary: Node) -> None:
    await migrations.migrate(primary.address)
    connection = await asyncpg.connect(primary.address)
    await connection.execute("insert into school (id, slug, name) values (gen_random_uuid(), 'hill', 'Hill School')")
    await keep_session_settings(connection, 15.0)
    await connection.execute("alter system set synchronous_standby_names = '*'")
    await connection.execute("select pg_reload_conf()")
    await connection.close()


async def _redis(folder: Path, stack: AsyncExitStack) -> RedisServer:
    server = RedisServer(folder)
    server.start()
    stack.callback(server.kill)
    async with Redis.from_url(server.url) as client:
        await client.config_set("maxmemory", "64mb")
        await client.config_set("maxmemory-policy", "allkeys-lru")
    return server


async def _serve(data: Path, port: int, stack: AsyncExitStack) -> None:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("BANYAN_")}
    command = [sys.executable, "-m", "banyan", "serve", "--data", str(data)]
    process = await asyncio.create_subprocess_exec(*command, env=environment)
    stack.push_async_callback(_end, process)
    await _listens(process, port)


async def _entrance(folder: Path, port: int, secure: int, stack: AsyncExitStack) -> None:
    place = folder / "nginx"
    authority = certificate(place)
    upstreams = (NGINX / "upstreams.conf").read_text(encoding="utf-8")
    ours = place / "ours.txt"
    ours.write_text(re.sub(r"127\.0\.0\.1:800[01]", f"127.0.0.1:{port}", upstreams), encoding="utf-8")
    main = placed(place, "https.conf", upstreams=ours)
    listen = place / "listen.conf"
    text = re.sub(r"\n    listen \[::\].*;", "", listen.read_text()).replace("/etc/nginx/tls", str(place))
    text = text.replace("listen 8080 ", f"listen 127.0.0.1:{free_port()} ").replace(
        "listen 8443 ", f"listen 127.0.0.1:{secure} "
    )
    listen.write_text(text, encoding="utf-8")
    process = await asyncio.create_subprocess_exec(
        nginx(), "-c", str(main), "-g", "daemon off;", stdout=subprocess.DEVNULL
    )
    stack.push_async_callback(_end, process, signal.SIGTERM)  # its workers outlive one that is killed
    await _listens(process, secure)
    await stack.enter_async_context(named_here(authority))
    assert ssl.create_default_context().cert_store_stats()["x509"]


async def _listens(process: asyncio.subprocess.Process, port: int) -> None:
    async with asyncio.timeout(60):
        while True:
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", port)
            except OSError:
                assert process.returncode is None, "it has stopped"
                await asyncio.sleep(0.05)
            else:
                writer.close()
                return


async def _end(process: asyncio.subprocess.Process, number: signal.Signals = signal.SIGKILL) -> None:
    with suppress(ProcessLookupError):
        process.send_signal(number)
    await process.wait()
