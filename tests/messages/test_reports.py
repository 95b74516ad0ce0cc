"""Reporting a message, and deciding about it."""

from typing import Any

import pytest

from tests.messages.talk import Group, study_group
from tests.story import Person, School


@pytest.fixture
async def group(school: School) -> Group:
    """A group in which Ann has said something rude: its owner, a moderator, Ann and Ben."""
    group = await study_group(school)
    for name, role in (("Mo", "moderator"), ("Ann", "member"), ("Ben", "member")):
        await group.member(name, role)
    await group.say(group.people[2], "Rude")
    return group


async def report(group: Group, person: Person, seq: int = 1) -> Any:
    answer = await person.post(f"{group.path}/messages/{seq}/reports", {"reason": "It is rude"})
    assert answer.status_code == 201, answer.text
    return answer.json()


async def told(person: Person) -> list[tuple[str, str]]:
    items = (await person.get("/notifications")).json()["items"]
    return [(one["kind"], one["data"]["text"]) for one in items]


async def test_moderators_and_teachers_hear_of_a_report(group: Group) -> None:
    owner, moderator, ann, ben = group.people
    reported = await report(group, ben)
    assert (reported["state"], reported["reporter"]["name"], reported["message"]["text"]) == ("open", "Ben", "Rude")
    for person in (owner, moderator, group.course.teacher):
        assert await told(person) == [("report", "It is rude")]
        assert (await person.get(f"{group.path}/reports")).json()["items"] == [reported]
    for person in (ann, ben):
        assert await told(person) == []
        assert (await person.get(f"{group.path}/reports")).status_code == 403


async def test_a_moderator_who_is_reported_does_not_hear_of_it_nor_decide(group: Group) -> None:
    owner, moderator, _, ben = group.people
    seq = await group.say(moderator, "Ruder")
    reported = await report(group, ben, seq)
    assert await told(moderator) == []
    path = f"{group.path}/reports/{reported['id']}"
    assert (await moderator.patch(path, {"state": "dismissed"})).status_code == 403
    assert (await owner.patch(path, {"state": "dismissed"})).status_code == 204


async def test_nobody_floods_moderators_with_reports(group: Group) -> None:
    _, _, ann, ben = group.people
    for seq in range(1, 61):
        await report(group, ben, seq)
        await group.say(ann)
    refused = await ben.post(f"{group.path}/messages/61/reports", {"reason": "It is rude"})
    assert (refused.status_code, refused.json()["code"]) == (429, "too_many_requests")


async def test_one_report_by_each_is_enough(group: Group) -> None:
    _, _, _, ben = group.people
    await report(group, ben)
    again = await ben.post(f"{group.path}/messages/1/reports", {"reason": "Still rude"})
    assert (again.status_code, again.json()["code"]) == (409, "already_reported")


async def test_a_report_that_is_upheld_deletes_the_message_and_settles_all_about_it(group: Group) -> None:
    owner, moderator, _, ben = group.people
    first, second = await report(group, ben), await report(group, owner)
    path = f"{group.path}/reports/{first['id']}"
    assert (await moderator.patch(path, {"state": "upheld"})).status_code == 204
    assert (await group.message(ben, 1))["deleted_at"] is not None
    assert await told(ben) == [("report_decided", "upheld")]
    assert ("report_decided", "upheld") in await told(owner)
    upheld = (await moderator.get(f"{group.path}/reports?state=upheld")).json()["items"]
    assert [one["id"] for one in upheld] == [second["id"], first["id"]]
    assert {one["decided_by"]["name"] for one in upheld} == {"Mo"}
    assert upheld[0]["message"]["text"] == ""
    again = await owner.patch(path, {"state": "dismissed"})
    assert (again.status_code, again.json()["code"]) == (409, "already_decided")
    log = (await group.course.teacher.get(f"{group.course.path}/audit")).json()["items"]
    assert [entry["action"] for entry in log if entry["action"].startswith("messages.")] == ["messages.report_upheld"]


async def test_a_report_that_is_dismissed_changes_nothing_else(group: Group) -> None:
    _, moderator, _, ben = group.people
    reported = await report(group, ben)
    assert (await moderator.patch(f"{group.path}/reports/{reported['id']}", {"state": "dismissed"})).status_code == 204
    assert (await group.message(ben, 1))["text"] == "Rude"
    assert await told(ben) == [("report_decided", "dismissed")]
    assert (await moderator.get(f"{group.path}/reports?state=open")).json()["items"] == []


async def test_reports_come_in_pages(group: Group) -> None:
    _, moderator, ann, ben = group.people
    seqs = [await group.say(ann, "Rude") for _ in range(5)]
    ids = [(await report(group, ben, seq))["id"] for seq in seqs]
    found: list[str] = []
    after = ""
    for _ in range(3):
        page = (await moderator.get(f"{group.path}/reports", params={"limit": 2, "after": after})).json()
        found += [one["id"] for one in page["items"]]
        after = page["next"] or "end"
    assert (found, after) == (ids[::-1], "end")


async def test_who_is_not_in_the_group_reports_nothing(group: Group, school: School, other_school: School) -> None:
    for person, status in (
        (group.course.teacher, 403),
        (await school.learner(), 404),
        (await other_school.admin(), 404),
    ):
        answer = await person.post(f"{group.path}/messages/1/reports", {"reason": "No"})
        assert answer.status_code == status
    for reason in ("", "x" * 1001, "a\0"):
        answer = await group.people[3].post(f"{group.path}/messages/1/reports", {"reason": reason})
        assert answer.status_code == 400
