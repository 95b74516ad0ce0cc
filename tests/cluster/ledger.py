"""What the members have said and heard, and everything about it that is wrong."""

import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

__all__ = ["Ledger", "Message"]

_KEPT = 20  # wrongs; they repeat themselves


@dataclass
class Message:
    """Something that was said, and its seq once that is acknowledged. Its key is its text; `said` is monotonic time."""

    room: str
    chapter: str
    seq: int | None = None
    said: float = field(default_factory=time.monotonic)


@dataclass
class Ledger:
    """Kept by all members together.

    Attributes:
        chapter: what happens at the moment.
        counts: by chapter and by what.
        messages: everything said, by key.
        acknowledged_to: by room, the seq of the last message that was acknowledged to anyone.
        texts: by room and seq, what whoever heard of it first was told.
        wrongs: what must not be.
        watch: is told of each message when it is acknowledged.
    """

    chapter: str = ""
    counts: Counter[tuple[str, str]] = field(default_factory=Counter)
    messages: dict[str, Message] = field(default_factory=dict)
    acknowledged_to: Counter[str] = field(default_factory=Counter)
    texts: dict[str, dict[int, str]] = field(default_factory=dict)
    wrongs: list[str] = field(default_factory=list)
    watch: Callable[[Message], None] = lambda _message: None

    def count(self, what: str, number: int = 1) -> None:
        """Count something in this chapter."""
        self.counts[self.chapter, what] += number

    def said(self, key: str, room: str) -> None:
        """Someone says something for the first time."""
        self.messages[key] = Message(room, self.chapter)

    def acknowledged(self, key: str, room: str, seq: int) -> None:
        """The server says that this is on disk: with the same seq however often it was sent."""
        message = self.messages[key]
        if message.seq is None:
            message.seq = seq
            self.count("acknowledged")
            self.watch(message)
        if (message.room, message.seq) != (room, seq):
            self.wrong(f"{key} was acknowledged as {message.seq} of {message.room}, then as {seq} of {room}")
        self.acknowledged_to[room] = max(self.acknowledged_to[room], seq)

    def heard(self, room: str, seq: int, text: str) -> None:
        """A member has got an event: the same as all others."""
        first = self.texts.setdefault(room, {}).setdefault(seq, text)
        if first != text:
            self.wrong(f"event {seq} of {room} was {first!r} to some and {text!r} to others")

    def wrong(self, what: str) -> None:
        """Note what must not be."""
        if len(self.wrongs) < _KEPT:
            self.wrongs.append(f"{self.chapter}: {what}")
