"""Whatever people do, and however much of it at once: both sides of each membership and the count of places agree."""

import asyncio
import random
from typing import Any

import pytest

from tests.groups.scene import Group, Membership, Scene
from tests.story import Person

_STEPS = 160
_AT_ONCE = 8


def step(chance: random.Random, made: list[Group], people: list[Person], moderator: Person, scene: Scene) -> Any:
    """Something that someone does; most of it can be refused."""
    group, person = chance.choice(made), chance.choice(people)
    deeds: list[tuple[int, Any]] = [
        (8, lambda: group.join(person)),
        (3, lambda: group.leave(person)),
        (3, lambda: group.bring(moderator, person)),
        (2, lambda: group.remove(moderator, person)),
        (1, lambda: group.set(moderator, person, role=chance.choice(["owner", "moderator", "member"]))),
        (1, lambda: group.set(moderator, person, mute_minutes=chance.choice([0, 10]))),
        (1, lambda: person.patch("/me", {"name": f"{person.name} the {chance.randrange(9)}th"})),
        (1, lambda: person.delete(f"{scene.course.path}/enrolments/current")),
        (3, lambda: scene.course.enrol(person)),
    ]
    [[_, deed]] = chance.choices(deeds, [weight for weight, _ in deeds])
    return deed()


async def check(scene: Scene, made: list[Group], limits: list[int | None]) -> None:
    db = scene.school.banyan.kit.db.read()
    there = await db.all(
        Membership, "select group_id, account_id, state from group_member where state in ('active', 'requested')"
    )
    mine = await db.all(Membership, "select group_id, account_id, state from group_membership")

    def key(row: Membership) -> tuple[str, str, str]:
        return str(row.group_id), str(row.account_id), row.state

    assert sorted(map(key, there)) == sorted(map(key, mine))
    for group, places in zip(made, limits, strict=True):
        active = [row for row in there if str(row.group_id) == group.id and row.state == "active"]
        assert len(active) == await group.taken()
        assert places is None or len(active) <= places
    unenrolled = await db.one(
        int,
        """
        select count(*) as n from group_membership m
          join enrolment e on e.learner_id = m.account_id and e.course_id = m.course_id
         where e.state = 'left'
        """,
    )
    assert unenrolled == 0


async def listed(scene: Scene, group: Group) -> dict[str, dict[str, Any]]:
    """The members of a group as they are listed, by account."""
    members = (await scene.teacher.get(f"{group.path}/members")).json()["items"]
    return {member["account"]["id"]: member for member in members}


async def replayed(group: Group, members: dict[str, dict[str, Any]]) -> tuple[dict[str, dict[str, Any]], bool]:
    """Who is in a group by the events of its room alone, from when these were in it; and whether it was ever empty."""
    emptied = not members
    for number, event in enumerate(await group.events(), 1):
        assert event.seq == number
        if event.type in ("member_joined", "member_changed"):
            assert (event.type == "member_joined") == (event.data["member"]["account"]["id"] not in members)
            members[event.data["member"]["account"]["id"]] = event.data["member"]
        elif event.type == "member_left":
            del members[event.data["account_id"]]
            emptied = emptied or not members
    return members, emptied


@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_any_sequence_of_comings_and_goings_leaves_both_sides_and_the_places_in_agreement(
    scene: Scene, seed: int
) -> None:
    chance = random.Random(seed)  # noqa: S311 -- to do the same again
    people = [await scene.learner() for _ in range(7)]
    limits: list[int | None] = [3, None, 4]
    made = [
        await scene.group(scene.teacher, places=3),
        await scene.group(people[0], admission="request"),
        await scene.group(people[1], places=4),
    ]
    first = [await listed(scene, group) for group in made]
    for _ in range(_STEPS // _AT_ONCE):
        answers = await asyncio.gather(*(step(chance, made, people, scene.teacher, scene) for _ in range(_AT_ONCE)))
        assert {answer.status_code for answer in answers} <= {200, 201, 202, 204, 403, 404, 409, 422}
        await check(scene, made, limits)
    for group, members in zip(made, first, strict=True):
        by_events, emptied = await replayed(group, members)
        assert by_events == await listed(scene, group)
        # Whoever comes into an empty group does not own it by that alone.
        assert emptied or any(member["role"] == "owner" for member in by_events.values())
