"""What the database holds in the end, held against what everyone was told."""

from collections import Counter, defaultdict
from collections.abc import Sequence
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
            assert self._seqs[room] == list(range(1, head + 1)), "a room's seqs have no gap"
            assert sorted(ledger.texts[room]) == self._seqs[room], "everything that happened was heard"
        assert {key: [(one.room, one.seq)] for key, one in ledger.messages.items()} == self.places
        assert self._texts == {place: key for key, (place,) in self.places.items()}, "messages and events agree"
        for (room, seq), key in self._texts.items():
            assert ledger.texts[room][seq] == key, "what was heard is what was said"
        numbers = {member.learner.id: member.learner.number for member in crowd.members}
        for (_, author_id), keys in self._by_author.items():
            said = [tuple(map(int, key.split("."))) for key in keys]
            assert said == sorted(said), "a sender's messages keep their order"
            assert {number for number, _ in said} == {numbers[author_id]}
        for member in crowd.members:
            # Each event was heard as the one after the one before, or else it is among the wrongs.
            assert {room: place.seq for room, place in member.places.items()} == self.heads
        assert ledger.wrongs == []


def _said_in(ledger: Ledger, chapter: str) -> list[str]:
    return [key for key, message in ledger.messages.items() if message.chapter == chapter]
