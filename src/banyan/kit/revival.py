"""Starts an embedded PostgreSQL again that has died while it is in use.

It dies when the system is out of memory, when its disk is full, or by an operator's hand. Whoever uses it looks after
it in a thread of their own, for starting it takes longer than anyone may keep the event loop; they take turns, and all
but the first find it running.
"""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import structlog

from banyan.kit.embedded import EmbeddedPostgres, NotReachable
from banyan.kit.pauses import Pauses
from banyan.kit.problems import Unavailable

__all__ = ["kept_running"]

log = structlog.get_logger(__name__)
_OFTEN = 0.5  # seconds between two looks


@contextmanager
def kept_running(server: EmbeddedPostgres) -> Iterator[None]:
    """Start the server again whenever it dies, until the end of the `with`."""
    over = threading.Event()
    thread = threading.Thread(target=_keep, args=(server, over), name="revival", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def _keep(server: EmbeddedPostgres, over: threading.Event) -> None:
    began, pauses = time.monotonic(), Pauses()
    while not over.wait(_OFTEN):
        if server.running:
            continue
        pause = pauses.after(time.monotonic() - began)
        log.error("postgres_died", folder=str(server.folder), starting_in=pause)
        if over.wait(pause):
            return
        _start(server)
        began = time.monotonic()


def _start(server: EmbeddedPostgres) -> None:
    started = time.monotonic()
    try:
        if server.start():
            log.warning("postgres_started_again", seconds=round(time.monotonic() - started, 1))
    except (OSError, NotReachable, Unavailable) as error:
        # Whatever is in the way, such as a full disk, may go away.
        log.error("postgres_does_not_start", reason=str(error))
