"""Files of courses over HTTP."""

from collections.abc import AsyncIterator

import pytest

from tests.story import Course, School, published_course

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c6360606060000000050001a5f645400000000049454e44ae426082"
)
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 4 4"><circle cx="2" cy="2" r="2"/></svg>'


async def send(course: Course, name: str, content: bytes) -> dict[str, object]:
    answer = await course.teacher.client.post("/files", params={"course": course.id, "name": name}, content=content)
    assert answer.status_code == 201, answer.text
    sent: dict[str, object] = answer.json()
    return sent


def path(file: dict[str, object]) -> str:
    return str(file["url"]).removeprefix("/api/v1")


async def test_a_picture_that_is_sent_is_read_by_the_course(school: School) -> None:
    course = await published_course(await school.teacher())
    file = await send(course, "leaf.png", PNG)
    assert (file["media_type"], file["size"]) == ("image/png", len(PNG))
    learner = await school.learner()
    assert (await learner.get(path(file))).status_code == 404
    await course.enrol(learner)
    read = await learner.get(path(file))
    assert (read.status_code, read.content, read.headers["content-type"]) == (200, PNG, "image/png")
    assert "private" in read.headers["cache-control"]
    assert (await school.browser().get(path(file))).status_code == 404


async def test_who_leaves_the_staff_during_an_upload_adds_nothing(school: School) -> None:
    course = await published_course(await school.teacher())
    helper, admin = await school.teacher(), await school.admin()
    assert (await admin.put(f"{course.path}/staff/{helper.id}", {"role": "teacher"})).status_code == 200

    async def slowly() -> AsyncIterator[bytes]:
        yield PNG[:20]
        assert (await admin.delete(f"{course.path}/staff/{helper.id}")).status_code == 204
        yield PNG[20:]

    answer = await helper.client.post("/files", params={"course": course.id, "name": "leaf.png"}, content=slowly())
    assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")


async def test_one_who_has_the_file_is_not_sent_it_again(school: School) -> None:
    course = await published_course(await school.teacher())
    file = await send(course, "leaf.png", PNG)
    etag = (await course.teacher.get(path(file))).headers["etag"]
    for known in (etag, f"W/{etag}", f'"other", {etag}'):
        answer = await course.teacher.client.get(path(file), headers={"if-none-match": known})
        assert (answer.status_code, answer.content) == (304, b"")


async def test_a_form_works_as_well(school: School) -> None:
    course = await published_course(await school.teacher())
    answer = await course.teacher.client.post(f"/files?course={course.id}", files={"file": ("tree.svg", SVG)})
    assert (answer.status_code, answer.json()["media_type"]) == (201, "image/svg+xml")


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("bytes=0-3", (206, PNG[:4])),
        ("bytes=10-", (206, PNG[10:])),
        ("bytes=-5", (206, PNG[-5:])),
        ("bytes=4-2", (200, PNG)),
        ("bytes=0-1,4-5", (200, PNG)),
        ("lines=1-2", (200, PNG)),
        ("bytes=9999-", (416, None)),
    ],
)
async def test_a_part_of_a_file_can_be_asked_for(
    school: School, header: str, expected: tuple[int, bytes | None]
) -> None:
    course = await published_course(await school.teacher())
    file = await send(course, "leaf.png", PNG)
    answer = await course.teacher.client.get(path(file), headers={"range": header})
    assert answer.status_code == expected[0]
    assert expected[1] is None or answer.content == expected[1]


async def test_who_has_a_file_is_not_sent_it_again(school: School) -> None:
    course = await published_course(await school.teacher())
    file = await send(course, "leaf.png", PNG)
    first = await course.teacher.get(path(file))
    again = await course.teacher.client.get(path(file), headers={"if-none-match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


async def test_a_picture_opened_by_itself_cannot_act(school: School) -> None:
    course = await published_course(await school.teacher())
    read = await course.teacher.get(path(await send(course, "tree.svg", SVG)))
    assert "sandbox" in read.headers["content-security-policy"]
    assert read.headers["x-content-type-options"] == "nosniff"


async def test_a_cover_is_seen_by_whoever_sees_the_course(school: School, other_school: School) -> None:
    course = await published_course(await school.teacher(), publish=False)
    file = await send(course, "cover.png", PNG)
    await course.change(cover_id=file["id"])
    await course.publish()
    visitor = school.browser()
    cover = (await visitor.get(course.path)).json()["cover"]
    assert (await visitor.get(cover.removeprefix("/api/v1"))).content == PNG
    assert (await other_school.browser().get(cover.removeprefix("/api/v1"))).status_code == 404


@pytest.mark.parametrize(
    ("name", "content", "status", "code"),
    [
        ("leaf.png", b"<html><script>alert(1)</script>", 415, None),
        ("leaf.png", SVG, 415, "mislabelled_file"),
        ("page.html", b"<!doctype html><p>Hello", 415, "refused_file"),
        ("bad.svg", SVG.replace(b"<circle", b"<script>alert(1)</script><circle"), 422, "unsafe_svg"),
        ("bad.svg", SVG.replace(b"<circle", b'<circle onload="alert(1)"'), 422, "unsafe_svg"),
    ],
)
async def test_what_is_not_what_it_says_or_could_act_is_refused(
    school: School, name: str, content: bytes, status: int, code: str | None
) -> None:
    course = await published_course(await school.teacher())
    answer = await course.teacher.client.post("/files", params={"course": course.id, "name": name}, content=content)
    assert answer.status_code == status, answer.text
    assert code is None or answer.json()["code"] == code


async def test_only_its_teachers_send_files_to_a_course(school: School, other_school: School) -> None:
    course = await published_course(await school.teacher())
    options = {"params": {"course": course.id, "name": "leaf.png"}, "content": PNG}
    for someone, status in (
        (await school.learner(), 403),
        (await school.teacher(), 403),
        (await other_school.admin(), 404),
    ):
        assert (await someone.client.post("/files", **options)).status_code == status
    assert (await school.browser().post("/files", **options)).status_code == 401


async def test_more_than_the_installation_takes_is_refused(school: School) -> None:
    course = await published_course(await school.teacher())
    limit = school.banyan.kit.settings.storage.largest_upload << 20
    large = (PNG + bytes(1 << 20) for _ in range(limit // (1 << 20) + 1))

    async def chunks():  # type: ignore[no-untyped-def]
        for chunk in large:
            yield chunk

    answer = await course.teacher.client.post(
        "/files", params={"course": course.id, "name": "leaf.png"}, content=chunks()
    )
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")
