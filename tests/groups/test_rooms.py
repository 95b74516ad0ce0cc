"""Whoever may be in the room of a group no more hears nothing more of it, at once."""

from collections.abc import Awaitable, Callable
from uuid import UUID

import pytest

from banyan.app import Banyan
from banyan.kit.realtime import Room
from banyan.messages.rooms import GROUP
from tests.groups.scene import Group, Scene, good
from tests.kit.realtime.stage import serving
from tests.story import Person

End = Callable[[Scene, Group, Person], Awaitable[None]]


async def _leaves(_scene: Scene, group: Group, person: Person) -> None:
    good(await group.leave(person), 204)


async def _is_taken_out(scene: Scene, group: Group, person: Person) -> None:
    good(await group.remove(scene.teacher, person), 204)


async def _leaves_the_course(scene: Scene, _group: Group, person: Person) -> None:
    good(await person.delete(f"{scene.course.path}/enrolments/current"), 204)


async def _is_taken_out_of_the_course(scene: Scene, _group: Group, person: Person) -> None:
    good(await scene.teacher.delete(f"{scene.course.path}/enrolments/{person.id}"), 204)


async def _loses_the_course(scene: Scene, _group: Group, _person: Person) -> None:
    good(await scene.teacher.delete(scene.course.path), 204)


async def _is_taken_off_the_staff(scene: Scene, _group: Group, person: Person) -> None:
    good(await scene.teacher.delete(f"{scene.course.path}/staff/{person.id}"), 204)


async def _is_no_admin_any_more(scene: Scene, _group: Group, person: Person) -> None:
    good(await (await scene.school.admin()).patch(f"/accounts/{person.id}", {"role": "teacher"}))


async def _member(scene: Scene, group: Group) -> Person:
    ben = await scene.learner("Ben")
    good(await group.join(ben), 201)
    return ben


async def _assistant(scene: Scene, _group: Group) -> Person:
    return await scene.staff("assistant")


async def _admin(scene: Scene, _group: Group) -> Person:
    return await scene.school.admin()


@pytest.mark.parametrize(
    ("who", "end"),
    [
        (_member, _leaves),
        (_member, _is_taken_out),
        (_member, _leaves_the_course),
        (_member, _is_taken_out_of_the_course),
        (_member, _loses_the_course),
        (_assistant, _is_taken_off_the_staff),
        (_admin, _is_no_admin_any_more),
    ],
)
async def test_whoever_loses_the_right_to_be_in_a_group_is_out_of_its_room_at_once(
    scene: Scene, banyan: Banyan, who: Callable[[Scene, Group], Awaitable[Person]], end: End
) -> None:
    group = await scene.group(await scene.learner("Ann"))
    person = await who(scene, group)
    room = Room("group", UUID(group.id))
    async with serving(banyan, [GROUP]) as stage, stage.client(person) as client:
        await client.join(room)
        await end(scene, group, person)
        assert (await client.hear("error", within=2))["code"] == "expelled"
        assert stage.gateway.hub.rooms[room].members == {}
        await client.say(op="join", room=str(room))
        assert (await client.hear("error"))["code"] == "not_found"
