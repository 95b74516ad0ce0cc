"""What the kit throws away by the clock."""

from banyan.kit.jobs import periodic
from banyan.kit.toolbox import Kit

__all__ = ["PERIODIC"]


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


PERIODIC = (forget_answers, trim_job_log)
