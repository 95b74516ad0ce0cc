"""Letters, each a job for a worker: asked for over HTTP, and got by a mail server that can keep a worker waiting."""

import asyncio
import json
from collections import Counter
from collections.abc import Sequence

from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.cluster.servers import HOST
from tests.cluster.tally import Tally
from tests.line import Line
from tests.smtp import SmtpServer

__all__ = ["Correspondent", "Postbox"]

_PAUSE = 0.5  # seconds between two letters


class Postbox(SmtpServer):
    """A mail server, which holds the next letter up when told to.

    Attributes:
        arrived: how often a letter has come to an address.
    """

    def __init__(self) -> None:
        super().__init__()
        self.arrived: Counter[str] = Counter()
        self._held: asyncio.Future[int] | None = None
        self._gone = asyncio.Event()

    async def hold(self) -> int:
        """Let whoever brings the next letter wait for ever; the port that it comes from."""
        self._held = asyncio.get_running_loop().create_future()
        return await self._held

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 -- aiosmtpd's
        if self._held is not None and not self._held.done():
            assert session.peer is not None
            self._held.set_result(int(session.peer[1]))
            await self._gone.wait()
        self.arrived.update(envelope.rcpt_tos)
        return await super().handle_DATA(server, session, envelope)

    async def stop(self) -> None:
        self._gone.set()
        await super().stop()


class Correspondent:
    """Asks for a letter to one address after the other.

    Attributes:
        promised: the addresses for which a letter was promised.
    """

    def __init__(self, port: int, addresses: Sequence[str], tally: Tally) -> None:
        self.promised: list[str] = []
        self._line = Line(port, host=HOST)
        self._addresses = addresses
        self._tally = tally

    async def live(self) -> None:
        """Go on until cancelled, or until there is nobody left to write to."""
        try:
            for address in self._addresses:
                sent = asyncio.get_running_loop().time()
                body = json.dumps({"email": address}).encode()
                answer = await self._line.ask("POST", "/api/v1/password-resets", body)
                self._tally.note("letter", answer.status, sent, writes=True)
                if answer.status == 202:
                    self.promised.append(address)
                await asyncio.sleep(_PAUSE)
        finally:
            self._line.close()
