"""A domain's entry: what it adds to the application."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from banyan.kit.database import Writer
from banyan.kit.figures import Figure
from banyan.kit.growing import Growing
from banyan.kit.jobs import JobKind, Periodic
from banyan.kit.realtime import RoomKind
from banyan.kit.shortcuts import Shortcut
from banyan.kit.toolbox import Kit

__all__ = ["Domain", "Events"]

Reaction = Callable[[Kit, Writer, Any], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Domain:
    """What a domain adds to the application.

    Attributes:
        routes: Litestar route handlers, below /api/v1.
        administration: routes for those who run a school. Where there is an admin listener, only it has them.
        jobs: kinds of background jobs.
        shortcuts: ways past the framework for the hottest of the routes.
        periodic: jobs that run by the clock, once in the whole installation.
        figures: what is measured of the whole installation.
        rooms: kinds of real-time rooms.
        growing: its tables whose old rows may be archived.
        reactions: by type of event, functions that take part in the transaction that emits it.
        start: called with the kit before the first request; gives what is called at the end, if anything.
    """

    name: str
    routes: Sequence[Any] = ()
    administration: Sequence[Any] = ()
    shortcuts: Sequence[Shortcut] = ()
    jobs: Sequence[JobKind[Any]] = ()
    periodic: Sequence[Periodic] = ()
    figures: Sequence[Figure] = ()
    rooms: Sequence[RoomKind] = ()
    growing: Sequence[Growing] = ()
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
