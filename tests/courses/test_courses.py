"""Beginning a course, its settings, its end and its return."""

import asyncio
from datetime import timedelta
from uuid import UUID

import pytest

from banyan import courses
from banyan.accounts import Renamed
from banyan.app import Banyan
from banyan.courses import CoursePurged
from banyan.courses.jobs import purge
from banyan.kit.database import Writer
from banyan.kit.ids import new_id
from banyan.kit.problems import NotFound
from tests.courses.conftest import Desk, begin
from tests.story import School


async def test_whoever_begins_a_course_owns_it(school: School) -> None:
    teacher = await school.teacher("Ada")
    answer = await teacher.post(
        "/courses",
        {"title": "Trees", "summary": "All of them.", "category": "Botany", "difficulty": "beginner", "language": "sw"},
    )
    assert answer.status_code == 201
    course = answer.json()
    assert course["teachers"] == [{"id": str(teacher.id), "name": "Ada"}]
    assert (course["role"], course["state"], course["version"]) == ("owner", "draft", 1)
    assert (course["category"], course["difficulty"], course["language"]) == ("Botany", "beginner", "sw")
    assert course["outline"] == {"version": 1, "revision": 0, "modules": []}
    assert course["progress"] is None


async def test_learners_begin_no_courses(school: School) -> None:
    answer = await (await school.learner()).post("/courses", {"title": "Trees"})
    assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")


async def test_settings_that_are_not_named_stay(desk: Desk) -> None:
    before = await desk.page()
    answer = await desk.teacher.patch(desk.path, {"version": before.version, "category": "Botany", "places": 30})
    after = answer.json()
    assert answer.status_code == 200
    assert (after["category"], after["places"], after["places_left"]) == ("Botany", 30, 30)
    assert (after["title"], after["summary"]) == (before.title, before.summary)
    assert after["version"] == before.version + 1
    cleared = await desk.teacher.patch(desk.path, {"version": after["version"], "places": None})
    assert cleared.json()["places"] is None


async def test_a_stale_edit_brings_how_the_course_is_now(desk: Desk) -> None:
    version = (await desk.page()).version
    assert (await desk.teacher.patch(desk.path, {"version": version, "title": "Mine"})).status_code == 200
    late = await desk.teacher.patch(desk.path, {"version": version, "title": "Theirs"})
    assert (late.status_code, late.json()["code"]) == (409, "stale_edit")
    assert late.json()["current"]["title"] == "Mine"
    assert late.json()["current"]["version"] == version + 1
    assert (await desk.page()).title == "Mine"


async def test_of_two_edits_at_once_one_wins(desk: Desk) -> None:
    version = (await desk.page()).version
    answers = await asyncio.gather(
        *(desk.teacher.patch(desk.path, {"version": version, "title": f"Title {n}"}) for n in range(8))
    )
    assert sorted(answer.status_code for answer in answers) == [200] + [409] * 7


async def test_a_picture_of_the_course_becomes_its_cover(desk: Desk) -> None:
    cover = await desk.file("Großer Baum.png")
    answer = await desk.teacher.patch(desk.path, {"version": 1, "cover_id": cover})
    assert answer.json()["cover"] == f"/api/v1/files/{cover}/Gro%C3%9Fer%20Baum.png"
    assert (await desk.teacher.patch(desk.path, {"version": 2, "cover_id": None})).json()["cover"] is None


async def test_a_cover_is_a_picture_of_this_course(school: School, desk: Desk) -> None:
    other = await begin(school)
    for cover in (await desk.file("words.txt", b"Trees"), await other.file(), str(new_id())):
        answer = await desk.teacher.patch(desk.path, {"version": 1, "cover_id": cover})
        assert (answer.status_code, answer.json()["code"]) == (422, "no_such_file")
        assert answer.json()["errors"][0]["pointer"] == "/cover_id"
    assert (await desk.page()).version == 1


async def test_a_course_entered_by_code_gets_one_that_can_be_read_out(desk: Desk) -> None:
    first = (await desk.teacher.patch(desk.path, {"version": 1, "enrolment": "code"})).json()
    assert first["enrolment_code"].isalpha()
    assert len(first["enrolment_code"]) == 8
    assert not set(first["enrolment_code"]) & set("AEIOUL01")
    again = (await desk.teacher.patch(desk.path, {"version": 2, "enrolment_code": None})).json()
    assert again["enrolment_code"] not in (None, first["enrolment_code"])
    chosen = (await desk.teacher.patch(desk.path, {"version": 3, "enrolment_code": "forest-7"})).json()
    assert chosen["enrolment_code"] == "FOREST-7"
    kept = (await desk.teacher.patch(desk.path, {"version": 4, "title": "Woods"})).json()
    assert kept["enrolment_code"] == "FOREST-7"


async def test_a_code_opens_one_published_course_of_the_school(
    banyan: Banyan, school: School, other_school: School, desk: Desk
) -> None:
    settings = {"version": 1, "enrolment": "code", "enrolment_code": "FOREST"}
    await desk.teacher.patch(desk.path, settings)
    db = banyan.kit.db.read()
    assert await courses.head_by_code(db, school.id, "FOREST") is None  # nobody enters a draft
    await desk.publish()
    found = await courses.head_by_code(db, school.id, "FOREST")
    assert found is not None
    assert found.id == desk.id
    assert await courses.head_by_code(db, other_school.id, "FOREST") is None

    second = await begin(school)
    taken = await second.teacher.patch(second.path, settings)
    assert (taken.status_code, taken.json()["code"]) == (409, "code_taken")


async def test_a_course_gets_published_only_by_publishing(desk: Desk) -> None:
    answer = await desk.teacher.patch(desk.path, {"version": 1, "state": "published"})
    assert (answer.status_code, answer.json()["code"]) == (422, "wrong_state")
    archived = await desk.teacher.patch(desk.path, {"version": 1, "state": "archived"})
    assert archived.json()["state"] == "archived"
    back = await desk.teacher.patch(desk.path, {"version": 2, "state": "draft"})
    assert back.json()["state"] == "draft"


async def test_a_published_course_is_archived_and_taken_out_again_but_is_no_draft_any_more(
    school: School, desk: Desk
) -> None:
    assert (await desk.course.publish()).status_code == 201
    refused = await desk.teacher.patch(desk.path, {"version": 1, "state": "draft"})
    assert (refused.status_code, refused.json()["code"]) == (422, "wrong_state")
    archived = await desk.teacher.patch(desk.path, {"version": 1, "state": "archived"})
    assert (archived.json()["state"], archived.json()["outline"]["revision"]) == ("archived", 1)
    assert (await (await school.learner()).post(f"{desk.path}/enrolments", {})).status_code == 404
    back = await desk.teacher.patch(desk.path, {"version": 2, "state": "published"})
    assert back.json()["state"] == "published"
    assert (await (await school.learner()).post(f"{desk.path}/enrolments", {})).status_code == 201


async def test_a_deleted_course_leaves_those_who_learn_in_it_and_returns_to_them(school: School, desk: Desk) -> None:
    learner = await school.learner()
    await desk.course.publish()
    await desk.course.enrol(learner)
    await desk.teacher.delete(desk.path)
    assert (await learner.get(desk.path)).status_code == 404
    assert (await learner.get(f"{desk.path}/items/{desk.items[0]}")).status_code == 404
    assert (await learner.get("/courses")).json()["items"] == []
    await desk.teacher.post(f"{desk.path}/restoration")
    assert (await learner.get(desk.path)).json()["role"] == "learner"
    assert len((await learner.get("/courses")).json()["items"]) == 1


async def test_a_deleted_course_is_gone_for_all_and_comes_back_as_it_was(school: School, desk: Desk) -> None:
    admin = await school.admin()
    before = await desk.page()
    assert (await desk.teacher.delete(desk.path)).status_code == 204
    for person in (desk.teacher, admin):
        assert (await person.patch(desk.path, {"version": 1, "title": "Ghost"})).status_code == 404
        assert (await person.post(f"{desk.path}/modules", {"title": "Ghost"})).status_code == 404
        assert (await person.patch(f"/items/{desk.items[0]}", {"version": 1})).status_code == 404
        assert (await person.get(f"{desk.path}/staff")).status_code == 404
        assert (await person.delete(desk.path)).status_code == 404
    assert (await admin.post(f"{desk.path}/restoration")).status_code == 204
    assert await desk.page() == before
    assert (await admin.post(f"{desk.path}/restoration")).status_code == 204  # once more changes nothing


async def test_only_owners_know_of_a_deleted_course(school: School, desk: Desk) -> None:
    teacher = await desk.staff(await school.teacher(), "teacher")
    await desk.publish()
    await desk.teacher.delete(desk.path)
    assert (await teacher.post(f"{desk.path}/restoration")).status_code == 404
    assert (await (await school.learner()).post(f"{desk.path}/restoration")).status_code == 404


async def test_the_head_is_forgotten_in_the_moment_it_changes(banyan: Banyan, desk: Desk) -> None:
    kit = banyan.kit
    assert (await courses.course_head(kit.db, kit.cache, desk.id)).title == "Trees"
    await desk.teacher.patch(desk.path, {"version": 1, "title": "Woods"})
    assert (await courses.course_head(kit.db, kit.cache, desk.id)).title == "Woods"
    await desk.teacher.delete(desk.path)
    with pytest.raises(NotFound):
        await courses.course_head(kit.db, kit.cache, desk.id)
    assert (await courses.fresh_head(kit.db.read(), desk.id)).deleted


async def test_a_new_name_of_a_teacher_reaches_their_courses(banyan: Banyan, desk: Desk) -> None:
    async with banyan.kit.db.write() as tx:
        await tx.emit(Renamed(desk.teacher.id, desk.teacher.school_id, "Wangari", "wangari@demo.school"))
    assert [person.name for person in (await desk.page()).teachers] == ["Wangari"]
    staff = (await desk.teacher.get(f"{desk.path}/staff")).json()["items"]
    assert staff[0]["account"]["email"] == "wangari@demo.school"


async def test_the_bin_is_emptied_after_thirty_days(banyan: Banyan, school: School, desk: Desk) -> None:
    other = await begin(school)
    purged: list[CoursePurged] = []

    emit = banyan.kit.db.emit

    async def emit_and_note(tx: Writer, event: object) -> None:
        await emit(tx, event)
        if isinstance(event, CoursePurged):
            purged.append(event)

    banyan.kit.db.emit = emit_and_note
    await desk.course.publish()  # a revision, its renditions and its publication go with the course
    await desk.teacher.delete(desk.path)
    await other.teacher.delete(f"/modules/{other.course.modules[0]}")
    await other.teacher.delete(f"/items/{other.course.items[2]}")
    await desk.age("course", timedelta(days=29, hours=23))
    await purge.run(banyan.kit)
    assert (await desk.teacher.post(f"{desk.path}/restoration")).status_code == 204
    assert purged == []

    await desk.teacher.delete(desk.path)
    for table in ("course", "module", "item"):
        await desk.age(table, timedelta(days=30, minutes=1))
    await purge.run(banyan.kit)
    assert purged == [CoursePurged(desk.id, school.id)]
    assert (await desk.teacher.post(f"{desk.path}/restoration")).status_code == 404
    assert (await other.teacher.post(f"/modules/{other.course.modules[0]}/restoration")).status_code == 404
    assert (await other.teacher.post(f"/items/{other.course.items[2]}/restoration")).status_code == 404
    left = await banyan.kit.db.read().all(UUID, "select id from item")
    assert [str(item) for item in left] == other.course.items[3:]


async def test_a_course_that_cannot_go_does_not_keep_the_others(banyan: Banyan, school: School, desk: Desk) -> None:
    other = await begin(school)

    async def refuse(_tx: Writer, event: CoursePurged) -> None:
        if event.course_id == desk.id:
            raise LookupError

    banyan.kit.db.emit = refuse
    for one in (desk, other):
        await one.teacher.delete(one.path)
    await desk.age("course", timedelta(days=31))
    await purge.run(banyan.kit)
    assert await banyan.kit.db.read().all(UUID, "select id from course") == [desk.id]
