"""Beginning attempts: whole classes do it in the same second, so they are gathered into three statements."""

import secrets
from collections.abc import Sequence
from uuid import UUID

import msgspec

from banyan import assessments, courses
from banyan.assessments import PublishedTest, Window
from banyan.attempts import closing, memory, policy, store_starting
from banyan.attempts.model import AttemptView, Facts, HeadRow, OpenTimes, StartAttempt
from banyan.attempts.problems import NoAttemptsLeft, TestNotOpen, WrongAccessCode
from banyan.attempts.store_starting import Comer, NewAttempt
from banyan.attempts.views import attempt_view
from banyan.kit.actor import Actor
from banyan.kit.batching import Batcher, Shards
from banyan.kit.database import Writer
from banyan.kit.ids import new_id
from banyan.kit.problems import Forbidden, NotFound, Problem, Unavailable
from banyan.kit.toolbox import Kit

__all__ = ["StartBatcher", "preview", "start"]

_CODE_RATE = "20 per minute"
_TRIES = 4  # another process may be faster each time; it never was twice


class Start(msgspec.Struct, frozen=True):
    """Someone who wants to begin an attempt. `admitted`: they gave the access code, if there is one."""

    learner_id: UUID
    test: PublishedTest
    window: Window
    admitted: bool


class Running(msgspec.Struct, frozen=True):
    """There is an attempt already."""

    attempt_id: UUID


class NotEnrolled(msgspec.Struct, frozen=True):
    """They are no learner of the course."""


Outcome = HeadRow | Running | NotEnrolled | Problem


class StartBatcher(Batcher[Start, Outcome]):
    """Gathers the starts of everyone at all tests into one transaction of three statements."""

    def __init__(self, kit: Kit) -> None:
        async def write(starts: Sequence[Start]) -> list[Outcome]:
            outcomes: dict[int, Outcome] = {}
            waiting = list(enumerate(starts))
            for _ in range(_TRIES):
                async with kit.db.write(replan=True) as tx:
                    waiting = await _begin(tx, waiting, outcomes)
                if not waiting:
                    return [outcomes[at] for at in range(len(starts))]
            raise Unavailable

        super().__init__(
            "starts",
            write,
            key=lambda one: (one.learner_id, one.test.id),
            shards=Shards(kit.db.primary, lambda one: one.learner_id),
        )


async def start(kit: Kit, actor: Actor, test_id: UUID, command: StartAttempt) -> tuple[AttemptView, bool]:
    """Begin an attempt, or give the one that runs; and whether it is new.

    Raises:
        NotFound: the actor may not see the test.
        Forbidden: they are not enrolled.
        TestNotOpen, NoAttemptsLeft, WrongAccessCode
        TooMany: too many access codes.
    """
    head = await assessments.head(kit, test_id)
    course = await courses.course_head(kit.db, kit.cache, head.course_id)
    policy.may_take(actor, head, course, enrolled=True)  # whether they are, the batch asks
    test = await assessments.published(kit, test_id)
    if test.settings.access_code is not None and command.access_code:
        await kit.limiter.check(_CODE_RATE, "access_code", str(actor.id))
    admitted = assessments.has_access_code(test.settings, command.access_code)
    window = assessments.window(test.settings, await assessments.accommodation_of(kit, test_id, actor.id))
    for _ in range(2):
        outcome = await kit.part(StartBatcher).submit(Start(actor.id, test, window, admitted))
        match outcome:
            case HeadRow():
                await memory.remember(kit, outcome.facts)
                return attempt_view(test, outcome, []), True
            case Running(attempt_id):
                running = await memory.standing(kit, actor.id, attempt_id)
                if running.head.state == "running" and not running.head.overdue:
                    began_at = await assessments.revision_of(kit, test_id, running.head.revision)
                    return attempt_view(began_at, running.head, running.answers), False
                await closing.closed_if_overdue(kit, actor.id, attempt_id)
            case NotEnrolled():
                policy.may_take(actor, head, course, enrolled=False)
                raise Forbidden
            case _:
                raise outcome
    raise Unavailable


async def preview(kit: Kit, actor: Actor, test_id: UUID) -> AttemptView:
    """Take a test as it is written now, as its learners would, without counting; the actor's previews before it go.

    Raises:
        NotFound, Forbidden: the actor is not on the staff.
        NothingToAsk, UnfitTest: it could not be published like this.
    """
    rendered = await assessments.begin_preview(kit, actor, test_id)
    async with kit.db.write() as tx:
        test = await assessments.keep_preview(tx, kit, actor, test_id, rendered)
        number = await store_starting.forget_previews(tx, actor.id, test_id)
        comer = (await store_starting.comers(tx, [actor.id], [test_id], [test.course_id]))[1]
        # The time limit is part of what one wants to see, when the test opens and closes is not.
        timed = Window(None, None, test.settings.time_limit_seconds, None)
        new = _new_attempt(Start(actor.id, test, timed, admitted=True), comer, number)
        if not await store_starting.add_attempts(tx, [new]):
            raise Unavailable  # two at once: the other one is there
    await memory.remember(kit, new.facts)
    return attempt_view(test, _head(new), [])


async def _begin(
    tx: Writer, starts: Sequence[tuple[int, Start]], outcomes: dict[int, Outcome]
) -> list[tuple[int, Start]]:
    """Begin what can begin; the outcomes by place, and those left to try again: another process began them just now."""
    comers = await store_starting.comers(
        tx,
        [one.learner_id for _, one in starts],
        [one.test.id for _, one in starts],
        [one.test.course_id for _, one in starts],
    )
    new: list[tuple[int, Start, NewAttempt]] = []
    for row, (at, one) in enumerate(starts, 1):
        comer = comers.get(row)
        found = _refusal(one, comer)
        if found is not None or comer is None:
            outcomes[at] = found or NotFound()
        else:
            new.append((at, one, _new_attempt(one, comer, comer.last + 1)))
    added = await store_starting.add_attempts(tx, [attempt for _, _, attempt in new]) if new else set()
    left = []
    for at, one, attempt in new:
        if attempt.facts.id in added:
            outcomes[at] = _head(attempt)
        else:
            left.append((at, one))
    return left


def _refusal(one: Start, comer: Comer | None) -> Outcome | None:
    """Why nothing begins; None if it can."""
    if comer is None or not comer.enrolled:
        return NotEnrolled()
    if comer.running is not None:
        return Running(comer.running)
    window = one.window
    if (window.opens_at and comer.now < window.opens_at) or (window.closes_at and comer.now >= window.closes_at):
        return TestNotOpen(current=OpenTimes(opens_at=window.opens_at, closes_at=window.closes_at))
    if window.attempts is not None and comer.used >= window.attempts:
        return NoAttemptsLeft()
    return None if one.admitted else WrongAccessCode()


def _new_attempt(one: Start, comer: Comer, number: int) -> NewAttempt:
    test = one.test
    facts = Facts(
        one.learner_id, new_id(), test.id, test.course_id, test.revision, number, secrets.randbits(63), comer.now
    )
    points = test.points
    if points is None:
        laid_out = assessments.layout(test, facts.seed)
        points = sum(test.questions[question].points for section in laid_out for question in section.questions)
    return NewAttempt(facts, comer.name, one.window.deadline(comer.now), points)


def _head(new: NewAttempt) -> HeadRow:
    facts = new.facts
    return HeadRow(
        learner_id=facts.learner_id,
        id=facts.id,
        test_id=facts.test_id,
        course_id=facts.course_id,
        revision=facts.revision,
        number=facts.number,
        seed=facts.seed,
        started_at=facts.started_at,
        state="running",
        deadline_at=new.deadline_at,
        submitted_at=None,
        score=None,
        max_points=new.max_points,
        now=facts.started_at,
        overdue=False,
    )
