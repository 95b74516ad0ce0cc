"""The gradebook of a course: a page of learners in all tests costs the same for 2 or 200 of them."""

from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from uuid import UUID

import msgspec
from msgspec import structs

from banyan import assessments, attempts, courses, enrolments
from banyan.accounts import Person
from banyan.assessments import Settings
from banyan.enrolments import Learner
from banyan.gradebook import policy, store_book, totals
from banyan.gradebook.model_book import Book, BookLine, BookTest, Cell, OverrideView, OwnGrade, OwnGrades
from banyan.gradebook.store_book import OverrideRow, WeightsRow
from banyan.gradebook.tables import Cell as TableCell
from banyan.gradebook.totals import Reached
from banyan.kit.actor import Actor
from banyan.kit.database import Reader
from banyan.kit.toolbox import Kit
from banyan.kit.wire import cursor, read_cursor

__all__ = ["book_page", "book_table", "cell", "marks_of", "own_grades"]

_ROWS = 500  # learners of a table, read at a time


Marks = Mapping[tuple[UUID, int], float]  # the pass marks of revisions of tests


class Plan(msgspec.Struct, frozen=True):
    """The published tests of a course in its order, and what they weigh."""

    tests: dict[UUID, tuple[str, Settings]]
    weights: WeightsRow


async def book_page(kit: Kit, actor: Actor, course_id: UUID, query: str, after: str | None, limit: int) -> Book:
    """Learners of a course by name in all its published tests: six statements.

    Raises:
        NotFound, Forbidden: see `policy.may_read_book`.
        Malformed: `after` is not a cursor of such a list.
    """
    start = read_cursor(after, str, UUID)
    policy.may_read_book(actor, await courses.course_head(kit.db, kit.cache, course_id))
    db = kit.db.read()
    plan = await _plan(db, course_id)
    place = (start[0], start[1]) if start else None
    learners = await enrolments.learners_page(db, course_id, query, place, limit + 1)
    shown = learners[:limit]
    return Book(
        version=plan.weights.version,
        missing=plan.weights.missing,
        tests=[
            BookTest(
                id=test_id,
                title=title,
                weight=totals.weight_of(plan.weights, test_id),
                pass_percent=settings.pass_percent,
            )
            for test_id, (title, settings) in plan.tests.items()
        ],
        items=await _lines(db, course_id, plan, shown),
        next=cursor(shown[-1].name, shown[-1].id) if len(learners) > limit else None,
    )


async def book_table(
    kit: Kit, actor: Actor, course_id: UUID, query: str
) -> AsyncIterator[Sequence[Sequence[TableCell]]]:
    """The same as rows of a table: a few hundred learners at a time, in four statements.

    Raises:
        NotFound, Forbidden: see `policy.may_read_book`; at once, before anything is given.
    """
    policy.may_read_book(actor, await courses.course_head(kit.db, kit.cache, course_id))
    db = kit.db.read()
    plan = await _plan(db, course_id)

    async def pages() -> AsyncIterator[Sequence[Sequence[TableCell]]]:
        yield [["learner_id", "name", *(title for title, _ in plan.tests.values()), "total"]]
        place: tuple[str, UUID] | None = None
        while True:
            learners = await enrolments.learners_page(db, course_id, query, place, _ROWS)
            lines = await _lines(db, course_id, plan, learners)
            yield [
                [str(line.learner.id), line.learner.name, *(one.percent for one in line.cells.values()), line.total]
                for line in lines
            ]
            if len(learners) < _ROWS:
                return
            place = (learners[-1].name, learners[-1].id)

    return pages()


async def own_grades(kit: Kit, actor: Actor, course_id: UUID) -> OwnGrades:
    """One's own results in a course, as far as its tests tell them: seven statements, however many tests.

    Raises:
        NotFound, Forbidden: see `policy.may_see_own_grades`.
    """
    course = await courses.course_head(kit.db, kit.cache, course_id)
    db = kit.db.read()
    enrolled = course.school_id == actor.school_id and bool(await enrolments.enrolled_among(db, course_id, [actor.id]))
    policy.may_see_own_grades(actor, course, enrolled=enrolled)
    plan = await _plan(db, course_id)
    tests = list(plan.tests)
    rows = totals.by_learner_and_test(await store_book.attempts_among(db, [actor.id], tests))
    overrides = {row.test_id: row for row in await store_book.overrides_among(db, course_id, [actor.id])}
    closing = await store_book.closing_times(db, actor.id, tests)
    now = datetime.now(UTC)
    reached = {
        key: totals.reached(settings, rows.get((actor.id, key), [])) for key, (_, settings) in plan.tests.items()
    }
    marks = await marks_of(db, reached.items())
    grades, known = [], {}
    for test_id, (title, settings) in plan.tests.items():
        told = attempts.disclosure(settings, closing.get(test_id, settings.closes_at), now).now.score
        override = overrides.get(test_id)
        found = _overruled(reached[test_id], override)
        if told:
            known[test_id] = found
        percent = found.percent if told else None
        grades.append(
            OwnGrade(
                id=test_id,
                title=title,
                weight=totals.weight_of(plan.weights, test_id),
                state=found.state,
                attempts=found.attempts,
                percent=percent,
                passed=totals.passed(percent, _mark(test_id, settings, found, marks)),
                told=told,
                overridden=told and override is not None,
            )
        )
    return OwnGrades(total=totals.total(known, plan.weights), tests=grades)


async def marks_of(db: Reader, reached: Iterable[tuple[UUID, Reached]]) -> Marks:
    """The pass marks that these results, each of a test, are held to: one statement."""
    wanted = {(test_id, one.revision) for test_id, one in reached if one.revision is not None}
    return await assessments.pass_marks(db, [key for key, _ in wanted], [number for _, number in wanted])


def cell(test_id: UUID, settings: Settings, found: Reached, override: OverrideRow | None, marks: Marks) -> Cell:
    """A learner in a test, as their attempts and whoever overrules them say."""
    percent = override.percent if override else found.percent
    return Cell(
        percent=percent,
        passed=totals.passed(percent, _mark(test_id, settings, found, marks)),
        state=found.state,
        attempts=found.attempts,
        override=OverrideView(
            percent=override.percent,
            reason=override.reason,
            author=Person(id=override.author_id, name=override.author),
            at=override.at,
            instead_of=found.percent,
        )
        if override
        else None,
    )


async def _plan(db: Reader, course_id: UUID) -> Plan:
    tests = await assessments.tests_in(db, course_id)
    return Plan(
        {
            row.id: (row.published_title or row.title, row.published_settings)
            for row in tests
            if row.published_settings is not None
        },
        await store_book.weights(db, course_id),
    )


async def _lines(db: Reader, course_id: UUID, plan: Plan, learners: Sequence[Learner]) -> list[BookLine]:
    ids = [learner.id for learner in learners]
    rows = totals.by_learner_and_test(await store_book.attempts_among(db, ids, list(plan.tests)))
    overrides = {(row.learner_id, row.test_id): row for row in await store_book.overrides_among(db, course_id, ids)}
    reached = {
        (learner_id, test_id): totals.reached(settings, rows.get((learner_id, test_id), []))
        for learner_id in ids
        for test_id, (_, settings) in plan.tests.items()
    }
    marks = await marks_of(db, ((test_id, one) for (_, test_id), one in reached.items()))
    return [_line(plan, learner, reached, overrides, marks) for learner in learners]


def _line(
    plan: Plan,
    learner: Learner,
    reached: Mapping[tuple[UUID, UUID], Reached],
    overrides: Mapping[tuple[UUID, UUID], OverrideRow],
    marks: Marks,
) -> BookLine:
    cells, known = {}, {}
    for test_id, (_, settings) in plan.tests.items():
        override = overrides.get((learner.id, test_id))
        found = reached[learner.id, test_id]
        cells[test_id] = cell(test_id, settings, found, override, marks)
        known[test_id] = _overruled(found, override)
    return BookLine(
        learner=Person(id=learner.id, name=learner.name), total=totals.total(known, plan.weights), cells=cells
    )


def _mark(test_id: UUID, settings: Settings, found: Reached, marks: Marks) -> float | None:
    """What a result has to come to: as its revision said, or as the newest does of who has taken none."""
    return settings.pass_percent if found.revision is None else marks.get((test_id, found.revision))


def _overruled(found: Reached, override: OverrideRow | None) -> Reached:
    return structs.replace(found, percent=override.percent) if override else found
