"""The test that is taken: made over HTTP as a teacher makes it, with takers who are put straight into the database.

It is the like of the one of the published measurement that `exam` is held against: 16 questions on 8 pages, 12 of them
multiple choice, two true or false, one to match, one to be typed.
"""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import asyncpg
import httpx

from banyan.kit.ids import new_id
from banyan.kit.security import new_token
from bench import school
from bench.school import Learner

__all__ = ["Seats", "Test", "enrol", "seat", "set_test"]

QUESTIONS, PAGES = 16, 8
_HOST = "exam.school"
_ASKED = "What of this holds for a plant that grows in the shade of others, and gets water only when it rains? "
_HOURS = 3600  # seconds that one has; nobody's time runs out


@dataclass(frozen=True, slots=True)
class Seats:
    """Who takes the test, and the token of the teacher who sets it."""

    teacher: str
    takers: list[Learner]


@dataclass(frozen=True, slots=True)
class Test:
    """A published test."""

    id: str
    course_id: UUID


async def seat(database_url: str, takers: int) -> Seats:
    """Add a teacher and this many learners to the database's first school, all of them signed in."""
    people = [Learner(new_id(), new_token(), {}) for _ in range(takers)]
    teacher = Learner(new_id(), new_token(), {})
    connection = await asyncpg.connect(database_url)
    try:
        async with connection.transaction():
            school_id = await connection.fetchval("select id from school order by id limit 1")
            assert school_id, "there is no school yet"
            await school.add_learners(connection, school_id, [teacher], _HOST, "teacher")
            await school.add_learners(connection, school_id, people, _HOST)
    finally:
        await connection.close()
    return Seats(teacher.token, people)


async def enrol(database_url: str, course_id: UUID, takers: list[Learner]) -> None:
    """Let the takers into the course."""
    connection = await asyncpg.connect(database_url)
    try:
        async with connection.transaction():
            await school.enrol(connection, course_id, takers, _HOST)
        await connection.execute("vacuum analyze")
        await connection.execute("checkpoint")
    finally:
        await connection.close()


def set_test(url: str, teacher: str) -> Test:
    """Make a course with a test in it, and publish both."""
    headers = {"authorization": f"Bearer {teacher}"}
    with httpx.Client(base_url=f"{url}/api/v1", headers=headers, timeout=20, trust_env=False) as client:

        def post(path: str, body: Any) -> dict[str, Any]:
            answer = client.post(path, json=body)
            assert answer.status_code == 201, answer.text
            made: dict[str, Any] = answer.json()
            return made

        course = post("/courses", {"title": "Botany"})["id"]
        module = post(f"/courses/{course}/modules", {"title": "Plants"})["id"]
        post(f"/modules/{module}/items", {"kind": "lesson", "title": "Leaves", "source": "They are green."})
        made = [post(f"/courses/{course}/questions", question) for question in _questions()]
        each = QUESTIONS // PAGES
        sections = [
            {
                "id": f"page{page}",
                "title": f"Page {page + 1}",
                "entries": [
                    {"id": f"entry{at}", "question_id": made[at]["id"]} for at in range(page * each, (page + 1) * each)
                ],
            }
            for page in range(PAGES)
        ]
        settings = {"time_limit_seconds": _HOURS}
        test = post(f"/courses/{course}/tests", {"title": "Exam", "sections": sections, "settings": settings})
        post(f"/tests/{test['id']}/revisions", {})
        post(f"/courses/{course}/revisions", {})
    return Test(test["id"], UUID(course))


def _questions() -> list[dict[str, Any]]:
    kinds = [*["single_choice"] * 5, "true_false", "multiple_choice", "matching"] * 2
    kinds[-1] = "short_answer"
    return [
        {
            "title": f"Question {number + 1}",
            "body": {"kind": kind, "text": f"{number + 1}. {_ASKED * 2}"} | _BODIES[kind],
        }
        for number, kind in enumerate(kinds)
    ]


def _choices(right: int) -> list[dict[str, Any]]:
    return [
        {
            "id": f"c{number}",
            "text": f"Its leaves turn to the light, and it keeps what water it has for {number + 1} weeks",
            "weight": 1.0 / right if number < right else -0.25,
        }
        for number in range(4)
    ]


_BODIES: dict[str, dict[str, Any]] = {
    "single_choice": {"choices": _choices(1)},
    # Not shuffled: the takers answer in their author's order, which is that in which the answer is kept.
    "multiple_choice": {"choices": _choices(2), "shuffle": False},
    "true_false": {"answer": True},
    "matching": {
        "pairs": [
            {"id": f"p{n}", "prompt": f"Part {n + 1} of a plant", "match": f"What part {n + 1} does"} for n in range(4)
        ],
        "distractors": ["What no part does"],
    },
    "short_answer": {"answers": [{"id": "a", "text": "*light*"}, {"id": "b", "text": "*water*", "weight": 0.5}]},
}
