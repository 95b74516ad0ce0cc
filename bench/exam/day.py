"""Exam day on one server: what is prepared, what is asked, and what has to hold at the end."""

import asyncio
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import httpx

from bench import sides
from bench.exam import ledger, paper
from bench.exam.hall import Crowd
from bench.exam.ledger import Account, Note, Report
from bench.exam.paper import Test
from bench.exam.timetable import Order, Timetable
from bench.ground import Ground
from bench.hall import make_room_for
from bench.servers import Server

__all__ = ["Day", "Moment", "hold", "percentile"]

_ROLES = "web,realtime,worker,scheduler"
_STATEMENTS = "banyan_statement_seconds_count"
# What handing in asks of PostgreSQL: closing and grading, and the job that notes it in the course.
_CLOSING = ("attempts.store_closing.", "attempts.store.answers", "kit.jobs.enqueue")
_NOTED_AFTER = 3.0  # seconds until what is noted of running attempts is stored


@dataclass(frozen=True, slots=True)
class Moment:
    """What had been used when: seconds of processor time, and statements of submissions."""

    at: float
    server: float
    database: float
    closing: float


@dataclass
class Day:
    """An exam that is being held, and how it went.

    Attributes:
        lone: statements of one submission with nobody else about.
        report: what the crowd has told, once it is over.
    """

    ground: Ground
    server: Server
    crowd: Crowd
    lone: float
    report: Report = field(init=False)

    def at(self, moment: float) -> Moment:
        """Wait until so many seconds after the bell, and note what has been used until then."""
        self.crowd.until(moment)
        closing = self.server.measured(_STATEMENTS, *_CLOSING)
        now = time.monotonic() - self.crowd.bell
        return Moment(now, self.server.cpu_seconds(), self.ground.database_cpu_seconds(), closing)

    def notes(self, kind: str) -> list[Note]:
        """The requests of one kind."""
        return [note for note in self.report.notes if note.kind == kind]

    def load_cpu(self, at: float) -> float:
        """Processor time that the load had used by then."""
        return min(self.report.cpu, key=lambda used: abs(used[0] - at))[1]


@contextmanager
def hold(ground: Ground, name: str, times: Timetable) -> Iterator[Day]:
    """Hold an exam: the crowd is there inside; when it is over, all is checked, and the report is there.

    Raises:
        RuntimeError: something went wrong for a taker, or is not on disk as they were told.
    """
    takers = ground.pace.takers
    make_room_for(takers)
    url = ground.database()
    folder = ground.folder / name
    folder.mkdir()
    seats = asyncio.run(paper.seat(url, takers + 1))
    with Server(sides.banyan(url, folder, role=_ROLES), ground.cores) as server:
        base = f"http://127.0.0.1:{server.port}"
        test = paper.set_test(base, seats.teacher)
        asyncio.run(paper.enrol(url, test.course_id, seats.takers))
        *tokens, last = (taker.token for taker in seats.takers)
        alone, lone = _alone(server, base, test, last, takers)
        order = Order(server.port, test.id, tokens, str(folder / "report.json"), times)
        with ground.cores.for_load():
            crowd = Crowd(order, folder, ground.pace.client)
        with crowd:
            day = Day(ground, server, crowd, lone)
            yield day
            day.report = crowd.report()
    _check(url, test, takers, [*day.report.takers, alone], day.report)


def percentile(values: Iterable[float], share: float) -> float:
    """The value that this share of them does not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def _check(url: str, test: Test, takers: int, told: list[Account], report: Report) -> None:
    wrong = [*report.troubles, *asyncio.run(ledger.compare(url, UUID(test.id), told))]
    if len(report.takers) != takers:
        wrong.append(f"of {takers} takers {len(report.takers)} have reported")
    if wrong:
        raise RuntimeError(f"{len(wrong)} things went wrong, such as\n" + "\n".join(wrong[:10]))


def _alone(server: Server, base: str, test: Test, token: str, number: int) -> tuple[Account, float]:
    """Let one take the test before all others; what they were told, and the statements of handing in."""
    with httpx.Client(
        base_url=f"{base}/api/v1", headers={"authorization": f"Bearer {token}"}, trust_env=False
    ) as client:

        def good(answer: httpx.Response) -> dict[str, Any]:
            assert answer.is_success, server.complaint(answer)
            told: dict[str, Any] = answer.json()
            return told

        attempt = good(client.post(f"/tests/{test.id}/attempts", json={}))
        path = f"/attempts/{attempt['id']}"
        [question, *_] = (one for part in attempt["sections"] for one in part["questions"])
        response = question["choices"][0]["id"]
        good(client.put(f"{path}/answers/{question['id']}", json={"response": response, "number": 1}))
        time.sleep(_NOTED_AFTER)
        before = server.measured(_STATEMENTS, *_CLOSING)
        submitted = good(client.post(f"{path}/submission"))
        statements = server.measured(_STATEMENTS, *_CLOSING) - before
    return Account(number, attempt["id"], {UUID(question["id"]): (1, response)}, submitted), statements
