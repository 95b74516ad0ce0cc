"""Staff find the courses that they teach, drafts too."""

from typing import Any

import httpx

from tests.catalogue import shelf
from tests.story import School


async def _cards(client: httpx.AsyncClient, **query: Any) -> list[tuple[str, str]]:
    answer = await client.get("/courses", params={"teaching": True, **query})
    assert answer.status_code == 200, answer.text
    return [(card["title"], card["state"]) for card in answer.json()["items"]]


async def test_a_teacher_finds_their_courses_in_every_state_the_newest_first(school: School) -> None:
    teacher, colleague = await school.teacher(), await school.teacher()
    old = await shelf.put(school, "Birds", state="archived")
    published = await shelf.put(school, "Bees")
    await shelf.join(school, old, teacher)
    await shelf.join(school, published, teacher)
    await shelf.draft(school, "Trees", teacher, colleague)
    await shelf.draft(school, "Not theirs", colleague)
    gone = await shelf.draft(school, "Gone", teacher)
    await shelf.change(school, gone, "deleted_at = now()")
    assert await _cards(teacher.client) == [("Trees", "draft"), ("Bees", "published"), ("Birds", "archived")]


async def test_an_admin_finds_every_course_of_the_school(school: School, other_school: School) -> None:
    await shelf.draft(school, "Trees", await school.teacher())
    await shelf.put(school, "Bees")
    await shelf.draft(other_school, "Elsewhere")
    assert await _cards((await school.admin()).client) == [("Bees", "published"), ("Trees", "draft")]


async def test_a_learner_teaches_nothing_until_someone_makes_them_an_assistant(school: School) -> None:
    learner = await school.learner()
    course_id = await shelf.draft(school, "Trees")
    assert await _cards(learner.client) == []
    await shelf.join(school, course_id, learner)
    assert await _cards(learner.client) == [("Trees", "draft")]


async def test_staff_see_their_role_in_each_course_and_others_see_none(school: School) -> None:
    teacher, assistant = await school.teacher(), await school.learner()
    course_id = await shelf.draft(school, "Trees", teacher, assistant)
    await _make(school, course_id, teacher.id, "owner")
    await _make(school, course_id, assistant.id, "assistant")
    await shelf.put(school, "Bees")

    async def roles(client: httpx.AsyncClient) -> list[str]:
        return [card["role"] for card in (await client.get("/courses", params={"teaching": True})).json()["items"]]

    assert await roles(teacher.client) == ["owner"]
    assert await roles(assistant.client) == ["assistant"]
    assert await roles((await school.admin()).client) == ["owner", "owner"]
    assert all("role" not in card for card in (await assistant.get("/courses")).json()["items"])


async def _make(school: School, course_id: Any, account_id: Any, role: str) -> None:
    async with school.banyan.kit.db.write() as tx:
        await tx.execute(
            "update course_staff set role = $3 where course_id = $1 and account_id = $2", course_id, account_id, role
        )


async def test_nobody_teaches_without_being_signed_in(school: School) -> None:
    answer = await school.browser().get("/courses", params={"teaching": True})
    assert (answer.status_code, answer.json()["code"]) == (401, "unauthenticated")


async def test_what_was_never_published_has_no_revision(school: School) -> None:
    teacher = await school.teacher()
    await shelf.draft(school, "Trees", teacher)
    [card] = (await teacher.get("/courses?teaching=true")).json()["items"]
    assert (card["revision"], card["published_at"], card["lessons"]) == (None, None, 0)


async def test_the_draft_counts_the_items_that_it_has_now(school: School) -> None:
    teacher = await school.teacher()
    course_id = await shelf.draft(school, "Trees", teacher)
    async with school.banyan.kit.db.write() as tx:
        await tx.execute(
            """
            with m as (insert into module (id, course_id, position, title)
                       select gen_random_uuid(), $1, n, 'Module' from generate_series(1, 2) n returning id, position)
            insert into item (id, course_id, module_id, position, kind, title)
            select gen_random_uuid(), $1, m.id, n, 'lesson', 'Lesson' from m, generate_series(1, 4) n
            """,
            course_id,
        )
        await tx.execute("update module set deleted_at = now() where course_id = $1 and position = 2", course_id)
        await tx.execute("update item set deleted_at = now() where course_id = $1 and position = 3", course_id)
    [card] = (await teacher.get("/courses?teaching=true")).json()["items"]
    assert card["lessons"] == 3


async def test_ones_own_courses_are_searched_and_narrowed_too(school: School) -> None:
    teacher = await school.teacher()
    for title in ("Trees of Africa", "Trees of Asia", "Bees"):
        await shelf.draft(school, title, teacher)
    assert await _cards(teacher.client, q="trees a") == [("Trees of Asia", "draft"), ("Trees of Africa", "draft")]
    assert await _cards(teacher.client, q="afr") == [("Trees of Africa", "draft")]
    assert await _cards(teacher.client, difficulty="beginner") == []


async def test_a_page_of_ones_own_is_one_statement_and_the_next_follows(school: School, statements: list[str]) -> None:
    for person in (await school.teacher(), await school.admin()):
        for number in range(5):
            await shelf.draft(school, f"{person.name} {number}", person)
        await person.get("/courses?teaching=true")
        statements.clear()
        first = (await person.get("/courses?teaching=true&limit=3")).json()
        assert len(statements) == 1
        second = (await person.get(f"/courses?teaching=true&limit=2&after={first['next']}")).json()
        titles = [card["title"] for card in first["items"] + second["items"]]
        assert titles == [f"{person.name} {number}" for number in reversed(range(5))]
