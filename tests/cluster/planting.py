"""The school of the cluster's tests: a course, a class, and study groups that all of it is in."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import httpx

from banyan.app import Banyan
from banyan.kit.ids import new_id
from banyan.kit.security import hash_token, new_token
from banyan.settings import load
from tests.cluster.servers import HOST, Door
from tests.story import Course, School, published_course

__all__ = ["Learner", "Planted", "found_groups", "plant"]

_AT_ONCE = 8  # requests


@dataclass(frozen=True)
class Learner:
    """Someone with a session."""

    number: int
    id: UUID
    token: str


@dataclass(frozen=True)
class Planted:
    """What there is to begin with."""

    course_id: str
    teacher: str  # a token
    learners: list[Learner]


async def plant(folder: Path, database_url: str, learners: int) -> Planted:
    """A school with a published course and so many learners in it, before anything is served."""
    settings = load({}, data=folder / "data", server={"base_url": f"http://{HOST}"})
    banyan = Banyan(settings, database_url, roles=frozenset({"web"}))
    await banyan.start()
    try:
        school = await School.open(banyan, "demo", HOST)
        teacher = await school.teacher()
        course = await published_course(teacher)
        people = [Learner(number, new_id(), new_token()) for number in range(learners)]
        await _add(banyan, school, course, people)
        await school.close()
    finally:
        await banyan.stop()
    return Planted(course.id, teacher.token, people)


async def found_groups(planted: Planted, nodes: Sequence[Door], count: int) -> list[str]:
    """So many groups with everyone in them, made and joined over HTTP; the names of their rooms."""
    clients = [
        httpx.AsyncClient(base_url=f"{node.url}/api/v1", headers={"host": HOST}, trust_env=False) for node in nodes
    ]
    turn = asyncio.Semaphore(_AT_ONCE)

    async def post(number: int, path: str, token: str, body: dict[str, str]) -> str:
        async with turn:
            answer = await clients[number % len(clients)].post(
                path, json=body, headers={"authorization": f"Bearer {token}"}
            )
        assert answer.status_code == 201, answer.text
        return str(answer.json().get("id"))

    try:
        class_id = await post(0, f"/courses/{planted.course_id}/classes", planted.teacher, {"name": "Class of autumn"})
        groups = [
            await post(number, f"/classes/{class_id}/groups", planted.teacher, {"name": f"Group {number}"})
            for number in range(count)
        ]
        await asyncio.gather(
            *(
                post(number + learner.number, f"/groups/{group}/members", learner.token, {})
                for number, group in enumerate(groups)
                for learner in planted.learners
            )
        )
    finally:
        for client in clients:
            await client.aclose()
    return [f"group:{group}" for group in groups]


async def _add(banyan: Banyan, school: School, course: Course, learners: Sequence[Learner]) -> None:
    """Put learners with their sessions and enrolments where the application would, all at once."""
    numbers, ids = [one.number for one in learners], [one.id for one in learners]
    hashes = [hash_token(one.token) for one in learners]
    async with banyan.kit.db.write() as tx:
        await tx.execute(
            """
            insert into account (id, school_id, email, name, role, password_hash, locale, time_zone)
            select id, $1, 'learner' || number || '@demo.school', 'Learner ' || number, 'learner', 'none', 'en', 'UTC'
              from unnest($2::uuid[], $3::int[]) as new (id, number)
            """,
            school.id, ids, numbers,
        )  # fmt: skip
        await tx.execute(
            """
            insert into session (token_hash, id, account_id, school_id, role, kind, expires_at)
            select hash, session_id, id, $1, 'learner', 'browser', now() + interval '1 day'
              from unnest($2::uuid[], $3::bytea[], $4::uuid[]) as new (id, hash, session_id)
            """,
            school.id, ids, hashes, [new_id() for _ in ids],
        )  # fmt: skip
        await tx.execute(
            "insert into enrolment (learner_id, course_id) select id, $1 from unnest($2::uuid[]) as new (id)",
            UUID(course.id), ids,
        )  # fmt: skip
        await tx.execute(
            """
            insert into roster (course_id, learner_id, name, email)
            select $1, id, 'Learner ' || number, 'learner' || number || '@demo.school'
              from unnest($2::uuid[], $3::int[]) as new (id, number)
            """,
            UUID(course.id), ids, numbers,
        )  # fmt: skip
