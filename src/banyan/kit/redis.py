"""Redis, a server or a cluster, for those who can do without it.

Whatever Redis knows can be had elsewhere, so nobody waits for one that is away: what takes too long opens a circuit
breaker (Nygard, *Release It!*, 2007), those who wait are let go at once, and until Redis answers again nobody asks it
but one who tries in the background.
"""

import asyncio
import contextvars
import random
import re
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import structlog
from prometheus_client import Gauge
from redis.asyncio import Redis
from redis.asyncio.cluster import ClusterNode, RedisCluster
from redis.asyncio.connection import Connection, ConnectionPool, SSLConnection, parse_url
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import ClusterError, RedisClusterException, RedisError, ResponseError
from redis.exceptions import ConnectionError as NoConnection

from banyan.kit.endings import end
from banyan.kit.outage import Outage
from banyan.kit.problems import Problem

__all__ = ["EXPECTED", "Away", "RedisLink", "connect_redis"]

T = TypeVar("T")
Node = tuple[str, int]
log = structlog.get_logger(__name__)
_UP = Gauge(
    "banyan_redis_up",
    "1 while this process finds Redis, a server or a cluster; 0: it does without.",
    ["kind"],
    multiprocess_mode="livemin",
)
EXPECTED = (RedisError, RedisClusterException, OSError)  # of a Redis that is away
_PATIENCE = 0.1  # seconds; a hundred times what Redis takes
_BETWEEN_TRIES = 0.25  # seconds
_PATIENT = 1.0  # seconds; of those who wait in the background
_CLUSTER = re.compile(r"(rediss?)\+cluster://([^/?#]*@)?([^/?#@]+)/?(?:\?(.*))?")
_NODE = re.compile(r"(\[[0-9a-fA-F:.]+\]|[^\[\]:]+)(?::(\d{1,5}))?")
_USUAL_PORT = 6379


class Away(Exception):
    """Redis does not answer, or refuses; it has been told in the log."""


class RedisLink:
    """The installation's Redis, and whether it is there.

    Attributes:
        keys: the client for values by their keys.
        words: the client for publish and subscribe; of a cluster, whichever node answers, for all hear the same.
    """

    def __init__(self, keys: "Redis | RedisCluster", words: Redis, *, patience: float = _PATIENCE) -> None:
        self.keys: Any = keys  # what both can do is annotated differently for each
        self.words = words
        self._patience = patience
        self._up = True
        self._looking_for_nodes = asyncio.Lock()
        self._waiters: set[_Waiter] = set()
        self._trying: asyncio.Task[None] | None = None
        self._back: list[Callable[[], Awaitable[None]]] = []
        self._outage = Outage("redis_unavailable", "redis_back", EXPECTED)
        self._told = _UP.labels("cluster" if isinstance(keys, RedisCluster) else "server")
        self._told.set(1)

    @property
    def up(self) -> bool:
        """Whether it is worth asking."""
        return self._up

    def on_back(self, call: Callable[[], Awaitable[None]]) -> None:
        """Call whenever Redis is there again, before anyone asks it for something."""
        self._back.append(call)

    async def ask(self, question: Callable[[], Awaitable[T]]) -> T:
        """What Redis answers, soon.

        Raises:
            Away: it does not, or something is wrong with the question.
            Problem: what the question itself has found out.
        """
        if not self._up:
            raise Away
        # Not `asyncio.timeout`: redis-py sends with `wait_for`, which loses cancellations before Python 3.12.
        task = asyncio.ensure_future(self._put(question))
        waiter = _Waiter(task, self._patience, self._lost)
        self._waiters.add(waiter)
        try:
            await waiter.done
            if not task.done():
                raise Away
            return task.result()
        except (Problem, Away):
            raise
        except Exception as error:
            if isinstance(error, ResponseError) and not isinstance(error, ClusterError):
                log.warning("redis_refused", error=str(error))
            else:
                self._lost(error)
            raise Away from None
        finally:
            self._waiters.discard(waiter)
            waiter.end()

    async def _put(self, question: Callable[[], Awaitable[T]]) -> T:
        if isinstance(self.keys, RedisCluster):
            # Several that look for the nodes at the same time disconnect each other (redis-py 8.1).
            async with self._looking_for_nodes:
                await self.keys.initialize()
        return await question()

    async def close(self) -> None:
        """Let go of all connections."""
        await end(*filter(None, (self._trying,)))
        await self.keys.aclose()
        if self.words is not self.keys:
            await self.words.aclose()

    def _lost(self, error: Exception) -> None:
        if not self._up:
            return
        self._outage.goes_on(error)
        self._up = False
        self._told.set(0)
        for waiter in self._waiters:
            waiter.let_go()
        # A context of its own: it must not inherit the deadline of a request.
        self._trying = asyncio.create_task(self._until_back(), context=contextvars.Context())

    async def _until_back(self) -> None:
        while True:
            await asyncio.sleep(_BETWEEN_TRIES)
            try:
                async with asyncio.timeout(_PATIENT):
                    await self._put(self.keys.ping)
                    for call in self._back:
                        await call()
            except Exception as error:  # whatever it is, Banyan goes on
                self._outage.goes_on(error)
                continue
            self._up = True
            self._told.set(1)
            self._outage.ends()
            return


class _Waiter:
    """One who waits for an answer, but not for long."""

    __slots__ = ("_lost", "_patience", "_task", "_timer", "done")

    def __init__(self, task: asyncio.Future[Any], patience: float, lost: Callable[[Exception], None]) -> None:
        self._task = task
        self._patience = patience
        self._lost = lost
        loop = asyncio.get_running_loop()
        self.done: asyncio.Future[None] = loop.create_future()
        task.add_done_callback(self._answered)
        self._timer = loop.call_later(patience, self._too_late, loop.time() + patience)

    def let_go(self) -> None:
        """Wait no longer."""
        if not self.done.done():
            self.done.set_result(None)

    def end(self) -> None:
        """Nobody waits any more."""
        self._timer.cancel()
        self._task.cancel()

    def _answered(self, task: asyncio.Future[Any]) -> None:
        if not task.cancelled():
            task.exception()  # told to who waits; nobody may
        self.let_go()

    def _too_late(self, due: float) -> None:
        loop = asyncio.get_running_loop()
        if loop.time() - due > self._patience / 2:
            # A process that turns late to what waits knows nothing of how long Redis took.
            self._timer = loop.call_later(self._patience, self._too_late, loop.time() + self._patience)
        elif not self._task.done():
            self._lost(TimeoutError(f"no answer in {self._patience} s"))
            self.let_go()


class _AnyNode(Connection):
    """A connection to the first of several nodes that takes it."""

    def __init__(self, *, nodes: list[Node], **options: Any) -> None:
        self._nodes = nodes
        super().__init__(**options)

    async def _connect(self) -> None:
        for number, (host, port) in enumerate(self._nodes, 1):
            self.host, self.port = host, port
            try:
                await super()._connect()  # type: ignore[no-untyped-call]  # it has no types
            except (OSError, TimeoutError):
                if number == len(self._nodes):
                    raise
            else:
                return


class _AnyNodeTls(_AnyNode, SSLConnection):
    """The same with TLS."""


def connect_redis(url: str, *, patience: float = _PATIENCE) -> RedisLink:
    """A link to the Redis at `url`, not yet connected.

    Args:
        url: redis://, rediss:// or unix://, or redis+cluster://one:6379,two:6379 with some nodes of a cluster.
        patience: the seconds that anyone waits for it.

    Raises:
        ValueError: there is no such URL.
    """
    options: dict[str, Any] = {"socket_timeout": _PATIENT, "socket_connect_timeout": _PATIENT}
    found = _CLUSTER.fullmatch(url)
    if found is None:
        server = Redis.from_url(url, retry=_once_more(), **options)
        return RedisLink(server, server, patience=patience)
    scheme, login, named, query = found.groups(default="")
    nodes = [_node(each) for each in named.split(",")]
    options |= parse_url(f"{scheme}://{login}host?{query}")
    for of_one in ("host", "port", "db"):
        options.pop(of_one, None)
    tls = options.pop("connection_class", None) is SSLConnection
    startup = [ClusterNode(host, port) for host, port in nodes]
    cluster = RedisCluster(startup_nodes=startup, ssl=tls, retry=Retry(NoBackoff(), 0), **options)
    random.shuffle(nodes)  # so that not all processes listen at the same one
    pool = ConnectionPool(connection_class=_AnyNodeTls if tls else _AnyNode, nodes=nodes, retry=_once_more(), **options)
    return RedisLink(cluster, Redis.from_pool(pool), patience=patience)


def _once_more() -> Retry:
    """For a connection that has died since it was last used; not for one that is slow."""
    return Retry(NoBackoff(), 1, supported_errors=(NoConnection,))


def _node(written: str) -> Node:
    found = _NODE.fullmatch(written.strip())
    if found is None:
        raise ValueError(f"{written!r} is no node of a Redis cluster; write host:port, with commas between them")
    return found[1].strip("[]"), int(found[2] or _USUAL_PORT)
