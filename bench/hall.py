"""Where the audience of a room is: its process, beside PostgreSQL and away from the measured server's core."""

import resource
import select
import subprocess
import sys
from types import TracebackType
from typing import TypeVar

import msgspec

from bench.machine import Cores
from bench.orders import ComeBack, Gathered, Heard, Lose, Open, Order, Said, Say, Talk
from bench.servers import ROOT

__all__ = ["Hall", "make_room_for"]

T = TypeVar("T", Gathered, Heard, Said)


class Hall:
    """An audience of one room. Used with `with`: there inside, gone after.

    Each method raises RuntimeError when members missed something, heard something twice or in another order, or were
    turned away: what is measured then is worth nothing.
    """

    def __init__(self, cores: Cores) -> None:
        with cores.for_load():
            self._process = subprocess.Popen(
                [sys.executable, "-m", "bench.audience"], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE
            )

    def __enter__(self) -> "Hall":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.kill()
        self._process.communicate()

    def open(self, order: Open) -> Gathered:
        """Let everyone in."""
        return _right(self._ask(order, Gathered), len(order.tokens))

    def come_back(self, order: ComeBack) -> Gathered:
        """Let them in again."""
        return _right(self._ask(order, Gathered), order.last - order.first)

    def talk(self, order: Talk) -> Heard:
        """Let some talk at the same time."""
        return _whole(self._ask(order, Heard))

    def say(self, order: Say) -> Said:
        """Let one talk."""
        said = self._ask(order, Said)
        _whole(said.heard)
        return said

    def lose(self, order: Lose) -> None:
        """Let all connections break."""
        self._ask(order, Heard)

    def _ask(self, order: Order, kind: type[T]) -> T:
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(msgspec.json.encode(order) + b"\n")
        self._process.stdin.flush()
        seconds = order.patience + 60
        if not select.select([self._process.stdout], [], [], seconds)[0]:
            raise TimeoutError(f"the audience has not answered in {seconds:.0f} s")
        return msgspec.json.decode(self._process.stdout.readline(), type=kind)


def make_room_for(connections: int) -> None:
    """Let this process, and those that it starts from now on, have as many connections open.

    Raises:
        RuntimeError: the system does not allow it.
    """
    needed = connections + 500
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft >= needed:
        return
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (needed, max(hard, needed)))
    except ValueError:
        raise RuntimeError(f"{connections} connections need `ulimit -n {needed}`; {hard} are allowed") from None


def _right(gathered: Gathered, expected: int) -> Gathered:
    if gathered.joined < expected or gathered.lost or gathered.behind or gathered.wrong or gathered.unexpected:
        raise RuntimeError(f"of {expected} members not all came in: {gathered}")
    return gathered


def _whole(heard: Heard) -> Heard:
    if heard.deliveries != heard.messages * heard.members or heard.wrong or heard.lost or heard.unexpected:
        raise RuntimeError(f"not everyone heard everything once and in order: {heard}")
    return heard
