"""What members of a room hear, and whether it is what they should: each message once, in one order."""

import re
import socket
import time
from array import array

import msgspec

__all__ = ["Hearing", "Member", "clock", "message"]

_REMEMBERED = 4_096  # pieces of stream
_NUMBER = re.compile(r"^Message (\d+) of")
clock = time.perf_counter


class Frame(msgspec.Struct):
    """What is looked at in a server's frame."""

    op: str
    seq: int = 0
    type: str = ""
    data: msgspec.Raw = msgspec.Raw(b"{}")


class Text(msgspec.Struct):
    """What is looked at in a message."""

    text: str


_frame, _text = msgspec.json.Decoder(Frame).decode, msgspec.json.Decoder(Text).decode


def message(number: int) -> str:
    """The text of a message."""
    return f"Message {number} of many, about as long as what people write to each other when they study."


class Member:
    """One connection. `place` is that of the message which it must hear next; up to `goal` it missed them."""

    __slots__ = ("door", "goal", "joined", "number", "opened", "place", "rest", "talks", "token")

    def __init__(self, number: int, token: str) -> None:
        self.number, self.token = number, token
        self.place = 0
        self.leave()

    def leave(self) -> None:
        """Back to the time before it was connected; what it has heard it has heard."""
        self.door: socket.socket | None = None
        self.rest = b""
        self.goal = -1
        self.opened = self.joined = self.talks = False


class Hearing:
    """What all members hear.

    With `strict`, a message's place is its seq, so that every member must hear every one. Else the first who hears a
    message gives it the next place, and all others must hear it in the same.

    Attributes:
        joined: members in the room.
        behind: members who have not heard all that they missed.
        resyncs: how often someone was told to fetch the room anew.
        wrong: deliveries that were not the one that their member had to hear next.
        unexpected: what else the server said.
        sent: when each message was sent, by its number.
        times: from sending to receiving, of every delivery since `begin`.
        deliveries, last: how many they are, and when the last came.
    """

    def __init__(self, *, strict: bool) -> None:
        self._strict = strict
        self._places: dict[int, int] = {}
        self.joined = self.behind = self.resyncs = self.wrong = 0
        self.unexpected: list[str] = []
        self.begin()

    def begin(self) -> None:
        """Forget what was counted before."""
        self.sent: dict[int, float] = {}
        self.times = array("d")
        self.deliveries, self.last = 0, clock()
        # Of what was parsed before: pieces of stream with their first place, the place after them and their messages;
        # and single frames with their place and message.
        self._pieces: dict[bytes, tuple[int, int, tuple[int, ...]]] = {}
        self._messages: dict[bytes, tuple[int, int]] = {}

    def all_heard(self) -> bool:
        """Whether everyone has heard everything that was sent."""
        return self.deliveries >= len(self.sent) * self.joined

    def knows(self, member: Member, received: bytes, now: float) -> bool:
        """Take in what somebody else at the same place has heard before; else False."""
        piece = self._pieces.get(received)
        if piece is None or piece[0] != member.place:
            return False
        member.place = piece[1]
        self.deliveries += piece[1] - piece[0]
        self.last = now
        for number in piece[2]:
            self.times.append(now - self.sent[number])
        if 0 <= member.goal < member.place:
            self._catch_up(member)
        return True

    def learn(self, received: bytes, first: int, numbers: list[int]) -> None:
        """Remember a piece of stream: these messages, from the place `first` on."""
        if len(self._pieces) > _REMEMBERED:
            self._pieces.clear()
        timed = tuple(number for number in numbers if number in self.sent)
        self._pieces[received] = (first, first + len(numbers), timed)

    def understand(self, member: Member, payload: bytes, now: float) -> int:
        """Take in one frame; the number of the message that it brings, or 0."""
        heard = self._messages.get(payload)
        if heard is None:
            frame = _frame(payload)
            if frame.op != "event" or frame.type != "message":
                self._take(member, frame, payload)
                return 0
            found = _NUMBER.match(_text(frame.data).text)
            if found is None:
                raise ValueError(f"somebody else talks in this room: {payload[:200]!r}")
            place = frame.seq if self._strict else self._places.setdefault(frame.seq, len(self._places))
            heard = self._messages[payload] = (place, int(found[1]))
        place, number = heard
        self.wrong += place != member.place
        member.place = place + 1
        self.deliveries += 1
        self.last = now
        if number in self.sent:
            self.times.append(now - self.sent[number])
        if 0 <= member.goal < member.place:
            self._catch_up(member)
        return number

    def leave(self, member: Member) -> None:
        """A member's connection is gone."""
        self.joined -= member.joined
        self.behind -= member.goal >= 0
        member.leave()

    def _take(self, member: Member, frame: Frame, payload: bytes) -> None:
        if frame.op == "joined":
            self._join(member, frame.seq)
        elif frame.op == "resync":
            self.resyncs += 1
        elif frame.op not in {"ack", "ephemeral", "pong"}:
            self.unexpected.append(payload[:300].decode(errors="replace"))

    def _join(self, member: Member, seq: int) -> None:
        member.joined = True
        self.joined += 1
        if not self._strict:
            member.place = len(self._places)
        elif not member.place:
            member.place = seq + 1
        elif member.place <= seq:
            member.goal = seq
            self.behind += 1

    def _catch_up(self, member: Member) -> None:
        member.goal = -1
        self.behind -= 1
