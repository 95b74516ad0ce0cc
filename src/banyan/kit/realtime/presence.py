"""Who is in a room, and who is typing: state that is always told whole."""

from collections import Counter
from uuid import UUID

from banyan.kit.realtime.frames import Present
from banyan.kit.realtime.words import Presence as PresenceWord

__all__ = ["Presence", "TypingNow"]

_NAMED = 50  # beyond, only their number is told
_FORGOTTEN_AFTER = 60.0  # seconds without a word from a process
_TYPING_FOR = 6.0  # seconds after a sign of it; those in the first half count for nothing
_TYPISTS = 5  # as many are named


class Presence:
    """The people in a room, here and in other processes."""

    __slots__ = ("_elsewhere", "_here")

    def __init__(self) -> None:
        self._here: Counter[UUID] = Counter()
        self._elsewhere: dict[UUID, tuple[PresenceWord, float]] = {}

    def come(self, account_id: UUID) -> bool:
        """One more connection of someone; whether they were not here before."""
        self._here[account_id] += 1
        return self._here[account_id] == 1

    def go(self, account_id: UUID) -> bool:
        """One connection less; whether they are here no more."""
        self._here[account_id] -= 1
        if self._here[account_id] > 0:
            return False
        del self._here[account_id]
        return True

    def hear(self, word: PresenceWord, now: float) -> bool:
        """What another process says; whether it is news."""
        before = self._elsewhere.get(word.process)
        if word.count:
            self._elsewhere[word.process] = (word, now + _FORGOTTEN_AFTER)
        else:
            self._elsewhere.pop(word.process, None)
        return (before is None and word.count > 0) or (before is not None and before[0] != word)

    def prune(self, now: float) -> bool:
        """Forget processes that have fallen silent; whether there were any."""
        silent = [process for process, (_, until) in self._elsewhere.items() if until < now]
        for process in silent:
            del self._elsewhere[process]
        return bool(silent)

    def own(self, process: UUID) -> PresenceWord:
        """What this process says to others."""
        return PresenceWord(process, len(self._here), list(self._here) if len(self._here) <= _NAMED else None)

    def told(self) -> Present:
        """What people in the room are told."""
        words = [word for word, _ in self._elsewhere.values()]
        if len(self._here) <= _NAMED and all(word.accounts is not None for word in words):
            everyone = {*self._here, *(account for word in words for account in word.accounts or ())}
            return Present(len(everyone), sorted(everyone) if len(everyone) <= _NAMED else None)
        return Present(len(self._here) + sum(word.count for word in words), None)


class TypingNow:
    """The people who are typing in a room."""

    __slots__ = ("_until",)

    def __init__(self) -> None:
        self._until: dict[UUID, float] = {}

    def note(self, account_id: UUID, now: float) -> bool:
        """Someone is typing; whether that is news, also to those who were told a while ago."""
        if self._until.get(account_id, now) - now > _TYPING_FOR / 2:
            return False
        self._until[account_id] = now + _TYPING_FOR
        return True

    def told(self, now: float) -> list[UUID]:
        """Who is typing, a few of them."""
        self._until = {account: until for account, until in self._until.items() if until > now}
        return list(self._until)[:_TYPISTS]

    def next_end(self) -> float | None:
        """When someone will have stopped; None when nobody types."""
        return min(self._until.values(), default=None)
