"""A course with a bank, its teacher, and questions of every kind."""

from dataclasses import dataclass
from typing import Any

from tests.groups.scene import good
from tests.story import Course, Person, School, published_course

__all__ = ["BODIES", "Bank", "choice"]


def choice(part_id: str, text: str, weight: float = 0.0, feedback: str = "") -> dict[str, Any]:
    return {"id": part_id, "text": text, "weight": weight, "feedback": feedback}


_COLOURS = [choice("right", "red", 1.0, "Well seen."), choice("wrong", "green"), choice("worse", "blue", -0.5, "No.")]
BODIES: dict[str, dict[str, Any]] = {
    "single_choice": {"text": "Which colour has a *poppy*?", "choices": _COLOURS, "hints": ["Not the sky's."]},
    "multiple_choice": {"text": "Which are warm?", "choices": _COLOURS, "scoring": "all_or_nothing"},
    "true_false": {"text": "A banyan is a tree.", "answer": True, "feedback_false": "Look again."},
    "numerical": {
        "text": "How high is a door?",
        "answers": [{"id": "a", "value": 2.0, "tolerance": 0.1, "feedback": "In metres."}],
        "units": [{"name": "m"}, {"name": "cm", "factor": 100.0}],
    },
    "short_answer": {"text": "Who wrote *Emma*?", "answers": [{"id": "a", "text": "*Austen"}]},
    "matching": {
        "text": "Where is what?",
        "pairs": [{"id": "p1", "prompt": "Paris", "match": "France"}, {"id": "p2", "prompt": "Rome", "match": "Italy"}],
        "distractors": ["Spain"],
    },
    "ordering": {"text": "Which comes first?", "items": [choice("1", "one"), choice("2", "two"), choice("3", "three")]},
    "cloze": {
        "text": "Red is [[a]], two is [[b]].",
        "gaps": [
            {"id": "a", "question": {"kind": "single_choice", "text": "", "choices": _COLOURS}},
            {"id": "b", "question": {"kind": "short_answer", "text": "", "answers": [{"id": "x", "text": "zwei"}]}},
        ],
    },
    "essay": {
        "text": "What is a tree?",
        "for_graders": "Look for roots.",
        "rubric": [{"id": "r1", "text": "Roots", "share": 0.5}, {"id": "r2", "text": "Leaves", "share": 0.5}],
    },
    "file_upload": {"text": "Draw a tree.", "endings": ["png", "jpg"]},
}


@dataclass
class Bank:
    """The bank of a course, over HTTP."""

    school: School
    course: Course

    @property
    def teacher(self) -> Person:
        return self.course.teacher

    @property
    def path(self) -> str:
        return f"{self.course.path}/questions"

    @classmethod
    async def set_up(cls, school: School, teacher: Person | None = None) -> "Bank":
        return cls(school, await published_course(teacher or await school.teacher("Tara")))

    async def staff(self, role: str) -> Person:
        """Someone else on the staff of the course."""
        person = await self.school.teacher()
        good(await self.teacher.put(f"{self.course.path}/staff/{person.id}", {"role": role}))
        return person

    async def add(self, kind: str = "single_choice", **fields: Any) -> dict[str, Any]:
        """A question of this kind."""
        body = {"kind": kind, **BODIES[kind], **fields.pop("body", {})}
        added: dict[str, Any] = good(await self.teacher.post(self.path, {"body": body, **fields}), 201)
        return added

    async def change(self, question: dict[str, Any], person: Person | None = None, **fields: Any) -> dict[str, Any]:
        """The question, changed from the version that it has."""
        path, body = f"/questions/{question['id']}", {"version": question["version"], **fields}
        changed: dict[str, Any] = good(await (person or self.teacher).patch(path, body))
        return changed

    async def category(self, name: str = "Trees", **fields: Any) -> dict[str, Any]:
        path = f"{self.course.path}/question-categories"
        added: dict[str, Any] = good(await self.teacher.post(path, {"name": name, **fields}), 201)
        return added

    async def titles(self, query: str = "", person: Person | None = None) -> list[str]:
        """The titles in the list."""
        page = good(await (person or self.teacher).get(f"{self.path}{query}"))
        return [one["title"] for one in page["items"]]
