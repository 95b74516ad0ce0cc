"""The gateway: `GET /ws`, plain ASGI. Signs a client in, serves its frames, and lets it go."""

import asyncio
import random

from banyan.kit.edge import Receive, Scope, Send
from banyan.kit.problems import Malformed, Problem
from banyan.kit.realtime import frames, metrics
from banyan.kit.realtime.connection import CloseCode, Connection, Credential
from banyan.kit.realtime.conversation import Conversation
from banyan.kit.realtime.hub import Hub
from banyan.kit.realtime.protocol import EXTENSION, GatewayProtocol
from banyan.kit.realtime.watch import Watch

__all__ = ["Gateway"]

_SIGN_IN_SECONDS = 10.0
_BATCHES = 20  # in which a process that stops lets its clients go


class Gateway:
    """Serves the WebSockets of one process."""

    def __init__(self, hub: Hub) -> None:
        self.hub = hub
        self._settings = hub.kit.settings.realtime
        self._draining = False
        metrics.LIMIT.set(self._settings.connections)
        self._watch = Watch(hub).start()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await receive()  # websocket.connect
        if self._draining:
            await _refuse(send, 503)
            return
        try:
            credential = await self.hub.doorkeeper.admit(scope, None)
        except Problem as problem:
            await _refuse(send, problem.status)
            return
        await send({"type": "websocket.accept"})
        socket: GatewayProtocol = scope["extensions"][EXTENSION]
        if credential is None and self._has_room(socket):
            credential = await self._sign_in(scope, receive, socket)
        socket.settle()
        if credential is not None and socket.open and self._has_room(socket):
            await self._serve(socket, credential, receive)

    async def drain(self, seconds: float) -> None:
        """Take no new connections, and let go of those there are, in jittered batches over so many seconds."""
        self._draining = True
        going = list(self.hub.connections)
        random.shuffle(going)
        size = max(1, -(-len(going) // _BATCHES))
        for start in range(0, len(going), size):
            for connection in going[start : start + size]:
                connection.close(CloseCode.RESTARTING, "This process is being stopped; come back at once.")
            await asyncio.sleep(seconds / _BATCHES * random.uniform(0.5, 1.5))  # noqa: S311 -- no secret

    async def close(self) -> None:
        """Stop, whoever is still here."""
        self._draining = True
        for connection in list(self.hub.connections):
            connection.close(CloseCode.RESTARTING)
        self._watch.cancel()
        await asyncio.wait([self._watch])
        await self.hub.close()

    def _has_room(self, socket: GatewayProtocol) -> bool:
        if self._draining:
            code, reason = CloseCode.RESTARTING, "This process is being stopped; come back at once."
        elif len(self.hub.connections) >= self._settings.connections:
            code, reason = CloseCode.FULL, "This process is full; try again in a few seconds."
        else:
            return True
        metrics.CLOSED.labels(code).inc()
        socket.close(code, reason)
        return False

    async def _sign_in(self, scope: Scope, receive: Receive, socket: GatewayProtocol) -> Credential | None:
        """Who the first frame says it is; the socket is closed when that is nobody."""
        try:
            async with asyncio.timeout(_SIGN_IN_SECONDS):
                message = await receive()
                frame = frames.decode(message.get("text") or message.get("bytes") or b"")
                token = frame.token if isinstance(frame, frames.Auth) else ""
                credential = await self.hub.doorkeeper.admit(scope, token)
        except TimeoutError:
            code, credential = CloseCode.SILENT, None
        except (Malformed, Problem):
            code, credential = CloseCode.NOT_SIGNED_IN, None
        else:
            code = CloseCode.NOT_SIGNED_IN
        if credential is None and socket.open:
            metrics.CLOSED.labels(code).inc()
            socket.close(code, "Please sign in.")
        return credential

    async def _serve(self, socket: GatewayProtocol, credential: Credential, receive: Receive) -> None:
        settings = self._settings
        connection = Connection(
            socket, credential, waiting=settings.waiting * 1024, rate=float(settings.frames_per_second)
        )
        conversation = Conversation(self.hub, connection)
        self.hub.add(connection)
        try:
            while True:
                message = await receive()
                if message["type"] != "websocket.receive" or socket.close_sent:
                    return  # what came before it was let go is not served either
                if (text := message.get("text")) is None:
                    connection.close(CloseCode.UNSUPPORTED, "Frames are text.")
                    return
                connection.busy = True
                try:
                    await conversation.serve(text)
                finally:
                    connection.busy = False
                    socket.heard = asyncio.get_running_loop().time()
                await socket.writable.wait()  # whoever reads no answers is answered no further
        finally:
            self.hub.remove(connection)


async def _refuse(send: Send, status: int) -> None:
    await send(
        {"type": "websocket.http.response.start", "status": status, "headers": [(b"cache-control", b"no-store")]}
    )
    await send({"type": "websocket.http.response.body", "body": b""})
