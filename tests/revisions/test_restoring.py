"""A teacher goes back to an earlier revision; learners keep their progress, because items keep their ids."""

from tests.revisions import desk
from tests.story import School, published_course


async def test_the_draft_becomes_the_revision_again(school: School) -> None:
    course = await published_course(await school.teacher(), lessons=2, modules=2, due_at="2026-09-01T12:00:00Z")
    first, second, third, fourth = course.items
    await desk.change(course, title="Bushes", summary="Changed")
    await desk.edit(course, first, source="Spoiled.", title="Spoiled", due_at=None)
    await desk.arrange(course, (course.modules[1], [fourth, third, second]), (course.modules[0], [first]))
    await course.teacher.delete(f"/items/{second}")
    await course.teacher.delete(f"/modules/{course.modules[1]}")
    added = await course.teacher.post(f"/modules/{course.modules[0]}/items", {"kind": "lesson", "title": "New"})
    await course.publish()

    answer = await course.teacher.post(f"{course.path}/revisions/1/restoration")
    assert answer.status_code == 204, answer.text
    changes = (await course.teacher.get(f"{course.path}/changes?revision=1")).json()
    assert changes == {"since": 1, "items": []}
    assert (await desk.read(school, course)).title == "Bushes", "learners read the old one until it is published"

    assert (await course.publish()).json()["number"] == 3
    published = await desk.read(school, course)
    assert published.title == "Trees"
    assert [str(item.id) for item in published.items] == course.items
    assert added.json()["id"] not in course.items


async def test_going_back_renders_nothing_that_was_rendered_before(school: School) -> None:
    course = await published_course(await school.teacher())
    before = [item.digest for item in (await desk.read(school, course)).items]
    await desk.edit(course, course.items[0], source="Spoiled.")
    await course.publish()
    await course.teacher.post(f"{course.path}/revisions/1/restoration")
    await course.publish()
    assert [item.digest for item in (await desk.read(school, course)).items] == before


async def test_someone_who_edits_what_was_restored_is_told(school: School) -> None:
    course = await published_course(await school.teacher())
    edited = await course.teacher.patch(f"/items/{course.items[0]}", {"version": 1, "source": "Other."})
    version = edited.json()["version"]
    await course.publish()
    await course.teacher.post(f"{course.path}/revisions/1/restoration")
    answer = await course.teacher.patch(f"/items/{course.items[0]}", {"version": version, "source": "Third."})
    assert (answer.status_code, answer.json()["code"]) == (409, "stale_edit")


async def test_going_back_costs_the_same_number_of_statements_for_2_items_and_40(
    school: School, statements: list[str]
) -> None:
    counts = []
    for lessons in (2, 40):
        course = await published_course(await school.teacher(), lessons=lessons)
        statements.clear()
        answer = await course.teacher.post(f"{course.path}/revisions/1/restoration")
        assert answer.status_code == 204
        counts.append(len(statements))
    assert counts[0] == counts[1]


async def test_a_revision_that_never_was_cannot_be_restored(school: School) -> None:
    course = await published_course(await school.teacher())
    for number in (0, 2, 2**31, 2**63):
        answer = await course.teacher.post(f"{course.path}/revisions/{number}/restoration")
        assert answer.status_code in (400, 404), number
