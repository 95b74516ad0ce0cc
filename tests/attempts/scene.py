"""A test that is being taken, over HTTP."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
import msgspec

from banyan import attempts
from banyan.app import Banyan
from tests.assessments.scene import Desk, fixed, section
from tests.groups.scene import good
from tests.story import Person

__all__ = ["RIGHT", "WRONG", "Exam", "Kept", "Sitting", "Spot"]

TEXT = {"text": "Roots and leaves.", "files": []}
# What is right and what is wrong for `tests.questions.scene.BODIES`, by what choices and items say.
RIGHT: dict[str, Any] = {
    "single_choice": "red",
    "true_false": True,
    "numerical": "2 m",
    "short_answer": "Jane Austen",
}
WRONG: dict[str, Any] = {"single_choice": "green", "true_false": False, "numerical": "9 m", "short_answer": "Nobody"}


class Kept(msgspec.Struct):
    """An answer as it is on disk."""

    response: Any
    number: int
    flagged: bool | None


class Spot(msgspec.Struct):
    """An attempt as it is on disk, on one side or the other."""

    state: str
    score: float | None


@dataclass
class Sitting:
    """Someone in the middle of a test."""

    person: Person
    view: dict[str, Any]
    numbers: dict[str, int] = field(default_factory=dict)

    @property
    def path(self) -> str:
        return f"/attempts/{self.view['id']}"

    @property
    def questions(self) -> list[dict[str, Any]]:
        return [question for part in self.view["sections"] for question in part["questions"]]

    def response(self, question: dict[str, Any], wanted: dict[str, Any]) -> Any:
        """A response to a question, by the texts that it shows."""
        value = wanted[question["kind"]]
        if "choices" in question:
            return next(one["id"] for one in question["choices"] if value in one["html"])
        return value

    async def put(self, question: dict[str, Any] | str, body: Any) -> httpx.Response:
        question_id = question if isinstance(question, str) else question["id"]
        return await self.person.put(f"{self.path}/answers/{question_id}", body)

    async def save(self, question: dict[str, Any], response: Any, **fields: Any) -> dict[str, Any]:
        """Save an answer with the next number."""
        number = self.numbers[question["id"]] = self.numbers.get(question["id"], 0) + 1
        saved: dict[str, Any] = good(await self.put(question, {"response": response, "number": number, **fields}))
        return saved

    async def answer(self, wanted: dict[str, Any] = RIGHT) -> None:
        """Answer everything."""
        for question in self.questions:
            await self.save(question, self.response(question, wanted))

    async def submit(self) -> dict[str, Any]:
        handed_in: dict[str, Any] = good(await self.person.post(f"{self.path}/submission"), 200)
        return handed_in

    async def read(self) -> dict[str, Any]:
        seen: dict[str, Any] = good(await self.person.get(self.path))
        return seen

    async def result(self, person: Person | None = None) -> dict[str, Any]:
        told: dict[str, Any] = good(await (person or self.person).get(f"{self.path}/result"))
        return told


@dataclass
class Exam:
    """A published test of a course, and its database."""

    desk: Desk
    test: dict[str, Any]

    @classmethod
    async def set_up(cls, desk: Desk, *kinds: str, **settings: Any) -> "Exam":
        """A test with one question of each of these kinds."""
        entries = [fixed(await desk.bank.add(kind)) for kind in kinds or RIGHT]
        return cls(desk, await desk.published(section(*entries), settings=settings))

    @property
    def banyan(self) -> Banyan:
        return self.desk.bank.school.banyan

    @property
    def path(self) -> str:
        return f"/tests/{self.test['id']}"

    async def start(self, person: Person, **body: Any) -> httpx.Response:
        return await person.post(f"{self.path}/attempts", body)

    async def sit(self, person: Person | None = None, **body: Any) -> Sitting:
        """Someone begins, or goes on."""
        person = person or await self.desk.learner()
        return Sitting(person, good(await self.start(person, **body)))

    async def change(self, **settings: Any) -> None:
        """Publish the test with other settings."""
        draft = await self.desk.read(self.test)
        await self.desk.change(draft, settings={**draft["settings"], **settings})
        await self.desk.publish(self.test)

    async def kept(self, sitting: Sitting) -> dict[str, Kept]:
        """What is on disk of someone's answers."""
        db = self.banyan.kit.db.read()
        rows = await db.all(
            _Answer,
            "select question_id, response, number, flagged from answer where learner_id = $1 and attempt_id = $2",
            sitting.person.id,
            UUID(sitting.view["id"]),
        )
        return {str(row.question_id): Kept(row.response, row.number, row.flagged) for row in rows}

    async def sides(self, sitting: Sitting) -> tuple[Spot, Spot]:
        """An attempt as its learner has it, and as the test has it."""
        db, attempt_id = self.banyan.kit.db.read(), UUID(sitting.view["id"])
        own = await db.one(Spot, "select state, score from attempt where id = $1", attempt_id)
        tests = await db.one(
            Spot, "select state, points as score from attempt_result where attempt_id = $1", attempt_id
        )
        return own, tests

    async def pass_time(self, sitting: Sitting, seconds: int) -> None:
        """Let an attempt have begun so much earlier, on both sides."""
        async with self.banyan.kit.db.write() as tx:
            began = timedelta(seconds=seconds)
            await attempts.date_back(tx, sitting.person.id, UUID(sitting.view["id"]), began)

    async def run_clock(self) -> None:
        """Do what is done every minute."""
        closing = next(one for one in attempts.DOMAIN.periodic if one.name == "attempts.close_overdue")
        await closing.run(self.banyan.kit)


class _Answer(msgspec.Struct):
    question_id: UUID
    response: Any
    number: int
    flagged: bool | None
