"""Someone who takes the test: what they ask for and when, and what they do when there is no answer.

They do what the browser app does (web/src/features/attempts): the test's page is read before the start; the answer to
the start is the whole attempt, so that turning a page reads nothing; who comes back to the window reads the attempt
again; an answer that does not get through is sent again with the same number, after two seconds, then after twice as
long each time; after handing in the result is read.

There is neither a socket nor a clock in here: `life` gives a request and its time, and is sent what came of it. So the
same taker is driven by Locust and by a test. Python's own library is all it needs.
"""

import json
import random
from collections.abc import Generator, Iterator
from dataclasses import dataclass, field
from typing import Any

from bench.exam.timetable import Timetable

__all__ = ["Call", "Life", "Note", "Reply", "Taker", "Trouble"]

_PAUSE, _LONGEST_PAUSE = 2.0, 15.0  # seconds; sending.ts
_THOUGHT_OVER = 0.1  # the share of steps at which an earlier answer is given anew
_WORDS = ("light", "water", "leaf", "root", "green", "sugar", "air", "sun", "growth", "branch")


@dataclass(frozen=True, slots=True)
class Call:
    """A request. `due` is when it was meant to be sent, `at` when it may be: later, if it was sent in vain before."""

    kind: str
    method: str
    path: str
    body: bytes
    due: float
    at: float


@dataclass(frozen=True, slots=True)
class Reply:
    """What came of a request, which went out at `sent`; 0 in place of a status is no answer at all."""

    status: int
    body: bytes
    sent: float
    done: float


@dataclass(frozen=True, slots=True)
class Note:
    """A request that has been answered in the end: after so many tries, of which `sent` is the first."""

    kind: str
    due: float
    sent: float
    done: float
    tries: int


class Trouble(Exception):
    """The server has said something that it must not say."""


Life = Generator[Call, Reply, None]


@dataclass
class Taker:
    """One of the crowd; the same number always does the same.

    Attributes:
        attempt: the id of theirs.
        acknowledged: by question, the number and the response that the server has told as saved last.
        submitted: what it has said when they handed in.
        notes: what has been asked for.
    """

    number: int
    test: str
    times: Timetable
    attempt: str = ""
    acknowledged: dict[str, tuple[int, Any]] = field(default_factory=dict)
    submitted: dict[str, Any] = field(default_factory=dict)
    notes: list[Note] = field(default_factory=list)

    def life(self) -> Life:
        """Take the test, from the arrival to the result.

        Raises:
            Trouble: an answer was not what it must be.
        """
        dice = random.Random(self.number)
        yield from self._ask("open", "GET", f"/tests/{self.test}", -self.times.arrive * dice.random())
        due = self.times.start * dice.random()
        begun = yield from self._ask("start", "POST", f"/tests/{self.test}/attempts", due, b"{}", (201, 200))
        attempt = _parsed(begun)
        self.attempt = attempt["id"]
        questions = [question for section in attempt["sections"] for question in section["questions"]]
        comes_back = dice.randrange(len(questions))
        for step, question in enumerate(self._steps(dice, questions)):
            due += dice.uniform(*self.times.pause)
            if due > self.times.end:
                break
            if step == comes_back:
                yield from self._come_back(due)
            yield from self._answer(question, _response(dice, question), due)
        due = self.times.submission + self.times.submit * dice.random()
        handed_in = yield from self._ask("submit", "POST", f"/attempts/{self.attempt}/submission", due)
        self.submitted = _parsed(handed_in)
        yield from self._ask("result", "GET", f"/attempts/{self.attempt}/result", handed_in.done)

    @staticmethod
    def _steps(dice: random.Random, questions: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
        """One question after the other, now and then one from before; then any of them, until the time is over."""
        for at, question in enumerate(questions):
            if at and dice.random() < _THOUGHT_OVER:
                yield questions[dice.randrange(at)]
            yield question
        while True:
            yield dice.choice(questions)

    def _answer(self, question: dict[str, Any], response: Any, due: float) -> Life:
        number = self.acknowledged.get(question["id"], (0, None))[0] + 1
        body = json.dumps({"response": response, "number": number, "flagged": False}, separators=(",", ":")).encode()
        path = f"/attempts/{self.attempt}/answers/{question['id']}"
        saved = _parsed((yield from self._ask("answer", "PUT", path, due, body)))
        if saved["number"] != number:
            raise Trouble(f"save {number} is answered with {saved}")
        self.acknowledged[question["id"]] = (number, response)

    def _come_back(self, due: float) -> Life:
        seen = _parsed((yield from self._ask("read", "GET", f"/attempts/{self.attempt}", due)))
        found = {key: (one["number"], one["response"]) for key, one in seen["answers"].items()}
        if found != self.acknowledged:
            raise Trouble(f"of {self.acknowledged} the server has {found}")

    def _ask(
        self, kind: str, method: str, path: str, due: float, body: bytes = b"", right: tuple[int, ...] = (200,)
    ) -> Generator[Call, Reply, Reply]:
        """Ask until there is an answer."""
        at, first, tries = due, 0.0, 0
        while True:
            reply = yield Call(kind, method, f"/api/v1{path}", body, due, at)
            tries += 1
            first = first if tries > 1 else reply.sent
            if reply.status in right:
                self.notes.append(Note(kind, due, first, reply.done, tries))
                return reply
            if reply.status and reply.status < 500 and reply.status != 429:
                raise Trouble(
                    f"{method} {path} is answered {reply.status}: {reply.body[:500].decode(errors='replace')}"
                )
            at = reply.done + min(_LONGEST_PAUSE, _PAUSE * 2 ** (tries - 1))


def _parsed(reply: Reply) -> dict[str, Any]:
    read: dict[str, Any] = json.loads(reply.body)
    return read


def _response(dice: random.Random, question: dict[str, Any]) -> Any:
    """Something that can be answered, in the form in which the server keeps it."""
    match question["kind"]:
        case "single_choice":
            return dice.choice(question["choices"])["id"]
        case "multiple_choice":
            # In the order in which they are shown, which is that of their author, which the server keeps.
            some = [choice["id"] for choice in question["choices"] if dice.random() < 0.5]
            return some or [question["choices"][0]["id"]]
        case "true_false":
            return dice.random() < 0.5
        case "matching":
            return {prompt["id"]: dice.choice(question["matches"])["text"] for prompt in question["prompts"]}
        case "short_answer":
            return " ".join(dice.choices(_WORDS, k=5))
    raise Trouble(f"a question of the kind {question['kind']}")
