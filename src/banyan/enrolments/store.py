"""Every statement about enrolments. An enrolment and its roster row are written together."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from banyan.enrolments.model import Doing, Enrolment, Learner, RosterRow
from banyan.kit.database import Reader, Writer

__all__ = [
    "Places",
    "add_enrolments",
    "await_enrolments",
    "end_enrolment",
    "enrolled_among",
    "enrolment",
    "forget_course",
    "free_place",
    "hold_enrolments",
    "hold_learners",
    "learners_page",
    "lock_places",
    "mark_completed",
    "places_by_state",
    "places_taken",
    "progress_in",
    "rename",
    "roster_page",
    "take_awaited",
    "take_places",
]


class Places(msgspec.Struct, frozen=True):
    """The places taken in all courses of one state."""

    state: str
    taken: int


async def enrolment(db: Reader, learner_id: UUID, course_id: UUID) -> Enrolment | None:
    """A learner's enrolment in a course, also one that has been left."""
    return await db.maybe(
        Enrolment,
        """
        select course_id, state, enrolled_at, completed_at from enrolment where learner_id = $1 and course_id = $2
        """,
        learner_id,
        course_id,
    )


async def lock_places(tx: Writer, course_id: UUID) -> int:
    """How many places of a course are taken; nobody else enters it until the commit.

    Whoever asks after this who is in the course gets what the one before has committed, so nobody is counted twice and
    a course is never overbooked.
    """
    return await tx.one(
        int,
        """
        insert into places (course_id) values ($1)
            on conflict (course_id) do update set taken = places.taken
        returning taken
        """,
        course_id,
    )


async def take_places(tx: Writer, course_id: UUID, count: int) -> None:
    """Take places that are left, as `lock_places` told."""
    await tx.execute("update places set taken = taken + $2 where course_id = $1", course_id, count)


async def places_taken(db: Reader, course_id: UUID) -> int:
    """How many places of a course are taken."""
    return await db.maybe(int, "select taken from places where course_id = $1", course_id) or 0


async def free_place(tx: Writer, course_id: UUID) -> None:
    """Give a place back."""
    await tx.execute("update places set taken = taken - 1 where course_id = $1 and taken > 0", course_id)


async def enrolled_among(db: Reader, course_id: UUID, learners: Sequence[UUID]) -> set[UUID]:
    """Those of `learners` who are in the course."""
    return set(
        await db.all(
            UUID,
            "select learner_id from roster where course_id = $1 and learner_id = any($2) and state = 'active'",
            course_id,
            learners,
        )
    )


async def hold_learners(tx: Writer, course_id: UUID, learners: Sequence[UUID]) -> list[Learner]:
    """Those of `learners` who are in the course; none of them leaves it before the commit."""
    return await tx.all(
        Learner,
        """
        select learner_id as id, name, enrolled_at from roster
         where course_id = $1 and learner_id = any($2::uuid[]) and state = 'active'
         order by learner_id
           for share
        """,
        course_id,
        learners,
    )


async def hold_enrolments(tx: Writer, learner_id: UUID) -> None:
    """Keep a learner's enrolments from ending, and others from building on them, before the commit.

    For whoever changes what is stored of someone in places that stand on their enrolments: `hold_learners` comes first
    for everyone else, so no two can wait for each other.
    """
    held = await tx.all(UUID, "select course_id from enrolment where learner_id = $1 order by course_id", learner_id)
    for lot in tx.lots(held):
        await tx.all(
            UUID,
            """
            select course_id from roster
             where course_id = any($2::uuid[]) and learner_id = $1
             order by course_id
               for no key update
            """,
            learner_id,
            lot,
        )


async def learners_page(
    db: Reader, course_id: UUID, query: str, after: tuple[str, UUID] | None, limit: int
) -> list[Learner]:
    """The learners of a course by name, those after the given name and id; with a query, whose name has it."""
    return await db.all(
        Learner,
        """
        select learner_id as id, name, enrolled_at from roster
         where course_id = $1 and state = 'active'
           and (name, learner_id) > ($3, $4)
           and strpos(lower(name), lower($2)) > 0
         order by name, learner_id
         limit $5
        """,
        course_id,
        query,
        *(after or ("", UUID(int=0))),
        limit,
    )


async def add_enrolments(
    tx: Writer, course_id: UUID, learners: Sequence[UUID], names: Sequence[str], emails: Sequence[str]
) -> None:
    """Enrol learners, each under both keys; one who had left comes back, with the progress they had."""
    await tx.execute(
        """
        insert into enrolment (learner_id, course_id)
        select learner_id, $1 from unnest($2::uuid[]) learner_id
            on conflict (learner_id, course_id) do update set state = 'active'
        """,
        course_id,
        learners,
    )
    await tx.execute(
        """
        insert into roster (course_id, learner_id, name, email)
        select $1, learner_id, name, email
          from unnest($2::uuid[], $3::text[], $4::text[]) as new (learner_id, name, email)
            on conflict (course_id, learner_id) do update
           set state = 'active', name = excluded.name, email = excluded.email
        """,
        course_id,
        learners,
        names,
        emails,
    )


async def end_enrolment(tx: Writer, learner_id: UUID, course_id: UUID) -> bool:
    """End an enrolment under both keys; False if there was none. The progress stays."""
    ended = await tx.execute(
        "update enrolment set state = 'left' where learner_id = $1 and course_id = $2 and state = 'active'",
        learner_id,
        course_id,
    )
    if ended:
        await tx.execute(
            "update roster set state = 'left' where course_id = $1 and learner_id = $2", course_id, learner_id
        )
    return bool(ended)


async def mark_completed(tx: Writer, learner_id: UUID, course_id: UUID) -> datetime | None:
    """Note under both keys that the learner has completed the course; None if that was known."""
    at = await tx.maybe(
        datetime,
        """
        update enrolment set completed_at = now()
         where learner_id = $1 and course_id = $2 and completed_at is null
        returning completed_at
        """,
        learner_id,
        course_id,
    )
    if at is not None:
        await tx.execute(
            "update roster set completed_at = $3 where course_id = $1 and learner_id = $2", course_id, learner_id, at
        )
    return at


async def roster_page(
    db: Reader, course_id: UUID, query: str, after: tuple[str, UUID] | None, limit: int
) -> list[RosterRow]:
    """The course's learners by name, those after the given name and id."""
    return await db.all(
        RosterRow,
        """
        select learner_id, name, email, state, enrolled_at, completed_at from roster
         where course_id = $1 and state = 'active'
           and (name, learner_id) > ($3, $4)
           and (strpos(lower(name), lower($2)) > 0 or starts_with(lower(email), lower($2)))
         order by name, learner_id
         limit $5
        """,
        course_id,
        query,
        *(after or ("", UUID(int=0))),
        limit,
    )


async def progress_in(db: Reader, course_id: UUID, learners: Sequence[UUID]) -> dict[UUID, Doing]:
    """How far these learners are in a course; those who have begun nothing are left out."""
    found = await db.all(
        Doing,
        """
        select learner_id, (count(*) filter (where state = 'done'))::integer as done, max(updated_at) as seen_at
          from progress
         where learner_id = any($2::uuid[]) and course_id = $1
         group by learner_id
        """,
        course_id,
        learners,
    )
    return {one.learner_id: one for one in found}


async def await_enrolments(tx: Writer, school_id: UUID, course_id: UUID, emails: Sequence[str]) -> list[str]:
    """Enrol these addresses as soon as they have an account; those that were not awaited before."""
    return await tx.all(
        str,
        """
        insert into awaited_enrolment (email, school_id, course_id)
        select email, $1, $2 from unnest($3::text[]) email
            on conflict do nothing
        returning email
        """,
        school_id,
        course_id,
        emails,
    )


async def take_awaited(tx: Writer, school_id: UUID, email: str) -> list[UUID]:
    """The courses that wait for this address; they wait no longer."""
    return await tx.all(
        UUID, "delete from awaited_enrolment where email = $1 and school_id = $2 returning course_id", email, school_id
    )


async def places_by_state(db: Reader) -> list[Places]:
    """How many places are taken in all, by the state of the course."""
    return await db.all(
        Places,
        """
        select c.state, sum(p.taken)::bigint as taken
          from places p
          join course c on c.id = p.course_id
         where c.deleted_at is null
         group by c.state
        """,
    )


async def rename(tx: Writer, learner_id: UUID, name: str, email: str) -> None:
    """Bring a new name to the rosters of the learner's courses."""
    await tx.execute(
        """
        update roster set name = $2, email = $3
         where learner_id = $1 and course_id in (select course_id from enrolment where learner_id = $1)
        """,
        learner_id,
        name,
        email,
    )


async def forget_course(tx: Writer, course_id: UUID) -> None:
    """Delete who was in a course that goes for good."""
    await tx.execute(
        """
        delete from enrolment
         where course_id = $1 and learner_id in (select learner_id from roster where course_id = $1)
        """,
        course_id,
    )
    await tx.execute("delete from roster where course_id = $1", course_id)
    await tx.execute("delete from places where course_id = $1", course_id)
