"""The setups that are compared. Each is another one with one layer more, or one worker more."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

__all__ = ["SETUPS", "Keeps", "Setup"]

Keeps = Literal["memory", "redis", "nothing"]


@dataclass(frozen=True, slots=True)
class Setup:
    """Web workers, and what is around them.

    Attributes:
        keeps: where the workers keep what they have loaded: in their memory (and in Redis behind it, if there is one),
            in Redis alone, or nowhere.
        replicas: streaming replicas that are read from.
        before: the setup that it is held against, which lacks one thing of it.
    """

    name: str
    workers: int = 1
    keeps: Keeps = "memory"
    redis: bool = False
    nginx: bool = False
    pgbouncer: bool = False
    replicas: int = 0
    before: str = ""


SETUPS: Mapping[str, Setup] = {
    "one_nothing": Setup("1 worker, nothing cached", keeps="nothing"),
    "one_redis": Setup("1 worker, Redis alone", keeps="redis", redis=True, before="one_nothing"),
    "one": Setup("1 worker, memory", before="one_nothing"),
    "one_both": Setup("1 worker, memory and Redis", redis=True, before="one"),
    "one_nginx": Setup("1 worker, memory, nginx in front", nginx=True, before="one"),
    "one_pgbouncer": Setup("1 worker, memory, PgBouncer behind", pgbouncer=True, before="one"),
    "one_replica": Setup("1 worker, memory, 1 replica", replicas=1, before="one"),
    "one_replicas": Setup("1 worker, memory, 2 replicas", replicas=2, before="one"),
    "two_nothing": Setup("2 workers, nothing cached", workers=2, keeps="nothing", redis=True, before="one_nothing"),
    "two_redis": Setup("2 workers, Redis alone", workers=2, keeps="redis", redis=True, before="one_redis"),
    "two": Setup("2 workers, memory and Redis", workers=2, redis=True, before="one_both"),
    "two_replica": Setup("2 workers, memory and Redis, 1 replica", workers=2, redis=True, replicas=1, before="two"),
    "two_replicas": Setup("2 workers, memory and Redis, 2 replicas", workers=2, redis=True, replicas=2, before="two"),
}
