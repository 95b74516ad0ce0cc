"""The demo school: whoever starts it finds courses, and all that a test brings with it."""

from collections import Counter
from typing import Any

import httpx

from banyan import demo
from banyan.app import Banyan
from tests.groups.scene import good

TEACHER = "teacher@demo.school"
LEARNER = "learner@demo.school"


async def signed_in(client: httpx.AsyncClient, address: str) -> dict[str, str]:
    session = good(await client.post("/sessions", json={"email": address, "password": demo.PASSWORD}), 201)
    return {"authorization": f"Bearer {session['token']}"}


async def test_a_teacher_finds_a_test_that_was_taken_and_essays_that_wait(
    banyan: Banyan, client: httpx.AsyncClient
) -> None:
    await demo.plant(banyan.kit)
    headers = await signed_in(client, TEACHER)

    async def seen(path: str) -> Any:
        return good(await client.get(path, headers=headers))

    [course] = [
        one for one in (await seen("/courses?teaching=true"))["items"] if one["title"].startswith("Reading a chart")
    ]
    [test] = (await seen(f"/courses/{course['id']}/tests"))["items"]
    questions = (await seen(f"/courses/{course['id']}/questions"))["items"]
    assert len(Counter(one["kind"] for one in questions)) >= 8
    assert {one["category"]["path"][0] for one in questions} == {
        "What you see", "What numbers hide", "What does not follow",
    }  # fmt: skip
    assert all(question["uses"] == 1 for question in questions)

    results = (await seen(f"/tests/{test['id']}/results?sort=-score"))["items"]
    states = Counter(one["state"] for one in results)
    assert states == {"graded": 4, "submitted": 2}
    assert results[0]["percent"] == 100.0
    assert all(one["seconds"] >= 60 for one in results if one["state"] == "graded")
    assert [one["passed"] for one in results if one["state"] == "graded"] == [True, True, True, False]
    grading = (await seen(f"/tests/{test['id']}/grading"))["questions"]
    assert [(line["kind"], line["waiting"], line["graded"]) for line in grading] == [("essay", 2, 4)]
    assert (await seen(f"/tests/{test['id']}/results/histogram"))["learners"] == 4
    assert any(one["facility"] not in (0, 1) for one in (await seen(f"/tests/{test['id']}/results/questions"))["items"])
    book = await seen(f"/courses/{course['id']}/gradebook")
    assert len([row for row in book["items"] if row["total"] is not None]) == 4
    draft = await seen(f"/tests/{test['id']}")
    assert draft["differs"] is False


async def test_what_is_planted_is_planted_once(banyan: Banyan, client: httpx.AsyncClient) -> None:
    await demo.plant(banyan.kit)
    counted = "select count(*)::integer from {}"
    tables = ("account", "course", "question", "attempt", "attempt_result", "audit_entry")
    db = banyan.kit.db.read()
    before = [await db.one(int, counted.format(table)) for table in tables]
    # As if the start had been cut short just before its end.
    async with banyan.kit.db.write() as tx:
        for table in ("address", "account"):
            await tx.execute(f"delete from {table} where email = $1", LEARNER)  # noqa: S608 -- two constants
    await demo.plant(banyan.kit)
    assert [await db.one(int, counted.format(table)) for table in tables] == before
    headers = await signed_in(client, LEARNER)
    assert good(await client.get("/me", headers=headers))["name"] == "Lena Okafor"
