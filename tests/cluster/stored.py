"""What the database holds in the end, held against what everyone was told."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from itertools import zip_longest
from uuid import UUID

import psycopg

from tests.cluster.crowd import Crowd
from tests.cluster.ledger import Ledger

__all__ = ["Stored"]


class Stored:
    """The events of these rooms.

    Attributes:
        places: by a message's key, the rooms and seqs that it is stored at: one, if all is well.
        heads: by room, the seq of its last event.
    """

    def __init__(self, url: str, rooms: Sequence[str]) -> None:
        self.places: defaultdict[str, list[tuple[str, int]]] = defaultdict(list)
        self.heads: Counter[str] = Counter()
        self._seqs: defaultdict[str, list[int]] = defaultdict(list)
        self._by_author: defaultdict[tuple[str, UUID], list[str]] = defaultdict(list)
        ids = [UUID(room.partition(":")[2]) for room in rooms]
        with psycopg.connect(url) as connection:
            for room_id, seq, author_id, key in connection.execute(
                "select room_id, seq, author_id, key from room_event where room_id = any(%s) order by room_id, seq",
                [ids],
            ):
                room = f"group:{room_id}"
                self._seqs[room].append(seq)
                if key is not None:
                    self.places[key].append((room, seq))
                    self._by_author[room, author_id].append(key)
            for room_id, seq in connection.execute("select id, seq from room where id = any(%s)", [ids]):
                self.heads[f"group:{room_id}"] = seq
            self._texts = {
                (f"group:{room_id}", seq): text
                for room_id, seq, text in connection.execute(
                    "select group_id, seq, text from message where group_id = any(%s)", [ids]
                )
            }

    def doubled(self, ledger: Ledger, chapter: str) -> int:
        """How many messages of a chapter are stored more than once."""
        return sum(len(self.places[key]) > 1 for key in _said_in(ledger, chapter))

    def lost(self, ledger: Ledger, chapter: str) -> int:
        """How many messages of a chapter are not where they were acknowledged to be."""
        messages = ledger.messages
        return sum((messages[key].room, messages[key].seq) not in self.places[key] for key in _said_in(ledger, chapter))

    def check(self, crowd: Crowd) -> None:
        """Everything said is stored once and in order, and everyone has all of it."""
        ledger = crowd.ledger
        for room, head in self.heads.items():
            seqs = range(1, head + 1)
            assert _first_difference(self._seqs[room], seqs) is None, "a room's seqs have no gap"
            assert _first_difference(sorted(ledger.texts[room]), seqs) is None, "all that happened was heard"
        said = {(message.room, message.seq): key for key, message in ledger.messages.items() if message.seq}
        assert len(said) == len(ledger.messages), "everything was acknowledged"
        stored = {place: key for key, places in self.places.items() for place in places}
        assert _first_difference(sorted(stored.items()), sorted(said.items())) is None, "what was said is stored once"
        assert _first_difference(sorted(self._texts.items()), sorted(said.items())) is None, "messages and events agree"
        for (room, seq), key in said.items():
            assert ledger.texts[room][seq] == key, "what was heard is what was said"
        numbers = {member.learner.id: member.learner.number for member in crowd.members}
        for (_, author_id), keys in self._by_author.items():
            order = [tuple(map(int, key.split("."))) for key in keys]
            assert _first_difference(order, sorted(order)) is None, "a sender's messages keep their order"
            assert {sender for sender, _ in order} == {numbers[author_id]}
        for member in crowd.members:
            # Each event was heard as the one after the one before, or else it is among the wrongs.
            assert {room: place.seq for room, place in member.places.items()} == self.heads
        assert ledger.wrongs == []


def _first_difference(one: Iterable[object], other: Iterable[object]) -> tuple[object, object] | None:
    """Where two long rows part; pytest would take minutes to tell."""
    return next(((left, right) for left, right in zip_longest(one, other) if left != right), None)


def _said_in(ledger: Ledger, chapter: str) -> list[str]:
    return [key for key, message in ledger.messages.items() if message.chapter == chapter]
