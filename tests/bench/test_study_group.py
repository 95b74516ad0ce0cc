"""The group that rooms are measured with is one that Banyan could have made itself."""

import httpx
import pytest

from bench import school, study_group
from bench.study_group import StudyGroup


@pytest.fixture
async def group(database_url: str) -> StudyGroup:
    await school.found(database_url, learners=2, courses=1)
    return await study_group.gather(database_url, members=5)


async def test_every_member_has_the_group_and_may_speak_in_it(group: StudyGroup, client: httpx.AsyncClient) -> None:
    assert len(set(group.tokens)) == 5
    for number, token in enumerate(group.tokens):
        headers = {"authorization": f"Bearer {token}"}
        [mine] = (await client.get("/groups", headers=headers)).json()["items"]
        assert f"group:{mine['id']}" == group.room
        said = await client.post(
            f"/groups/{group.id}/messages", json={"key": f"k{number}", "text": "Good morning"}, headers=headers
        )
        assert said.status_code == 201
        assert said.json()["seq"] == number + 1
    members = await client.get(f"/groups/{group.id}/members", headers=headers)
    assert len(members.json()["items"]) == 5
