"""A study group of thousands, each of its members signed in; written straight into Banyan's tables."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import asyncpg

from banyan.kit.ids import new_id
from banyan.kit.security import new_token
from bench import school
from bench.school import Learner

__all__ = ["StudyGroup", "gather"]

_HOST = "group.school"


@dataclass(frozen=True, slots=True)
class StudyGroup:
    """The group, and the tokens that sign its members in."""

    id: UUID
    tokens: list[str]

    @property
    def room(self) -> str:
        """Its room."""
        return f"group:{self.id}"


async def gather(database_url: str, members: int) -> StudyGroup:
    """Add this many learners to the database's only school, enrol them in its first course, and make them a group."""
    people = [Learner(new_id(), new_token(), {}) for _ in range(members)]
    group_id, class_id = new_id(), new_id()
    connection = await asyncpg.connect(database_url)
    try:
        async with connection.transaction():
            course = await connection.fetchrow("select id, school_id from course order by id limit 1")
            assert course, "there is no school yet"
            course_id, school_id = course
            await school.add_learners(connection, school_id, people, _HOST)
            await school.enrol(connection, course_id, people, _HOST)
            await connection.execute(
                "insert into class (id, school_id, course_id, name) values ($1, $2, $3, 'Everyone')",
                class_id, school_id, course_id,
            )  # fmt: skip
            await connection.execute(
                """
                insert into study_group (id, school_id, course_id, class_id, name)
                values ($1, $2, $3, $4, 'Everyone who learns')
                """,
                group_id, school_id, course_id, class_id,
            )  # fmt: skip
            await connection.execute("insert into group_places (group_id, taken) values ($1, $2)", group_id, members)
            await connection.execute("insert into room (id) values ($1)", group_id)
            await _seat(connection, group_id, course_id, people)
        await connection.execute("vacuum analyze")
        await connection.execute("checkpoint")
    finally:
        await connection.close()
    return StudyGroup(group_id, [person.token for person in people])


async def _seat(connection: Any, group_id: UUID, course_id: UUID, people: list[Learner]) -> None:
    await connection.copy_records_to_table(
        "group_member",
        columns=("group_id", "account_id", "name"),
        records=[(group_id, person.id, f"Learner {number}") for number, person in enumerate(people)],
    )
    await connection.copy_records_to_table(
        "group_membership",
        columns=("account_id", "group_id", "course_id"),
        records=[(person.id, group_id, course_id) for person in people],
    )
