"""Background jobs on PostgreSQL, by PgQueuer: enqueued in the transaction that causes them, retried, dead-lettered.

A job may run more than once (its worker may die after the work and before the record of it), so every job is
idempotent. One that has failed `attempts` times stays in the queue as `failed`, with its error: the dead letters.
"""

import asyncio
import random
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Generic, TypeVar

import asyncpg
import msgspec
import structlog
from pgqueuer import PgQueuer
from pgqueuer.adapters.persistence.qb import QueryQueueBuilder
from pgqueuer.errors import RetryRequested
from pgqueuer.models import Job as QueuedJob
from pgqueuer.models import Schedule
from prometheus_client import Counter

from banyan.kit.database import Writer
from banyan.kit.endings import end
from banyan.kit.nodes import Nodes
from banyan.kit.toolbox import Kit

__all__ = ["Job", "JobKind", "Periodic", "Worker", "enqueue", "job", "periodic"]

P = TypeVar("P", bound=msgspec.Struct)
log = structlog.get_logger(__name__)
FINISHED = Counter("banyan_jobs", "Jobs run, by kind and outcome.", ["kind", "outcome"])
_LONGEST_DELAY = 3600.0  # seconds between two attempts
_ATTEMPTS = 15  # over some four hours: a mail server that is away for a morning costs no letter
_AT_ONCE = 20  # jobs that one worker runs side by side
# PgQueuer's own statement, with its parameters. Its method would hand headers as text to a connection that takes JSON.
_ENQUEUE = QueryQueueBuilder().build_enqueue_query("raise")


@dataclass(frozen=True, slots=True)
class Job:
    """A job to enqueue: `tx.enqueue(send_link(SendLink(...)))`."""

    kind: str
    payload: bytes
    after: timedelta


@dataclass(frozen=True, slots=True)
class JobKind(Generic[P]):
    """A kind of job. Calling it with a payload gives a `Job`."""

    name: str
    payload: type[P]
    run: Callable[[Kit, P], Awaitable[None]]
    attempts: int

    def __call__(self, payload: P, *, after: timedelta = timedelta(0)) -> Job:
        return Job(self.name, msgspec.json.encode(payload), after)


@dataclass(frozen=True, slots=True)
class Periodic:
    """Work that runs by the clock; `cron` has five fields, in UTC."""

    name: str
    cron: str
    run: Callable[[Kit], Awaitable[None]]


def job(
    name: str, payload: type[P], *, attempts: int = _ATTEMPTS
) -> Callable[[Callable[[Kit, P], Awaitable[None]]], JobKind[P]]:
    """Declare a kind of job, named `domain.verb`."""
    return lambda run: JobKind(name, payload, run, attempts)


def periodic(name: str, cron: str) -> Callable[[Callable[[Kit], Awaitable[None]]], Periodic]:
    """Declare periodic work, named `domain.verb`."""
    return lambda run: Periodic(name, cron, run)


async def enqueue(tx: Writer, jobs: Sequence[Job]) -> None:
    """Store jobs with the transaction `tx`."""
    if jobs:
        await tx.execute(
            _ENQUEUE,
            [0] * len(jobs),
            [job.kind for job in jobs],
            [job.payload for job in jobs],
            [job.after for job in jobs],
            [None] * len(jobs),
            [None] * len(jobs),
        )


def _delay(attempt: int) -> timedelta:
    """Seconds before the next attempt: 2, 4, 8 … up to an hour, each shortened by up to a quarter at random."""
    return timedelta(seconds=min(2.0**attempt, _LONGEST_DELAY) * random.uniform(0.75, 1))  # noqa: S311 -- jitter


class Worker:
    """Runs jobs and periodic work, whichever it is given, until it is stopped. Any number may share one database.

    Args:
        url: the database; the worker keeps a connection of its own to it.
        kit: what the jobs work with.
        kinds: the kinds of jobs that it takes.
        periodic: the periodic work that it takes.
        silence: seconds after which another worker takes over the jobs of one that is not heard of.
    """

    def __init__(
        self,
        url: str,
        kit: Kit,
        kinds: Sequence[JobKind[Any]],
        periodic: Sequence[Periodic],
        *,
        silence: float = 30.0,
    ) -> None:
        self._nodes = Nodes(url)
        self._kit = kit
        self._kinds = kinds
        self._periodic = periodic
        self._silence = timedelta(seconds=silence)
        self._queue: PgQueuer | None = None
        self._stopped = asyncio.Event()

    async def run(self) -> None:
        """Work until `stop`; comes back by itself when the database goes and returns. Cancelled, it puts jobs back."""
        while not self._stopped.is_set():
            await self._going()
            try:
                connection = await self._nodes.connect()
                try:
                    await self._work(connection)
                finally:
                    with suppress(Exception):
                        await asyncio.wait_for(connection.close(), 2)
            except Exception as error:
                log.warning("worker_interrupted", error=str(error), kind=type(error).__name__)
            with suppress(TimeoutError):
                await asyncio.wait_for(self._stopped.wait(), 1)

    def stop(self) -> None:
        """Take no new job, finish those begun."""
        self._stopped.set()
        if self._queue is not None:
            self._queue.shutdown.set()

    async def _work(self, connection: asyncpg.Connection) -> None:
        queue = self._queue = PgQueuer.from_asyncpg_connection(connection)
        if self._stopped.is_set():
            return
        for kind in self._kinds:
            queue.entrypoint(kind.name, on_failure="hold")(self._runner(kind))
        for entry in self._periodic:
            queue.schedule(entry.name, entry.cron)(self._scheduled(entry))
        connection.add_termination_listener(lambda _connection: queue.shutdown.set())
        resting = asyncio.create_task(self._rest_when_read_only(queue, connection))
        try:
            if self._kinds:
                # Without periodic work the scheduler would ask the database every second for nothing.
                await (queue.run if self._periodic else queue.qm.run)(
                    dequeue_timeout=timedelta(seconds=5),
                    batch_size=_AT_ONCE // 2,
                    max_concurrent_tasks=_AT_ONCE,
                    heartbeat_timeout=self._silence,
                )
            else:
                await queue.sm.run()
        finally:
            await end(resting)

    async def _rest_when_read_only(self, queue: PgQueuer, connection: asyncpg.Connection) -> None:
        mode = self._kit.db.mode
        await mode.paused()
        queue.shutdown.set()
        if mode.primary_gone:
            connection.terminate()  # a machine that is gone without a word would never answer on it

    async def _going(self) -> None:
        """Wait until something may be written, or the worker is stopped."""
        waits = [asyncio.create_task(each) for each in (self._kit.db.mode.going(), self._stopped.wait())]
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            await end(*waits)

    def _runner(self, kind: JobKind[Any]) -> Callable[[QueuedJob], Awaitable[None]]:
        async def run(queued: QueuedJob) -> None:
            try:
                await kind.run(self._kit, msgspec.json.decode(queued.payload or b"{}", type=kind.payload))
            except asyncio.CancelledError:
                # The worker ends. PgQueuer would take the job for one that nobody wants any more.
                raise RetryRequested(timedelta(0), "the worker was stopped") from None
            except Exception as error:
                attempt = queued.attempts + 1
                if attempt < kind.attempts:
                    FINISHED.labels(kind.name, "retried").inc()
                    log.warning("job_failed", job=kind.name, attempt=attempt, error=repr(error))
                    raise RetryRequested(_delay(attempt), repr(error)) from error
                FINISHED.labels(kind.name, "dead").inc()
                log.exception("job_dead", job=kind.name, attempt=attempt)
                raise
            FINISHED.labels(kind.name, "done").inc()

        return run

    def _scheduled(self, entry: Periodic) -> Callable[[Schedule], Awaitable[None]]:
        async def run(_schedule: Schedule) -> None:
            try:
                await entry.run(self._kit)
            except Exception:
                FINISHED.labels(entry.name, "failed").inc()
                log.exception("periodic_failed", job=entry.name)
                return
            FINISHED.labels(entry.name, "done").inc()

        return run
