"""What was acknowledged is there, whatever dies."""

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import httpx
import pytest

from tests.faults.installation import Installation
from tests.faults.writing import Writing

WRITERS = 6


@dataclass
class Written:
    """What the server has acknowledged."""

    courses: set[str] = field(default_factory=set)
    places: dict[str, float] = field(default_factory=dict)
    refused: list[int] = field(default_factory=list)


async def write_courses(teacher: httpx.AsyncClient, writer: int, numbers: Iterator[int], written: Written) -> None:
    """Make courses, one after another."""
    for number in numbers:
        title = f"Course {writer}-{number}"
        answer = await teacher.post("/courses", json={"title": title})
        if answer.status_code == 201:
            written.courses.add(title)
        else:
            written.refused.append(answer.status_code)
            await asyncio.sleep(0.05)


async def read_on(learner: httpx.AsyncClient, course: str, item: str, numbers: Iterator[int], written: Written) -> None:
    """Move on in a lesson, step by step."""
    for number in numbers:
        place = number / 100_000
        answer = await learner.put(
            f"/courses/{course}/items/{item}/progress", json={"state": "started", "place": place}
        )
        if answer.status_code == 200:
            written.places[item] = place
        else:
            written.refused.append(answer.status_code)
            await asyncio.sleep(0.05)


async def enrol(learner: httpx.AsyncClient) -> tuple[str, list[str]]:
    """See that the learner is in a course of the demo school; the course and items of it."""
    course = next(c["id"] for c in (await learner.get("/courses")).json()["items"] if c["enrolment"] == "open")
    answer = await learner.post(f"/courses/{course}/enrolments", json={})
    assert answer.status_code in (201, 409), answer.text
    outline = (await learner.get(f"/courses/{course}")).json()["outline"]
    items = [item["id"] for module in outline["modules"] for item in module["items"] if not item["locked"]]
    return course, items[:WRITERS]


async def write_until(installation: Installation, fault: Callable[[], None], after: float = 0.0) -> Written:
    """Write from many sides; let the fault happen in the midst of it; what had been acknowledged by then and after."""
    written, writing = Written(), Writing()
    teacher, learner = await installation.sign_in("teacher"), await installation.sign_in("learner")
    course, items = await enrol(learner)
    writing.begin(*(write_courses(teacher, writer, writing.numbers(0), written) for writer in range(WRITERS)))
    writing.begin(*(read_on(learner, course, item, writing.numbers(1), written) for item in items))
    while len(written.courses) < 60 or len(written.places) < len(items):  # noqa: ASYNC110 -- other tasks write on
        await asyncio.sleep(0.01)
    await asyncio.to_thread(fault)
    await asyncio.sleep(after)
    await writing.end()
    await teacher.aclose()
    await learner.aclose()
    return written


async def check(installation: Installation, written: Written) -> None:
    """Everything that was acknowledged is there."""
    teacher, learner = await installation.sign_in("teacher"), await installation.sign_in("learner")
    titles: set[str] = set()
    after: str | None = ""
    while after is not None:
        page = (await teacher.get("/courses", params={"teaching": "true", "limit": "100", "after": after})).json()
        titles |= {course["title"] for course in page["items"]}
        after = page["next"]
    assert written.courses <= titles
    course, _ = await enrol(learner)
    for item, place in written.places.items():
        found = (await learner.get(f"/courses/{course}/items/{item}")).json()["place"]
        assert found >= place - 1e-6
    await teacher.aclose()
    await learner.aclose()


async def test_killing_the_server_loses_nothing_that_it_acknowledged(installation: Installation) -> None:
    await asyncio.to_thread(installation.start)
    for _ in range(2):
        written = await write_until(installation, installation.kill)
        await asyncio.to_thread(installation.start)
        await check(installation, written)
    assert await asyncio.to_thread(installation.stop) == 0


async def test_postgresql_that_is_killed_is_started_again_and_nothing_acknowledged_is_lost(
    installation: Installation,
) -> None:
    await asyncio.to_thread(installation.start)
    for _ in range(2):
        died = installation.postmaster().pid

        def fault() -> None:
            installation.kill_postgres()
            assert not installation.ready()
            installation.wait_until_ready()

        written = await write_until(installation, fault, after=0.5)
        assert set(written.refused) == {503}
        assert installation.postmaster().pid != died
        await check(installation, written)
    assert "postgres_died" in installation.output
    assert installation.process is not None
    assert installation.process.poll() is None, "Banyan has lived on"
    assert await asyncio.to_thread(installation.stop) == 0


async def test_everything_at_once_may_die(installation: Installation) -> None:
    await asyncio.to_thread(installation.start)

    def power_cut() -> None:
        installation.kill_postgres()
        installation.kill()

    written = await write_until(installation, power_cut)
    await asyncio.to_thread(installation.start)
    await check(installation, written)
    assert await asyncio.to_thread(installation.stop) == 0


@pytest.mark.parametrize("moment", [0.05, 0.3, 0.6])
async def test_a_start_that_is_killed_is_made_up_for_by_the_next(installation: Installation, moment: float) -> None:
    starting = asyncio.create_task(asyncio.to_thread(installation.start))
    await asyncio.sleep(moment)
    installation.kill()
    with pytest.raises(AssertionError):
        await starting
    await asyncio.to_thread(installation.start)
    await (await installation.sign_in("learner")).aclose()
    assert await asyncio.to_thread(installation.stop) == 0
