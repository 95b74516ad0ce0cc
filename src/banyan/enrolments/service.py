"""Entering courses, leaving them, and who is in them."""

from collections.abc import Sequence
from functools import partial
from uuid import UUID

from banyan import accounts, courses, revisions
from banyan.enrolments import lists, policy, store
from banyan.enrolments.jobs import Invitation, invite, welcome
from banyan.enrolments.metrics import ENROLLED
from banyan.enrolments.model import (
    AlreadyEnrolled,
    BatchLine,
    BatchOutcome,
    CourseFull,
    Enrolled,
    Enrolment,
    EnrolmentEnded,
    Participant,
    ParticipantAccount,
    WrongCode,
)
from banyan.kit.actor import Actor
from banyan.kit.database import Database, Writer
from banyan.kit.deeds import Deed
from banyan.kit.problems import NotFound
from banyan.kit.toolbox import Kit
from banyan.kit.wire import Page, cursor, read_cursor

__all__ = ["enrol", "enrol_by_code", "enrol_many", "enrolment_of", "leave", "people", "remove"]

_CODE_RATE = "20 per minute"
_LIST_RATE = "60 per hour"  # of up to 2,000 addresses each, to whom letters go


async def enrolment_of(db: Database, learner_id: UUID, course_id: UUID) -> Enrolment | None:
    """The learner's enrolment if they are in the course now."""
    found = await store.enrolment(db.read(), learner_id, course_id)
    return found if found is not None and found.state == "active" else None


async def enrol(kit: Kit, actor: Actor, course_id: UUID, code: str) -> None:
    """Enter a course.

    Raises:
        CourseFull, AlreadyEnrolled, WrongCode, NotOpen, NotFound, TooMany
    """
    if code:
        await _count_code(kit, actor)
    await _enter(kit, actor, course_id, code)


async def enrol_by_code(kit: Kit, actor: Actor, code: str) -> UUID:
    """Enter the course that has this code; its id.

    Raises:
        WrongCode: no course of the school has it.
        CourseFull, AlreadyEnrolled, TooMany
    """
    await _count_code(kit, actor)
    course = await courses.head_by_code(kit.db.read(), actor.school_id, code.strip().upper())
    if course is None:
        raise WrongCode("No course has this code.")
    await _enter(kit, actor, course.id, code)
    return course.id


async def leave(kit: Kit, actor: Actor, course_id: UUID) -> None:
    """Leave a course; the progress is kept for a return.

    Raises:
        NotFound: the caller is not in it.
    """
    async with kit.db.write() as tx:
        policy.may_leave(actor, await courses.fresh_head(tx, course_id))
        await _end(tx, actor.id, course_id)


async def remove(kit: Kit, actor: Actor, course_id: UUID, learner_id: UUID) -> None:
    """Take a learner out of a course.

    Raises:
        NotFound: they are not in it, or the caller cannot see it.
        Forbidden: the caller does not teach it.
    """
    async with kit.db.write() as tx:
        policy.may_enrol_others(actor, await courses.fresh_head(tx, course_id))
        await _end(tx, learner_id, course_id)
        learner = await accounts.account_of(tx, learner_id)
        await tx.emit(Deed(actor, "enrolments.removed", f"account:{learner_id}", course_id, {"name": learner.name}))


async def enrol_many(kit: Kit, actor: Actor, course_id: UUID, entries: Sequence[lists.Entry]) -> BatchOutcome:
    """Enrol people by address, invite those who have no account, and report the rest line by line.

    All in one transaction; the number of statements does not depend on the number of lines. Who has been invited to
    the course before gets no second letter.

    Raises:
        NotFound, Forbidden: the caller does not teach the course.
        TooMany: too many lists in an hour.
    """
    await kit.limiter.check(_LIST_RATE, "enrol_many", str(actor.id))
    async with kit.db.write() as tx:
        course = await courses.fresh_head(tx, course_id)
        policy.may_enrol_others(actor, course)
        lines, wanted = lists.sort_out(entries)
        known = await accounts.accounts_by_email(tx, actor.school_id, list(wanted))
        left = _left(course, await store.lock_places(tx, course_id))
        inside = await store.enrolled_among(tx, course_id, [account.id for account in known.values()])
        coming = [email for email in wanted if email in known and known[email].id not in inside]
        room = len(coming) if left is None else min(len(coming), left)
        await _add(tx, course_id, [known[email] for email in coming[:room]])
        strangers = [email for email in wanted if email not in known]
        awaited = await store.await_enrolments(tx, actor.school_id, course_id, strangers)
        await tx.enqueue(*(invite(Invitation(actor.school_id, course_id, email)) for email in awaited))
        if room or awaited:
            details = {"enrolled": room, "invited": len(awaited)}
            await tx.emit(Deed(actor, "enrolments.added", f"course:{course_id}", course_id, details))
    already = [email for email in wanted if email in known and known[email].id in inside]
    lines += [BatchLine(line=wanted[email], code="already_enrolled", detail=email) for email in already]
    lines += [BatchLine(line=wanted[email], code="course_full", detail=email) for email in coming[room:]]
    lines += [BatchLine(line=wanted[email], code="invited", detail=email) for email in strangers]
    return BatchOutcome(
        enrolled=room, invited=len(strangers), already=len(already), lines=sorted(lines, key=lambda line: line.line)
    )


async def people(
    kit: Kit, actor: Actor, course_id: UUID, query: str, after: str | None, limit: int
) -> Page[Participant]:
    """The learners of a course by name, with their progress, for its staff."""
    course = await courses.course_head(kit.db, kit.cache, course_id)
    policy.may_see_people(actor, course)
    rows = await store.roster_page(kit.db.read(), course_id, query, read_cursor(after, str, UUID), limit + 1)
    doing = await store.progress_in(kit.db.read(), course_id, [row.learner_id for row in rows[:limit]])
    published = await revisions.published(kit.db, kit.cache, course_id)
    total = len(published.items) if published else 0
    shown = [
        Participant(
            account=ParticipantAccount(id=row.learner_id, name=row.name, email=row.email),
            role="learner",
            state="completed" if row.completed_at else row.state,
            enrolled_at=row.enrolled_at,
            completed_at=row.completed_at,
            percent=min(100, one.done * 100 // total) if one and total else 0,
            seen_at=one.seen_at if one else None,
        )
        for row in rows[:limit]
        for one in (doing.get(row.learner_id),)
    ]
    return Page(shown, cursor(rows[limit - 1].name, rows[limit - 1].learner_id) if len(rows) > limit else None)


async def _count_code(kit: Kit, actor: Actor) -> None:
    await kit.limiter.check(_CODE_RATE, "enrolment_code", str(actor.id))


async def _enter(kit: Kit, actor: Actor, course_id: UUID, code: str) -> None:
    async with kit.db.write() as tx:
        course = await courses.fresh_head(tx, course_id)
        policy.may_enrol(actor, course, code)
        left = _left(course, await store.lock_places(tx, course_id))
        found = await store.enrolment(tx, actor.id, course_id)
        if found is not None and found.state == "active":
            raise AlreadyEnrolled
        if left == 0:
            raise CourseFull
        await _add(tx, course_id, [await accounts.account_of(tx, actor.id)])


def _left(course: courses.CourseHead, taken: int) -> int | None:
    """How many places are left; None where there is no limit."""
    return None if course.places is None else max(0, course.places - taken)


async def _add(tx: Writer, course_id: UUID, people: Sequence[accounts.Account]) -> None:
    """Let people in for whom there are places, which the caller holds."""
    await store.take_places(tx, course_id, len(people))
    await store.add_enrolments(
        tx,
        course_id,
        [person.id for person in people],
        [person.name for person in people],
        [person.email for person in people],
    )
    await tx.enqueue(*(welcome(Enrolled(course_id, person.id)) for person in people))
    for person in people:
        await tx.emit(Enrolled(course_id, person.id))
    tx.after_commit(partial(ENROLLED.inc, len(people)))


async def _end(tx: Writer, learner_id: UUID, course_id: UUID) -> None:
    await store.free_place(tx, course_id)  # first, as whoever enters does: so the two cannot wait for each other
    if not await store.end_enrolment(tx, learner_id, course_id):
        raise NotFound  # the same words as for a course that is not there
    await tx.emit(EnrolmentEnded(course_id, learner_id))


async def on_account_opened(_kit: Kit, tx: Writer, event: accounts.AccountOpened) -> None:
    """Reaction: enrol a new account where its address was awaited, as far as there are places."""
    account = await accounts.account_of(tx, event.account_id)
    # In one order for everyone: two who enter the same courses must not wait for each other.
    for course_id in sorted(await store.take_awaited(tx, event.school_id, event.email)):
        course = await courses.fresh_head(tx, course_id)
        if not course.deleted and _left(course, await store.lock_places(tx, course_id)) != 0:
            await _add(tx, course_id, [account])


async def on_renamed(_kit: Kit, tx: Writer, event: accounts.Renamed) -> None:
    """Reaction: rosters show the new name."""
    await store.rename(tx, event.account_id, event.name, event.email)


async def on_course_purged(_kit: Kit, tx: Writer, event: courses.CoursePurged) -> None:
    """Reaction: who was in a course goes with it."""
    await store.forget_course(tx, event.course_id)
