"""What members are in a group: their roles, and whether they may write; and the lists of them."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from banyan import groups
from banyan.groups.model import GroupHead, Standing
from banyan.kit.problems import Forbidden
from tests.groups.scene import Scene, good, refused, when


async def test_owners_and_staff_give_roles_and_it_is_noted(scene: Scene) -> None:
    ann, ben = await scene.learner("Ann"), await scene.learner("Ben")
    group = await scene.group(ann)
    good(await group.join(ben), 201)
    assert refused(await group.set(ben, ben, role="owner")) == (403, "forbidden")
    changed = good(await group.set(ann, ben, role="moderator"))
    assert (changed["role"], changed["account"]["name"]) == ("moderator", "Ben")
    event = (await group.events())[-1]
    assert (event.type, event.data["member"]["role"], event.data["author"]["name"]) == (
        "member_changed",
        "moderator",
        "Ann",
    )
    assert refused(await group.set(ben, ben, role="owner")) == (403, "forbidden")
    good(await group.set(await scene.staff("assistant"), ben, role="owner"))
    assert await group.roles(ann) == {"Ann": "owner", "Ben": "owner"}
    noted = [row for row in await scene.audit() if row.action == "groups.role"]
    assert [(row.details["member"], row.details["before"], row.details["after"]) for row in noted] == [
        ("Ben", "member", "moderator"),
        ("Ben", "moderator", "owner"),
    ]


async def test_a_group_keeps_its_last_owner(scene: Scene) -> None:
    ann, ben = await scene.learner("Ann"), await scene.learner("Ben")
    group = await scene.group(ann)
    assert refused(await group.set(ann, ann, role="member")) == (409, "last_owner")
    assert refused(await group.set(scene.teacher, ann, role="member")) == (409, "last_owner")
    good(await group.join(ben), 201)
    good(await group.set(ann, ben, role="owner"))
    good(await group.set(ann, ann, role="member"))
    assert await group.roles(ben) == {"Ann": "member", "Ben": "owner"}


async def test_a_group_of_staff_gets_its_owner_by_role(scene: Scene) -> None:
    ben = await scene.learner("Ben")
    group = await scene.group(scene.teacher)
    good(await group.join(ben), 201)
    assert await group.roles(ben) == {"Ben": "member"}
    good(await group.set(scene.teacher, ben, role="owner"))
    assert await group.roles(ben) == {"Ben": "owner"}


async def test_a_muted_member_reads_but_does_not_write_until_it_ends(scene: Scene) -> None:
    ann, ben = await scene.learner("Ann"), await scene.learner("Ben")
    group = await scene.group(ann)
    good(await group.join(ben), 201)
    muted = good(await group.set(ann, ben, mute_minutes=30))
    assert abs(when(muted["muted_until"]) - datetime.now(UTC) - timedelta(minutes=30)) < timedelta(minutes=1)
    assert good(await ben.get(group.path))["muted_until"] == muted["muted_until"]
    assert (await group.events())[-1].data["member"]["muted_until"] == muted["muted_until"]
    good(await ben.get(f"{group.path}/members"))
    assert refused(await ben.post(f"{group.path}/messages", {"key": "1", "text": "But"})) == (403, "muted")
    good(await group.leave(ben), 204)
    assert good(await group.join(ben), 201)["muted_until"] == muted["muted_until"]
    assert good(await group.set(ann, ben, mute_minutes=0))["muted_until"] is None
    good(await ben.post(f"{group.path}/messages", {"key": "1", "text": "At last"}), 201)
    noted = [row for row in await scene.audit() if row.action == "groups.muted"]
    assert [row.details["minutes"] for row in noted] == [30, 0]


@pytest.mark.parametrize("change", [{"mute_minutes": -1}, {"mute_minutes": 600_000}, {"role": "king"}, {"name": "x"}])
async def test_an_odd_change_is_refused(scene: Scene, change: dict[str, object]) -> None:
    ann = await scene.learner()
    group = await scene.group(ann)
    assert refused(await group.set(ann, ann, **change)) == (400, "malformed")


async def test_only_members_are_changed(scene: Scene) -> None:
    ann, ben = await scene.learner(), await scene.learner()
    group = await scene.group(ann, admission="request")
    assert refused(await group.set(ann, ben, mute_minutes=5)) == (404, "not_found")
    good(await group.join(ben), 202)
    assert refused(await group.set(ann, ben, role="moderator")) == (404, "not_found")


async def test_members_are_listed_by_name_page_by_page_and_found(scene: Scene) -> None:
    group = await scene.group(await scene.learner("Cora"))
    for name in ("Ana", "Ben"):
        good(await group.join(await scene.learner(name)), 201)
    first = good(await scene.teacher.get(f"{group.path}/members?limit=2"))
    assert [one["account"]["name"] for one in first["items"]] == ["Ana", "Ben"]
    rest = good(await scene.teacher.get(f"{group.path}/members?limit=2&after={first['next']}"))
    assert ([one["account"]["name"] for one in rest["items"]], rest["next"]) == (["Cora"], None)
    found = good(await scene.teacher.get(f"{group.path}/members?q=BE"))["items"]
    assert [one["account"]["name"] for one in found] == ["Ben"]
    assert refused(await scene.teacher.get(f"{group.path}/members?after=nonsense!")) == (400, "malformed")
    assert refused(await scene.teacher.get(f"{group.path}/members?state=left")) == (400, "malformed")


async def test_a_list_of_members_costs_the_same_for_2_and_50(scene: Scene, statements: list[str]) -> None:
    group = await scene.group(await scene.learner())
    counts = []
    for size in (2, 50):
        while await group.taken() < size:
            good(await group.join(await scene.learner()), 201)
        good(await scene.teacher.get(group.path))
        statements.clear()
        assert len(good(await scene.teacher.get(f"{group.path}/members"))["items"]) == size
        counts.append(len(statements))
    assert counts[0] == counts[1] <= 2


def standing(**what: object) -> Standing:
    some_id = UUID(int=1)
    head = GroupHead(
        id=some_id,
        school_id=some_id,
        course_id=some_id,
        class_id=some_id,
        class_name="Autumn",
        name="Roots",
        description="",
        admission="open",
        places=None,
        state="active",
        invited_until=None,
        version=1,
    )
    known = {"role": None, "state": None, "muted_until": None, "staff": False, "name": "Ann", **what}
    return Standing(group=head, account_id=some_id, **known)  # type: ignore[arg-type]  # checked by the tests


def test_staff_read_and_moderate_but_write_only_as_members() -> None:
    teacher = standing(staff=True)
    groups.may_read(teacher)
    groups.may_moderate(teacher)
    with pytest.raises(Forbidden):
        groups.may_post(teacher)
    groups.may_post(standing(staff=True, role="member", state="active"))


def test_who_has_only_asked_neither_reads_nor_writes() -> None:
    for state in ("requested", "left", "removed"):
        for may in (groups.may_read, groups.may_post, groups.may_moderate):
            with pytest.raises(Forbidden):
                may(standing(state=state))


def test_a_mute_ends_by_itself() -> None:
    groups.may_post(standing(state="active", role="member", muted_until=datetime.now(UTC) - timedelta(seconds=1)))
    with pytest.raises(groups.Muted):
        groups.may_post(standing(state="active", role="member", muted_until=datetime.now(UTC) + timedelta(hours=1)))
