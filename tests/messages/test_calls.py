"""Those whom a message calls, by mentioning them or by replying to them, are told: once, and only they."""

from typing import Any

import pytest

from banyan.messages import jobs
from banyan.messages.jobs import Calling
from tests.conftest import run_jobs
from tests.messages.talk import Group, study_group
from tests.story import Person, School


@pytest.fixture
async def group(school: School) -> Group:
    """A group with an owner, Ann and Ben."""
    group = await study_group(school)
    await group.member("Ann")
    await group.member("Ben")
    return group


async def notices(person: Person) -> list[Any]:
    items: list[Any] = (await person.get("/notifications")).json()["items"]
    return items


async def tell(group: Group) -> None:
    """Let the jobs run that are waiting."""
    db = group.banyan.kit.db.read()

    async def done() -> bool:
        return await db.one(int, "select count(*) from pgqueuer where entrypoint = 'messages.tell'") == 0

    await run_jobs(group.banyan, done)


async def test_who_is_mentioned_or_answered_is_told(group: Group) -> None:
    _, ann, ben = group.people
    first = await group.say(ann, f"Hello [@Ben](mention:{ben.id})")
    second = await group.say(ben, "Hello", reply_to=first)
    await tell(group)
    [mention] = await notices(ben)
    assert (mention["kind"], mention["data"]["seq"], mention["data"]["author"]["name"]) == ("mention", first, "Ann")
    assert mention["data"]["group"] == {"id": str(group.id), "name": "Roots"}
    [reply] = await notices(ann)
    assert (reply["kind"], reply["data"]["seq"]) == ("reply", second)


async def test_one_message_tells_someone_once(group: Group) -> None:
    _, ann, ben = group.people
    first = await group.say(ann)
    seq = await group.say(ben, f"[@A](mention:{ann.id}) and [@A](mention:{ann.id})", reply_to=first)
    await tell(group)
    assert [one["kind"] for one in await notices(ann)] == ["mention"]
    await ben.patch(f"{group.path}/messages/{seq}", {"text": f"Again [@A](mention:{ann.id})"})
    await tell(group)
    await jobs.tell.run(group.banyan.kit, Calling(group.id, seq))
    assert len(await notices(ann)) == 1


async def test_an_edit_tells_those_whom_it_mentions_anew(group: Group) -> None:
    owner, ann, ben = group.people
    seq = await group.say(owner, f"[@A](mention:{ann.id})")
    await owner.patch(f"{group.path}/messages/{seq}", {"text": f"[@A](mention:{ann.id}) [@B](mention:{ben.id})"})
    await tell(group)
    assert [len(await notices(person)) for person in group.people] == [0, 1, 1]


async def test_nobody_tells_themselves_nor_who_left_nor_of_what_is_deleted(group: Group) -> None:
    owner, ann, ben = group.people
    seq = await group.say(ann, f"[@me](mention:{ann.id})")
    await group.say(ann, "To myself", reply_to=seq)
    await group.say(owner, f"[@B](mention:{ben.id})")
    await group.leave(ben)
    gone = await group.say(owner, f"[@A](mention:{ann.id})")
    await owner.delete(f"{group.path}/messages/{gone}")
    await tell(group)
    assert [await notices(person) for person in group.people] == [[], [], []]


async def test_what_is_deleted_is_told_no_more(group: Group) -> None:
    owner, ann, _ = group.people
    seq = await group.say(owner, f"Zaunkoenig [@A](mention:{ann.id})")
    await tell(group)
    assert "Zaunkoenig" in (await notices(ann))[0]["data"]["text"]
    await owner.delete(f"{group.path}/messages/{seq}")
    assert await notices(ann) == []


async def test_what_is_read_need_not_be_told_any_more(group: Group) -> None:
    owner, ann, _ = group.people
    seq = await group.say(owner, f"[@A](mention:{ann.id})")
    await tell(group)
    await ann.put(f"{group.path}/marker", {"seq": seq})
    assert [one["read_at"] is not None for one in await notices(ann)] == [True]


async def test_a_message_that_calls_nobody_enqueues_nothing(group: Group) -> None:
    await group.say(group.people[1])
    db = group.banyan.kit.db.read()
    assert await db.one(int, "select count(*) from pgqueuer where entrypoint like 'messages.%'") == 0
