"""What the process that holds an audience is told, and what it answers: a line of JSON each. Times are in seconds."""

import msgspec

__all__ = ["ORDER", "ComeBack", "Gathered", "Heard", "Lose", "Open", "Order", "Said", "Say", "Talk"]


class Open(msgspec.Struct, frozen=True, tag=True):
    """Connect to a server with these tokens, no more than `at_once` on the way at a time, and join the room."""

    port: int
    room: str
    tokens: list[str]
    strict: bool = True
    at_once: int = 64
    patience: float = 60.0


class Talk(msgspec.Struct, frozen=True, tag=True):
    """Let `talkers` talk for `seconds`, each again when it has heard itself; wait until all have heard all."""

    talkers: int
    seconds: float
    patience: float = 60.0


class Say(msgspec.Struct, frozen=True, tag=True):
    """Let one member send messages, each when all have heard the one before."""

    messages: int
    patience: float = 60.0


class Lose(msgspec.Struct, frozen=True, tag=True):
    """Break off all connections at once without a word, or see that the server has (`wait`)."""

    wait: bool = False
    patience: float = 20.0


class ComeBack(msgspec.Struct, frozen=True, tag=True):
    """Connect members `first` to `last` anew, spread over `within`, and join with what each heard last."""

    port: int
    first: int
    last: int
    within: float
    patience: float = 60.0


Order = Open | Talk | Say | Lose | ComeBack
ORDER: msgspec.json.Decoder[Order] = msgspec.json.Decoder(Order)


class Gathered(msgspec.Struct, frozen=True):
    """How a room filled.

    Attributes:
        joined: members who got in.
        seconds: until the last had joined and had heard what it missed.
        lost: connections that were refused or broke.
        behind: members who have not heard all that they missed.
        replayed: deliveries of what was missed.
        resyncs: members who were told to fetch everything anew.
        wrong: deliveries that their member did not expect: left out, doubled, or out of order.
        unexpected: some of what the server said besides.
    """

    joined: int
    seconds: float
    lost: int
    behind: int
    replayed: int
    resyncs: int
    wrong: int
    unexpected: list[str]


class Heard(msgspec.Struct, frozen=True):
    """What came of some messages to `members` members.

    Attributes:
        deliveries: messages times those who heard them.
        seconds: from the first message to its last delivery, for all of them together.
        p50, p95: from sending to receiving, of all deliveries.
        cpu: processor time that the audience itself took.
        wrong: as in `Gathered`.
        lost: connections that broke.
    """

    messages: int
    members: int
    deliveries: int
    seconds: float
    p50: float
    p95: float
    cpu: float
    wrong: int
    lost: int
    unexpected: list[str]


class Said(msgspec.Struct, frozen=True):
    """What came of messages one by one; `whole` is the median time until the last member had heard one."""

    heard: Heard
    whole: float
