"""Files in what is said: sent first, then shown."""

import pytest

from tests.messages.talk import sent_file, study_group
from tests.security.stage import PNG
from tests.story import School


async def test_a_file_is_sent_then_shown_then_read_by_all(school: School) -> None:
    group = await study_group(school)
    ann, ben = await group.member(), await group.member()
    file = await sent_file(group, ann, "leaf é.png", PNG)
    path = file["url"].removeprefix("/api/v1")
    assert (file["media_type"], file["size"]) == ("image/png", len(PNG))
    assert (await ben.get(path)).status_code == 404, "nobody has shown it yet"
    assert (await ann.get(path)).status_code == 200
    seq = await group.say(ann, "", files=[file["id"]])
    assert (await group.message(ben, seq))["files"] == [file]
    read = await ben.get(path)
    assert (read.status_code, read.content, read.headers["content-type"]) == (200, PNG, "image/png")
    assert "sandbox" in read.headers["content-security-policy"]
    part = await ben.client.get(path, headers={"range": "bytes=1-3"})
    assert (part.status_code, part.content) == (206, PNG[1:4])
    again = await ben.client.get(path, headers={"if-none-match": read.headers["etag"]})
    assert again.status_code == 304
    assert (await ben.client.get(path, headers={"range": "bytes=99999-"})).status_code == 416


async def test_files_are_shown_in_the_order_given(school: School) -> None:
    group = await study_group(school)
    ann = await group.member()
    ids = [(await sent_file(group, ann, f"{name}.txt"))["id"] for name in "abc"]
    seq = await group.say(ann, "Three", files=[ids[2], ids[0], ids[2], ids[1]])
    assert [file["name"] for file in (await group.message(ann, seq))["files"]] == ["c.txt", "a.txt", "b.txt"]


async def test_only_one_s_own_files_of_the_same_group_are_shown(school: School) -> None:
    group, other = await study_group(school), await study_group(school)
    ann, ben = await group.member(), await group.member()
    await other.join(ann)
    bens, elsewhere = await sent_file(group, ben), await sent_file(other, ann)
    for file in (bens, elsewhere):
        answer = await group.post(ann, "Look", files=[file["id"]])
        assert (answer.status_code, answer.json()["code"]) == (422, "no_such_attachment")
    wrong = elsewhere["url"].replace(str(other.id), str(group.id)).removeprefix("/api/v1")
    assert (await ann.get(wrong)).status_code == 404


async def test_a_file_stays_as_long_as_one_message_shows_it(school: School) -> None:
    group = await study_group(school)
    ann, ben = await group.member(), await group.member()
    file = await sent_file(group, ann)
    seqs = [await group.say(ann, "Look", files=[file["id"]]) for _ in range(2)]
    path = file["url"].removeprefix("/api/v1")
    found = []
    for seq in seqs:
        found.append((await ben.get(path)).status_code)
        await ann.delete(f"{group.path}/messages/{seq}")
    assert [*found, (await ben.get(path)).status_code] == [200, 200, 404]


async def test_who_may_not_write_sends_no_files_and_who_may_not_read_gets_none(
    school: School, other_school: School
) -> None:
    group = await study_group(school)
    ann, muted, classmate = await group.member(), await group.member(), await school.learner()
    await group.course.enrol(classmate)
    await group.mute(muted)
    file = await sent_file(group, ann)
    await group.say(ann, files=[file["id"]])
    for person, sends, reads in (
        (muted, 403, 200),
        (group.course.teacher, 403, 200),
        (classmate, 403, 403),
        (await school.learner(), 404, 404),
        (await other_school.admin(), 404, 404),
    ):
        sent = await person.client.post(f"{group.path}/files?name=a.txt", content=b"A")
        read = await person.get(file["url"].removeprefix("/api/v1"))
        assert (sent.status_code, read.status_code) == (sends, reads)


@pytest.mark.parametrize(
    ("name", "content", "status"),
    [
        ("a.html", b"<!doctype html><p>Hello", 415),
        ("a.png", b"Text", 415),
        ("", b"A", 400),
        ("a.txt", b"a" * (26 << 20), 413),
    ],
)
async def test_what_no_group_should_have_is_refused(school: School, name: str, content: bytes, status: int) -> None:
    group = await study_group(school)
    answer = await group.people[0].client.post(f"{group.path}/files", params={"name": name}, content=content)
    assert answer.status_code == status
