"""A school is chosen by the host name."""

import httpx
import pytest

from banyan import schools
from banyan.app import Banyan
from tests.conftest import browser


@pytest.fixture(autouse=True)
async def demo(banyan: Banyan) -> None:
    await schools.ensure_school(banyan.kit.db, "demo", "Demo School")


async def test_a_visitor_sees_whose_door_it_is(client: httpx.AsyncClient) -> None:
    answer = await client.get("/school")
    assert answer.status_code == 200
    assert answer.json()["name"] == "Demo School"


async def test_another_host_name_is_another_school(banyan: Banyan, client: httpx.AsyncClient) -> None:
    await schools.ensure_school(banyan.kit.db, "hill", "Hill School", host="hill.example")
    async with browser(banyan, "hill.example") as visitor:
        assert (await visitor.get("/school")).json()["name"] == "Hill School"
    assert (await client.get("/school")).json()["name"] == "Demo School"


async def test_a_stranger_cannot_change_the_school(client: httpx.AsyncClient) -> None:
    answer = await client.patch("/school", json={"version": 1, "name": "Mine"})
    assert answer.status_code == 401
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["code"] == "unauthenticated"
    assert (await client.get("/school")).json()["name"] == "Demo School"


async def test_what_does_not_exist_is_a_problem_document(client: httpx.AsyncClient) -> None:
    answer = await client.get("/nowhere")
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    assert answer.headers["x-request-id"] == answer.json()["request_id"]
