"""The results of a test, for the staff of its course: who has reached what, as a list and as a table."""

from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from uuid import UUID

from banyan import assessments, attempts
from banyan.accounts import Person
from banyan.assessments import Head, Settings
from banyan.attempts import AttemptHead
from banyan.gradebook import looking, store_results, store_statistics
from banyan.gradebook.model import AttemptLine, Bar, Histogram, TestResult, Wanted
from banyan.gradebook.store_results import AttemptRow, ResultRow
from banyan.gradebook.tables import Cell
from banyan.kit.actor import Actor
from banyan.kit.toolbox import Kit
from banyan.kit.wire import Page, cursor, read_cursor

__all__ = ["histogram", "results_page", "results_table"]

_FOR = 3.0  # seconds that statistics are kept
_ROWS = 500  # of a table, read at a time
_BARS = 10
_COLUMNS = (
    *("learner_id", "name", "email", "state", "attempts", "percent", "points", "max_points", "passed"),
    *("started_at", "submitted_at", "seconds"),
)


async def results_page(
    kit: Kit, actor: Actor, test_id: UUID, wanted: Wanted, after: str | None, limit: int
) -> Page[TestResult]:
    """The learners of a course and all who have begun its test, with what they have reached: one statement.

    Raises:
        NotFound, Forbidden: see `policy.may_see_results`.
        Malformed: `after` is not a cursor of such a list.
    """
    start = read_cursor(after, float, str, UUID)
    test = await looking.seen_by_staff(kit, actor, test_id)
    settings = await _settings(kit, test)
    place = (start[0], start[1], start[2]) if start else None
    rows = await store_results.results(
        kit.db.read(), test_id, settings.counts, test.course_id, wanted, place, limit + 1
    )
    marks = await _marks_of(kit, test_id, rows)
    following = cursor(*store_results.place_after(rows[limit - 1])) if len(rows) > limit else None
    return Page([_view(row, settings, marks) for row in rows[:limit]], following)


async def results_table(
    kit: Kit, actor: Actor, test_id: UUID, wanted: Wanted
) -> AsyncIterator[Sequence[Sequence[Cell]]]:
    """The same as rows of a table, the first of them names: a few hundred at a time, each time one statement.

    Raises:
        NotFound, Forbidden: see `policy.may_see_results`; at once, before anything is given.
    """
    test = await looking.seen_by_staff(kit, actor, test_id)
    settings = await _settings(kit, test)

    async def pages() -> AsyncIterator[Sequence[Sequence[Cell]]]:
        yield [_COLUMNS]
        place = None
        while True:
            rows = await store_results.results(
                kit.db.read(), test_id, settings.counts, test.course_id, wanted, place, _ROWS
            )
            marks = await _marks_of(kit, test_id, rows)
            yield [_cells(row, settings, marks) for row in rows]
            if len(rows) < _ROWS:
                return
            place = store_results.place_after(rows[-1])

    return pages()


async def histogram(kit: Kit, actor: Actor, test_id: UUID) -> Histogram:
    """How the results of a test are spread; a few seconds old at most.

    Raises:
        NotFound, Forbidden: see `policy.may_see_results`.
    """
    test = await looking.seen_by_staff(kit, actor, test_id)
    settings = await _settings(kit, test)

    async def load() -> Histogram:
        taken = await store_statistics.revisions_taken(kit.db.read(), test_id)
        marks = await _marks(kit, test_id, taken) if taken else {0: settings.pass_percent}
        given = {number: mark for number, mark in marks.items() if mark is not None}
        row = await store_results.spread(kit.db.read(), test_id, settings.counts, given)
        step = 100 // _BARS
        return Histogram(
            learners=row.learners,
            bars=[Bar(low=at * step, high=(at + 1) * step, count=count) for at, count in enumerate(row.bars)],
            mean=row.mean,
            median=row.median,
            deviation=row.deviation,
            lowest=row.lowest,
            highest=row.highest,
            passed=row.passed if given else None,
            pass_percent=marks[max(marks)],
            median_seconds=None if row.median_seconds is None else round(row.median_seconds),
        )

    return await kit.cache.get(f"histogram:{test_id}:{test.revision}", _FOR, Histogram, load)


async def _marks_of(kit: Kit, test_id: UUID, rows: Sequence[ResultRow]) -> dict[int, float | None]:
    return await _marks(kit, test_id, {attempt.revision for row in rows for attempt in row.attempts})


async def _marks(kit: Kit, test_id: UUID, revisions: Iterable[int]) -> dict[int, float | None]:
    """The pass marks of revisions: an attempt is held to that of its own, whatever was published since."""
    return {number: (await assessments.revision_of(kit, test_id, number)).settings.pass_percent for number in revisions}


async def _settings(kit: Kit, test: Head) -> Settings:
    edition = await looking.edition_of(kit, test)
    return edition.settings if edition else Settings()


def _view(row: ResultRow, settings: Settings, marks: Mapping[int, float | None]) -> TestResult:
    heads = [_head(attempt) for attempt in row.attempts]
    found = attempts.counted(settings.counts, heads)
    counting = set(found.attempts) if found else set()
    lines = [_line(attempt, counts=attempt.id in counting) for attempt in row.attempts]
    counted = [line for line in lines if line.counts]
    one = counted[0] if len(counted) == 1 else None
    revision = max((attempt.revision for attempt in row.attempts if attempt.id in counting), default=None)
    wanted = None if revision is None else marks[revision]
    times = [line.seconds for line in counted if line.seconds is not None]
    return TestResult(
        learner=Person(id=row.learner_id, name=row.name),
        enrolled=row.enrolled,
        state=row.state,
        percent=row.percent,
        points=one.points if one else None,
        max_points=one.max_points if one else None,
        passed=None if wanted is None or row.percent is None else row.percent >= wanted,
        seconds=round(sum(times) / len(times)) if times else None,
        attempts=lines,
    )


def _head(row: AttemptRow) -> AttemptHead:
    return AttemptHead(
        id=row.id,
        number=row.number,
        revision=row.revision,
        state=row.state,
        started_at=row.started_at,
        deadline_at=row.deadline_at,
        submitted_at=row.submitted_at,
        score=row.points,
        max_points=row.max_points,
        now=row.started_at,
        overdue=False,
    )


def _line(row: AttemptRow, *, counts: bool) -> AttemptLine:
    return AttemptLine(
        id=row.id,
        number=row.number,
        state=row.state,
        points=row.points,
        max_points=row.max_points,
        percent=attempts.percent_of(row.points, row.max_points),
        counts=counts,
        started_at=row.started_at,
        deadline_at=row.deadline_at,
        submitted_at=row.submitted_at,
        seconds=round((row.submitted_at - row.started_at).total_seconds()) if row.submitted_at else None,
    )


def _cells(row: ResultRow, settings: Settings, marks: Mapping[int, float | None]) -> Sequence[Cell]:
    view = _view(row, settings, marks)
    shown = next((line for line in view.attempts if line.counts), view.attempts[-1] if view.attempts else None)
    return (
        *(str(row.learner_id), row.name, row.email, row.state, len(row.attempts)),
        *(view.percent, view.points, view.max_points, view.passed),
        *((shown.started_at, shown.submitted_at) if shown else (None, None)),
        view.seconds,
    )
