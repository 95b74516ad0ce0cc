"""A process on a port that others share, which does nothing but measure.

Started by `supervised`. Each request is counted, opens a WebSocket that is never closed, and is answered with all
metrics.
"""

import asyncio
import os
import socket
import sys

from banyan.kit.realtime.metrics import CONNECTIONS
from banyan.kit.telemetry import REQUEST_SECONDS, REQUESTS, metrics


async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.readuntil(b"\r\n\r\n")
    REQUESTS.labels("/", "GET", 200).inc()
    REQUEST_SECONDS.labels("/").observe(0.3)
    CONNECTIONS.inc()
    told = await asyncio.to_thread(metrics)
    writer.write(b"HTTP/1.1 200 OK\r\nConnection: close\r\nServed-By: %d\r\n\r\n" % os.getpid() + told)
    await writer.drain()
    writer.close()


async def main(door: int, ready: int) -> None:
    server = await asyncio.start_server(answer, sock=socket.socket(fileno=door))
    os.write(ready, b"!")
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(*(int(sys.argv[sys.argv.index(name) + 1]) for name in ("--door", "--ready"))))
