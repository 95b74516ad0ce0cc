"""Who is in a room and who types there, told coalesced: the whole state, at most once a second, less often to a crowd.

People who come and go tell nobody by themselves. A room of n people costs at most 500 deliveries a second for this,
not n for each of n.
"""

import asyncio
from collections.abc import Callable
from typing import Any
from uuid import UUID

from banyan.kit.realtime import words
from banyan.kit.realtime.frames import Present
from banyan.kit.realtime.presence import Presence, TypingNow

__all__ = ["Company"]

_SOON = 0.2  # seconds until a change is told, when none was told lately
_PAUSE = 1.0  # seconds between two
_DELIVERIES_A_SECOND = 500


class Company:
    """The people of one room.

    Args:
        process: this process, as others know it.
        size: how many connections are told.
        tell: tells the members here something ephemeral.
        say: tells other processes.
    """

    __slots__ = ("_news", "_presence", "_process", "_say", "_size", "_tell", "_timer", "_told_at", "_typing")

    def __init__(
        self,
        process: UUID,
        size: Callable[[], int],
        tell: Callable[[str, Any], None],
        say: Callable[[words.Word], None],
    ) -> None:
        self._process = process
        self._size = size
        self._tell = tell
        self._say = say
        self._presence = Presence()
        self._typing = TypingNow()
        self._news: set[str] = set()
        self._timer: asyncio.TimerHandle | None = None
        self._told_at = 0.0

    def present(self) -> Present:
        """Who is here."""
        return self._presence.told()

    def come(self, account_id: UUID) -> None:
        """One connection more of someone."""
        if self._presence.come(account_id):
            self._note("presence")

    def go(self, account_id: UUID) -> None:
        """One connection less of someone."""
        if self._presence.go(account_id):
            self._note("presence")

    def type(self, account_id: UUID) -> bool:
        """Someone types; whether others are to be told."""
        before = self._typing.told(_now())
        news = self._typing.note(account_id, _now())
        if self._typing.told(_now()) != before:
            self._note("typing")
        return news

    def hear(self, word: words.Presence) -> None:
        """Who is here through another process."""
        if self._presence.hear(word, _now()):
            self._note("presence")

    def announce(self) -> None:
        """Tell other processes who is here."""
        self._say(self._presence.own(self._process))

    def prune(self) -> None:
        """Forget processes that have fallen silent."""
        if self._presence.prune(_now()):
            self._note("presence")

    def close(self) -> None:
        """Tell nothing more, but that nobody is here."""
        if self._timer is not None:
            self._timer.cancel()
        self._say(words.Presence(self._process, 0, []))

    def _note(self, news: str) -> None:
        self._news.add(news)
        self._tell_at(_now() + _SOON)

    def _tell_at(self, when: float) -> None:
        when = max(when, self._told_at + max(_PAUSE, self._size() / _DELIVERIES_A_SECOND))
        if self._timer is not None:
            if self._timer.when() <= when:
                return
            self._timer.cancel()
        self._timer = asyncio.get_running_loop().call_at(when, self._tell_news)

    def _tell_news(self) -> None:
        self._timer = None
        now = self._told_at = _now()
        news, self._news = self._news, set()
        if "presence" in news:
            self._tell("presence", self.present())
            self.announce()
        if "typing" in news:
            self._tell("typing", {"accounts": self._typing.told(now)})
        end = self._typing.next_end()
        if end is not None:
            self._news.add("typing")
            self._tell_at(end + 0.1)


def _now() -> float:
    return asyncio.get_running_loop().time()
