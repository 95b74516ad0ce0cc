"""`banyan serve`: one process of an installation."""

import asyncio
import errno
import gc
import resource
import signal
import socket
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from types import FrameType
from typing import Annotated

import asyncpg
import structlog
import uvicorn
from cyclopts import App, Parameter, validators

from banyan.app import ROLES, Banyan
from banyan.cli.installation import Data, check_shape, database, load_settings
from banyan.cli.supervisor import Supervisor, tell_ready
from banyan.kit.monitor import SERVING
from banyan.kit.nodes import Nodes
from banyan.kit.punctual import PunctualHttp
from banyan.kit.realtime.protocol import GatewayProtocol
from banyan.kit.shared_metrics import SharedMetrics
from banyan.kit.telemetry import set_up_logs
from banyan.settings import Settings, SettingsError

__all__ = ["app", "listen", "run", "serve"]

app = App(name="serve")
_log = structlog.get_logger(__name__)


@app.default
def serve(
    *,
    role: Annotated[
        str, Parameter(help="Which of web, realtime, worker, scheduler, separated by commas.")
    ] = "web,realtime,worker,scheduler",
    host: str | None = None,
    port: int | None = None,
    workers: Annotated[
        int,
        Parameter(
            help="Processes that share the port; SIGHUP replaces them one by one.", validator=validators.Number(gte=1)
        ),
    ] = 1,
    data: Data = None,
    door: Annotated[list[int] | None, Parameter(show=False)] = None,
    ready: Annotated[int | None, Parameter(show=False)] = None,
) -> None:
    """Serve until it is told to stop."""
    roles = frozenset(name.strip() for name in role.split(","))
    if not roles <= ROLES:
        wrong = ", ".join(sorted(roles - ROLES)) or "without a name"
        raise SettingsError(f"There is no role {wrong}; there are {', '.join(sorted(ROLES))}.")
    settings = load_settings(data, server={"host": host, "port": port})
    if workers > 1 and not settings.redis.url:
        raise SettingsError(
            "Several processes tell each other what happens through Redis. Set BANYAN_REDIS_URL, such as "
            "redis://localhost:6379/0, or serve with one (--workers 1)."
        )
    with database(settings) as url, listen(settings) if door is None else _inherit(settings, door) as doors:
        asyncio.run(check_shape(settings, url))
        if workers > 1:
            set_up_logs(settings.log.level, as_json=settings.log.format == "json")
            command = [sys.executable, "-m", "banyan", "serve", "--role", role, "--data", str(settings.data)]
            command += ["--host", settings.server.host, "--port", str(settings.server.port)]
            with SharedMetrics() as metrics:
                sys.exit(asyncio.run(Supervisor(command, workers, doors, metrics).run()))
        run(settings, url, doors, roles, ready)


@contextmanager
def listen(settings: Settings) -> Iterator[list[socket.socket]]:
    """The listening sockets: the public one, and that for administration if there is one.

    Taken before anything slow, so that a taken port is told at once.

    Raises:
        SettingsError: an address is taken or not ours.
    """
    with ExitStack() as doors:
        taken = [doors.enter_context(_listen(settings.server.host, settings.server.port, "PORT=… or --port"))]
        if settings.admin.port:
            taken.append(doors.enter_context(_listen(settings.admin.host, settings.admin.port, "BANYAN_ADMIN_PORT")))
        yield taken


@contextmanager
def _inherit(settings: Settings, descriptors: Sequence[int]) -> Iterator[list[socket.socket]]:
    """The listening sockets of the supervisor, which took them with the settings of its own start."""
    with ExitStack() as doors:
        taken = [doors.enter_context(socket.socket(fileno=each)) for each in descriptors]
        if [door.getsockname()[1] for door in taken[1:]] != [port for port in [settings.admin.port] if port]:
            raise SettingsError("The listener for administration has been changed: stop Banyan, and start it again.")
        yield taken


def _listen(host: str, port: int, chosen_by: str) -> socket.socket:
    door = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        door.bind((host, port))
    except OSError as error:
        door.close()
        reason = (
            "is taken by another program" if error.errno == errno.EADDRINUSE else f"cannot be used ({error.strerror})"
        )
        raise SettingsError(f"{host}:{port} {reason}. Choose another with {chosen_by}.") from None
    return door


def run(
    settings: Settings, url: str, doors: Sequence[socket.socket], roles: frozenset[str], ready: int | None = None
) -> None:
    """Serve on `doors` until SIGINT or SIGTERM; requests under way are finished first.

    Args:
        ready: a pipe to tell when it serves.
    """
    set_up_logs(settings.log.level, as_json=settings.log.format == "json")
    if not settings.redis.url and (others := asyncio.run(_others(settings, url))):
        _log.warning(
            "several_processes_without_redis",
            others=others,
            means="none hears of what the others change: pages stay old, limits count for each",
            mend="set BANYAN_REDIS_URL, the same for all, and start them again; or let one do everything",
        )
    _allow_many_connections()
    banyan = Banyan(settings, url, roles=roles)
    server = _Server(
        banyan,
        uvicorn.Config(
            banyan,
            loop="uvloop",
            http=PunctualHttp,
            ws=GatewayProtocol,
            ws_max_size=settings.realtime.largest_frame * 1024,
            ws_per_message_deflate=False,
            ws_ping_interval=None,  # the gateway listens for signs of life itself, for all at once
            lifespan="on",
            access_log=False,
            log_config=None,
            server_header=False,
            date_header=True,
            backlog=2048,
            # Longer than proxies keep theirs (60 s), and than people think between two clicks.
            timeout_keep_alive=75,
            proxy_headers=bool(settings.server.proxies),
            forwarded_allow_ips=settings.server.proxies or None,
            timeout_graceful_shutdown=10,
        ),
        patience=settings.server.drain_seconds,
        proxied=bool(settings.server.proxies),
        ready=ready,
    )
    server.run(sockets=list(doors))


async def _others(settings: Settings, url: str) -> int:
    """How many processes serve the database already; 0 where it cannot say."""
    with suppress(OSError, asyncpg.PostgresError):
        connection = await Nodes(settings.database.direct_url or url).connect()
        try:
            return int(await connection.fetchval(SERVING))
        finally:
            await connection.close()
    return 0


def _allow_many_connections() -> None:
    """A connection is an open file, of which many systems allow a process 1,024 unless it asks for more."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != hard:
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


class _Server(uvicorn.Server):
    def __init__(
        self, banyan: Banyan, config: uvicorn.Config, *, patience: float, proxied: bool, ready: int | None
    ) -> None:
        super().__init__(config)
        self._banyan = banyan
        self._patience = patience
        self._proxied = proxied
        self._ready = ready
        self._hurried = False

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        # What is here stays: the collector need not look at it again, nor so often at what thousands of clients keep.
        gc.collect()
        gc.freeze()
        gc.set_threshold(50_000, 20, 100)
        if self._ready is not None:
            tell_ready(self._ready)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        await asyncio.gather(self._banyan.drain(), self._let_go())  # while /ready says so, and requests go on
        await super().shutdown(sockets)

    async def _let_go(self) -> None:
        """Wait until nobody keeps a connection that more requests may come on: each answer closes its own.

        A proxy takes its time to see that this process is not ready, and passes over those it was refused by for a
        while, so that two that stop soon after each other look like none: behind one, stay for as long as is allowed.
        """
        end = time.monotonic() + self._patience
        while (self._proxied or self.server_state.connections) and time.monotonic() < end and not self._hurried:  # noqa: ASYNC110 -- uvicorn tells nobody
            await asyncio.sleep(0.05)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        # uvicorn would send itself the signal again at the end, and give up what is under way at the second.
        self.should_exit = True
        self._hurried = sig == signal.SIGINT
