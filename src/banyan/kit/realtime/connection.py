"""One client's WebSocket: who it is, which rooms it is in, and how much it may ask."""

import asyncio
from datetime import datetime
from typing import Any, Protocol

import msgspec

from banyan.kit.actor import Actor
from banyan.kit.realtime import metrics
from banyan.kit.realtime.protocol import GatewayProtocol
from banyan.kit.realtime.rooms import Room

__all__ = ["CloseCode", "Connection", "Credential", "Doorkeeper"]


class CloseCode:
    """Why a connection is closed; docs/realtime.md tells clients what to do then."""

    UNSUPPORTED = 1003
    RESTARTING = 1012
    NOT_UNDERSTOOD = 4400
    NOT_SIGNED_IN = 4401
    SILENT = 4408
    TOO_SLOW = 4409
    TOO_FAST = 4429
    FULL = 4503


class Credential(msgspec.Struct, frozen=True):
    """Who someone is, by which session, and until when."""

    actor: Actor
    token_hash: bytes
    expires_at: datetime


class Doorkeeper(Protocol):
    """Knows who people are; the application's, because the kit knows no accounts."""

    async def admit(self, scope: Any, token: str | None) -> Credential | None:
        """Who comes with this handshake, or with this token; None for nobody.

        Raises:
            Forbidden: another site's page made the handshake.
            NotFound: there is no school at this address.
        """

    async def again(self, token_hashes: list[bytes]) -> dict[bytes, Actor]:
        """Who these sessions belong to now; those that have ended are left out."""


class Connection:
    """A client that is signed in.

    Attributes:
        rooms: the names of those that it is in.
        busy: a frame of its is being served, and nothing more is read from it meanwhile.
        unread: how many bytes waited for it when it was last looked at; fewer are a sign of life.
    """

    __slots__ = (
        "_allowance",
        "_burst",
        "_counted_at",
        "_limit",
        "_rate",
        "_transport",
        "actor",
        "busy",
        "expires_at",
        "not_understood",
        "refused",
        "rooms",
        "socket",
        "token_hash",
        "unread",
    )

    def __init__(self, socket: GatewayProtocol, credential: Credential, *, waiting: int, rate: float) -> None:
        self.socket = socket
        self.actor = credential.actor
        self.token_hash = credential.token_hash
        self.expires_at = credential.expires_at
        self.rooms: dict[Room, None] = {}
        self.busy = False
        self.unread = 0
        self.not_understood = 0
        self.refused = 0
        self._transport = socket.transport
        self._limit = waiting
        self._rate = rate
        self._burst = self._allowance = 4 * rate
        self._counted_at = 0.0

    def write(self, frames: bytes) -> bool:
        """Write whole frames; False when more waits for the client than may."""
        socket = self.socket
        transport = self._transport
        if socket.close_sent or transport.is_closing():
            return True
        transport.write(frames)
        return transport.get_write_buffer_size() <= self._limit

    def answer(self, frame: bytes) -> None:
        """Write what the client asked for."""
        if not self.write(frame):
            self.fell_behind()

    def fell_behind(self) -> None:
        """The client reads too slowly: it is closed, and comes back for what it missed."""
        self.close(CloseCode.TOO_SLOW, "You fell behind; come back for what you missed.")

    def close(self, code: int, reason: str = "") -> None:
        """Close the connection."""
        if self.socket.open:
            metrics.CLOSED.labels(code).inc()
            self.socket.close(code, reason)

    def may_speak(self) -> bool:
        """Count a frame; False when the client sends faster than it may."""
        now = asyncio.get_running_loop().time()
        self._allowance = min(self._burst, self._allowance + (now - self._counted_at) * self._rate)
        self._counted_at = now
        if self._allowance < 1:
            self.refused += 1
            return False
        self._allowance -= 1
        self.refused = max(0, self.refused - 1)
        return True
