"""Hearing what is published in Redis, for as long as one wants to; anew whenever Redis was away."""

import asyncio
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from redis.asyncio import Redis
from redis.asyncio.client import PubSub

from banyan.kit.outage import Outage
from banyan.kit.redis import EXPECTED

__all__ = ["listen"]

_RETRY_AFTER = 1.0  # seconds
_SILENCE = 5.0  # seconds without a word from Redis before it is asked whether it is there


async def listen(
    redis: Redis,
    channels: Callable[[], Iterable[bytes]],
    hear: Callable[[PubSub, Mapping[str, Any]], None],
    lose: Callable[[], None] = lambda: None,
) -> None:
    """Listen until cancelled, whatever goes wrong.

    Args:
        channels: those to listen to; asked whenever listening begins.
        hear: gets each message as redis-py has it. Those that confirm a subscription come again when the connection was
            renewed without a word.
        lose: called when nothing is heard any more.
    """
    outage = Outage("redis_subscription_lost", "redis_subscription_back", EXPECTED)
    while True:
        try:
            async with redis.pubsub() as channel:
                await channel.subscribe(*channels())
                while True:
                    message = await _next(channel)
                    outage.ends()
                    hear(channel, message)
        except Exception as error:
            outage.goes_on(error)
        finally:
            lose()
        await asyncio.sleep(_RETRY_AFTER)


async def _next(channel: PubSub) -> Mapping[str, Any]:
    message: Mapping[str, Any] | None = await channel.get_message(timeout=_SILENCE)
    if message is None:
        await channel.ping()
        message = await channel.get_message(timeout=_SILENCE)
    if message is None:
        raise ConnectionError("Redis has fallen silent")
    return message
