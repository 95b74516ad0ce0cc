"""What is done about attempts in the background."""

import asyncio
from datetime import timedelta
from uuid import UUID

import msgspec
import structlog
from msgspec import structs

from banyan import assessments
from banyan.accounts import Renamed
from banyan.assessments import Accommodated, TestPublished
from banyan.attempts import closing, store, store_closing
from banyan.courses import CoursePurged
from banyan.kit.database import Writer
from banyan.kit.jobs import job, periodic
from banyan.kit.toolbox import Kit

__all__ = ["bring_forward", "close_overdue", "close_overdue_of", "on_accommodated", "on_course_purged", "on_renamed",
           "on_test_published"]  # fmt: skip

log = structlog.get_logger(__name__)
_SLICE = 200  # attempts
_HEARD_OF = timedelta(seconds=6)


class NewRevision(msgspec.Struct, frozen=True):
    """A revision of a test that may close earlier."""

    test_id: UUID
    revision: int


@periodic("attempts.close_overdue", "* * * * *")
async def close_overdue(kit: Kit) -> None:
    """Attempts whose time is up are closed with what was saved, whether or not anybody is there."""
    await close_overdue_of(kit, None)


async def close_overdue_of(kit: Kit, test_id: UUID | None) -> int:
    """Close the overdue attempts of a test, or of all; how many. In slices, so that nothing waits for all of them."""
    closed = 0
    while due := await store_closing.overdue(kit.db.read(), _SLICE, test_id):
        outcomes = await asyncio.gather(*(closing.close(kit, one) for one in due), return_exceptions=True)
        failed = [outcome for outcome in outcomes if isinstance(outcome, BaseException)]
        closed += len(due) - len(failed)
        if failed:
            # One that cannot be closed must not be tried again at once, nor keep the others from it for ever.
            log.error("attempts_not_closed", count=len(failed), error=repr(failed[0]))
            break
    return closed


@job("attempts.bring_forward", NewRevision)
async def bring_forward(kit: Kit, change: NewRevision) -> None:
    """A test that now closes earlier ends the attempts that run with it; nothing else of a running attempt changes.

    What someone has more than others is kept: with a later close of their own they go on. A later close than before
    changes nothing.
    """
    test = await assessments.revision_of(kit, change.test_id, change.revision)
    closes_at = test.settings.closes_at
    after = UUID(int=0)
    while closes_at is not None:
        async with kit.db.write() as tx:
            running = await store_closing.running_of(tx, test.id, closes_at, after, _SLICE)
            if not running:
                return
            own = await assessments.accommodations_of(tx, test.id, [one.learner_id for one in running])
            affected = [
                one
                for one in running
                if (extra := own.get(one.learner_id)) is None or (extra.closes_at or closes_at) <= closes_at
            ]
            held = await store_closing.lock(
                tx, [one.learner_id for one in affected], [one.attempt_id for one in affected]
            )
            heads = [head for head in held.values() if head.state == "running" and head.number > 0]
            await store_closing.move_deadlines(tx, heads, [closes_at] * len(heads))
        after = running[-1].attempt_id


async def on_test_published(_kit: Kit, tx: Writer, event: TestPublished) -> None:
    """Reaction: with a new revision a test may close earlier."""
    # Until then every process knows of it, and nothing begins any more at the revision before.
    await tx.enqueue(bring_forward(NewRevision(event.test_id, event.revision), after=_HEARD_OF))


async def on_accommodated(kit: Kit, tx: Writer, event: Accommodated) -> None:
    """Reaction: who is given more time in the middle of an attempt has it at once. Nobody is left with less."""
    heads, deadlines = [], []
    for head in await store_closing.lock_running(tx, event.accommodation.account_id, event.test_id):
        began_at = (await assessments.revision_of(kit, head.test_id, head.revision)).settings
        newest = (await assessments.published(kit, head.test_id)).settings
        # That the test closes earlier than it did holds for them, too, unless they have a close of their own.
        closes_at = min(filter(None, (began_at.closes_at, newest.closes_at)), default=None)
        settings = structs.replace(began_at, closes_at=closes_at)
        wished = assessments.window(settings, event.accommodation).deadline(head.started_at)
        if head.deadline_at is not None and not head.overdue and wished is not None and wished > head.deadline_at:
            heads.append(head)
            deadlines.append(wished)
    if heads:
        await store_closing.move_deadlines(tx, heads, deadlines)


async def on_renamed(_kit: Kit, tx: Writer, event: Renamed) -> None:
    """Reaction: the staff of tests see the new name."""
    await store.rename(tx, event.account_id, event.name)


async def on_course_purged(_kit: Kit, tx: Writer, event: CoursePurged) -> None:
    """Reaction: the attempts at the tests of a course go with it."""
    await store.forget_course(tx, event.course_id)
