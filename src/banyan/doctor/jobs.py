"""Background work: done, in time, and somebody there who keeps the time. Seeds 002 and 004."""

from banyan.doctor.installation import Installation
from banyan.doctor.model import Verdict, check, fail, ok, skip, warn

__all__ = ["CHECKS"]

_WARN, _FAIL = 60.0, 300.0  # seconds that the oldest has been due; the same as in ops/prometheus/rules.yml
_SILENCE = 180.0  # seconds; something is due each minute


@check("jobs.dead", "Each is a letter that did not come or work that was not done, and nobody tries again.")
async def dead(installation: Installation) -> Verdict:
    """Jobs that no attempt could do, by kind."""
    rows = await installation.rows(
        "select entrypoint as kind, count(*) as jobs from pgqueuer where status = 'failed' group by 1 order by 2 desc"
    )
    if not rows:
        return ok("There are none.")
    told = ", ".join(f"{row['jobs']} {row['kind']}" for row in rows)
    return fail(
        f"Given up: {told}.",
        "The log says why (job_dead). Mend that, then: update pgqueuer set status = 'queued', attempts = 0, "
        "execute_after = now() where status = 'failed'.",
    )


@check("jobs.waiting", "Who has asked for a new password waits for it at the screen.")
async def waiting(installation: Installation) -> Verdict:
    """For how long the oldest job that is due has been waiting."""
    row = await installation.row(
        """
        select count(*) as jobs, coalesce(extract(epoch from now() - min(execute_after)), 0)::float8 as age
          from pgqueuer where status = 'queued' and execute_after <= now()
        """
    )
    told = f"{row['jobs']} are due, the oldest for {row['age']:.0f} s." if row["jobs"] else "None is due."
    if row["age"] <= _WARN:
        return ok(told)
    if not installation.public and not await installation.processes():
        return skip(f"{told} Nobody is serving right now.")
    mend = "Is there a process with the role worker, and does it keep up? Start one more."
    return fail(told, mend) if row["age"] > _FAIL else warn(told, mend)


@check("jobs.clock", "Reminders, ends of tests, backups and what is to be forgotten come by the clock.")
async def clock(installation: Installation) -> Verdict:
    """When a scheduler last did something, while processes serve."""
    if not installation.public and not await installation.processes():
        return skip("Nobody is serving right now.")
    age = await installation.value(
        "select extract(epoch from now() - max(greatest(last_run, heartbeat, created)))::float8 from pgqueuer_schedules"
    )
    mend = "Let one process at least have the role scheduler: banyan serve --role …,scheduler."
    if age is None:
        return fail("No scheduler has ever run.", mend)
    if age > _SILENCE:
        return fail(f"The last sign of one is {age / 60:.0f} minutes old.", mend)
    return ok(f"One did something {max(0, age):.0f} s ago.")


CHECKS = (dead, waiting, clock)
