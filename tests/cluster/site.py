"""A whole installation as it is run for many: nginx, Banyan's processes, Redis, and the database's three machines."""

import asyncio
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from tests.cluster.letters import Postbox
from tests.cluster.machines import Machines
from tests.cluster.servers import HOST, Door, Node, processes_in
from tests.ops.entrance import Nginx
from tests.services import RedisServer, reachable_folder

__all__ = ["Site", "open_site"]

_TOLD = 2000  # characters of each log


class Site:
    """Everything that runs, in one folder."""

    def __init__(self, folder: Path, postbox: Postbox) -> None:
        self.folder = folder
        self.postbox = postbox
        self.machines = Machines(folder)
        self.redis = RedisServer(folder)
        settings = {
            **self.machines.settings,
            "BANYAN_REDIS_URL": self.redis.url,
            "BANYAN_SERVER_BASE_URL": f"http://{HOST}",
            "BANYAN_SERVER_PROXIES": "127.0.0.1",
            "BANYAN_SERVER_DRAIN_SECONDS": "2",
            "BANYAN_REALTIME_DRAIN_SECONDS": "2",
            "BANYAN_MAIL_URL": f"smtp://127.0.0.1:{postbox.port}",
            "BANYAN_ACCOUNTS_MAILS_PER_ADDRESS": "100000 per hour",  # all come from one
            "BANYAN_LOG_LEVEL": "warning",
        }
        self._settings = settings

        def two(role: str, roles: str) -> Sequence[Node]:
            return [Node(f"{role} {number}", folder, settings, roles) for number in (1, 2)]

        self.web, self.realtime = two("web", "web"), two("realtime", "realtime")
        self.workers = two("worker", "worker,scheduler")
        self.nginx = Nginx(folder, [node.port for node in self.web], [node.port for node in self.realtime])
        self.door = Door("nginx", self.nginx.port)

    @property
    def nodes(self) -> list[Node]:
        """Banyan's processes."""
        return [*self.web, *self.realtime, *self.workers]

    async def prepare(self) -> None:
        """Start what Banyan stands on, and make the database's tables."""
        await asyncio.to_thread(self.redis.start)
        await self.machines.start()
        done = await asyncio.to_thread(self._banyan, "db", "migrate")
        assert done.returncode == 0, done.stderr

    def _banyan(self, *words: str) -> "subprocess.CompletedProcess[str]":
        command = [str(Path(sys.executable).with_name("banyan")), *words, "--data", str(self.folder / "data")]
        return subprocess.run(command, env=os.environ | self._settings, capture_output=True, text=True, check=False)

    async def serve(self) -> None:
        """Start Banyan's processes, and nginx."""
        await asyncio.gather(*(node.start() for node in self.nodes))
        await self.nginx.start()

    def complaints(self) -> str:
        """What its processes have said last, for whoever wonders what went wrong."""
        said = [(node.name, node.output) for node in self.nodes]
        said += [(machine.name, machine.output) for machine in self.machines.each]
        return "\n".join(f"{name} said:\n{output[-_TOLD:]}" for name, output in said)

    async def close(self) -> None:
        """End everything."""
        await self.nginx.stop()
        for node in self.nodes:
            node.clean_up()
        self.redis.kill()
        await asyncio.to_thread(self.machines.kill)


@asynccontextmanager
async def open_site() -> AsyncIterator[Site]:
    """An installation whose database is ready. Nothing of it is left running."""
    postbox = Postbox()
    await postbox.start()
    with reachable_folder() as folder:
        site = Site(folder, postbox)
        try:
            await site.prepare()
            yield site
        except BaseException as error:
            error.add_note(site.complaints())
            raise
        finally:
            await site.close()
            await postbox.stop()
        assert processes_in(folder) == []
