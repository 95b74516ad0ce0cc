"""Words between processes: what one publishes on a topic, every process hears that listens to it.

In this process at once, through Redis in the others. Best effort, as Redis' publish and subscribe is: a word may be
lost with Redis or with the process that said it, never doubled or changed. Whoever needs more asks the database, and is
told by `on_lost` when words may have been missed.
"""

import asyncio
import contextvars
from collections import deque
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

import structlog
from prometheus_client import Counter
from redis.asyncio import Redis
from redis.asyncio.client import PubSub

from banyan.kit.endings import end
from banyan.kit.ids import new_id
from banyan.kit.listening import listen
from banyan.kit.outage import Outage
from banyan.kit.redis import EXPECTED, RedisLink

__all__ = ["Bus"]

Listener = Callable[[bytes], None]
log = structlog.get_logger(__name__)
WORDS = Counter("banyan_bus_words", "Words between processes, by direction; dropped: Redis was away.", ["direction"])
_SENT, _HEARD, _DROPPED = (WORDS.labels(direction) for direction in ("sent", "heard", "dropped"))
_PREFIX = b"banyan:bus:"
_RETRY_AFTER = 1.0  # seconds
_WAITING = 10_000  # words for Redis; beyond, the oldest are dropped
_AT_ONCE = 500


class Bus:
    """Topics of one installation.

    Args:
        link: joins the processes; None when there is one.
    """

    def __init__(self, link: RedisLink | None = None) -> None:
        self._redis = link.words if link else None
        self._own = new_id().bytes  # marks what this process says, which it has heard already
        self._listeners: dict[str, Listener] = {}
        self._heard: dict[str, Callable[[], None]] = {}
        self._waiting: deque[tuple[str, bytes]] = deque()
        self._something = asyncio.Event()
        self._said = asyncio.Event()  # nothing waits
        self._said.set()
        self._channel: PubSub | None = None
        self._changes: dict[str, None] = {}  # topics that Redis has not been told of
        self._tasks: list[asyncio.Task[None]] = []
        self._subscribed = asyncio.Event()
        self._lost: list[Callable[[], None]] = []
        self._may_have_missed = False
        self._outage = Outage("redis_takes_no_words", "redis_takes_words", EXPECTED)

    @property
    def whole(self) -> bool:
        """Whether what others publish is heard now."""
        return self._redis is None or self._subscribed.is_set()

    @property
    def alone(self) -> bool:
        """Whether there are no other processes."""
        return self._redis is None

    def on_lost(self, call: Callable[[], None]) -> None:
        """Call when listening begins anew after words may have been missed."""
        self._lost.append(call)

    def publish(self, topic: str, word: bytes) -> None:
        """Say something to everyone who listens; never waits."""
        self._tell(topic, word)
        self.tell_others(topic, word)

    def tell_others(self, topic: str, word: bytes) -> None:
        """Say something to the other processes alone; never waits."""
        if self._redis is not None:
            if len(self._waiting) >= _WAITING:
                self._waiting.popleft()
                _DROPPED.inc()
            self._waiting.append((topic, word))
            self._said.clear()
            self._something.set()

    def listen(self, topic: str, listener: Listener, *, heard: Callable[[], None] | None = None) -> None:
        """Hear a topic: this process's words from now on, others' once Redis knows of it.

        `heard` is called whenever everyone's words are heard from now on. One listener a topic.
        """
        self._listeners[topic] = listener
        if heard is not None:
            self._heard[topic] = heard
            if self.alone:
                heard()
        self._change(topic)

    def unlisten(self, topic: str) -> None:
        """Hear a topic no more."""
        self._heard.pop(topic, None)
        if self._listeners.pop(topic, None) is not None:
            self._change(topic)

    async def start(self) -> None:
        """Begin to speak and to hear."""
        if self._redis is not None:
            context = contextvars.Context()  # not that of a request
            self._tasks = [
                asyncio.create_task(self._speak(self._redis), context=context),
                asyncio.create_task(listen(self._redis, self._wanted, self._hear, self._deaf), context=context),
            ]
            with suppress(TimeoutError):
                await asyncio.wait_for(self._subscribed.wait(), 1)

    async def close(self) -> None:
        """Say what waits, for a second at most, and stop."""
        with suppress(TimeoutError):
            async with asyncio.timeout(1):
                await self._said.wait()
        await end(*self._tasks)

    def _change(self, topic: str) -> None:
        if self._redis is not None:
            self._changes[topic] = None
            self._something.set()

    async def _speak(self, redis: Redis) -> None:
        while True:
            await self._something.wait()
            self._something.clear()
            try:
                await self._say_all(redis)
            except Exception as error:  # whatever it is, Banyan tries again
                self._outage.goes_on(error)
                _DROPPED.inc(len(self._waiting))
                self._waiting.clear()  # late words would tell nothing that the database has not told meanwhile
                self._said.set()
                await asyncio.sleep(_RETRY_AFTER)
                self._something.set()

    async def _say_all(self, redis: Redis) -> None:
        await self._subscribe_as_wanted()
        while self._waiting:
            async with redis.pipeline(transaction=False) as pipe:
                for _ in range(min(len(self._waiting), _AT_ONCE)):
                    topic, word = self._waiting.popleft()
                    pipe.publish(_PREFIX + topic.encode(), self._own + word)
                    _SENT.inc()
                await pipe.execute()
            self._outage.ends()
        self._said.set()

    async def _subscribe_as_wanted(self) -> None:
        channel = self._channel
        if channel is None:
            return  # all that is wanted is subscribed to when Redis is there again
        changes, self._changes = self._changes, {}
        wanted = [_PREFIX + topic.encode() for topic in changes if topic in self._listeners]
        unwanted = [_PREFIX + topic.encode() for topic in changes if topic not in self._listeners]
        try:
            if wanted:
                await channel.subscribe(*wanted)
            if unwanted:
                await channel.unsubscribe(*unwanted)
        except BaseException:
            self._changes = changes | self._changes
            raise

    def _wanted(self) -> list[bytes]:
        return [_PREFIX, *(_PREFIX + topic.encode() for topic in self._listeners)]

    def _hear(self, channel: PubSub, message: Mapping[str, Any]) -> None:
        if message["type"] == "message":
            self._take(message["channel"], message["data"])
        elif message["type"] == "subscribe":
            if message["channel"] == _PREFIX:
                self._begin(channel)
            if heard := self._heard.get(_topic(message["channel"])):
                heard()

    def _deaf(self) -> None:
        self._channel = None
        self._subscribed.clear()
        self._may_have_missed = True

    def _begin(self, channel: PubSub) -> None:
        self._channel = channel
        self._subscribed.set()
        self._changes |= dict.fromkeys(self._listeners)  # any that came meanwhile
        self._something.set()
        if self._may_have_missed:
            for call in self._lost:
                call()
        self._may_have_missed = True

    def _take(self, channel: bytes, data: bytes) -> None:
        if data[:16] == self._own:
            return
        _HEARD.inc()
        self._tell(_topic(channel), data[16:])

    def _tell(self, topic: str, word: bytes) -> None:
        listener = self._listeners.get(topic)
        if listener is not None:
            try:
                listener(word)
            except Exception:
                log.exception("bus_listener_failed")


def _topic(channel: bytes) -> str:
    return channel[len(_PREFIX) :].decode()
