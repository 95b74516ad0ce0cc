"""Making groups, finding them, changing them, and what others ask of them."""

import asyncio
from typing import Any
from uuid import UUID

import pytest

from banyan import classes, groups
from banyan.app import Banyan
from banyan.kit.actor import Actor
from banyan.kit.ids import new_id
from banyan.kit.realtime import Admission
from tests.groups.scene import Group, Scene, good, refused
from tests.story import Person, School


async def test_only_those_make_groups_whom_the_class_lets(school: School) -> None:
    scene = await Scene.set_up(school, groups_by="staff")
    ann, assistant, outsider = await scene.learner(), await scene.staff("assistant"), await school.learner()
    body = {"name": "Mine"}
    assert refused(await ann.post(f"{scene.class_path}/groups", body)) == (403, "forbidden")
    assert refused(await assistant.post(f"{scene.class_path}/groups", body)) == (403, "forbidden")
    assert refused(await outsider.post(f"{scene.class_path}/groups", body)) == (404, "not_found")
    made = good(await scene.teacher.post(f"{scene.class_path}/groups", body), 201)
    assert (made["members"], made["role"], made["standing"]) == (0, None, "staff")
    assert [row.action for row in await scene.audit()] == ["classes.created", "groups.created"]


async def test_who_begins_a_group_while_being_taken_out_of_the_class_is_not_in_it(
    school: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    scene = await Scene.set_up(school, admission="staff")
    ann = await scene.learner("Ann")
    good(await scene.teacher.post(f"{scene.class_path}/members", {"accounts": [str(ann.id)]}))
    held, go_on = asyncio.Event(), asyncio.Event()
    hold = classes.hold_member

    async def hold_long(*args: Any) -> str | None:
        name = await hold(*args)
        held.set()
        await go_on.wait()
        return name

    monkeypatch.setattr(classes, "hold_member", hold_long)
    beginning = asyncio.create_task(ann.post(f"{scene.class_path}/groups", {"name": "Mine"}))
    await held.wait()
    going = asyncio.create_task(scene.teacher.delete(f"{scene.class_path}/members/{ann.id}"))
    await asyncio.sleep(0.2)
    go_on.set()
    made = good(await beginning, 201)
    good(await going, 204)
    assert await Group(made["id"], school.banyan).roles(scene.teacher) == {}


async def test_no_group_begins_in_an_archived_class(scene: Scene) -> None:
    good(await scene.teacher.patch(scene.class_path, {"version": 1, "state": "archived"}))
    for person in (await scene.learner(), scene.teacher):
        made = await person.post(f"{scene.class_path}/groups", {"name": "Late"})
        assert refused(made) == (409, "class_archived")


@pytest.mark.parametrize(
    "body",
    [{}, {"name": ""}, {"name": " "}, {"name": "x" * 201}, {"name": "x", "places": 1}, {"name": "x", "places": 5_001},
     {"name": "x", "admission": "secret"}, {"name": "x", "owner": "me"}, {"name": "a\u0000b"}],
)  # fmt: skip
async def test_an_odd_group_is_refused(scene: Scene, body: dict[str, object]) -> None:
    assert refused(await scene.teacher.post(f"{scene.class_path}/groups", body)) == (400, "malformed")


async def test_nobody_floods_a_class_with_groups(scene: Scene) -> None:
    ann = await scene.learner()
    answers = [await ann.post(f"{scene.class_path}/groups", {"name": f"Group {n}"}) for n in range(31)]
    assert [answer.status_code for answer in answers] == [201] * 30 + [429]


async def test_an_owner_changes_the_group_and_the_room_hears_of_it(scene: Scene) -> None:
    ann, ben = await scene.learner("Ann"), await scene.learner("Ben")
    group = await scene.group(ann, places=5)
    good(await group.join(ben), 201)
    good(await group.set(ann, ben, role="moderator"))
    assert refused(await group.change(ben, name="Mine")) == (403, "forbidden")
    changed = good(await group.change(ann, name=" Oaks ", places=None, admission="request"))
    assert (changed["name"], changed["places"], changed["admission"], changed["version"]) == (
        "Oaks",
        None,
        "request",
        2,
    )
    assert good(await ben.get(group.path))["name"] == "Oaks"
    event = (await group.events())[-1]
    assert (event.type, event.data["author"]["name"]) == ("group_changed", "Ann")
    assert event.data["group"] == {
        "id": group.id,
        "name": "Oaks",
        "description": "",
        "admission": "request",
        "places": None,
        "state": "active",
        "version": 2,
    }
    stale = await ann.patch(group.path, {"version": 1, "name": "Beeches"})
    assert refused(stale) == (409, "stale_edit")
    assert (stale.json()["current"]["name"], stale.json()["current"]["members"]) == ("Oaks", 2)
    noted = (await scene.audit())[-1]
    assert (noted.action, noted.details) == (
        "groups.changed",
        {"name": "Oaks", "places": None, "admission": "request"},
    )


async def test_two_who_change_a_group_at_once_do_not_lose_a_change(scene: Scene) -> None:
    ann = await scene.learner()
    group = await scene.group(ann)
    answers = await asyncio.gather(
        *(person.patch(group.path, {"version": 1, "name": person.name}) for person in (ann, scene.teacher))
    )
    assert sorted(answer.status_code for answer in answers) == [200, 409]


async def test_fewer_places_than_members_put_nobody_out(scene: Scene) -> None:
    ann = await scene.learner()
    group = await scene.group(ann)
    for _ in range(2):
        good(await group.join(await scene.learner()), 201)
    assert good(await group.change(ann, places=2))["members"] == 3
    assert refused(await group.join(await scene.learner())) == (409, "group_full")


async def test_staff_find_all_groups_of_a_class_learners_those_that_they_may(scene: Scene) -> None:
    ann, ben, assistant = await scene.learner("Ann"), await scene.learner("Ben"), await scene.staff("assistant")
    shown = await scene.group(ann)
    hidden = await scene.group(ann, admission="invitation")
    for person, expected in (
        (ann, [(shown.id, "member"), (hidden.id, "member")]),
        (ben, [(shown.id, "none")]),
        (assistant, [(shown.id, "staff"), (hidden.id, "staff")]),
    ):
        first = good(await person.get(f"{scene.class_path}/groups?limit=1"))
        rest = good(await person.get(f"{scene.class_path}/groups?limit=9&after={first['next'] or ''}"))
        found = first["items"] + (rest["items"] if first["next"] else [])
        assert [(group["id"], group["standing"]) for group in found] == expected


async def test_a_list_of_groups_costs_the_same_for_2_and_50(scene: Scene, statements: list[str]) -> None:
    ann, counts, made = await scene.learner(), [], 0
    for size in (2, 50):
        for _ in range(made, size):
            await scene.group(ann if made < 25 else scene.teacher)
            made += 1
        good(await ann.get(f"{scene.class_path}/groups"))
        statements.clear()
        assert len(good(await ann.get(f"{scene.class_path}/groups"))["items"]) == size
        counts.append(len(statements))
    assert counts[0] == counts[1] <= 3


async def test_a_group_that_is_known_costs_two_statements(scene: Scene, statements: list[str]) -> None:
    ann = await scene.learner()
    group = await scene.group(ann)
    good(await ann.get(group.path))
    statements.clear()
    good(await ann.get(group.path))
    assert len(statements) <= 2


def actor_of(person: Person, role: str = "learner") -> Actor:
    return Actor(id=person.id, school_id=person.school_id, role=role, session_id=person.id)  # type: ignore[arg-type]


async def test_rooms_admit_members_and_staff_at_three_statements_however_many_ask(
    scene: Scene, banyan: Banyan, other_school: School, statements: list[str]
) -> None:
    ann, ben, assistant = await scene.learner(), await scene.learner(), await scene.staff("assistant")
    admin, stranger = await scene.school.admin(), await other_school.admin()
    made = [await scene.group(ann, admission="request") for _ in range(8)]
    good(await made[0].join(ben), 202)
    asked = [
        (actor, UUID(group.id), expected)
        for group in made
        for actor, expected in (
            (actor_of(ann), True),
            (actor_of(ben), False),
            (actor_of(assistant, "teacher"), True),
            (actor_of(admin, "admin"), True),
            (actor_of(stranger, "admin"), False),
        )
    ]
    asked.append((actor_of(ann), new_id(), False))
    banyan.kit.cache.clear()
    statements.clear()
    answers = await groups.admit(banyan.kit, [Admission(actor, group_id) for actor, group_id, _ in asked])
    assert answers == [expected for _, _, expected in asked]
    assert len(statements) <= 3
    statements.clear()
    await groups.admit(banyan.kit, [Admission(actor, group_id) for actor, group_id, _ in asked[:-1]])
    assert len(statements) == 1


async def test_the_groups_of_someone_are_seen_at_the_same_cost_for_2_and_50(
    scene: Scene, banyan: Banyan, statements: list[str]
) -> None:
    ann, counts = await scene.learner(), []
    made: list[Group] = []
    for size in (2, 50):
        while len(made) < size:
            made.append(await scene.group(ann if len(made) < 25 else scene.teacher))
            if len(made) > 25:
                good(await made[-1].join(ann), 201)
        banyan.kit.cache.clear()
        statements.clear()
        mine = await groups.memberships_of(banyan.kit.db.read(), ann.id)
        seen = await groups.group_views(banyan.kit, actor_of(ann), [row.group_id for row in mine])
        assert list(seen) == [UUID(group.id) for group in made]
        assert {view.standing for view in seen.values()} == {"member"}
        counts.append(len(statements))
    assert counts[0] == counts[1] <= 4
