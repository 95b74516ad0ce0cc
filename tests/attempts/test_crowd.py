"""Exam day: everyone at once, in a fixed number of statements, on one process and on two."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import httpx
import pytest

from banyan.app import Banyan
from banyan.kit.ids import new_id
from banyan.kit.security import hash_token, new_token
from banyan.settings import Settings
from tests.assessments.scene import Desk, fixed, section
from tests.attempts.scene import RIGHT, WRONG, Exam, Sitting, Spot
from tests.groups.scene import good
from tests.story import Person

CROWD = 300


async def crowd_of(exam: Exam, size: int) -> list[Person]:
    """Learners of the course, made in a few statements."""
    school, people = exam.desk.bank.school, []
    for number in range(size):
        token = new_token()
        client = school.browser(authorization=f"Bearer {token}")
        people.append(Person(new_id(), school.id, f"Taker {number:03}", f"taker{number}@crowd.example", token, client))
    ids = [person.id for person in people]
    async with exam.banyan.kit.db.write() as tx:
        await tx.execute(
            """
            insert into account (id, school_id, email, name, role, password_hash, locale, time_zone)
            select id, $1, email, name, 'learner', 'none', 'en', 'UTC'
              from unnest($2::uuid[], $3::text[], $4::text[]) as n (id, email, name)
            """,
            school.id, ids, [person.email for person in people], [person.name for person in people],
        )  # fmt: skip
        await tx.execute(
            """
            insert into session (token_hash, id, account_id, school_id, role, kind, expires_at)
            select token_hash, id, id, $1, 'learner', 'browser', now() + interval '1 day'
              from unnest($2::uuid[], $3::bytea[]) as n (id, token_hash)
            """,
            school.id, ids, [hash_token(person.token) for person in people],
        )  # fmt: skip
        course_id = UUID(exam.desk.bank.course.id)
        await tx.execute(
            "insert into enrolment (learner_id, course_id) select id, $1 from unnest($2::uuid[]) id", course_id, ids
        )
        await tx.execute(
            """
            insert into roster (course_id, learner_id, name, email)
            select $1, id, name, email from unnest($2::uuid[], $3::text[], $4::text[]) as n (id, name, email)
            """,
            course_id, ids, [person.name for person in people], [person.email for person in people],
        )  # fmt: skip
    return people


def counted(statements: list[str]) -> list[str]:
    """Those that are about attempts, not about who comes."""
    return [sql for sql in statements if "session" not in sql]


async def test_three_hundred_at_once_lose_nothing(desk: Desk, statements: list[str]) -> None:
    exam = await Exam.set_up(desk, time_limit_seconds=600)
    crowd = await crowd_of(exam, CROWD)
    await exam.sit()  # so that the test is known
    await asyncio.gather(*(person.get("/me") for person in crowd))
    statements.clear()
    sittings = await asyncio.gather(*(exam.sit(person) for person in crowd))
    assert len(counted(statements)) <= 3 * (CROWD // 50), "gathered"
    assert len({sitting.view["id"] for sitting in sittings}) == CROWD

    statements.clear()

    async def take(at: int, sitting: Sitting) -> None:
        wanted = RIGHT if at % 2 else WRONG
        await asyncio.gather(
            *(sitting.save(question, sitting.response(question, wanted)) for question in sitting.questions)
        )

    await asyncio.gather(*(take(at, sitting) for at, sitting in enumerate(sittings)))
    assert sum("insert into answer" in sql for sql in statements) <= CROWD * 4 // 20, "gathered"

    statements.clear()
    results = await asyncio.gather(*(sitting.submit() for sitting in sittings))
    closing = [sql for sql in counted(statements) if "skip locked" not in sql and "count(response)" not in sql]
    assert len(closing) <= 5 * (CROWD // 20)
    for at, (sitting, result) in enumerate(zip(sittings, results, strict=True)):
        score = 4.0 if at % 2 else 0.0
        assert (result["state"], result["score"]) == ("graded", score)
        assert await exam.sides(sitting) == (Spot("graded", score), Spot("graded", score))
        kept = await exam.kept(sitting)
        for question in sitting.questions:
            wanted = sitting.response(question, RIGHT if at % 2 else WRONG)
            assert (kept[question["id"]].response, kept[question["id"]].number) == (wanted, 1)


@pytest.mark.parametrize("questions", [5, 100])
async def test_handing_in_takes_five_statements_whatever_is_asked(
    desk: Desk, statements: list[str], questions: int
) -> None:
    entries = [fixed(await desk.bank.add("true_false", title=f"Number {number}")) for number in range(questions)]
    exam = Exam(desk, await desk.published(section(*entries), settings={}))
    sitting = await exam.sit()
    await asyncio.gather(*(sitting.save(question, True) for question in sitting.questions))
    await asyncio.sleep(2.1)  # what is told to the test is told
    statements.clear()
    assert (await sitting.submit())["score"] == questions
    assert len(counted(statements)) <= 5, counted(statements)


async def test_two_hundred_who_hand_in_together_take_five_statements_a_hundred(
    desk: Desk, statements: list[str]
) -> None:
    exam = await Exam.set_up(desk, "true_false")
    sittings = [await exam.sit(person) for person in await crowd_of(exam, 200)]
    # One goes first, and while that is written the others gather.
    statements.clear()
    await asyncio.gather(*(sitting.submit() for sitting in sittings))
    assert len(counted(statements)) <= 5 * 5, counted(statements)


async def test_starting_takes_three_statements_for_two_hundred_and_for_one(desk: Desk, statements: list[str]) -> None:
    exam = await Exam.set_up(desk)
    crowd = await crowd_of(exam, 202)
    await exam.sit(crowd[0])
    statements.clear()
    await exam.sit(crowd[1])
    assert len(counted(statements)) == 3
    await asyncio.gather(*(person.get("/me") for person in crowd))
    statements.clear()
    await asyncio.gather(*(exam.sit(person) for person in crowd[2:]))
    assert len(counted(statements)) <= 3 * 4


@pytest.fixture
async def second(banyan: Banyan, settings: Settings) -> AsyncIterator[Banyan]:
    """Another instance on the same database; without Redis they know nothing of each other."""
    application = Banyan(settings, banyan.url, roles=frozenset({"web"}))
    await application.start()
    yield application
    await application.stop()


def beside(person: Person, application: Banyan) -> Person:
    """The same person, at another instance."""
    transport = httpx.ASGITransport(app=application, raise_app_exceptions=False)
    client = httpx.AsyncClient(
        transport=transport,
        base_url="http://demo.school/api/v1",
        headers={"authorization": f"Bearer {person.token}"},
    )
    return Person(person.id, person.school_id, person.name, person.email, person.token, client)


async def test_two_instances_begin_one_attempt_and_save_and_close_it_together(exam: Exam, second: Banyan) -> None:
    for _ in range(5):
        here = await exam.desk.learner()
        there = beside(here, second)
        begun = await asyncio.gather(*(exam.start(person) for person in (here, there, here, there)))
        assert len({good(answer)["id"] for answer in begun}) == 1
        assert sorted(answer.status_code for answer in begun) == [200, 200, 200, 201]
        sitting, other = Sitting(here, begun[0].json()), Sitting(there, begun[1].json())
        question = sitting.questions[3]

        async def save(one: Sitting, number: int, question: dict[str, Any] = question) -> httpx.Response:
            return await one.put(question, {"response": f"{number}", "number": number})

        numbers = range(1, 21)
        answers = await asyncio.gather(*(save((sitting, other)[number % 2], number) for number in numbers))
        assert all(good(answer)["number"] >= number for number, answer in zip(numbers, answers, strict=True))
        assert (await exam.kept(sitting))[question["id"]].response == "20"
        first, again = await asyncio.gather(sitting.submit(), other.submit())
        assert {**first, "now": ""} == {**again, "now": ""}
        await there.client.aclose()


async def test_what_one_instance_acknowledges_another_grades(exam: Exam, second: Banyan) -> None:
    for _ in range(5):
        sitting = await exam.sit()
        other = Sitting(beside(sitting.person, second), sitting.view)
        answers = [
            sitting.put(question, {"response": sitting.response(question, RIGHT), "number": 1})
            for question in sitting.questions
        ]
        outcomes, handed_in = await asyncio.gather(asyncio.gather(*answers), other.submit())
        assert handed_in["score"] == sum(outcome.status_code == 200 for outcome in outcomes)
        await other.person.client.aclose()
