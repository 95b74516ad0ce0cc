"""A full disk: what cannot be stored is refused, nothing acknowledged is lost, and with room it goes on by itself."""

import asyncio
import os
import subprocess
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import httpx
import pytest

from tests.faults.installation import Installation
from tests.services import fill, small_disk

SPARE = 96 << 20  # bytes beside what the installation takes at its start


@pytest.fixture
def installation(planted: Path) -> Iterator[Installation]:
    """An installation that is not running, on a disk of its own."""
    size = sum(path.lstat().st_size for path in planted.rglob("*"))
    with small_disk(size + SPARE) as disk:
        subprocess.run(["cp", "-a", planted, disk / "data"], check=True)
        made = Installation(disk / "data")
        yield made
        made.clean_up()


def kept(installation: Installation) -> set[Path]:
    """The files in its storage, whole or not."""
    return {path for path in (installation.data / "files").rglob("*") if path.is_file()}


async def write_until_refused(teacher: httpx.AsyncClient, text: str) -> tuple[set[str], httpx.Response]:
    """Make courses until one is refused; the titles of those that were acknowledged, and the refusal."""
    made: set[str] = set()
    for number in count():
        title = f"Course {number}"
        answer = await teacher.post("/courses", json={"title": title, "summary": text})
        if answer.status_code != 201:
            return made, answer
        made.add(title)
    raise AssertionError


async def titles(teacher: httpx.AsyncClient) -> set[str]:
    """What there is of the teacher's."""
    found: set[str] = set()
    after: str | None = ""
    while after is not None:
        page = (await teacher.get("/courses", params={"teaching": "true", "limit": "100", "after": after})).json()
        found |= {course["title"] for course in page["items"]}
        after = page["next"]
    return found


async def test_a_full_disk_refuses_what_it_cannot_keep_and_keeps_what_it_acknowledged(
    installation: Installation,
) -> None:
    await asyncio.to_thread(installation.start)
    disk = installation.data.parent
    teacher = await installation.sign_in("teacher")
    course = (await teacher.post("/courses", json={"title": "Files"})).json()["id"]
    before = kept(installation)
    ballast = fill(disk, leave=1 << 20)

    # More than there is room for: it is refused before anything of it is kept.
    file = os.urandom(1 << 20).hex().encode()
    refused = await teacher.post(f"/files?course={course}&name=tree.txt", content=file)
    assert (refused.status_code, refused.json()["code"]) == (503, "no_room"), refused.text
    assert int(refused.headers["retry-after"]) > 0
    assert kept(installation) == before

    acknowledged, refused = await write_until_refused(teacher, os.urandom(900).hex())
    assert refused.status_code == 503, refused.text
    assert refused.json()["code"] in ("no_room", "unavailable", "read_only"), refused.text
    assert (await teacher.get(f"{installation.url}/health")).status_code == 200
    assert installation.process is not None
    assert installation.process.poll() is None, installation.output

    ballast.unlink()
    await asyncio.to_thread(installation.wait_until_ready)
    assert acknowledged <= await titles(teacher)
    assert (await teacher.post("/courses", json={"title": "Afterwards"})).status_code == 201
    again = await teacher.post(f"/files?course={course}&name=tree.txt", content=file)
    assert again.status_code == 201, again.text
    await teacher.aclose()
    assert await asyncio.to_thread(installation.stop) == 0
