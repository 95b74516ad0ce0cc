"""A domain's entry, and what it is given to work with."""

import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar
from uuid import UUID

from banyan.kit.actor import Visitor
from banyan.kit.cache import Cache
from banyan.kit.database import Database, Writer
from banyan.kit.limits import RateLimiter
from banyan.kit.mail import Mailer
from banyan.kit.storage import Storage
from banyan.settings import Settings

if TYPE_CHECKING:
    from banyan.kit.jobs import JobKind, Periodic

__all__ = ["Domain", "Events", "Kit", "Shortcut"]

T = TypeVar("T")
Reaction = Callable[[Writer, Any], Awaitable[None]]
Listener = Callable[[Any], Awaitable[None] | None]


@dataclass(frozen=True, slots=True)
class Kit:
    """One of everything that a use case may need.

    Attributes:
        parts: what domains keep for the life of the process, such as a batcher, by its type; their `start` puts it in.
    """

    db: Database
    cache: Cache
    storage: Storage
    mailer: Mailer
    limiter: RateLimiter
    settings: Settings
    parts: dict[type, Any] = field(default_factory=dict)

    def part(self, kind: type[T]) -> T:
        """The part of this type."""
        found: T = self.parts[kind]
        return found


@dataclass(frozen=True, slots=True)
class Shortcut:
    """A way past the framework for a GET route that is asked for so often that the framework would be most of its cost.

    The route itself stays: it is described in the OpenAPI document, and answers what has a query. Both call the same
    use case, which checks the policy.

    Attributes:
        pattern: what the whole path looks like; its one group is an id.
        template: the route's path, for the metrics.
        answer: gives the document for the kit, the school, the visitor and the id.
    """

    pattern: re.Pattern[str]
    template: str
    answer: Callable[[Kit, Any, Visitor, UUID], Awaitable[Any]]


@dataclass(frozen=True, slots=True)
class Domain:
    """What a domain adds to the application.

    Attributes:
        routes: Litestar route handlers, below /api/v1.
        jobs: kinds of background jobs.
        shortcuts: ways past the framework for the hottest of the routes.
        periodic: jobs that run by the clock, once in the whole installation.
        reactions: by type of event, functions that take part in the transaction that emits it.
        start: called with the kit before the first request; gives what is called at the end, if anything.
    """

    name: str
    routes: Sequence[Any] = ()
    shortcuts: Sequence[Shortcut] = ()
    jobs: Sequence["JobKind[Any]"] = ()
    periodic: Sequence["Periodic"] = ()
    reactions: Mapping[type, Reaction] = field(default_factory=dict)
    start: Callable[[Kit], Awaitable[Callable[[], Awaitable[None]] | None]] | None = None


class Events:
    """Brings an event to the domains that react to it."""

    def __init__(self, domains: Sequence[Domain]) -> None:
        self._reactions: dict[type, list[Reaction]] = {}
        self._listeners: dict[type, list[Listener]] = {}
        # From the top of the house down: what stands on something lets go of it before it goes.
        for domain in reversed(domains):
            for kind, reaction in domain.reactions.items():
                self._reactions.setdefault(kind, []).append(reaction)

    def listen(self, kind: type, listener: Listener) -> None:
        """Call `listener` with each event of this kind after its transaction is on disk. Best effort."""
        self._listeners.setdefault(kind, []).append(listener)

    async def emit(self, tx: Writer, event: Any) -> None:
        """Run the reactions in `tx`; the listeners follow its commit."""
        for reaction in self._reactions.get(type(event), ()):
            await reaction(tx, event)
        for listener in self._listeners.get(type(event), ()):
            tx.after_commit(partial(listener, event))
