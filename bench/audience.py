"""The members of a room: a process with thousands of connections that sees each hear everything once, in order.

It has to be faster than what it measures, so it is one loop over epoll. What a socket gives is parsed when the first
member gets it and known by its bytes from then on: all members of a room get the same.

    python -m bench.audience        # does what comes on its standard input; bench.hall tells it
"""

import random
import resource
import select
import socket
import sys
import time
from collections.abc import Callable, Sequence
from statistics import median

import msgspec

from bench import frames
from bench.hearing import Hearing, Member, clock, message
from bench.orders import ORDER, ComeBack, Gathered, Heard, Lose, Open, Order, Said, Say, Talk

__all__ = ["Audience"]

_ADDRESSES = 16  # of loopback, that connections come from: each has ports of its own
_BIND_ADDRESS_NO_PORT = 24  # <linux/in.h>; Python 3.11 has no name for it
_RESET = b"\1\0\0\0\0\0\0\0"  # linger for no time: what a network that is gone looks like


class Audience:
    """All members of one room."""

    def __init__(self, order: Open) -> None:
        self.members = [Member(number, token) for number, token in enumerate(order.tokens)]
        self._room, self._port = order.room, order.port
        self._hearing = Hearing(strict=order.strict)
        self._epoll = select.epoll()
        self._present: dict[int, Member] = {}
        self._lost = 0
        self._number = 0  # of the last message that was sent
        self._goes_on: Callable[[Member, int], None] | None = None

    def open(self, order: Open) -> Gathered:
        """Everyone comes for the first time."""
        return self._gather(self.members, [0.0] * len(self.members), order.at_once, order.patience)

    def come_back(self, order: ComeBack) -> Gathered:
        """These members come again."""
        self._port = order.port
        members = self.members[order.first : order.last]
        moments = sorted(random.uniform(0, order.within) for _ in members)
        return self._gather(members, moments, len(members), order.patience)

    def lose(self, order: Lose) -> Heard:
        """All connections break."""
        limit = clock() + order.patience
        while order.wait and self._present and clock() < limit:
            self._turn(0.05)
        for member in list(self._present.values()):
            assert member.door
            member.door.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
            self._shut(member)
        self._lost = 0
        self._hearing.unexpected.clear()
        return self._heard(0, 0.0, 0.0)

    def talk(self, order: Talk) -> Heard:
        """Some talk at the same time."""
        hearing = self._hearing
        own = dict.fromkeys([member for member in self.members if member.joined][: order.talkers], 0)
        hearing.begin()
        cpu, started = time.process_time(), clock()
        end = started + order.seconds

        def goes_on(member: Member, number: int) -> None:
            if number == own[member] and clock() < end:
                own[member] = self._speak(member)

        self._goes_on = goes_on
        for member in own:
            member.talks = True
            own[member] = self._speak(member)
        while (now := clock()) < end + order.patience and (now < end or not hearing.all_heard()):
            self._turn(0.02)
        self._goes_on = None
        for member in own:
            member.talks = False
        return self._heard(len(hearing.sent), hearing.last - started, time.process_time() - cpu)

    def say(self, order: Say) -> Said:
        """One talks, and waits for all."""
        hearing = self._hearing
        speaker = next(member for member in self.members if member.joined)
        hearing.begin()
        cpu, limit = time.process_time(), clock() + order.patience
        took: list[float] = []
        while len(took) < order.messages and clock() < limit:
            started = clock()
            self._speak(speaker)
            while not hearing.all_heard() and clock() < limit:
                self._turn(0.02)
            took.append(hearing.last - started)
        return Said(self._heard(len(took), sum(took), time.process_time() - cpu), median(took))

    def wait(self, seconds: float) -> None:
        """Be there: answer pings, hear what comes."""
        until = clock() + seconds
        while (left := until - clock()) > 0:
            self._turn(left)

    def _gather(self, members: Sequence[Member], moments: Sequence[float], at_once: int, patience: float) -> Gathered:
        hearing = self._hearing
        hearing.begin()
        joined, lost, resyncs, wrong = hearing.joined, self._lost, hearing.resyncs, hearing.wrong
        waiting = list(zip(reversed(moments), reversed(members), strict=True))
        started = clock()

        def outside() -> int:
            return len(members) - (hearing.joined - joined) - (self._lost - lost)

        while (now := clock() - started) < patience and (outside() or hearing.behind):
            while waiting and waiting[-1][0] <= now and outside() - len(waiting) < at_once:
                self._knock(waiting.pop()[1])
            self._turn(0.005 if waiting else 0.05)
        return Gathered(
            joined=hearing.joined - joined,
            seconds=clock() - started,
            lost=self._lost - lost,
            behind=hearing.behind,
            replayed=hearing.deliveries,
            resyncs=hearing.resyncs - resyncs,
            wrong=hearing.wrong - wrong,
            unexpected=hearing.unexpected[:5],
        )

    def _heard(self, messages: int, seconds: float, cpu: float) -> Heard:
        hearing = self._hearing
        times = sorted(hearing.times) or [0.0]
        apart = len({member.place for member in self.members if member.joined}) > 1
        return Heard(
            messages=messages,
            members=hearing.joined,
            deliveries=hearing.deliveries,
            seconds=seconds,
            p50=times[len(times) // 2],
            p95=times[int(len(times) * 0.95)],
            cpu=cpu,
            wrong=hearing.wrong + apart,
            lost=self._lost,
            unexpected=hearing.unexpected[:5],
        )

    def _speak(self, member: Member) -> int:
        assert member.door
        self._number += 1
        payload = (
            f'{{"op":"send","room":"{self._room}","key":"{member.number}-{self._number}","type":"message",'
            f'"data":{{"text":"{message(self._number)}"}}}}'
        )
        self._hearing.sent[self._number] = clock()
        member.door.send(frames.text(payload.encode()))
        return self._number

    def _knock(self, member: Member) -> None:
        member.door = door = socket.socket(socket.AF_INET, socket.SOCK_STREAM | socket.SOCK_NONBLOCK)
        door.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        # The port is chosen when it connects, and need be free only towards this server.
        door.setsockopt(socket.IPPROTO_IP, _BIND_ADDRESS_NO_PORT, 1)
        door.bind((f"127.0.0.{2 + member.number % _ADDRESSES}", 0))
        door.connect_ex(("127.0.0.1", self._port))
        self._present[door.fileno()] = member
        self._epoll.register(door, select.EPOLLOUT)

    def _shut(self, member: Member) -> None:
        assert member.door
        self._epoll.unregister(member.door)
        del self._present[member.door.fileno()]
        member.door.close()
        self._hearing.leave(member)

    def _lose(self, member: Member, why: str) -> None:
        self._lost += 1
        self._hearing.unexpected.append(why)
        self._shut(member)

    def _turn(self, timeout: float) -> None:
        """Take what the sockets have."""
        present, knows = self._present, self._hearing.knows
        for fd, event in self._epoll.poll(timeout):
            member = present[fd]
            door = member.door
            assert door
            if event == select.EPOLLOUT:
                door.send(frames.handshake(f"127.0.0.1:{self._port}", "/ws", member.token))
                self._epoll.modify(door, select.EPOLLIN)
                continue
            try:
                received = door.recv(262_144)
            except OSError as error:
                self._lose(member, str(error))
                continue
            # The way of nearly all is to have heard it from another; not while a message is incomplete, or one talks.
            if not received:
                self._lose(member, "closed by the server")
            elif member.rest or member.talks or not knows(member, received, clock()):
                self._listen(member, received)

    def _listen(self, member: Member, received: bytes) -> None:
        stream = member.rest + received
        if not member.opened:
            answer = frames.accepted(stream)
            if answer is None:
                member.rest = stream
                return
            accepted, stream = answer
            if not accepted:
                self._lose(member, received.partition(b"\r\n")[0].decode(errors="replace"))
                return
            self._join(member)
        first, now = member.place, clock()
        found, member.rest = frames.split(stream)
        numbers: list[int] = []
        for opcode, payload in found:
            assert member.door
            if opcode == frames.CLOSE:
                self._lose(member, f"closed with {int.from_bytes(payload[:2], 'big')}")
                return
            if opcode == frames.PING:
                member.door.send(frames.pong(payload))
            elif number := self._hearing.understand(member, payload, now):
                numbers.append(number)
                if self._goes_on and member.talks:
                    self._goes_on(member, number)
        if stream == received and not member.rest and 0 < len(numbers) == len(found) == member.place - first:
            self._hearing.learn(received, first, numbers)

    def _join(self, member: Member) -> None:
        assert member.door
        member.opened = True
        after = f',"after":{member.place - 1}' if member.place else ""
        member.door.send(frames.text(f'{{"op":"join","room":"{self._room}"{after}}}'.encode()))


def main() -> None:
    """Do what comes on standard input, until it ends."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    audience: Audience | None = None
    while True:
        while audience and not select.select([sys.stdin], [], [], 0)[0]:
            audience.wait(0.02)
        line = sys.stdin.buffer.readline()
        if not line:
            return
        order = ORDER.decode(line)
        if isinstance(order, Open):
            audience = Audience(order)
        assert audience, "nobody is here yet"
        print(msgspec.json.encode(_obey(audience, order)).decode(), flush=True)


def _obey(audience: Audience, order: Order) -> Gathered | Heard | Said:
    match order:
        case Open():
            return audience.open(order)
        case Talk():
            return audience.talk(order)
        case Say():
            return audience.say(order)
        case Lose():
            return audience.lose(order)
        case ComeBack():
            return audience.come_back(order)


if __name__ == "__main__":
    main()
