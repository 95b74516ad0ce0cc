"""How many background jobs there are, and how long they have been waiting."""

from collections.abc import Mapping

import msgspec
from prometheus_client import Gauge

from banyan.kit.figures import figure
from banyan.kit.toolbox import Kit

__all__ = ["FIGURES"]

_JOBS = Gauge(
    "banyan_jobs_in_queue",
    "Background jobs: waiting, later (due in the future), running, and dead: no attempt could do them.",
    ["kind", "state"],
    multiprocess_mode="livemax",
)
_OLDEST = Gauge(
    "banyan_jobs_oldest_waiting_seconds",
    "How long the oldest job that is due has been waiting.",
    ["kind"],
    multiprocess_mode="livemax",
)


class Pile(msgspec.Struct, frozen=True):
    """The jobs of one kind in one state."""

    entrypoint: str
    state: str
    jobs: int


class Wait(msgspec.Struct, frozen=True):
    """How long the oldest due job of one kind has been waiting, in seconds."""

    entrypoint: str
    seconds: float


@figure("jobs.in_queue", _JOBS)
async def jobs(kit: Kit) -> Mapping[tuple[str, ...], float]:
    """All that is in the queue; what is done has left it."""
    piles = await kit.db.read().all(
        Pile,
        """
        select entrypoint, state, count(*) as jobs
          from (select entrypoint,
                       case when status = 'failed' then 'dead'
                            when status = 'picked' then 'running'
                            when execute_after > now() then 'later'
                            else 'waiting'
                        end as state
                  from pgqueuer) as job
         group by entrypoint, state
        """,
    )
    return {(pile.entrypoint, pile.state): pile.jobs for pile in piles}


@figure("jobs.oldest_waiting", _OLDEST)
async def oldest(kit: Kit) -> Mapping[tuple[str, ...], float]:
    """By kind of job, from when it was due."""
    waits = await kit.db.read().all(
        Wait,
        """
        select entrypoint, extract(epoch from now() - min(execute_after))::double precision as seconds
          from pgqueuer
         where status = 'queued' and execute_after <= now()
         group by entrypoint
        """,
    )
    return {(wait.entrypoint,): wait.seconds for wait in waits}


FIGURES = (jobs, oldest)
