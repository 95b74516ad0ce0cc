"""A copy of a course."""

from uuid import UUID

from banyan import courses
from banyan.app import Banyan
from tests.courses.conftest import Desk, actor
from tests.story import School


async def test_a_copy_holds_all_that_the_draft_does_and_leads_within_itself(
    banyan: Banyan, school: School, desk: Desk
) -> None:
    cover, picture, unused = await desk.file("cover.png"), await desk.file("leaf.png"), await desk.file("unused.png")
    await desk.teacher.patch(
        desk.path, {"version": 1, "cover_id": cover, "category": "Botany", "enrolment": "code", "places": 9}
    )
    source = f"![Leaf](/api/v1/files/{picture}/leaf.png) [On](item:{desk.items[2]}) [Lost](item:{desk.id})"
    await desk.teacher.patch(
        f"/items/{desk.items[0]}", {"version": 1, "source": source, "due_at": "2030-01-01T00:00:00Z"}
    )
    await desk.teacher.post(
        f"/modules/{desk.modules[1]}/items", {"kind": "file", "title": "Leaf", "file_id": picture, "after": None}
    )
    await desk.teacher.delete(f"/items/{desk.items[3]}")
    copier = await desk.staff(await school.teacher("Wangari"), "assistant")

    answer = await copier.post(f"{desk.path}/copies", {})
    copy = answer.json()
    assert answer.status_code == 201
    assert (copy["title"], copy["category"], copy["places"], copy["state"]) == ("Trees (copy)", "Botany", 9, "draft")
    assert (copy["role"], [person["name"] for person in copy["teachers"]]) == ("owner", ["Wangari"])
    assert copy["enrolment"] == "code"
    assert copy["enrolment_code"] != (await desk.page()).enrolment_code

    draft = await courses.draft(banyan.kit.db.read(), UUID(copy["id"]))
    original = await courses.draft(banyan.kit.db.read(), desk.id)
    shape = [[(item.kind, item.title, item.minutes, item.due_at) for item in module.items] for module in draft.modules]
    assert shape == [
        [(item.kind, item.title, item.minutes, item.due_at) for item in module.items] for module in original.modules
    ]
    assert [module.title for module in draft.modules] == ["Module 1", "Module 2"]
    old = {item.id for module in original.modules for item in module.items}
    assert not old & {item.id for module in draft.modules for item in module.items}

    lesson, leaf = draft.modules[0].items[0], draft.modules[1].items[0]
    shown = await courses.draft_item(banyan.kit, actor(copier), UUID(copy["id"]), lesson.id)
    assert f'src="/api/v1/files/{leaf.file_id}/leaf.png"' in shown.html
    assert f'href="/courses/{copy["id"]}/items/{draft.modules[1].items[1].id}"' in shown.html
    assert [warning.code for warning in shown.warnings] == ["broken_link"]
    copied = await banyan.kit.db.read().all(
        str, "select name from file where course_id = $1 order by name", UUID(copy["id"])
    )
    assert copied == ["cover.png", "leaf.png"]
    assert len(await banyan.kit.db.read().all(bytes, "select distinct digest from file")) == 1
    assert copy["cover"].endswith("/cover.png")
    assert unused not in copy["cover"]


async def test_a_copy_has_the_title_it_is_given_or_one_that_fits(desk: Desk) -> None:
    assert (await desk.teacher.post(f"{desk.path}/copies", {"title": "Woods"})).json()["title"] == "Woods"
    await desk.teacher.patch(desk.path, {"version": 1, "title": "T" * 200})
    assert (await desk.teacher.post(f"{desk.path}/copies", {})).json()["title"] == "T" * 193 + " (copy)"


async def test_what_happens_to_the_copy_leaves_the_original_alone(desk: Desk) -> None:
    before = await courses.draft(desk.banyan.kit.db.read(), desk.id)
    copy = (await desk.teacher.post(f"{desk.path}/copies", {})).json()
    module = copy["outline"]["modules"][0]
    await desk.teacher.patch(f"/items/{module['items'][0]['id']}", {"version": 1, "source": "Other."})
    await desk.teacher.delete(f"/modules/{module['id']}")
    assert await courses.draft(desk.banyan.kit.db.read(), desk.id) == before


async def test_an_assistant_who_begins_no_courses_makes_no_copies(school: School, desk: Desk) -> None:
    assistant = await desk.staff(await school.learner(), "assistant")
    assert (await assistant.post(f"{desk.path}/copies", {})).status_code == 403
