"""Reading a history: both ways, around a place, by words, with few statements."""

from typing import Any

import pytest

from tests.messages.talk import Group, sent_file, study_group
from tests.story import School


async def told(school: School, count: int) -> Group:
    """A group in which so much was said."""
    group = await study_group(school)
    for number in range(1, count + 1):
        await group.say(group.people[0], f"Number {number}")
    return group


def seqs(page: Any) -> list[int]:
    return [message["seq"] for message in page["items"]]


async def test_a_history_is_paged_both_ways(school: School) -> None:
    group = await told(school, 10)
    ann = group.people[0]
    newest = await group.read(ann, limit=4)
    assert (seqs(newest), newest["before"], newest["after"]) == ([7, 8, 9, 10], 7, None)
    older = await group.read(ann, limit=4, before=7)
    assert (seqs(older), older["before"], older["after"]) == ([3, 4, 5, 6], 3, 6)
    oldest = await group.read(ann, limit=4, before=3)
    assert (seqs(oldest), oldest["before"], oldest["after"]) == ([1, 2], None, 2)
    newer = await group.read(ann, limit=4, after=2)
    assert (seqs(newer), newer["before"], newer["after"]) == ([3, 4, 5, 6], 3, 6)
    last = await group.read(ann, limit=4, after=6)
    assert (seqs(last), last["before"], last["after"]) == ([7, 8, 9, 10], 7, None)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"around": 5, "limit": 4}, ([4, 5, 6, 7], 4, 7)),
        ({"around": 5, "limit": 1}, ([5], 5, 5)),
        ({"around": 1, "limit": 4}, ([1, 2, 3], None, 3)),
        ({"around": 10, "limit": 4}, ([9, 10], 9, None)),
        ({"around": 0, "limit": 4}, ([1, 2], None, 2)),
        ({"before": 1}, ([], None, 0)),
        ({"before": 0}, ([], None, 0)),
        ({"after": 10}, ([], 11, None)),
        ({"after": 2**53}, ([], 2**53 + 1, None)),
        ({}, (list(range(1, 11)), None, None)),
    ],
)
async def test_what_lies_around_a_place(school: School, query: dict[str, int], expected: Any) -> None:
    page = await (group := await told(school, 10)).read(group.people[0], **query)
    assert (seqs(page), page["before"], page["after"]) == expected


@pytest.mark.parametrize("query", [{"before": -1}, {"limit": 0}, {"limit": 101}, {"after": "x"}, {"around": 2**60}])
async def test_what_makes_no_sense_is_refused(school: School, query: dict[str, Any]) -> None:
    group = await study_group(school)
    answer = await group.people[0].get(f"{group.path}/messages", params=query)
    assert (answer.status_code, answer.json()["code"]) == (400, "malformed")


@pytest.mark.parametrize("count", [1, 40])
async def test_a_page_costs_three_statements_whatever_is_on_it(
    school: School, statements: list[str], count: int
) -> None:
    group = await study_group(school)
    for _ in range(count):
        person = await group.member() if count < 10 else group.people[0]
        file = await sent_file(group, person)
        seq = await group.say(person, "Hello", files=[file["id"]], reply_to=1 if _ else None)
        await person.put(f"{group.path}/messages/{seq}/reactions/🌱", None)
    await group.read(group.people[0])
    for query in ({}, {"around": 1}, {"q": "hello"}):
        statements.clear()
        assert seqs(await group.read(group.people[0], **query))
        assert len(statements) == 3


async def test_words_are_found_in_any_order_and_the_last_half_typed(school: School) -> None:
    group, other = await study_group(school), await study_group(school)
    ann = group.people[0]
    first = await group.say(ann, "The banyan grows **aerial** roots")
    await group.say(ann, "An oak has none")
    second = await group.say(ann, "Roots, roots of a banyan")
    await other.say(other.people[0], "Banyan roots elsewhere")
    assert seqs(await group.read(ann, q="roots banyan")) == [first, second]
    assert seqs(await group.read(ann, q="aeri")) == [first]
    assert seqs(await group.read(ann, q="banyan oak")) == []
    assert seqs(await group.read(ann, q=str(other.id))) == []
    assert seqs(await group.read(ann, q=" & ")) == []
    await ann.delete(f"{group.path}/messages/{first}")
    assert seqs(await group.read(ann, q="banyan")) == [second]
    await ann.patch(f"{group.path}/messages/{second}", {"text": "Nothing"})
    assert seqs(await group.read(ann, q="banyan")) == []


async def test_a_search_leads_on_to_older_ones(school: School) -> None:
    group = await told(school, 60)
    first = await group.read(group.people[0], q="number")
    assert (seqs(first), first["before"], first["after"]) == (list(range(11, 61)), 11, None)
    rest = await group.read(group.people[0], q="number", before=first["before"])
    assert (seqs(rest), rest["before"]) == (list(range(1, 11)), None)


async def test_those_who_may_not_read_read_nothing(school: School, other_school: School) -> None:
    group = await told(school, 1)
    classmate, gone, asking = await school.learner(), await group.member(), await group.member()
    await group.course.enrol(classmate)
    await group.leave(gone, "removed")
    async with group.banyan.kit.db.write() as tx:
        await tx.execute(
            "update group_member set state = 'requested' where group_id = $1 and account_id = $2", group.id, asking.id
        )
    for path in (f"{group.path}/messages", f"{group.path}/messages?q=number", f"{group.path}/pins"):
        for person, status in (
            (classmate, 403),
            (asking, 403),
            (gone, 403),
            (await school.learner(), 404),
            (await other_school.admin(), 404),
        ):
            answer = await person.get(path)
            assert answer.status_code == status, (path, status)
            assert "Number" not in answer.text
        assert (await group.course.teacher.get(path)).status_code == 200
        assert (await school.browser().get(path)).status_code == 401
