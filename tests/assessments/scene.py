"""A course with a bank, tests made of it, and who takes them."""

from dataclasses import dataclass, field
from typing import Any

from tests.groups.scene import good
from tests.questions.scene import Bank
from tests.story import Person, School

__all__ = ["Desk", "draw", "fixed", "section"]


def fixed(question: dict[str, Any], **fields: Any) -> dict[str, Any]:
    """An entry for one question; its id begins as the question's does not, so that none can be taken for the other."""
    return {"id": f"e-{question['id'][-8:]}", "question_id": question["id"], **fields}


def draw(count: int, entry_id: str = "draw", points: float | None = None, **rule: Any) -> dict[str, Any]:
    """An entry that draws so many questions."""
    return {"id": entry_id, "draw": {"count": count, **rule}, "points": points}


def section(*entries: dict[str, Any], **fields: Any) -> dict[str, Any]:
    return {"id": "one", "title": "First part", "entries": list(entries), **fields}


@dataclass
class Desk:
    """Where the tests of a course are written, over HTTP."""

    bank: Bank
    learners: list[Person] = field(default_factory=list)

    @classmethod
    async def set_up(cls, school: School) -> "Desk":
        return cls(await Bank.set_up(school))

    @property
    def teacher(self) -> Person:
        return self.bank.teacher

    @property
    def path(self) -> str:
        return f"{self.bank.course.path}/tests"

    async def learner(self, name: str | None = None) -> Person:
        """Someone who learns in the course."""
        person = await self.bank.school.learner(name)
        good(await self.bank.course.enrol(person), 201)
        return person

    async def begin(self, *sections: dict[str, Any], **fields: Any) -> dict[str, Any]:
        """A test that nobody can take yet."""
        body = {"title": "Exam", "sections": list(sections), **fields}
        begun: dict[str, Any] = good(await self.teacher.post(self.path, body), 201)
        return begun

    async def change(self, test: dict[str, Any], **fields: Any) -> dict[str, Any]:
        """The test, changed from the version that it has."""
        body = {"version": test["version"], **fields}
        changed: dict[str, Any] = good(await self.teacher.patch(f"/tests/{test['id']}", body))
        return changed

    async def publish(self, test: dict[str, Any], note: str = "") -> dict[str, Any]:
        """The new revision."""
        path = f"/tests/{test['id']}/revisions"
        revision: dict[str, Any] = good(await self.teacher.post(path, {"note": note}), 201)
        return revision

    async def published(self, *sections: dict[str, Any], **fields: Any) -> dict[str, Any]:
        """A test that learners can take."""
        test = await self.begin(*sections, **fields)
        await self.publish(test)
        return await self.read(test)

    async def read(self, test: dict[str, Any], person: Person | None = None) -> dict[str, Any]:
        """The test as someone sees it, its teacher unless told."""
        seen: dict[str, Any] = good(await (person or self.teacher).get(f"/tests/{test['id']}"))
        return seen
