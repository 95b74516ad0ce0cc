"""The takers of exams do what the browser app does, and what is said of them is what was asked of them."""

import json
from itertools import pairwise
from typing import Any
from uuid import uuid4

import pytest

from bench.exam.taker import Call, Life, Reply, Taker, Trouble
from bench.exam.timetable import Order, Timetable

QUESTIONS = [{"id": str(uuid4()), "kind": "true_false"} for _ in range(4)]
TIMES = Timetable(arrive=5.0, start=10.0, pause=(3.0, 9.0), end=60.0, submit=10.0)


def answered(call: Call, body: Any, status: int = 200) -> Reply:
    return Reply(status, json.dumps(body).encode(), call.at, call.at + 0.1)


class Hall:
    """A server that keeps what it is told, and is away when it is told to be."""

    def __init__(self) -> None:
        self.calls: list[Call] = []
        self.kept: dict[str, dict[str, Any]] = {}
        self.away: list[int] = []

    def answer(self, call: Call) -> Reply:
        self.calls.append(call)
        if call.kind == "answer" and self.away:
            return answered(call, {}, self.away.pop(0))
        match call.kind:
            case "answer":
                sent = json.loads(call.body)
                self.kept[call.path.rpartition("/")[2]] = sent
                return answered(call, {"number": sent["number"]})
            case "start":
                return answered(call, {"id": "a", "sections": [{"questions": QUESTIONS}]}, 201)
            case "read":
                return answered(call, {"answers": self.kept})
        return answered(call, {"state": "graded", "score": 1.0})

    def host(self, life: Life) -> None:
        """Answer until they go home."""
        call = next(life)
        try:
            while True:
                call = life.send(self.answer(call))
        except StopIteration:
            pass


def test_a_taker_begins_answers_in_its_pace_and_hands_in() -> None:
    hall, taker = Hall(), Taker(7, "t", TIMES)
    hall.host(taker.life())
    kinds = [call.kind for call in hall.calls]
    assert kinds[:2] == ["open", "start"]
    assert kinds[-2:] == ["submit", "result"]
    assert set(kinds[2:-2]) == {"answer", "read"}
    assert -5 <= hall.calls[0].due <= 0
    assert 0 <= hall.calls[1].due <= 10
    answers = [call.due for call in hall.calls if call.kind == "answer"]
    assert all(3 <= later - earlier <= 9 for earlier, later in pairwise(answers))
    assert 50 <= answers[-1] <= 60
    assert TIMES.submission <= hall.calls[-2].due <= TIMES.submission + 10
    assert taker.acknowledged == {key: (one["number"], one["response"]) for key, one in hall.kept.items()}
    assert len(taker.acknowledged) == len(QUESTIONS)
    assert [note.tries for note in taker.notes] == [1] * len(hall.calls)


def test_the_same_taker_always_does_the_same() -> None:
    halls = [Hall(), Hall(), Hall()]
    for hall, number in zip(halls, (7, 7, 8), strict=True):
        hall.host(Taker(number, "t", TIMES).life())
    assert halls[0].calls == halls[1].calls != halls[2].calls


def test_what_does_not_get_through_is_sent_again_with_the_same_number_and_is_late_since_it_was_due() -> None:
    hall, taker = Hall(), Taker(7, "t", TIMES)
    hall.away = [0, 503, 429, 0, 0]
    hall.host(taker.life())
    tries = [call for call in hall.calls if call.kind == "answer"][:6]
    assert len({(call.path, call.body, call.due) for call in tries}) == 1
    pauses = [later.at - earlier.at - 0.1 for earlier, later in pairwise(tries)]
    assert pauses == pytest.approx([2, 4, 8, 15, 15])
    note = next(note for note in taker.notes if note.kind == "answer")
    assert note.tries == 6
    assert note.done - note.due == pytest.approx(44 + 6 * 0.1)


@pytest.mark.parametrize("status", [400, 404, 409])
def test_a_refusal_is_no_reason_to_try_again(status: int) -> None:
    hall = Hall()
    hall.away = [status]
    with pytest.raises(Trouble):
        hall.host(Taker(7, "t", TIMES).life())


def test_a_taker_who_comes_back_looks_for_each_answer() -> None:
    class Forgetful(Hall):
        def answer(self, call: Call) -> Reply:
            if call.kind == "read":
                self.kept.clear()
            return super().answer(call)

    with pytest.raises(Trouble):
        for number in range(10):
            Forgetful().host(Taker(number, "t", TIMES).life())


def test_an_order_comes_as_it_was_given(tmp_path: Any) -> None:
    order = Order(80, "t", ["a", "b"], "report.json", TIMES)
    order.write(tmp_path / "order.json")
    assert Order.read(tmp_path / "order.json") == order
