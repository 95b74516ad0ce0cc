"""A study group with people in it, made directly: how one comes to be in a group is told elsewhere."""

from dataclasses import dataclass, field
from itertools import count
from typing import Any
from uuid import UUID

import httpx

from banyan.app import Banyan
from banyan.kit.actor import Actor
from banyan.kit.ids import new_id
from banyan.kit.realtime import LoggedEvent, Room
from tests.story import Course, Person, School, published_course

_keys = count(1)


@dataclass
class Group:
    """A study group; `owner` is a learner, `course.teacher` its staff."""

    id: UUID
    banyan: Banyan
    course: Course
    school: School
    people: list[Person] = field(default_factory=list)

    @property
    def path(self) -> str:
        return f"/groups/{self.id}"

    async def join(self, person: Person, role: str = "member") -> Person:
        """Let someone be in the group."""
        async with self.banyan.kit.db.write() as tx:
            await tx.execute(
                """
                insert into group_member (group_id, account_id, name, role) values ($1, $2, $3, $4)
                    on conflict (group_id, account_id) do update set state = 'active', role = excluded.role
                """,
                self.id, person.id, person.name, role,
            )  # fmt: skip
            await tx.execute(
                "insert into group_membership (account_id, group_id, course_id) values ($1, $2, $3)",
                person.id, self.id, UUID(self.course.id),
            )  # fmt: skip
            await tx.execute("update group_places set taken = taken + 1 where group_id = $1", self.id)
        self.people.append(person)
        return person

    async def member(self, name: str | None = None, role: str = "member") -> Person:
        """A new learner in the group."""
        person = await self.school.learner(name)
        await self.course.enrol(person)
        return await self.join(person, role)

    async def leave(self, person: Person, state: str = "left") -> None:
        """Let someone be in the group no more."""
        async with self.banyan.kit.db.write() as tx:
            await tx.execute(
                "update group_member set state = $3, role = 'member' where group_id = $1 and account_id = $2",
                self.id, person.id, state,
            )  # fmt: skip
            await tx.execute("delete from group_membership where account_id = $2 and group_id = $1", self.id, person.id)

    async def mute(self, person: Person) -> None:
        async with self.banyan.kit.db.write() as tx:
            await tx.execute(
                """
                update group_member set muted_until = now() + interval '5 minutes'
                 where group_id = $1 and account_id = $2
                """,
                self.id, person.id,
            )  # fmt: skip

    async def archive(self) -> None:
        async with self.banyan.kit.db.write() as tx:
            await tx.execute("update study_group set state = 'archived' where id = $1", self.id)
        self.banyan.kit.cache.clear()

    async def say(self, person: Person, text: str = "Hello", **more: Any) -> int:
        """Let someone say something; its seq."""
        answer = await self.post(person, text, **more)
        assert answer.status_code == 201, answer.text
        seq: int = answer.json()["seq"]
        return seq

    async def post(self, person: Person, text: str = "Hello", *, key: str = "", **more: Any) -> httpx.Response:
        """What the server answers to someone who says something."""
        body = {"key": key or f"key {next(_keys)}", "text": text, **more}
        return await person.post(f"{self.path}/messages", body)

    async def read(self, person: Person, **query: Any) -> Any:
        """Part of what was said."""
        answer = await person.get(f"{self.path}/messages", params=query)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def message(self, person: Person, seq: int) -> Any:
        """One message, as someone reads it."""
        [found] = [one for one in (await self.read(person, around=seq))["items"] if one["seq"] == seq]
        return found

    async def events(self, after: int = 0) -> list[LoggedEvent]:
        """What happened in the group's room since."""
        return await self.banyan.kit.db.read().all(
            LoggedEvent,
            "select seq, type, data from room_event where room_id = $1 and seq > $2 order by seq",
            self.id, after,
        )  # fmt: skip


async def study_group(school: School, course: Course | None = None) -> Group:
    """A new group with an owner, in a class of a course."""
    course = course or await published_course(await school.teacher())
    group_id, class_id = new_id(), new_id()
    kit = school.banyan.kit
    async with kit.db.write() as tx:
        await tx.execute(
            "insert into class (id, school_id, course_id, name) values ($1, $2, $3, 'Spring')",
            class_id, school.id, UUID(course.id),
        )  # fmt: skip
        await tx.execute(
            "insert into study_group (id, school_id, course_id, class_id, name) values ($1, $2, $3, $4, 'Roots')",
            group_id, school.id, UUID(course.id), class_id,
        )  # fmt: skip
        await tx.execute("insert into group_places (group_id) values ($1)", group_id)
        await kit.rooms.open(tx, Room("group", group_id))
    group = Group(group_id, school.banyan, course, school)
    await group.member("Olga Owner", "owner")
    return group


def actor(person: Person, role: Any = "learner") -> Actor:
    """Someone, as a use case sees them."""
    return Actor(person.id, person.school_id, role, new_id())


async def sent_file(group: Group, person: Person, name: str = "note.txt", content: bytes = b"A note.") -> Any:
    """A file that someone has sent to the group, and not yet said anything with."""
    answer = await person.client.post(f"{group.path}/files", params={"name": name}, content=content)
    assert answer.status_code == 201, answer.text
    return answer.json()
