"""What is new for someone, and how far they have read."""

import asyncio
from typing import Any

import msgspec
import pytest

from banyan.messages.inbox import MarkBatcher, Marking
from tests.messages.talk import Group, study_group
from tests.story import Person, School, published_course


async def inbox(person: Person) -> list[Any]:
    answer = await person.get("/groups")
    assert answer.status_code == 200, answer.text
    items: list[Any] = answer.json()["items"]
    return items


async def marker(group: Group, person: Person) -> int:
    return await group.banyan.kit.db.read().one(
        int, "select read_seq from group_membership where account_id = $1 and group_id = $2", person.id, group.id
    )


async def test_what_others_said_is_new_until_it_is_read(school: School) -> None:
    group = await study_group(school)
    ann, ben = await group.member("Ann"), await group.member("Ben")
    assert [(one["unread"], one["mentioned"], one["last"]) for one in await inbox(ann)] == [(0, False, None)]
    await group.say(ann, "Mine")
    await group.say(ben, "One")
    second = await group.say(ben, f"Two, [@Ann](mention:{ann.id})")
    third = await group.say(ben, "Gone")
    await ben.delete(f"{group.path}/messages/{third}")
    [entry] = await inbox(ann)
    assert (entry["unread"], entry["mentioned"], entry["read_seq"]) == (2, True, 0)
    assert entry["seq"] == len(await group.events())
    assert (entry["last"]["seq"], entry["last"]["author"]["name"]) == (second, "Ben")
    assert entry["last"]["text"].startswith("Two")
    assert (entry["name"], entry["standing"], entry["class"]["name"]) == ("Roots", "member", "Spring")
    assert (await ann.put(f"{group.path}/marker", {"seq": second})).status_code == 204
    [entry] = await inbox(ann)
    assert (entry["unread"], entry["mentioned"], entry["read_seq"]) == (0, False, second)
    [bens] = await inbox(ben)
    assert (bens["unread"], bens["mentioned"]) == (1, False)


async def test_a_mention_that_is_edited_away_or_deleted_is_none(school: School) -> None:
    group = await study_group(school)
    ann, ben = await group.member(), await group.member()
    seq = await group.say(ben, f"[@Ann](mention:{ann.id})")
    path = f"{group.path}/messages/{seq}"
    seen = [(await inbox(ann))[0]["mentioned"]]
    await ben.patch(path, {"text": "Nobody"})
    seen.append((await inbox(ann))[0]["mentioned"])
    await ben.patch(path, {"text": f"Yes, [@Ann](mention:{ann.id})"})
    seen.append((await inbox(ann))[0]["mentioned"])
    await ben.delete(path)
    seen.append((await inbox(ann))[0]["mentioned"])
    await ben.post(f"{path}/restoration")
    seen.append((await inbox(ann))[0]["mentioned"])
    assert seen == [True, False, True, False, True]


async def test_a_hundred_are_many(school: School) -> None:
    group = await study_group(school)
    ann = await group.member()
    for _ in range(103):
        await group.say(group.people[0])
    assert (await inbox(ann))[0]["unread"] == 100


@pytest.mark.parametrize("count", [1, 12])
async def test_the_inbox_costs_the_same_for_one_group_and_for_many(
    school: School, statements: list[str], count: int
) -> None:
    course = await published_course(await school.teacher())
    groups = [await study_group(school, course) for _ in range(count)]
    ann = await groups[0].member()
    for group in groups[1:]:
        await group.join(ann)
    for group in groups:
        await group.say(group.people[0], "Hello")
    await inbox(ann)
    statements.clear()
    entries = await inbox(ann)
    assert [entry["id"] for entry in entries] == [str(group.id) for group in groups[::-1]]
    assert len(statements) == 3


async def test_the_inbox_has_one_s_own_groups_alone(school: School) -> None:
    group = await study_group(school)
    gone, asking = await group.member(), await group.member()
    await group.leave(gone)
    async with group.banyan.kit.db.write() as tx:
        for table in ("group_member", "group_membership"):
            await tx.execute(f"update {table} set state = 'requested' where account_id = $1", asking.id)  # noqa: S608
    for person in (gone, asking, group.course.teacher, await school.learner()):
        assert await inbox(person) == []


async def test_a_marker_never_goes_back_nor_beyond_what_there_is(school: School) -> None:
    group = await study_group(school)
    ann = await group.member()
    for _ in range(5):
        await group.say(group.people[0])
    for seq, expected in ((3, 3), (1, 3), (0, 3), (2**53, 5), (4, 5)):
        assert (await ann.put(f"{group.path}/marker", {"seq": seq})).status_code == 204
        assert await marker(group, ann) == expected
    assert (await ann.put(f"{group.path}/marker", {"seq": -1})).status_code == 400


async def test_only_members_have_a_marker(school: School, other_school: School) -> None:
    group = await study_group(school)
    classmate = await school.learner()
    await group.course.enrol(classmate)
    for person, status in (
        (group.course.teacher, 403),
        (classmate, 403),
        (await school.learner(), 404),
        (await other_school.admin(), 404),
    ):
        assert (await person.put(f"{group.path}/marker", {"seq": 1})).status_code == status


async def test_many_who_read_at_once_share_their_statements(school: School, statements: list[str]) -> None:
    group = await study_group(school)
    crowd = [await group.member() for _ in range(20)]
    await group.say(group.people[0])
    statements.clear()
    batcher = group.banyan.kit.part(MarkBatcher)
    await asyncio.gather(*(batcher.submit(Marking(person.id, group.id, 1)) for person in crowd))
    assert len(statements) == 2
    assert {await marker(group, person) for person in crowd} == {1}


async def test_the_other_connections_of_who_reads_are_told(school: School) -> None:
    group = await study_group(school)
    ann = await group.member()
    await group.say(group.people[0])
    heard: list[bytes] = []
    group.banyan.kit.rooms._bus.listen(f"account:{ann.id}", heard.append)
    for _ in range(2):
        await ann.put(f"{group.path}/marker", {"seq": 1})
    [word] = heard
    assert msgspec.json.decode(msgspec.msgpack.decode(word)[2]) == {"room": f"group:{group.id}", "seq": 1}
