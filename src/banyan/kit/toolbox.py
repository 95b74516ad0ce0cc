"""What use cases work with."""

from dataclasses import dataclass, field
from typing import Any, TypeVar

from banyan.kit.cache import Cache
from banyan.kit.database import Database
from banyan.kit.limits import RateLimiter
from banyan.kit.mail import Mailer
from banyan.kit.realtime import Rooms
from banyan.kit.storage import Storage
from banyan.settings import Settings

__all__ = ["Kit"]

T = TypeVar("T")


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
    rooms: Rooms
    settings: Settings
    parts: dict[type, Any] = field(default_factory=dict)

    def part(self, kind: type[T]) -> T:
        """The part of this type."""
        found: T = self.parts[kind]
        return found
