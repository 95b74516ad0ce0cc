"""Leaving groups, being taken out of them, and what happens to a group without an owner."""

import asyncio
from typing import Any
from uuid import UUID

import pytest

from banyan import accounts, courses, groups
from banyan.app import Banyan
from banyan.groups import store_members
from banyan.kit.actor import Actor
from banyan.kit.bus import Bus
from banyan.kit.problems import NotFound
from banyan.kit.realtime import Admission, words
from tests.groups.scene import Group, Scene, good, refused
from tests.story import Person

_COUNT = "select count(*) as n from {}"


class Overheard:
    """What is said to rooms, once it is on disk."""

    def __init__(self, bus: Bus, monkeypatch: pytest.MonkeyPatch) -> None:
        self.said: list[tuple[str, words.Word]] = []
        publish = bus.publish

        def listen(topic: str, word: bytes) -> None:
            self.said.append((topic, words.decode(word)))
            publish(topic, word)

        monkeypatch.setattr(bus, "publish", listen)

    def expelled(self, group: Group) -> list[UUID]:
        """Who was put out of the room of a group."""
        return [
            word.account_id
            for _, word in self.said
            if isinstance(word, words.Expelled) and word.room == f"group:{group.id}"
        ]

    def told(self, person: Person) -> list[str]:
        """Of which groups someone's own room was told that their list says something else."""
        return [
            word.data.decode()
            for topic, word in self.said
            if topic == f"account:{person.id}" and isinstance(word, words.Whisper) and word.type == "groups"
        ]


@pytest.fixture
def overheard(banyan: Banyan, monkeypatch: pytest.MonkeyPatch) -> Overheard:
    return Overheard(banyan.bus, monkeypatch)


def actor_of(person: Person) -> Actor:
    return Actor(id=person.id, school_id=person.school_id, role="learner", session_id=person.id)


async def test_whoever_leaves_is_out_of_the_room_and_frees_their_place(scene: Scene, overheard: Overheard) -> None:
    ann, ben = await scene.learner("Ann"), await scene.learner("Ben")
    group = await scene.group(ann, places=2)
    good(await group.join(ben), 201)
    good(await group.leave(ben), 204)
    left = (await group.events())[-1]
    assert (left.type, left.data["account_id"], left.data["reason"]) == ("member_left", str(ben.id), "left")
    assert left.data["author"] == {"id": str(ben.id), "name": "Ben"}
    assert overheard.expelled(group) == [ben.id]
    assert overheard.told(ben) == [f'{{"group_id":"{group.id}"}}'] * 2
    assert refused(await group.leave(ben)) == (404, "not_found")
    good(await group.join(await scene.learner()), 201)
    assert [row.action for row in await scene.audit() if row.action == "groups.removed"] == []


async def test_whoever_is_taken_out_is_told_and_it_is_noted(scene: Scene, overheard: Overheard) -> None:
    ann, ben = await scene.learner("Ann"), await scene.learner("Ben")
    group = await scene.group(ann)
    good(await group.join(ben), 201)
    good(await group.remove(ann, ben), 204)
    left = (await group.events())[-1]
    assert (left.type, left.data["reason"]) == ("member_left", "removed")
    assert left.data["author"] == {"id": str(ann.id), "name": "Ann"}
    assert overheard.expelled(group) == [ben.id]
    [notice] = await scene.notified(ben)
    assert (notice.kind, notice.data["group"]["name"]) == ("group_removed", "Roots")
    noted = (await scene.audit())[-1]
    assert (noted.actor_id, noted.action, noted.subject) == (ann.id, "groups.removed", f"group:{group.id}")
    assert (noted.course_id, noted.details) == (
        UUID(scene.course.id),
        {"name": "Roots", "account": str(ben.id), "member": "Ben"},
    )
    assert refused(await ben.get(f"{group.path}/members")) == (403, "forbidden")


async def test_moderators_take_out_only_those_below_them(scene: Scene) -> None:
    ann, mo, moa, ben = [await scene.learner() for _ in range(4)]
    group = await scene.group(ann)
    for person in (mo, moa, ben):
        good(await group.join(person), 201)
    for person in (mo, moa):
        good(await group.set(ann, person, role="moderator"))
    for by, whom in ((ben, mo), (ben, ann), (mo, moa), (mo, ann)):
        assert refused(await group.remove(by, whom)) == (403, "forbidden")
        assert refused(await group.set(by, whom, mute_minutes=5)) == (403, "forbidden")
    good(await group.remove(mo, ben), 204)
    good(await group.remove(ann, moa), 204)
    good(await group.remove(await scene.staff("assistant"), ann), 204)


async def test_whoever_only_finds_a_group_does_not_learn_who_is_in_it(scene: Scene) -> None:
    ann, ben, eve = [await scene.learner() for _ in range(3)]
    group = await scene.group(ann)
    for person in (ann, eve):
        assert refused(await group.remove(ben, person)) == (403, "forbidden")
        assert refused(await group.set(ben, person, mute_minutes=5)) == (403, "forbidden")


async def test_the_last_owner_hands_over_to_a_moderator_then_to_the_longest_standing(scene: Scene) -> None:
    ann, ben, mo = [await scene.learner(name) for name in ("Ann", "Ben", "Mo")]
    group = await scene.group(ann)
    good(await group.join(ben), 201)
    good(await group.join(mo), 201)
    good(await group.set(ann, mo, role="moderator"))
    good(await group.leave(ann), 204)
    assert await group.roles(ben) == {"Ben": "member", "Mo": "owner"}
    left, changed = (await group.events())[-2:]
    assert (left.type, changed.type, changed.data["member"]["role"]) == ("member_left", "member_changed", "owner")
    good(await group.remove(scene.teacher, mo), 204)
    assert await group.roles(ben) == {"Ben": "owner"}
    good(await group.leave(ben), 204)
    assert await group.roles(scene.teacher) == {}


async def test_an_owner_among_others_leaves_without_an_heir(scene: Scene) -> None:
    ann, ben, eve = [await scene.learner(name) for name in ("Ann", "Ben", "Eve")]
    group = await scene.group(ann)
    for person in (ben, eve):
        good(await group.join(person), 201)
    good(await group.set(ann, ben, role="owner"))
    good(await group.leave(ann), 204)
    assert await group.roles(eve) == {"Ben": "owner", "Eve": "member"}


async def test_whoever_leaves_the_course_leaves_its_groups_at_the_cost_of_one(
    scene: Scene, statements: list[str]
) -> None:
    costs = []
    for count in (1, 6):
        ann = await scene.learner("Ann")
        made = [await scene.group(ann) for _ in range(count)]
        for group in made:
            good(await group.join(await scene.learner("Heir")), 201)
        good(await ann.get("/me"))
        statements.clear()
        good(await ann.delete(f"{scene.course.path}/enrolments/current"), 204)
        costs.append(len(statements))
        for group in made:
            assert await group.roles(scene.teacher) == {"Heir": "owner"}
            assert await group.taken() == 1
            assert refused(await ann.get(group.path)) == (404, "not_found")
        assert await groups.memberships_of(scene.school.banyan.kit.db.read(), ann.id) == []
    assert costs[0] == costs[1]


async def test_staff_who_leave_as_learners_stay_in_the_groups(scene: Scene) -> None:
    assistant = await scene.staff("assistant", "Asa")
    good(await scene.course.enrol(assistant), 201)
    group = await scene.group(await scene.learner("Ann"))
    good(await group.join(assistant), 201)
    good(await assistant.delete(f"{scene.course.path}/enrolments/current"), 204)
    assert await group.roles(assistant) == {"Ann": "owner", "Asa": "member"}


async def test_whoever_is_taken_off_the_staff_is_out_of_all_rooms_of_the_course_at_once(
    scene: Scene, overheard: Overheard
) -> None:
    ann, asa, lea = await scene.learner("Ann"), await scene.staff("assistant", "Asa"), await scene.learner("Lea")
    good(await scene.teacher.put(f"{scene.course.path}/staff/{lea.id}", {"role": "assistant"}))
    joined, watched = await scene.group(ann), await scene.group(ann, admission="invitation")
    for person in (asa, lea):
        good(await joined.join(person), 201)
    for person in (asa, lea):
        good(await scene.teacher.delete(f"{scene.course.path}/staff/{person.id}"), 204)
    # Who is no learner either has no business in the groups; a learner stays where they are a member.
    assert await joined.roles(scene.teacher) == {"Ann": "owner", "Lea": "member"}
    assert await joined.taken() == 2
    assert refused(await asa.get(joined.path)) == (404, "not_found")
    left = (await joined.events())[-1]
    assert (left.type, left.data["reason"], left.data["author"]["name"]) == ("member_left", "removed", "Tara")
    assert set(overheard.expelled(joined)) == set(overheard.expelled(watched)) == {asa.id, lea.id}
    assert refused(await lea.get(watched.path)) == (404, "not_found")


async def test_an_admin_who_leaves_the_staff_of_a_course_is_on_it_all_the_same(
    scene: Scene, overheard: Overheard
) -> None:
    admin = await scene.school.admin()
    good(await scene.teacher.put(f"{scene.course.path}/staff/{admin.id}", {"role": "assistant"}))
    group = await scene.group(await scene.learner("Ann"))
    good(await group.join(admin), 201)
    good(await admin.delete(f"{scene.course.path}/staff/{admin.id}"), 204)
    assert await group.roles(admin) == {"Ann": "owner", admin.name: "member"}
    assert overheard.expelled(group) == []


async def test_who_comes_into_a_group_while_being_taken_off_the_staff_is_not_in_it(
    scene: Scene, banyan: Banyan, monkeypatch: pytest.MonkeyPatch
) -> None:
    asa = await scene.staff("assistant", "Asa")
    group = await scene.group(await scene.learner("Ann"))
    decided, go_on = asyncio.Event(), asyncio.Event()
    put = store_members.put

    async def put_late(*args: Any, **more: Any) -> Any:
        decided.set()
        await go_on.wait()
        return await put(*args, **more)

    monkeypatch.setattr(store_members, "put", put_late)
    coming = asyncio.create_task(group.join(asa))
    await decided.wait()
    going = asyncio.create_task(scene.teacher.delete(f"{scene.course.path}/staff/{asa.id}"))
    await asyncio.sleep(0.2)
    go_on.set()
    good(await coming, 201)
    good(await going, 204)
    assert await group.roles(scene.teacher) == {"Ann": "owner"}
    assert await groups.admit(banyan.kit, [Admission(actor_of(asa), UUID(group.id))]) == [False]


async def test_the_rooms_of_a_course_that_is_deleted_end_at_once(scene: Scene, overheard: Overheard) -> None:
    group = await scene.group(await scene.learner("Ann"))
    good(await scene.teacher.delete(scene.course.path), 204)
    assert [topic for topic, word in overheard.said if isinstance(word, words.Closed)] == [f"group:{group.id}"]
    good(await scene.teacher.post(f"{scene.course.path}/restoration"), 204)
    assert await group.roles(scene.teacher) == {"Ann": "owner"}


async def test_whoever_is_taken_out_of_the_class_is_taken_out_of_its_groups(scene: Scene) -> None:
    chosen = good(await scene.teacher.post(f"{scene.course.path}/classes", {"name": "Chosen", "admission": "staff"}))
    ann, ben = await scene.learner("Ann"), await scene.learner("Ben")
    both = {"accounts": [str(ann.id), str(ben.id)]}
    good(await scene.teacher.post(f"/classes/{chosen['id']}/members", both))
    elsewhere = await scene.group(ann)
    group = Group(good(await ann.post(f"/classes/{chosen['id']}/groups", {"name": "Leaves"}))["id"], elsewhere.banyan)
    good(await group.join(ben), 201)
    good(await scene.teacher.delete(f"/classes/{chosen['id']}/members/{ann.id}"), 204)
    assert refused(await ann.get(group.path)) == (404, "not_found")
    assert await group.roles(ben) == {"Ben": "owner"}
    left = (await group.events())[-2]
    assert (left.data["reason"], left.data["author"]["name"]) == ("removed", "Tara")
    assert await elsewhere.roles(ann) == {"Ann": "owner"}
    good(await scene.teacher.post(f"/classes/{chosen['id']}/members", both))
    good(await group.join(ann), 201)


async def test_a_new_name_comes_to_all_groups(scene: Scene) -> None:
    ann, ben = await scene.learner("Ann"), await scene.learner("Ben")
    group, asked = await scene.group(ben), await scene.group(ben, admission="request")
    good(await group.join(ann), 201)
    good(await asked.join(ann), 202)
    good(await ann.patch("/me", {"name": "Anna"}))
    assert await group.roles(ben) == {"Ben": "owner", "Anna": "member"}
    changed = (await group.events())[-1]
    assert (changed.type, changed.data["member"]["account"]["name"]) == ("member_changed", "Anna")
    waiting = good(await ben.get(f"{asked.path}/members?state=requested"))["items"]
    assert [one["account"]["name"] for one in waiting] == ["Anna"]
    assert await asked.events() == []


async def test_a_purged_course_takes_its_groups_and_their_rooms_with_it(
    scene: Scene, banyan: Banyan, overheard: Overheard
) -> None:
    ann = await scene.learner("Ann")
    group = await scene.group(ann)
    good(await group.join(await scene.learner()), 201)
    good(await scene.teacher.delete(scene.course.path), 204)
    assert refused(await ann.get(group.path)) == (404, "not_found")
    assert await groups.admit(banyan.kit, [Admission(actor_of(ann), UUID(group.id))]) == [False]
    async with banyan.kit.db.write() as tx:
        await tx.execute("update course set deleted_at = now() - interval '31 days'")
    [purge] = courses.DOMAIN.periodic
    await purge.run(banyan.kit)
    for table in ("study_group", "group_member", "group_membership", "group_places", "room", "class", "course"):
        assert await banyan.kit.db.read().one(int, _COUNT.format(table)) == 0, table
    assert any(isinstance(word, words.Closed) for topic, word in overheard.said if topic == f"group:{group.id}")
    with pytest.raises(NotFound):
        await groups.group_head(banyan.kit, UUID(group.id))
    assert (await accounts.account_of(banyan.kit.db.read(), ann.id)).name == "Ann"
