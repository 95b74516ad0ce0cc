"""What the kit does by the clock: it throws away what is old, and makes room for what will come."""

from datetime import UTC, datetime

import structlog

from banyan.kit.jobs import periodic
from banyan.kit.partitions import make_ahead, partitioned
from banyan.kit.toolbox import Kit

__all__ = ["PERIODIC"]

log = structlog.get_logger(__name__)


@periodic("kit.forget_answers", "7 * * * *")
async def forget_answers(kit: Kit) -> None:
    """Answers to POSTs that carried an Idempotency-Key are kept for 24 hours."""
    async with kit.db.write() as tx:
        await tx.execute("delete from idempotent_answer where created_at < now() - interval '24 hours'")


@periodic("kit.trim_job_log", "23 3 * * *")
async def trim_job_log(kit: Kit) -> None:
    """What became of jobs is known for 30 days, of dead letters for as long as they lie there."""
    async with kit.db.write() as tx:
        await tx.execute(
            """
            delete from pgqueuer_log l
             where created < now() - interval '30 days'
               and not exists (select from pgqueuer q where q.id = l.job_id)
            """
        )


@periodic("kit.make_partitions", "11 * * * *")
async def make_partitions(kit: Kit) -> None:
    """Tables that are kept by the month have a partition for this month and the next three."""
    for table in await partitioned(kit.db.read()):
        async with kit.db.write() as tx:
            made = await make_ahead(tx, table, datetime.now(UTC))
        if made:
            log.info("partitions_made", table=table, partitions=made)


PERIODIC = (forget_answers, trim_job_log, make_partitions)
