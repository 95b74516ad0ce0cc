"""Grading by people: what waits for them, and what they say of it."""

from collections.abc import Sequence
from datetime import UTC, datetime
from hashlib import sha256
from uuid import UUID

from banyan import accounts, assessments, attempts
from banyan.accounts import Person
from banyan.assessments import Asked, Head
from banyan.attempts import AttemptRunning, GradeRow, QuestionNotInAttempt, ResultRow
from banyan.courses import CourseHead
from banyan.gradebook import looking, policy, sheets, store_grading, store_statistics
from banyan.gradebook.model_grading import Grading, GradingLine, PersonGrade, Response, SaveGrade, Sheet, Wanted
from banyan.gradebook.problems import UnfitGrade
from banyan.gradebook.store_grading import ResponseRow
from banyan.gradebook.verdicts import verdict
from banyan.kit.actor import Actor
from banyan.kit.database import Reader, Writer
from banyan.kit.deeds import Deed
from banyan.kit.problems import FieldError, NotFound, StaleEdit
from banyan.kit.toolbox import Kit
from banyan.kit.wire import Page, cursor, read_cursor
from banyan.questions import Essay, FileUpload

__all__ = ["grading", "responses", "save_grade", "sheet", "withdraw_settlement"]

_DIGITS = 1e-9  # points are fractions of others


async def grading(kit: Kit, actor: Actor, test_id: UUID) -> Grading:
    """What of a test people grade, in its order: one statement, and those that read its revisions.

    Raises:
        NotFound, Forbidden: see `policy.may_see_results`.
    """
    test = await looking.seen_by_staff(kit, actor, test_id)
    newest = await looking.edition_of(kit, test)
    if newest is None:
        return Grading(blind=False, questions=[])
    rows = await store_grading.waiting(kit.db.read(), test_id)
    known = {asked.id: asked for asked in newest.questions.values()}
    for number in range(newest.revision - 1, 0, -1):
        if all(one in known for one in rows):
            break
        older = await assessments.corrected(kit, test_id, number)
        known = {**older.questions, **known}
    lines = [
        GradingLine(
            id=asked.id,
            title=asked.title,
            kind=str(asked.body.__struct_config__.tag),
            points=asked.points,
            waiting=rows[asked.id].waiting if asked.id in rows else 0,
            graded=rows[asked.id].graded if asked.id in rows else 0,
        )
        for asked in known.values()
        if asked.id in rows or isinstance(asked.body, Essay | FileUpload)
    ]
    return Grading(blind=newest.settings.grade_blind, questions=lines)


async def responses(
    kit: Kit, actor: Actor, test_id: UUID, question_id: UUID, wanted: Wanted, after: str | None, limit: int
) -> Page[Response]:
    """The responses to a question, those that were handed in first before the others: one statement.

    Raises:
        NotFound, Forbidden: see `policy.may_see_results`.
        Malformed: `after` is not a cursor of such a list.
    """
    start = read_cursor(after, datetime, UUID)
    test = await looking.seen_by_staff(kit, actor, test_id)
    place = (start[0], start[1]) if start else None
    rows = await store_grading.responses(kit.db.read(), test_id, question_id, wanted, place, limit + 1)
    blind = bool(rows) and (await looking.settings_of(kit, test)).grade_blind
    last = rows[limit - 1] if len(rows) > limit else None
    return Page(
        [_listed(test_id, row, blind=blind) for row in rows[:limit]],
        cursor(last.submitted_at, last.attempt_id) if last else None,
    )


async def sheet(kit: Kit, actor: Actor, attempt_id: UUID, question_id: UUID) -> Sheet:
    """A response with all that grading it needs.

    Raises:
        NotFound, Forbidden: see `policy.may_grade`.
        AttemptRunning: the attempt is not closed.
        QuestionNotInAttempt
    """
    test, course, learner_id = await _place(kit, attempt_id)
    policy.may_grade(actor, learner_id, test, course)
    row = await attempts.result(kit.db.read(), test.id, attempt_id)
    people = await store_grading.grades(kit.db.read(), test.id, attempt_id, question_id)
    return await _sheet(kit, kit.db.read(), test, course, _gradable(row, question_id), question_id, people)


async def save_grade(kit: Kit, actor: Actor, attempt_id: UUID, question_id: UUID, change: SaveGrade) -> Sheet:
    """Say what a response is worth; the attempt's score follows in the same transaction.

    Everyone on the staff has one grade of each response, and the mean of them counts; what a teacher settles counts
    whatever the graders say. A grade that was known before leaves an audit entry with what it was.

    Raises:
        NotFound, Forbidden: see `policy.may_grade`, to settle `policy.may_settle`.
        AttemptRunning: the attempt is not closed.
        QuestionNotInAttempt
        UnfitGrade: it is more than the response can earn, or the rubric has no such line.
        StaleEdit: the grade is of another version; `current` is the sheet.
    """
    test, course, learner_id = await _place(kit, attempt_id)
    (policy.may_settle if change.settle else policy.may_grade)(actor, learner_id, test, course)
    author = await accounts.account_of(kit.db.read(), actor.id)
    async with kit.db.write() as tx:
        row = await _held(tx, test, attempt_id, question_id)
        asked = await _asked(kit, test, row, question_id)
        _check(asked, change)
        people = await store_grading.grades(tx, test.id, attempt_id, question_id)
        replaced = _replaced(actor, people, settles=change.settle)
        if change.version != (replaced.version if replaced else 0):
            raise StaleEdit(current=await _sheet(kit, tx, test, course, row, question_id, people))
        given = PersonGrade(
            grader_id=actor.id,
            grader=author.name,
            settles=change.settle,
            points=change.points,
            comment=change.comment,
            rubric=change.rubric,
            version=change.version + 1,
            at=datetime.now(UTC),
        )
        await store_grading.put(tx, test.id, attempt_id, question_id, given)
        return await _apply(kit, tx, actor, test, course, row, question_id)


async def withdraw_settlement(kit: Kit, actor: Actor, attempt_id: UUID, question_id: UUID) -> None:
    """Let the graders count again, or the key where nobody has graded.

    Raises:
        NotFound: nothing is settled, or as for `policy.may_settle`.
        Forbidden: see there.
    """
    test, course, learner_id = await _place(kit, attempt_id)
    policy.may_settle(actor, learner_id, test, course)
    async with kit.db.write() as tx:
        row = await _held(tx, test, attempt_id, question_id)
        if not await store_grading.remove_settlement(tx, test.id, attempt_id, question_id):
            raise NotFound
        await _apply(kit, tx, actor, test, course, row, question_id)


async def _place(kit: Kit, attempt_id: UUID) -> tuple[Head, CourseHead, UUID]:
    place = await attempts.place_of(kit.db.read(), attempt_id)
    if place is None:
        raise NotFound
    test, course = await looking.test_and_course(kit, place.test_id)
    return test, course, place.learner_id


async def _held(tx: Writer, test: Head, attempt_id: UUID, question_id: UUID) -> ResultRow:
    return _gradable(next(iter(await attempts.hold(tx, test.id, [attempt_id])), None), question_id)


def _gradable(row: ResultRow | None, question_id: UUID) -> ResultRow:
    if row is None:
        raise NotFound
    if row.state == "running" or row.submitted_at is None:
        raise AttemptRunning
    if question_id not in row.grades:
        raise QuestionNotInAttempt
    return row


async def _asked(kit: Kit, test: Head, row: ResultRow, question_id: UUID) -> Asked:
    return (await assessments.corrected(kit, test.id, row.revision)).questions[question_id]


def _check(asked: Asked, change: SaveGrade) -> None:
    if change.points > asked.points + _DIGITS:
        raise UnfitGrade(errors=[FieldError("/points", f"This response can earn at most {asked.points:g} points.")])
    lines = {line.id for line in asked.body.rubric} if isinstance(asked.body, Essay | FileUpload) else set()
    for line in change.rubric:
        if line not in lines:
            pointer = f"/rubric/{line.replace('~', '~0').replace('/', '~1')}"
            raise UnfitGrade(errors=[FieldError(pointer, "The rubric has no such line.")])


def _replaced(actor: Actor, people: Sequence[PersonGrade], *, settles: bool) -> PersonGrade | None:
    mine = (one for one in people if one.settles == settles and (settles or one.grader_id == actor.id))
    return next(mine, None)


async def _apply(
    kit: Kit, tx: Writer, actor: Actor, test: Head, course: CourseHead, row: ResultRow, question_id: UUID
) -> Sheet:
    """Let what people say of a response now count."""
    people = await store_grading.grades(tx, test.id, row.attempt_id, question_id)
    edition = await assessments.corrected(kit, test.id, row.revision)
    before, after = row.grades[question_id], verdict(edition, question_id, row, people)
    await attempts.regrade(kit, tx, test.id, [row.attempt_id], lambda _row, _test: {question_id: after})
    await store_statistics.mark_stale(tx, test.id)
    if before.points is not None and before.points != after.points:
        await _note(kit, tx, actor, test, row, edition.questions[question_id].title, before, after)
    now = await attempts.result(tx, test.id, row.attempt_id)
    return await _sheet(kit, tx, test, course, _gradable(now, question_id), question_id, people)


async def _note(
    kit: Kit, tx: Writer, actor: Actor, test: Head, row: ResultRow, title: str, before: GradeRow, after: GradeRow
) -> None:
    settings = (await assessments.corrected(kit, test.id, test.revision or row.revision)).settings
    own = assessments.window(settings, await assessments.accommodation_of(kit, test.id, row.learner_id))
    told = attempts.disclosure(settings, own.closes_at, datetime.now(UTC)).now
    await tx.emit(
        Deed(
            actor,
            "gradebook.grade_changed",
            f"attempt:{row.attempt_id}",
            test.course_id,
            {
                "test": test.title,
                "question": title,
                "learner": row.name,
                "before": f"{before.points:g}" if before.points is not None else None,
                "after": f"{after.points:g}" if after.points is not None else None,
                "had_been_told": told.score and row.state == "graded",
            },
        )
    )


async def _sheet(
    kit: Kit,
    db: Reader,
    test: Head,
    course: CourseHead,
    row: ResultRow,
    question_id: UUID,
    people: Sequence[PersonGrade],
) -> Sheet:
    asked = await _asked(kit, test, row, question_id)
    blind = (await assessments.corrected(kit, test.id, test.revision or row.revision)).settings.grade_blind
    pseudonym = _pseudonym(test.id, row.learner_id) if blind else None
    return await sheets.sheet(db, test, course, row, asked, people, pseudonym)


def _listed(test_id: UUID, row: ResponseRow, *, blind: bool) -> Response:
    return Response(
        attempt_id=row.attempt_id,
        learner=None if blind else Person(id=row.learner_id, name=row.name),
        pseudonym=_pseudonym(test_id, row.learner_id) if blind else None,
        submitted_at=row.submitted_at,
        state="waiting" if row.points is None else "graded",
        points=row.points,
        graders=row.graders,
    )


def _pseudonym(test_id: UUID, learner_id: UUID) -> str:
    """What graders call someone whose name they are not told: the same in all of a test, another in another."""
    return sha256(test_id.bytes + learner_id.bytes).hexdigest()[:6].upper()
