"""Grading again after a key was wrong: the record, what would change, and the slices in which it is done."""

from collections.abc import AsyncIterator, Sequence
from datetime import timedelta
from uuid import UUID

import msgspec

from banyan import accounts, assessments, attempts
from banyan.accounts import Person
from banyan.assessments import Head, PublishedTest
from banyan.attempts import GradeRow, ResultRow
from banyan.courses import CourseHead
from banyan.gradebook import corrections, looking, policy, store_grading, store_regrading, store_statistics
from banyan.gradebook.corrections import Planned
from banyan.gradebook.model_grading import BeginRegrade, GradeChange, PersonGrade, QuestionRef, Regrade, RegradePreview
from banyan.gradebook.store_regrading import ChangeRow, RegradeRow
from banyan.gradebook.verdicts import verdict
from banyan.kit.actor import Actor
from banyan.kit.database import Reader, Writer
from banyan.kit.deeds import Deed
from banyan.kit.ids import new_id
from banyan.kit.jobs import job
from banyan.kit.toolbox import Kit
from banyan.kit.wire import Page, cursor, read_cursor

__all__ = ["begin", "changes_of", "preview", "regrade_of", "regrades_of", "run_regrade"]

_SLICE = 200  # attempts that are held at a time
_EXAMPLES = 20
# Until then every process has heard of the correction, and what it began to close by the old key is closed.
_HEARD_OF = timedelta(seconds=15)


class RunRegrade(msgspec.Struct, frozen=True):
    """A regrade to carry out; `again`: attempts are looked at once more, which were being closed meanwhile."""

    test_id: UUID
    regrade_id: UUID
    again: bool = False


class Outcome(msgspec.Struct, frozen=True):
    """What becomes of one attempt."""

    row: ResultRow
    after: float
    most: float
    waits: bool


async def preview(kit: Kit, actor: Actor, test_id: UUID, command: BeginRegrade) -> RegradePreview:
    """What a regrade would change, in all attempts that are closed now; nothing is stored.

    Raises:
        NotFound, Forbidden: see `policy.may_regrade`.
        UnfitCorrection: `errors` says why.
    """
    _, course = await _taught(kit, actor, test_id)
    db = kit.db.read()
    plan = await corrections.planned(kit, db, course, test_id, command)
    editions = await _corrected(db, test_id, command.question_id, plan)
    outcomes = [outcome async for part in _outcomes(db, test_id, command.question_id, editions) for outcome in part]
    return _told(outcomes)


async def begin(kit: Kit, actor: Actor, test_id: UUID, command: BeginRegrade) -> Regrade:
    """Correct a question from now on, and let a job grade again what is closed.

    Raises:
        NotFound, Forbidden: see `policy.may_regrade`.
        UnfitCorrection: `errors` says why.
    """
    test, course = await _taught(kit, actor, test_id)
    plan = await corrections.planned(kit, kit.db.read(), course, test_id, command)
    author = await accounts.account_of(kit.db.read(), actor.id)
    async with kit.db.write() as tx:
        await assessments.correct(tx, kit, test_id, command.question_id, plan.wanted)
        regrade_id, revisions = new_id(), list(plan.wanted)
        row = await store_regrading.add(
            tx,
            test_id,
            regrade_id,
            question_id=command.question_id,
            title=plan.title,
            correction=plan.kind,
            revisions=revisions,
            reason=command.reason,
            author_id=actor.id,
            author=author.name,
            attempts=await store_regrading.count_closed(tx, test_id, revisions, command.question_id),
        )
        await tx.enqueue(
            run_regrade(RunRegrade(test_id, regrade_id)),
            run_regrade(RunRegrade(test_id, regrade_id, again=True), after=_HEARD_OF),
        )
        await _note(tx, actor, test, row)
    return _view(row)


async def regrades_of(kit: Kit, actor: Actor, test_id: UUID, after: str | None, limit: int) -> Page[Regrade]:
    """The regrades of a test, the newest first.

    Raises:
        NotFound, Forbidden: see `policy.may_see_results`.
        Malformed: `after` is not a cursor of such a list.
    """
    start = read_cursor(after, UUID)
    await looking.seen_by_staff(kit, actor, test_id)
    rows = await store_regrading.page(kit.db.read(), test_id, start[0] if start else None, limit + 1)
    return Page([_view(row) for row in rows[:limit]], cursor(rows[limit - 1].id) if len(rows) > limit else None)


async def regrade_of(kit: Kit, actor: Actor, test_id: UUID, regrade_id: UUID) -> Regrade:
    """One regrade, and how far it has come.

    Raises:
        NotFound, Forbidden: see `policy.may_see_results`.
    """
    await looking.seen_by_staff(kit, actor, test_id)
    return _view(await store_regrading.one(kit.db.read(), test_id, regrade_id))


async def changes_of(
    kit: Kit, actor: Actor, test_id: UUID, regrade_id: UUID, after: str | None, limit: int
) -> Page[GradeChange]:
    """What a regrade changed, attempt by attempt.

    Raises:
        NotFound, Forbidden: see `policy.may_see_results`.
        Malformed: `after` is not a cursor of such a list.
    """
    start = read_cursor(after, UUID)
    await looking.seen_by_staff(kit, actor, test_id)
    db = kit.db.read()
    await store_regrading.one(db, test_id, regrade_id)
    rows = await store_regrading.changes(db, test_id, regrade_id, start[0] if start else None, limit + 1)
    following = cursor(rows[limit - 1].attempt_id) if len(rows) > limit else None
    return Page([_change(row) for row in rows[:limit]], following)


@job("gradebook.regrade", RunRegrade)
async def run_regrade(kit: Kit, wanted: RunRegrade) -> None:
    """Grade again, a slice at a time, from where it was left: whoever submits or grades waits for one slice at most."""
    await assessments.forget(kit, wanted.test_id)  # this process may not have heard of the correction yet
    place = UUID(int=0)
    while True:
        async with kit.db.write() as tx:
            row = await store_regrading.hold(tx, wanted.test_id, wanted.regrade_id)
            if row is None or (row.state == "done" and not wanted.again):
                return
            ids = await store_regrading.closed_after(
                tx, wanted.test_id, row.revisions, row.question_id, place if wanted.again else row.place, _SLICE
            )
            done = len(ids) < _SLICE
            told = await _regrade(kit, tx, wanted.test_id, row.question_id, ids) if ids else []
            new = [one for one in ids if one > row.place]
            if not wanted.again or told or row.state != "done":
                await store_regrading.note_slice(
                    tx, wanted.test_id, row.id, new, told, done=done or row.state == "done"
                )
            if told:
                await store_statistics.mark_stale(tx, wanted.test_id)
        if done:
            return
        place = ids[-1]


async def _regrade(
    kit: Kit, tx: Writer, test_id: UUID, question_id: UUID, ids: Sequence[UUID]
) -> list[attempts.Regraded]:
    await attempts.hold(tx, test_id, ids)  # what people say of them is read when it can no longer change
    people = await store_grading.grades_among(tx, test_id, ids, question_id)

    def change(row: ResultRow, test: PublishedTest) -> dict[UUID, GradeRow]:
        return {question_id: verdict(test, question_id, row, people.get(row.attempt_id, []))}

    return await attempts.regrade(kit, tx, test_id, ids, change)


async def _taught(kit: Kit, actor: Actor, test_id: UUID) -> tuple[Head, CourseHead]:
    test, course = await looking.test_and_course(kit, test_id)
    policy.may_regrade(actor, test, course, enrolled=await looking.learns_in(kit, actor, course))
    return test, course


async def _corrected(db: Reader, test_id: UUID, question_id: UUID, plan: Planned) -> dict[int, PublishedTest]:
    """The revisions as they would be, with what was corrected in other questions before."""
    found = {}
    for number, edition in plan.editions.items():
        known = {**await assessments.corrections_of(db, test_id, number), question_id: plan.wanted[number]}
        found[number] = assessments.with_corrections(
            edition, {key: one for key, one in known.items() if one is not None}
        )
    return found


async def _outcomes(
    db: Reader, test_id: UUID, question_id: UUID, editions: dict[int, PublishedTest]
) -> AsyncIterator[list[Outcome]]:
    after: UUID | None = None
    while True:
        rows = await attempts.result_rows(db, test_id, after, _SLICE)
        concerned = [
            row for row in rows if row.revision in editions and row.state != "running" and question_id in row.grades
        ]
        people = await store_grading.grades_among(db, test_id, [row.attempt_id for row in concerned], question_id)
        yield [_outcome(row, editions[row.revision], question_id, people.get(row.attempt_id, [])) for row in concerned]
        if len(rows) < _SLICE:
            return
        after = rows[-1].attempt_id


def _outcome(row: ResultRow, test: PublishedTest, question_id: UUID, people: Sequence[PersonGrade]) -> Outcome:
    grades = {**row.grades, question_id: verdict(test, question_id, row, people)}
    return Outcome(row, *attempts.reckoned(test, grades))


def _told(outcomes: Sequence[Outcome]) -> RegradePreview:
    changed = [one for one in outcomes if (one.after, one.most) != (one.row.points, one.row.max_points)]
    before = [attempts.percent_of(one.row.points, one.row.max_points) for one in outcomes if one.row.state == "graded"]
    after = [attempts.percent_of(one.after, one.most) for one in outcomes if not one.waits]
    differing = sorted(changed, key=lambda one: abs(one.after - (one.row.points or 0.0)), reverse=True)
    return RegradePreview(
        attempts=len(outcomes),
        changed=len(changed),
        raised=sum(one.after > (one.row.points or 0.0) for one in changed),
        lowered=sum(one.after < (one.row.points or 0.0) for one in changed),
        mean_before=_mean(before),
        mean_after=_mean(after),
        examples=[
            GradeChange(
                attempt_id=one.row.attempt_id,
                learner=Person(id=one.row.learner_id, name=one.row.name),
                before=one.row.points,
                after=one.after,
            )
            for one in differing[:_EXAMPLES]
        ],
    )


def _mean(percents: Sequence[float | None]) -> float | None:
    known = [percent for percent in percents if percent is not None]
    return sum(known) / len(known) if known else None


async def _note(tx: Writer, actor: Actor, test: Head, row: RegradeRow) -> None:
    details = {
        "test": test.title,
        "question": row.title,
        "correction": row.correction,
        "reason": row.reason,
        "regrade": str(row.id),
    }
    await tx.emit(Deed(actor, "gradebook.regraded", f"test:{test.id}", test.course_id, details))


def _change(row: ChangeRow) -> GradeChange:
    return GradeChange(
        attempt_id=row.attempt_id,
        learner=Person(id=row.learner_id, name=row.name),
        before=row.before,
        after=row.after,
    )


def _view(row: RegradeRow) -> Regrade:
    return Regrade(
        id=row.id,
        correction=row.correction,
        revisions=row.revisions,
        reason=row.reason,
        created_at=row.created_at,
        state=row.state,
        question=QuestionRef(id=row.question_id, title=row.title),
        author=Person(id=row.author_id, name=row.author),
        attempts=row.attempts,
        seen=row.seen,
        changed=row.changed,
        raised=row.raised,
        lowered=row.lowered,
        finished_at=row.finished_at,
    )
