"""A domain's entry: what it adds to the application."""

import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from banyan.kit.actor import Visitor
from banyan.kit.database import Writer
from banyan.kit.jobs import JobKind, Periodic
from banyan.kit.realtime import RoomKind
from banyan.kit.toolbox import Kit

__all__ = ["Domain", "Events", "Shortcut"]

Reaction = Callable[[Kit, Writer, Any], Awaitable[None]]


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
        rooms: kinds of real-time rooms.
        reactions: by type of event, functions that take part in the transaction that emits it.
        start: called with the kit before the first request; gives what is called at the end, if anything.
    """

    name: str
    routes: Sequence[Any] = ()
    shortcuts: Sequence[Shortcut] = ()
    jobs: Sequence[JobKind[Any]] = ()
    periodic: Sequence[Periodic] = ()
    rooms: Sequence[RoomKind] = ()
    reactions: Mapping[type, Reaction] = field(default_factory=dict)
    start: Callable[[Kit], Awaitable[Callable[[], Awaitable[None]] | None]] | None = None


class Events:
    """Brings an event to the domains that react to it."""

    def __init__(self, domains: Sequence[Domain], kit: Kit) -> None:
        self._kit = kit
        self._reactions: dict[type, list[Reaction]] = {}
        # From the top of the house down: what stands on something lets go of it before it goes.
        for domain in reversed(domains):
            for kind, reaction in domain.reactions.items():
                self._reactions.setdefault(kind, []).append(reaction)

    async def emit(self, tx: Writer, event: Any) -> None:
        """Run the reactions in `tx`."""
        for reaction in self._reactions.get(type(event), ()):
            await reaction(self._kit, tx, event)
