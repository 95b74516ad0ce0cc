"""Whether the installation takes writes: not while it has no primary, and not while an operator says so."""

import asyncio

import msgspec
from prometheus_client import Gauge

from banyan.kit.problems import Unavailable

__all__ = ["Mode", "Order", "ReadOnly"]

_READ_ONLY = Gauge("banyan_mode_read_only", "1 while nothing is written.", multiprocess_mode="livemax")
_RETRY_OUTAGE = 2  # seconds; a switch of the primary takes some
_RETRY_ORDERED = 30


class ReadOnly(Unavailable):
    """Nothing is written right now; what is there can be read."""

    code = "read_only"
    title = "Only reading works right now"


class Order(msgspec.Struct, frozen=True):
    """What an operator has said: `banyan mode read-only --reason …`."""

    read_only: bool = False
    reason: str = ""


class Mode:
    """The mode of the installation as this process knows it; the monitor keeps it true within two seconds."""

    def __init__(self) -> None:
        self._order = Order()
        self._primary_gone = False
        self._paused = asyncio.Event()
        self._going = asyncio.Event()
        self._going.set()

    @property
    def read_only(self) -> bool:
        """Whether nothing is written."""
        return self._primary_gone or self._order.read_only

    @property
    def primary_gone(self) -> bool:
        """Whether there is no primary to read from either."""
        return self._primary_gone

    @property
    def reason(self) -> str:
        """Why nothing is written, for people; empty in the normal mode."""
        if self._order.read_only:
            return self._order.reason or "The people who run this site have paused changes for a while."
        return "The database is changing places. This takes a moment." if self._primary_gone else ""

    def ordered(self, order: Order) -> None:
        """An operator wants this."""
        self._order = order
        self._tell()

    def found_primary(self, found: bool) -> None:
        """There is a primary, or there has been none for a while."""
        self._primary_gone = not found
        self._tell()

    async def paused(self) -> None:
        """Wait until nothing is written."""
        await self._paused.wait()

    async def going(self) -> None:
        """Wait until something may be written."""
        await self._going.wait()

    def check_write(self) -> None:
        """Refuse to write while nothing is.

        Raises:
            ReadOnly: with the seconds after which to come back.
        """
        if self.read_only:
            wait = _RETRY_ORDERED if self._order.read_only else _RETRY_OUTAGE
            raise ReadOnly(f"{self.reason} Nothing was changed.", retry_after=wait)

    def _tell(self) -> None:
        _READ_ONLY.set(self.read_only)
        if self.read_only:
            self._going.clear()
            self._paused.set()
        else:
            self._paused.clear()
            self._going.set()
