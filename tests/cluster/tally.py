"""What was asked for while something was broken, and how it was answered."""

import asyncio
from dataclasses import dataclass

__all__ = ["Outcome", "Tally"]

_SOON = 3.0  # seconds; whoever waits for longer has no service


@dataclass(frozen=True, slots=True)
class Note:
    """A request; its status is 0 if there was no answer."""

    kind: str
    writes: bool
    status: int
    sent: float
    done: float

    @property
    def failed(self) -> bool:
        """Whether it has to be asked for again."""
        return self.status in (0, 429) or self.status >= 500


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a fault did to those who asked.

    Attributes:
        seconds: from the fault until everyone was answered rightly, and soon, from then on.
        notable: of what failed or took long, how often, by kind and status.
    """

    reads: int
    reads_failed: int
    writes: int
    writes_failed: int
    seconds: float
    notable: dict[str, int]


class Tally:
    """Kept by everyone together."""

    def __init__(self) -> None:
        self._notes: list[Note] = []

    def note(self, kind: str, status: int, sent: float, *, writes: bool) -> None:
        """A request has just been answered, or given up."""
        self._notes.append(Note(kind, writes, status, sent, asyncio.get_running_loop().time()))

    def since(self, moment: float) -> Outcome:
        """What was answered after that moment."""
        notes = [note for note in self._notes if note.done >= moment]
        troubled = [note for note in notes if note.failed or note.done - note.sent > _SOON]
        notable: dict[str, int] = {}
        for note in troubled:
            name = f"{note.kind} {note.status}"
            notable[name] = notable.get(name, 0) + 1
        return Outcome(
            reads=sum(not note.writes for note in notes),
            reads_failed=sum(not note.writes and note.failed for note in notes),
            writes=sum(note.writes for note in notes),
            writes_failed=sum(note.writes and note.failed for note in notes),
            seconds=max((note.done - moment for note in troubled), default=0.0),
            notable=notable,
        )
