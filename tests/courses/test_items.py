"""Lessons, files, videos and links of a draft."""

import pytest

from banyan.app import Banyan
from banyan.courses import drafts
from banyan.kit.ids import new_id
from tests.courses.conftest import Desk, begin
from tests.story import School


async def test_a_lesson_is_added_and_shown_as_learners_would_see_it(desk: Desk) -> None:
    source = "# Roots\n\n" + "word " * 401
    answer = await desk.teacher.post(f"/modules/{desk.modules[0]}/items", lesson(source=source))
    item = answer.json()
    assert answer.status_code == 201
    assert (item["kind"], item["source"], item["version"], item["locked"]) == ("lesson", source, 1, False)
    assert item["module_id"] == desk.modules[0]
    assert item["minutes"] == 3  # 402 words at 200 a minute
    assert item["toc"][0]["title"] == "Roots"
    assert "<h2" in item["html"]
    assert (await desk.item(item["id"])).source == source


async def test_an_item_is_added_at_the_end_at_the_beginning_or_after_another(school: School, desk: Desk) -> None:
    path = f"/modules/{desk.modules[0]}/items"
    await desk.teacher.post(path, lesson("End"))
    await desk.teacher.post(path, lesson("Beginning", after=None))
    await desk.teacher.post(path, lesson("Middle", after=desk.items[0]))
    assert (await desk.order())[0][1] == ["Beginning", "Lesson 1.1", "Middle", "Lesson 1.2", "End"]
    for elsewhere in (desk.items[2], (await begin(school)).items[0], str(new_id())):
        answer = await desk.teacher.post(path, lesson("Lost", after=elsewhere))
        assert (answer.status_code, answer.json()["code"]) == (422, "no_such_neighbour")


async def test_what_is_not_named_in_a_change_stays(desk: Desk) -> None:
    path = f"/items/{desk.items[0]}"
    before = await desk.item(desk.items[0])
    renamed = (await desk.teacher.patch(path, {"version": 1, "title": "Bark"})).json()
    assert (renamed["title"], renamed["source"], renamed["version"]) == ("Bark", before.source, 2)
    assert renamed["html"] == before.html
    rewritten = (await desk.teacher.patch(path, {"version": 2, "source": "*New.* " * 500})).json()
    assert (rewritten["title"], rewritten["minutes"], rewritten["version"]) == ("Bark", 3, 3)
    assert "<em>New.</em>" in rewritten["html"]


async def test_a_stale_edit_brings_how_the_item_is_now(desk: Desk) -> None:
    path = f"/items/{desk.items[0]}"
    mine = await desk.teacher.patch(path, {"version": 1, "source": "Mine."})
    late = await desk.teacher.patch(path, {"version": 1, "source": "Theirs."})
    assert (late.status_code, late.json()["code"]) == (409, "stale_edit")
    assert late.json()["current"] == mine.json()
    assert (await desk.item(desk.items[0])).source == "Mine."


async def test_a_deleted_item_comes_back_to_its_place(desk: Desk) -> None:
    before = await desk.order()
    path = f"/items/{desk.items[0]}"
    assert (await desk.teacher.delete(path)).status_code == 204
    assert (await desk.order())[0] == ("Module 1", ["Lesson 1.2"])
    assert (await desk.teacher.patch(path, {"version": 1, "title": "Ghost"})).status_code == 404
    assert (await desk.teacher.post(f"{path}/restoration")).status_code == 204
    assert (await desk.teacher.post(f"{path}/restoration")).status_code == 204
    assert await desk.order() == before


async def test_an_item_does_not_come_back_without_its_module(desk: Desk) -> None:
    await desk.teacher.delete(f"/items/{desk.items[0]}")
    await desk.teacher.delete(f"/modules/{desk.modules[0]}")
    answer = await desk.teacher.post(f"/items/{desk.items[0]}/restoration")
    assert (answer.status_code, answer.json()["code"]) == (409, "module_deleted")
    await desk.teacher.post(f"/modules/{desk.modules[0]}/restoration")
    assert (await desk.order())[0] == ("Module 1", ["Lesson 1.2"])
    assert (await desk.teacher.post(f"/items/{desk.items[0]}/restoration")).status_code == 204
    assert (await desk.order())[0] == ("Module 1", ["Lesson 1.1", "Lesson 1.2"])


async def test_a_file_is_shown_with_its_address(desk: Desk) -> None:
    file_id = await desk.file("leaf.png")
    answer = await desk.teacher.post(
        f"/modules/{desk.modules[0]}/items",
        {"kind": "file", "title": "Leaf", "file_id": file_id, "source": "Look *closely*."},
    )
    item = answer.json()
    assert answer.status_code == 201
    assert item["file"]["url"] == f"/api/v1/files/{file_id}/leaf.png"
    assert (item["file"]["media_type"], item["url"]) == ("image/png", None)
    assert "<em>closely</em>" in item["html"]


async def test_a_file_is_one_of_this_course(school: School, desk: Desk) -> None:
    elsewhere = await (await begin(school)).file()
    for file_id in (elsewhere, str(new_id())):
        answer = await desk.teacher.post(
            f"/modules/{desk.modules[0]}/items", {"kind": "file", "title": "Leaf", "file_id": file_id}
        )
        assert (answer.status_code, answer.json()["code"]) == (422, "no_such_file")
    assert (await desk.order())[0][1] == ["Lesson 1.1", "Lesson 1.2"]


async def test_a_video_changes_from_an_address_to_a_file(desk: Desk) -> None:
    added = await desk.teacher.post(
        f"/modules/{desk.modules[0]}/items",
        {"kind": "video", "title": "Film", "url": "https://youtu.be/dQw4w9WgXcQ?si=abc&t=42"},
    )
    assert added.json()["url"] == "https://www.youtube.com/watch?v=dQw4w9WgXcQ&t=42s"
    path = f"/items/{added.json()['id']}"
    file_id = await desk.file("film.webm", b"\x1a\x45\xdf\xa3\x93\x42\x82\x84webm")
    both = await desk.teacher.patch(path, {"version": 1, "file_id": file_id})
    assert (both.status_code, both.json()["code"]) == (422, "unfit_content")
    changed = await desk.teacher.patch(path, {"version": 1, "file_id": file_id, "url": None})
    assert (changed.json()["url"], changed.json()["file"]["name"]) == (None, "film.webm")


@pytest.mark.parametrize(
    ("content", "pointer"),
    [
        ({"kind": "file"}, "/file_id"),
        ({"kind": "link"}, "/url"),
        ({"kind": "video"}, "/url"),
        ({"kind": "lesson", "url": "https://a.example"}, "/url"),
        ({"kind": "lesson", "file_id": str(new_id())}, "/file_id"),
        ({"kind": "file", "file_id": str(new_id()), "url": "https://a.example"}, "/url"),
        ({"kind": "link", "url": "javascript:alert(1)"}, "/url"),
        ({"kind": "link", "url": "JaVaScRiPt://a.example/%0aalert(1)"}, "/url"),
        ({"kind": "link", "url": "data:text/html,x"}, "/url"),
        ({"kind": "link", "url": "//a.example"}, "/url"),
        ({"kind": "link", "url": "/courses"}, "/url"),
        ({"kind": "link", "url": "https://"}, "/url"),
        ({"kind": "link", "url": "https://[1"}, "/url"),
        ({"kind": "link", "url": "https://a.example:99999"}, "/url"),
        ({"kind": "link", "url": "https://bank.example@evil.example/"}, "/url"),
        ({"kind": "video", "url": "http://a.example/film.mp4"}, "/url"),
    ],
)
async def test_what_does_not_fit_the_kind_is_refused(desk: Desk, content: dict[str, str], pointer: str) -> None:
    answer = await desk.teacher.post(f"/modules/{desk.modules[0]}/items", {"title": "Odd", **content})
    assert (answer.status_code, answer.json()["code"]) == (422, "unfit_content")
    assert answer.json()["errors"][0]["pointer"] == pointer


async def test_an_item_opens_before_it_is_due(desk: Desk) -> None:
    path = f"/items/{desk.items[0]}"
    dates = {"release_at": "2030-01-01T10:00:00+03:00", "due_at": "2030-01-08T10:00:00Z"}
    answer = await desk.teacher.patch(path, {"version": 1, **dates})
    assert (answer.json()["release_at"], answer.json()["due_at"]) == ("2030-01-01T07:00:00Z", "2030-01-08T10:00:00Z")
    for wrong in ("2030-01-01T07:00:00Z", "2029-01-01T00:00:00Z"):
        refused = await desk.teacher.patch(path, {"version": 2, "due_at": wrong})
        assert (refused.status_code, refused.json()["code"]) == (422, "dates_reversed")
    opened = await desk.teacher.patch(path, {"version": 2, "release_at": None, "due_at": "2029-01-01T00:00:00Z"})
    assert opened.json()["release_at"] is None


@pytest.mark.parametrize("moment", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00", "1969-12-31T23:59:59Z"])
async def test_a_date_that_no_clock_shows_is_refused(desk: Desk, moment: str) -> None:
    answer = await desk.teacher.patch(f"/items/{desk.items[0]}", {"version": 1, "release_at": moment})
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/release_at")


async def test_a_course_holds_so_much_text_and_no_more(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drafts, "_LARGEST", 1_000)
    path = f"/items/{desk.items[0]}"
    assert (await desk.teacher.patch(path, {"version": 1, "source": "x" * 900})).status_code == 200
    for answer in (
        await desk.teacher.patch(path, {"version": 2, "source": "é" * 500}),
        await desk.teacher.post(f"/modules/{desk.modules[0]}/items", lesson(source="x" * 200)),
    ):
        assert (answer.status_code, answer.json()["code"]) == (422, "course_too_large")
    assert (await desk.teacher.patch(path, {"version": 2, "source": "x" * 800})).status_code == 200


async def test_a_course_has_at_most_two_thousand_items(banyan: Banyan, desk: Desk) -> None:
    async with banyan.kit.db.write() as tx:
        await tx.execute(
            """
            insert into item (id, course_id, module_id, position, kind, title)
            select gen_random_uuid(), $1, $2, n, 'lesson', 'Lesson' from generate_series(5, $3::integer) n
            """,
            desk.id, desk.modules[0], drafts.MOST_ITEMS,
        )  # fmt: skip
    answer = await desk.teacher.post(f"/modules/{desk.modules[0]}/items", lesson())
    assert (answer.status_code, answer.json()["code"]) == (422, "course_too_large")
    await desk.teacher.delete(f"/items/{desk.items[0]}")
    assert (await desk.teacher.post(f"/modules/{desk.modules[0]}/items", lesson())).status_code == 201
    assert (await desk.teacher.post(f"/items/{desk.items[0]}/restoration")).status_code == 422


def lesson(title: str = "Roots", **content: object) -> dict[str, object]:
    return {"kind": "lesson", "title": title, **content}
