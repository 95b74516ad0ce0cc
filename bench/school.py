"""A school to measure on: enough people, courses and progress that nothing fits into one page of an index.

It is written straight into Banyan's tables, the same on every run but for its ids.
"""

import hashlib
import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg
import msgspec

from banyan.kit.ids import new_id
from banyan.kit.security import hash_token, new_token

__all__ = ["COURSES", "COURSES_EACH", "ITEMS", "LEARNERS", "Learner", "School", "add_learners", "enrol", "found"]

LEARNERS = 2_000
COURSES = 50
MODULES = 8
ITEMS = 40  # of each course
COURSES_EACH = 5  # that a learner is in
_NOW = datetime.now(UTC).replace(microsecond=0)
_TERM = datetime(2026, 1, 12, 9, tzinfo=UTC)
_FAR = datetime(2099, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Course:
    """A published course; `items` in the order of reading."""

    id: UUID
    items: list[UUID]


@dataclass(frozen=True, slots=True)
class Learner:
    """Someone signed in; `begun` says how many items of each of their courses they have opened."""

    id: UUID
    token: str
    begun: dict[UUID, int]


@dataclass(frozen=True, slots=True)
class School:
    """The school that has been founded."""

    id: UUID
    courses: list[Course]
    learners: list[Learner]

    def visits(self) -> list[tuple[Learner, Course]]:
        """Every learner with each of their courses, well shuffled, the same way each time."""
        courses = {course.id: course for course in self.courses}
        pairs = [(learner, courses[course_id]) for learner in self.learners for course_id in learner.begun]
        random.Random(2).shuffle(pairs)
        return pairs


async def found(database_url: str, *, learners: int = LEARNERS, courses: int = COURSES) -> School:
    """Found the school in a database that has been migrated and has none."""
    connection = await asyncpg.connect(database_url)
    try:
        async with connection.transaction():
            school_id, planned = new_id(), [Course(new_id(), [new_id() for _ in range(ITEMS)]) for _ in range(courses)]
            await connection.execute(
                "insert into school (id, slug, name) values ($1, 'bench', 'A school to measure on')", school_id
            )
            for number, course in enumerate(planned):
                await _add_course(connection, school_id, number, course)
            people = [_learner(number, planned) for number in range(learners)]
            await add_learners(connection, school_id, people)
            await _add_progress(connection, people, {course.id: course for course in planned})
        await connection.execute("vacuum analyze")
        await connection.execute("checkpoint")
    finally:
        await connection.close()
    return School(school_id, planned, people)


def _learner(number: int, courses: list[Course]) -> Learner:
    chosen = [courses[(number + step * 7) % len(courses)].id for step in range(min(COURSES_EACH, len(courses)))]
    return Learner(
        new_id(),
        new_token(),
        {course_id: (number * 13 + step * 5) % (ITEMS - 4) for step, course_id in enumerate(chosen)},
    )


async def _add_course(connection: Any, school_id: UUID, number: int, course: Course) -> None:
    title = f"Course {number}: what every learner should know"
    summary = "An introduction with examples, exercises and a project at its end, for people new to the subject. " * 2
    category = ("Science", "Languages", "Crafts", "Music", "History")[number % 5]
    await connection.execute(
        """
        insert into course (id, school_id, title, summary, category, difficulty, state)
        values ($1, $2, $3, $4, $5, 'beginner', 'published')
        """,
        course.id, school_id, title, summary, category,
    )  # fmt: skip
    await connection.execute("insert into places (course_id, taken) values ($1, 0)", course.id)
    for role in ("owner", "teacher"):
        account = new_id()
        name, email = f"{role.title()} of course {number}", f"{role}.{number}@bench.school"
        await _add_account(connection, school_id, [(account, name, email)], "teacher")
        await connection.execute(
            "insert into course_staff (course_id, account_id, role, name, email) values ($1, $2, $3, $4, $5)",
            course.id, account, role, name, email,
        )  # fmt: skip
    modules = list(_modules(course))
    await connection.copy_records_to_table(
        "module",
        columns=("id", "course_id", "position", "title"),
        records=[(module["id"], course.id, at, module["title"]) for at, module in enumerate(modules)],
    )
    await connection.copy_records_to_table(
        "item",
        columns=("id", "course_id", "module_id", "position", "kind", "title", "source", "minutes", "release_at",
                 "due_at"),
        records=[
            (item["id"], course.id, module["id"], at, item["kind"], item["title"], _SOURCE, item["minutes"],
             item["release_at"], item["due_at"])
            for module in modules
            for at, item in enumerate(module["items"])
        ],
    )  # fmt: skip
    card = {
        "title": title, "summary": summary, "cover_id": None, "category": category, "difficulty": "beginner",
        "language": "en",
    }  # fmt: skip
    await connection.execute(
        """
        insert into revision (course_id, number, author_id, author, card, outline)
        values ($1, 1, $2, 'The owner', $3, $4)
        """,
        course.id, account, msgspec.json.encode(card).decode(), msgspec.json.encode({"modules": modules}).decode(),
    )  # fmt: skip
    await connection.execute(
        """
        insert into publication (course_id, school_id, revision, title, summary, category, difficulty, language,
                                 lessons, published_at)
        values ($1, $2, 1, $3, $4, $5, 'beginner', 'en', $6, $7)
        """,
        course.id, school_id, title, summary, category, ITEMS, _NOW,
    )  # fmt: skip


def _modules(course: Course) -> Iterator[dict[str, Any]]:
    size = ITEMS // MODULES
    for module in range(MODULES):
        yield {
            "id": new_id(),
            "title": f"Part {module + 1}: one step further",
            "items": [
                {
                    "id": item_id,
                    "kind": ("lesson", "lesson", "lesson", "video", "link")[at % 5],
                    "title": f"Lesson {at + 1}, with a title as long as titles are",
                    "minutes": 3 + at % 9,
                    "release_at": _FAR if at == ITEMS - 1 else _TERM if at % 10 == 0 else None,
                    "due_at": _TERM + timedelta(days=at) if at % 4 == 3 else None,
                    "digest": hashlib.sha256(item_id.bytes).hexdigest(),
                    "content": hashlib.sha256(item_id.bytes).hexdigest(),
                    "version": 1,
                }
                for at, item_id in enumerate(course.items)
                if at // size == module
            ],
        }


async def add_learners(
    connection: Any, school_id: UUID, learners: list[Learner], host: str = "bench.school", role: str = "learner"
) -> None:
    """Add these people to a school, signed in; their addresses are at `host`."""
    people = [(learner.id, f"Learner {number}", f"{role}.{number}@{host}") for number, learner in enumerate(learners)]
    await _add_account(connection, school_id, people, role)
    expires_at = _NOW + timedelta(days=1)
    sessions = [(learner, new_id(), hash_token(learner.token)) for learner in learners]
    await connection.copy_records_to_table(
        "session",
        columns=("token_hash", "id", "account_id", "school_id", "role", "kind", "expires_at"),
        records=[
            (digest, session_id, learner.id, school_id, role, "token", expires_at)
            for learner, session_id, digest in sessions
        ],
    )
    await connection.copy_records_to_table(
        "account_session",
        columns=("account_id", "id", "token_hash", "kind", "expires_at"),
        records=[(learner.id, session_id, digest, "token", expires_at) for learner, session_id, digest in sessions],
    )


async def enrol(connection: Any, course_id: UUID, learners: list[Learner], host: str) -> None:
    """Let these people, whom `add_learners` has added, into a course."""
    now = datetime.now(UTC)
    await connection.copy_records_to_table(
        "enrolment",
        columns=("learner_id", "course_id", "enrolled_at"),
        records=[(learner.id, course_id, now) for learner in learners],
    )
    await connection.copy_records_to_table(
        "roster",
        columns=("course_id", "learner_id", "name", "email", "enrolled_at"),
        records=[
            (course_id, learner.id, f"Learner {number}", f"learner.{number}@{host}", now)
            for number, learner in enumerate(learners)
        ],
    )
    await connection.execute("update places set taken = taken + $2 where course_id = $1", course_id, len(learners))


async def _add_account(connection: Any, school_id: UUID, people: list[tuple[UUID, str, str]], role: str) -> None:
    await connection.copy_records_to_table(
        "account",
        columns=("id", "school_id", "email", "name", "role", "password_hash", "locale", "time_zone"),
        records=[(account_id, school_id, email, name, role, "none", "en", "UTC") for account_id, name, email in people],
    )
    await connection.copy_records_to_table(
        "address",
        columns=("email", "school_id", "account_id"),
        records=[(email, school_id, account_id) for account_id, _, email in people],
    )


async def _add_progress(connection: Any, learners: list[Learner], courses: dict[UUID, Course]) -> None:
    enrolled_at = _NOW - timedelta(days=30)
    await connection.copy_records_to_table(
        "enrolment",
        columns=("learner_id", "course_id", "enrolled_at"),
        records=[(learner.id, course_id, enrolled_at) for learner in learners for course_id in learner.begun],
    )
    await connection.execute(
        """
        insert into roster (course_id, learner_id, name, email, enrolled_at)
        select e.course_id, e.learner_id, a.name, a.email, e.enrolled_at
          from enrolment e
          join account a on a.id = e.learner_id
        """
    )
    await connection.execute(
        """
        update places p
           set taken = n.taken
          from (select course_id, count(*) as taken from enrolment group by course_id) n
         where n.course_id = p.course_id
        """
    )
    progress = [
        (
            learner.id,
            course_id,
            item_id,
            "started" if at == begun - 1 else "done",
            0.5,
            enrolled_at + timedelta(hours=at),
        )
        for learner in learners
        for course_id, begun in learner.begun.items()
        for at, item_id in enumerate(courses[course_id].items[:begun])
    ]
    # A term's rows lie in the table in the order of time, not of learners.
    random.Random(1).shuffle(progress)
    await connection.copy_records_to_table(
        "progress",
        columns=("learner_id", "course_id", "item_id", "state", "place", "updated_at"),
        records=progress,
    )


_SOURCE = "# A lesson\n\n" + "Some sentences that explain, one after the other, what there is to know. " * 30
