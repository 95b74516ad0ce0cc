"""Where links in lessons lead, in a preview as in the lesson itself."""

from uuid import UUID

import pytest

from banyan.courses.content import settled_address
from banyan.courses.links import Links, file_ids_in, rewrite
from banyan.files import FileInfo
from banyan.kit.ids import new_id
from tests.courses.conftest import Desk, begin
from tests.story import School

COURSE, FILE, ITEM = (UUID(int=n) for n in (1, 2, 3))
LINKS = Links(COURSE, {FILE: FileInfo(FILE, COURSE, "Blatt 1.png", "image/png", 1, b"")}, {ITEM})


@pytest.mark.parametrize(
    ("target", "address"),
    [
        (f"/api/v1/files/{FILE}/Blatt%201.png", f"/api/v1/files/{FILE}/Blatt%201.png"),
        (f"/api/v1/files/{FILE}/an-old-name.png", f"/api/v1/files/{FILE}/Blatt%201.png"),
        (f"/api/v1/files/{FILE}", f"/api/v1/files/{FILE}/Blatt%201.png"),
        (f"/api/v1/files/{FILE}/x.pdf#page=3", f"/api/v1/files/{FILE}/Blatt%201.png#page=3"),
        (f"item:{ITEM}", f"/courses/{COURSE}/items/{ITEM}"),
        (f"item:{str(ITEM).upper()}#the-roots", f"/courses/{COURSE}/items/{ITEM}#h-the-roots"),
        (f"/api/v1/files/{UUID(int=9)}/leaf.png", None),
        (f"item:{UUID(int=9)}", None),
        (f"item:{FILE}", None),
        ("item:3", None),
        ("leaf.png", None),
        ("../leaf.png", None),
        ("/api/v1/me", None),
        ("/api/v1/files/leaf.png", None),
        ("", None),
    ],
)
def test_a_target_leads_to_a_file_or_an_item_of_the_course_or_nowhere(target: str, address: str | None) -> None:
    assert LINKS.resolve(target) == address


def test_a_text_names_its_files_and_a_copy_has_its_own() -> None:
    new_file, new_item = new_id(), new_id()
    source = f"![a](/api/v1/files/{FILE}/a.png) [b](item:{ITEM}#x) [c](item:{COURSE}) `{FILE}` <item:{ITEM}>"
    assert file_ids_in(source) == {FILE}
    assert rewrite(source, {FILE: new_file}, {ITEM: new_item}) == (
        f"![a](/api/v1/files/{new_file}/a.png) [b](item:{new_item}#x) [c](item:{COURSE}) `{FILE}` <item:{new_item}>"
    )


async def test_a_preview_is_what_the_lesson_becomes(school: School, desk: Desk) -> None:
    picture, elsewhere = await desk.file("leaf.png"), await (await begin(school)).file()
    gone = desk.items[3]
    await desk.teacher.delete(f"/items/{gone}")
    source = "\n\n".join(
        [
            f"![Leaf](/api/v1/files/{picture}/leaf.png)",
            f"![Not ours](/api/v1/files/{elsewhere}/leaf.png)",
            f"[On](item:{desk.items[1]}) and [gone](item:{gone})",
            "[Web](https://trees.example/) [Mail](mailto:ada@trees.example) [Bad](javascript:alert(1))",
            "<script>alert(1)</script>",
        ]
    )
    preview = await desk.teacher.post(f"{desk.path}/previews", {"source": source})
    assert preview.status_code == 200
    html = preview.json()["html"]
    assert f'src="/api/v1/files/{picture}/leaf.png"' in html
    assert elsewhere not in html
    assert f'href="{desk.path}/items/{desk.items[1]}"' in html
    assert gone not in html
    assert 'href="https://trees.example/"' in html
    assert "javascript:" not in html
    assert "<script" not in html
    told = {(warning["line"], warning["code"]) for warning in preview.json()["warnings"]}
    assert {(3, "broken_picture"), (5, "broken_link"), (7, "unsafe_link")} <= told
    lesson = (await desk.teacher.patch(f"/items/{desk.items[0]}", {"version": 1, "source": source})).json()
    assert {part: lesson[part] for part in preview.json()} == preview.json()


async def test_a_preview_keeps_nothing_and_costs_the_same_for_one_link_and_many(
    desk: Desk, statements: list[str]
) -> None:
    await desk.teacher.post(f"{desk.path}/previews", {"source": ""})  # now the cache has the head
    counts = []
    for links in (1, 200):
        source = "\n\n".join(f"[i](item:{new_id()}) [f](/api/v1/files/{new_id()}/x)" for _ in range(links))
        statements.clear()
        answer = await desk.teacher.post(f"{desk.path}/previews", {"source": source})
        assert answer.status_code == 200
        counts.append(len(statements))
    assert counts == [2, 2]
    assert not any(sql.lstrip().startswith(("insert", "update", "delete")) for sql in statements)


async def test_the_language_of_the_course_is_that_of_its_notes(desk: Desk) -> None:
    note = {"source": "> [!NOTE]\n> Look."}
    english = (await desk.teacher.post(f"{desk.path}/previews", note)).json()["html"]
    await desk.teacher.patch(desk.path, {"version": 1, "language": "ar"})
    arabic = (await desk.teacher.post(f"{desk.path}/previews", note)).json()["html"]
    assert "Note" in english
    assert "Note" not in arabic.replace("callout-note", "")


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("https://www.youtube.com/watch?v=dQw4w9WgXcQ&list=x", "https://www.youtube.com/watch?v=dQw4w9WgXcQ"),
        ("https://m.youtube.com/watch?v=dQw4w9WgXcQ&t=90", "https://www.youtube.com/watch?v=dQw4w9WgXcQ&t=90s"),
        (
            "https://www.youtube-nocookie.com/embed/dQw4w9WgXcQ?start=5",
            "https://www.youtube.com/watch?v=dQw4w9WgXcQ&t=5s",
        ),
        ("https://youtube.com/shorts/dQw4w9WgXcQ", "https://www.youtube.com/watch?v=dQw4w9WgXcQ"),
        ("https://youtu.be/dQw4w9WgXcQ", "https://www.youtube.com/watch?v=dQw4w9WgXcQ"),
        ("https://player.vimeo.com/video/76979871?h=8272103f6e", "https://vimeo.com/76979871/8272103f6e"),
        ("https://vimeo.com/76979871", "https://vimeo.com/76979871"),
        ("https://www.youtube.com/@someone", "https://www.youtube.com/@someone"),
        (
            "https://youtube.com.evil.example/watch?v=dQw4w9WgXcQ",
            "https://youtube.com.evil.example/watch?v=dQw4w9WgXcQ",
        ),
        ("https://media.example/film.mp4", "https://media.example/film.mp4"),
    ],
)
def test_a_video_of_a_known_place_is_kept_in_one_form(written: str, kept: str) -> None:
    assert settled_address("video", written) == kept
    assert settled_address("link", written) == written
