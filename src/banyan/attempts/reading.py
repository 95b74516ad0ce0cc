"""Reading attempts: going on with one on another device, and handing it in."""

from collections.abc import Iterable
from uuid import UUID

from banyan import assessments
from banyan.assessments import PublishedTest
from banyan.attempts import closing, disclosing, memory, policy, store, store_files
from banyan.attempts.model import AttemptFileInfo, AttemptView, Closing, HeadRow, RunningAttempt, Submitted
from banyan.attempts.views import attempt_view, test_ref
from banyan.kit.actor import Actor
from banyan.kit.toolbox import Kit
from banyan.kit.wire import Page
from banyan.questions import Essay, FileUpload

__all__ = ["attempt", "files_of", "resume", "running", "submit"]


async def attempt(kit: Kit, actor: Actor, attempt_id: UUID) -> AttemptView:
    """One of the actor's attempts, with all that is saved in it; closed now, if its time is up.

    Raises:
        NotFound: it is not the actor's.
    """
    policy.may_see_own(actor)
    return await resume(kit, await memory.standing(kit, actor.id, attempt_id))


async def running(kit: Kit, actor: Actor) -> Page[RunningAttempt]:
    """The actor's attempts that they can go on with, what ends first before the others: one statement."""
    policy.may_see_own(actor)
    return Page([await _card(kit, head) for head in await store.running_of(kit.db.read(), actor.id)], None)


async def resume(kit: Kit, found: memory.Standing) -> AttemptView:
    """An attempt as it goes on."""
    head = found.head
    if head.overdue:
        head = await closing.closed_if_overdue(kit, head.learner_id, head.id)
        found = await memory.standing(kit, head.learner_id, head.id)  # what was saved until then
    test = await assessments.revision_of(kit, head.test_id, head.revision)
    files = await files_of(kit, test, head.learner_id, head.id, (answer.question_id for answer in found.answers))
    return attempt_view(test, head, found.answers, files)


async def _card(kit: Kit, head: HeadRow) -> RunningAttempt:
    test = await assessments.revision_of(kit, head.test_id, head.revision)
    return RunningAttempt(
        id=head.id, test=test_ref(test), started_at=head.started_at, deadline_at=head.deadline_at, now=head.now
    )


async def submit(kit: Kit, actor: Actor, attempt_id: UUID) -> Submitted:
    """Hand an attempt in. One that is closed stays as it is; the answer is the same.

    Raises:
        NotFound: it is not the actor's.
        Unavailable: too many are handed in at once.
    """
    policy.may_answer(actor)
    head = await closing.close(kit, Closing(actor.id, attempt_id))
    what = await disclosing.disclosed(kit, head)
    told = what.now.score and head.state == "graded"
    return Submitted(
        id=head.id,
        state=head.state,
        submitted_at=head.submitted_at or head.now,
        score=head.score if told else None,
        max_points=head.max_points if what.now.score else None,
        now=head.now,
    )


async def files_of(
    kit: Kit, test: PublishedTest, learner_id: UUID, attempt_id: UUID, questions: Iterable[UUID]
) -> list[AttemptFileInfo]:
    """The files of an attempt; nothing is asked where none of these questions takes any."""
    if not any(isinstance(test.questions[one].body, Essay | FileUpload) for one in questions):
        return []
    return await store_files.files_of(kit.db.read(), learner_id, attempt_id)
