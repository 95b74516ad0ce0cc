"""A class in the middle of term, and the groups that its learners and teachers make in it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import httpx
import msgspec

from banyan.app import Banyan
from tests.story import Course, Person, School, published_course


class Event(msgspec.Struct):
    """A durable event of a room."""

    seq: int
    type: str
    data: dict[str, Any]


class AuditRow(msgspec.Struct):
    """What was noted of a deed."""

    actor_id: UUID
    action: str
    subject: str
    course_id: UUID | None
    details: dict[str, Any]


class Membership(msgspec.Struct):
    """One side of a membership, or the other."""

    group_id: UUID
    account_id: UUID
    state: str


class Notified(msgspec.Struct):
    """What someone was notified of."""

    kind: str
    data: dict[str, Any]


def good(answer: httpx.Response, status: int | None = None) -> Any:
    """The body of an answer that is as expected."""
    assert answer.status_code < 300 if status is None else answer.status_code == status, answer.text
    return answer.json() if answer.content else None


def refused(answer: httpx.Response) -> tuple[int, str]:
    """The status and the code of a problem."""
    return answer.status_code, answer.json()["code"]


@dataclass
class Group:
    """A study group over HTTP."""

    id: str
    banyan: Banyan

    @property
    def path(self) -> str:
        return f"/groups/{self.id}"

    async def join(self, person: Person, **body: Any) -> httpx.Response:
        return await person.post(f"{self.path}/members", body)

    async def bring(self, moderator: Person, person: Person) -> httpx.Response:
        return await moderator.post(f"{self.path}/members", {"account": str(person.id)})

    async def remove(self, moderator: Person, person: Person) -> httpx.Response:
        return await moderator.delete(f"{self.path}/members/{person.id}")

    async def leave(self, person: Person) -> httpx.Response:
        return await self.remove(person, person)

    async def set(self, moderator: Person, person: Person, **change: Any) -> httpx.Response:
        return await moderator.patch(f"{self.path}/members/{person.id}", change)

    async def change(self, person: Person, **settings: Any) -> httpx.Response:
        version = good(await person.get(self.path))["version"]
        return await person.patch(self.path, {"version": version, **settings})

    async def invitation(self, moderator: Person, **body: Any) -> str:
        """The token of a new link into the group."""
        url: str = good(await moderator.post(f"{self.path}/invitation", body), 201)["url"]
        assert url.startswith(f"http://demo.school{self.path}/join#")
        return url.partition("#")[2]

    async def roles(self, person: Person) -> dict[str, str]:
        """The role of each member, by name, as someone sees them."""
        page = good(await person.get(f"{self.path}/members"))
        return {member["account"]["name"]: member["role"] for member in page["items"]}

    async def events(self) -> list[Event]:
        """What happened in the room of the group."""
        return await self.banyan.kit.db.read().all(
            Event, "select seq, type, data from room_event where room_id = $1 order by seq", UUID(self.id)
        )

    async def taken(self) -> int:
        """How many places are taken."""
        return await self.banyan.kit.db.read().one(
            int, "select taken from group_places where group_id = $1", UUID(self.id)
        )


@dataclass
class Scene:
    """A course with a class, its teacher, and as many learners as the story needs."""

    school: School
    course: Course
    class_id: str

    @property
    def teacher(self) -> Person:
        return self.course.teacher

    @property
    def class_path(self) -> str:
        return f"/classes/{self.class_id}"

    @classmethod
    async def set_up(cls, school: School, **class_: Any) -> "Scene":
        course = await published_course(await school.teacher("Tara"))
        made = good(await course.teacher.post(f"{course.path}/classes", {"name": "Autumn", **class_}), 201)
        return cls(school, course, made["id"])

    async def learner(self, name: str | None = None) -> Person:
        """Someone who learns in the course."""
        person = await self.school.learner(name)
        good(await self.course.enrol(person), 201)
        return person

    async def staff(self, role: str, name: str | None = None) -> Person:
        """Someone on the staff of the course."""
        person = await self.school.teacher(name)
        good(await self.teacher.put(f"{self.course.path}/staff/{person.id}", {"role": role}))
        return person

    async def group(self, maker: Person, **settings: Any) -> Group:
        """A group that someone has made."""
        made = good(await maker.post(f"{self.class_path}/groups", {"name": "Roots", **settings}), 201)
        return Group(made["id"], self.school.banyan)

    async def audit(self) -> list[AuditRow]:
        """What was noted of classes and groups, in order."""
        return await self.school.banyan.kit.db.read().all(
            AuditRow,
            """
            select actor_id, action, subject, course_id, details from audit_entry
             where school_id = $1 and action ~ '^(groups|classes)[.]' order by id
            """,
            self.school.id,
        )

    async def notified(self, person: Person) -> list[Notified]:
        """What someone was notified of, in order."""
        return await self.school.banyan.kit.db.read().all(
            Notified, "select kind, data from notification where account_id = $1 order by id", person.id
        )


def when(text: str | None) -> datetime:
    """A time in an answer."""
    assert text is not None
    return datetime.fromisoformat(text)
