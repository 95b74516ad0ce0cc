"""A mail server of one's own on the loopback, which speaks real SMTP and keeps what it gets."""

import asyncio
import warnings
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

__all__ = ["SmtpServer"]


class SmtpServer:
    """Keeps envelopes in `got`. While `refusals` lasts, each letter is refused with its next answer."""

    def __init__(self, *, login: tuple[str, str] | None = None) -> None:
        self.got: list[Envelope] = []
        self.refusals: list[str] = []
        self._login = login
        self._server: asyncio.Server | None = None
        self.port = 0

    async def start(self) -> None:
        """Listen on a free port, or on the one from before."""
        self._server = await asyncio.get_running_loop().create_server(self._protocol, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """Listen no more."""
        if self._server is not None:
            self._server.close()
            await self._server.wait_closed()
            self._server = None

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 -- aiosmtpd's
        if self.refusals:
            return self.refusals.pop(0)
        self.got.append(envelope)
        return "250 OK"

    def _protocol(self) -> SMTP:
        with warnings.catch_warnings(action="ignore"):  # that this server asks for a password without TLS
            return SMTP(
                self,
                hostname="mail.example",
                auth_required=self._login is not None,
                auth_require_tls=False,
                authenticator=self._authenticate,
            )

    def _authenticate(self, _server: SMTP, _session: Session, _envelope: Envelope, _how: str, given: Any) -> AuthResult:
        known = self._login and tuple(part.encode() for part in self._login)
        right = isinstance(given, LoginPassword) and (given.login, given.password) == known
        return AuthResult(success=right, handled=False)
