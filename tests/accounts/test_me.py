"""Oneself: what one is called, and how one reads words and times."""

from typing import Any

import httpx
import pytest

from banyan import accounts
from tests.accounts.conftest import pointers
from tests.story import School


async def test_one_changes_name_language_and_time_zone(school: School, events: list[Any]) -> None:
    ann = await school.learner("Ann")
    before = (await ann.get("/me")).json()
    answer = await ann.patch("/me", {"name": " Anne  Lee", "locale": "ar", "time_zone": "Asia/Amman"})
    assert answer.status_code == 200
    assert answer.json() == before | {"name": "Anne Lee", "locale": "ar", "time_zone": "Asia/Amman"}
    assert (await ann.get("/me")).json() == answer.json()
    assert events == [accounts.Renamed(ann.id, school.id, "Anne Lee", ann.email)]
    assert (await ann.patch("/me", {"locale": "en"})).json()["name"] == "Anne Lee"
    assert len(events) == 1, "the name is as it was"


@pytest.mark.parametrize(
    ("change", "wrong"),
    [
        ({"name": ""}, ["/name"]),
        ({"name": "   "}, ["/name"]),
        ({"name": "x" * 101}, ["/name"]),
        ({"name": None}, ["/name"]),
        ({"locale": "en_GB"}, ["/locale"]),
        ({"time_zone": "Atlantis"}, ["/time_zone"]),
        ({"time_zone": "../../etc/passwd"}, ["/time_zone"]),
        ({"role": "admin"}, ["/role"]),
        ({"email": "other@demo.school"}, ["/email"]),
        ({"name": "..", "time_zone": "Atlantis"}, ["/name", "/time_zone"]),
    ],
    ids=str,
)
async def test_what_will_not_do_changes_nothing(school: School, change: dict[str, object], wrong: list[str]) -> None:
    ann = await school.learner("Ann")
    before = (await ann.get("/me")).json()
    answer = await ann.patch("/me", change)
    assert (answer.status_code, pointers(answer)) == (400, wrong)
    assert (await ann.get("/me")).json() == before


@pytest.mark.usefixtures("school")
async def test_nobody_is_nobody(client: httpx.AsyncClient) -> None:
    for answer in (await client.get("/me"), await client.patch("/me", json={})):
        assert (answer.status_code, answer.json()["code"]) == (401, "unauthenticated")
