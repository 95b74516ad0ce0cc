"""Classes: who makes them, who is in them, and who sees that."""

import asyncio
from uuid import UUID

import pytest

from banyan import courses
from banyan.app import Banyan
from tests.groups.scene import AuditRow, Scene, good, refused
from tests.story import School, published_course


@pytest.fixture
async def scene(school: School) -> Scene:
    """A class that its staff choose for."""
    return await Scene.set_up(school, admission="staff")


async def put_in(scene: Scene, *ids: UUID) -> int:
    added: int = good(await scene.teacher.post(f"{scene.class_path}/members", {"accounts": [str(one) for one in ids]}))[
        "added"
    ]
    return added


async def test_everyone_in_the_course_is_in_a_class_that_is_open_to_it(school: School) -> None:
    scene = await Scene.set_up(school)
    ann = await scene.learner("Ann")
    seen = good(await ann.get(scene.class_path))
    assert (seen["name"], seen["admission"], seen["mine"], seen["members"]) == ("Autumn", "course", True, None)
    assert [one["id"] for one in good(await ann.get(f"{scene.course.path}/classes"))["items"]] == [scene.class_id]
    listed = good(await scene.teacher.get(f"{scene.class_path}/members"))["items"]
    assert [one["account"]["name"] for one in listed] == ["Ann"]
    body = {"accounts": [str(ann.id)]}
    assert refused(await scene.teacher.post(f"{scene.class_path}/members", body)) == (409, "class_of_course")
    path = f"{scene.class_path}/members/{ann.id}"
    assert refused(await scene.teacher.delete(path)) == (409, "class_of_course")


async def test_staff_choose_who_is_in_a_class_and_nobody_else_sees_it(scene: Scene) -> None:
    ann, ben, outsider = await scene.learner("Ann"), await scene.learner("Ben"), await scene.school.learner()
    assert await put_in(scene, ann.id, outsider.id, scene.teacher.id, ann.id) == 1
    assert await put_in(scene, ann.id) == 0
    seen = good(await ann.get(scene.class_path))
    assert (seen["mine"], seen["members"]) == (True, 1)
    assert refused(await ben.get(scene.class_path)) == (404, "not_found")
    assert good(await ben.get(f"{scene.course.path}/classes"))["items"] == []
    [for_staff] = good(await scene.teacher.get(f"{scene.course.path}/classes"))["items"]
    assert (for_staff["mine"], for_staff["members"]) == (False, 1)
    assert refused(await ann.get(f"{scene.class_path}/members")) == (403, "forbidden")
    good(await scene.teacher.delete(f"{scene.class_path}/members/{ann.id}"), 204)
    assert refused(await scene.teacher.delete(f"{scene.class_path}/members/{ann.id}")) == (404, "not_found")
    assert refused(await ann.get(scene.class_path)) == (404, "not_found")


async def test_only_teachers_of_the_course_make_and_change_classes(scene: Scene) -> None:
    ann, assistant = await scene.learner(), await scene.staff("assistant")
    colleague = await scene.school.teacher()
    await put_in(scene, ann.id)
    for person in (ann, assistant, colleague):
        made = await person.post(f"{scene.course.path}/classes", {"name": "Mine"})
        assert refused(made) == (403, "forbidden")
    for person in (ann, assistant):
        assert refused(await person.patch(scene.class_path, {"version": 1, "name": "Mine"})) == (403, "forbidden")
        body = {"accounts": [str(ann.id)]}
        assert refused(await person.post(f"{scene.class_path}/members", body)) == (403, "forbidden")
        assert refused(await person.delete(f"{scene.class_path}/members/{ann.id}")) == (403, "forbidden")
    assert refused(await colleague.patch(scene.class_path, {"version": 1, "name": "Mine"})) == (404, "not_found")
    good(await assistant.get(f"{scene.class_path}/members"))


async def test_a_class_is_changed_archived_and_an_old_version_refused(scene: Scene) -> None:
    changed = good(
        await scene.teacher.patch(scene.class_path, {"version": 1, "name": " Winter ", "groups_by": "staff"})
    )
    assert (changed["name"], changed["groups_by"], changed["version"]) == ("Winter", "staff", 2)
    stale = await scene.teacher.patch(scene.class_path, {"version": 1, "name": "Spring"})
    assert refused(stale) == (409, "stale_edit")
    assert stale.json()["current"] == changed
    good(await scene.teacher.patch(scene.class_path, {"version": 2, "state": "archived"}))
    body = {"accounts": [str((await scene.learner()).id)]}
    assert refused(await scene.teacher.post(f"{scene.class_path}/members", body)) == (409, "class_archived")


async def test_two_who_change_a_class_at_once_do_not_lose_a_change(scene: Scene) -> None:
    other = await scene.staff("teacher")
    answers = await asyncio.gather(
        *(person.patch(scene.class_path, {"version": 1, "name": person.name}) for person in (scene.teacher, other))
    )
    assert sorted(answer.status_code for answer in answers) == [200, 409]


@pytest.mark.parametrize(
    "body",
    [{}, {"name": ""}, {"name": "x", "admission": "all"}, {"name": "x", "groups_by": 1}, {"name": "x", "state": "x"}],
)
async def test_an_odd_class_is_refused(scene: Scene, body: dict[str, object]) -> None:
    assert refused(await scene.teacher.post(f"{scene.course.path}/classes", body)) == (400, "malformed")


async def test_what_staff_do_is_noted(scene: Scene) -> None:
    ann = await scene.learner()
    await put_in(scene, ann.id)
    good(await scene.teacher.patch(scene.class_path, {"version": 1, "name": "Winter"}))
    good(await scene.teacher.delete(f"{scene.class_path}/members/{ann.id}"), 204)
    made, added, changed, removed = await scene.audit()
    who = {"actor_id": scene.teacher.id, "subject": f"class:{scene.class_id}", "course_id": UUID(scene.course.id)}
    assert made == AuditRow(action="classes.created", details={"name": "Autumn"}, **who)  # type: ignore[arg-type]
    assert (added.action, added.details) == ("classes.members_added", {"name": "Autumn", "accounts": [str(ann.id)]})
    assert (changed.action, changed.details) == ("classes.changed", {"name": "Winter"})
    assert (removed.action, removed.details) == (
        "classes.member_removed",
        {"name": "Winter", "account": str(ann.id), "member": ann.name},
    )


async def test_whoever_leaves_the_course_leaves_its_classes_and_a_new_name_comes_to_them(scene: Scene) -> None:
    ann, ben = await scene.learner("Ann"), await scene.learner("Ben")
    await put_in(scene, ann.id, ben.id)
    good(await ben.patch("/me", {"name": "Benno"}))
    good(await ann.delete(f"{scene.course.path}/enrolments/current"), 204)
    listed = good(await scene.teacher.get(f"{scene.class_path}/members"))["items"]
    assert [one["account"]["name"] for one in listed] == ["Benno"]
    good(await scene.course.enrol(ann), 201)
    assert refused(await ann.get(scene.class_path)) == (404, "not_found")


async def test_whoever_leaves_the_course_while_being_put_in_is_not_in_the_class(scene: Scene) -> None:
    people = [await scene.learner() for _ in range(6)]
    await asyncio.gather(
        *(person.delete(f"{scene.course.path}/enrolments/current") for person in people),
        *(scene.teacher.post(f"{scene.class_path}/members", {"accounts": [str(one.id)]}) for one in people),
    )
    assert good(await scene.teacher.get(f"{scene.class_path}/members"))["items"] == []


async def test_members_are_listed_by_name_page_by_page_and_found(scene: Scene) -> None:
    await put_in(scene, *[(await scene.learner(name)).id for name in ("Cora", "Ana", "Ben")])
    for admission in ("staff", "course"):
        version = good(await scene.teacher.get(scene.class_path))["version"]
        good(await scene.teacher.patch(scene.class_path, {"version": version, "admission": admission}))
        first = good(await scene.teacher.get(f"{scene.class_path}/members?limit=2"))
        assert [one["account"]["name"] for one in first["items"]] == ["Ana", "Ben"]
        rest = good(await scene.teacher.get(f"{scene.class_path}/members?limit=2&after={first['next']}"))
        assert ([one["account"]["name"] for one in rest["items"]], rest["next"]) == (["Cora"], None)
        found = good(await scene.teacher.get(f"{scene.class_path}/members?q=BE"))["items"]
        assert [one["account"]["name"] for one in found] == ["Ben"]


async def test_classes_are_listed_page_by_page(scene: Scene) -> None:
    for name in ("Winter", "Spring"):
        good(await scene.teacher.post(f"{scene.course.path}/classes", {"name": name}), 201)
    first = good(await scene.teacher.get(f"{scene.course.path}/classes?limit=2"))
    rest = good(await scene.teacher.get(f"{scene.course.path}/classes?after={first['next']}"))
    assert [one["name"] for one in first["items"] + rest["items"]] == ["Autumn", "Winter", "Spring"]
    ann = await scene.learner()
    assert [one["name"] for one in good(await ann.get(f"{scene.course.path}/classes"))["items"]] == ["Winter", "Spring"]


async def test_a_list_of_classes_and_a_list_to_put_in_cost_the_same_for_2_and_50(
    scene: Scene, statements: list[str]
) -> None:
    learners, classes, lists = [await scene.learner() for _ in range(50)], [], []
    made = 1
    for size in (2, 50):
        for _ in range(made, size):
            good(await scene.teacher.post(f"{scene.course.path}/classes", {"name": "Other", "admission": "staff"}), 201)
        made = size
        good(await scene.teacher.get(scene.class_path))
        statements.clear()
        assert len(good(await scene.teacher.get(f"{scene.course.path}/classes"))["items"]) == size
        classes.append(len(statements))
        statements.clear()
        await put_in(scene, *[learner.id for learner in learners[:size]])
        lists.append(len(statements))
    assert classes[0] == classes[1] <= 4
    assert lists[0] == lists[1]


async def test_nobody_of_another_school_or_without_the_course_sees_a_class(scene: Scene, other_school: School) -> None:
    for stranger in (await other_school.learner(), await other_school.admin()):
        assert refused(await stranger.get(scene.class_path)) == (404, "not_found")
        assert refused(await stranger.get(f"{scene.course.path}/classes")) == (404, "not_found")
    outsider = await scene.school.learner()
    assert refused(await outsider.get(f"{scene.course.path}/classes")) == (403, "forbidden")
    draft = await published_course(await scene.school.teacher(), publish=False)
    assert refused(await outsider.get(f"{draft.path}/classes")) == (404, "not_found")


async def test_the_classes_of_a_deleted_course_are_not_seen_and_go_with_it(scene: Scene, banyan: Banyan) -> None:
    ann = await scene.learner()
    await put_in(scene, ann.id)
    good(await scene.teacher.delete(scene.course.path), 204)
    assert refused(await ann.get(scene.class_path)) == (404, "not_found")
    assert refused(await scene.teacher.get(scene.class_path)) == (404, "not_found")
    async with banyan.kit.db.write() as tx:
        await tx.execute("update course set deleted_at = now() - interval '31 days'")
    [purge] = courses.DOMAIN.periodic
    await purge.run(banyan.kit)
    left = await banyan.kit.db.read().one(
        int, "select (select count(*) from class) + (select count(*) from class_membership) as n"
    )
    assert left == 0
