"""Courses brought in from Markdown and taken out again, through the whole application."""

import io
import zipfile
from collections.abc import Mapping

import httpx
import pytest

from banyan.app import Banyan
from tests.story import Person, School, published_course

SVG = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 4 4"><circle cx="2" cy="2" r="2"/></svg>'
SEEDS = {
    "course.yaml": b"title: Seeds\nsummary: Seed to tree.\nlanguage: en\ncategory: Biology\ndifficulty: beginner\n",
    "01-start/01-seed.md": b"---\ntitle: A seed\n---\n\n![A seed](../fig/seed.svg)\n\nThe [root](02-root.md#down).\n",
    "01-start/02-root.md": b"# A root\n\n## Down\n\nIt grows.\n\n[Nowhere](gone.md)\n\n::: whatever\nKept.\n:::\n",
    "02-tree/01-crown.md": b"---\ntitle: A crown\n---\n\nSky, and $a^2$.\n",
    "fig/seed.svg": SVG,
}


def zipped(files: Mapping[str, bytes]) -> bytes:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as target:
        for name, content in files.items():
            target.writestr(name, content)
    return archive.getvalue()


async def send(person: Person, content: bytes, name: str = "seeds.zip") -> httpx.Response:
    return await person.client.post("/courses/imports", files={"file": (name, content)})


async def test_a_zip_of_markdown_becomes_a_course_with_its_pictures_and_links(school: School) -> None:
    teacher = await school.teacher()
    answer = await send(teacher, zipped(SEEDS))
    assert answer.status_code == 201, answer.text
    course = answer.json()["course"]
    assert (course["title"], course["category"], course["difficulty"]) == ("Seeds", "Biology", "beginner")
    modules = course["outline"]["modules"]
    assert [[item["title"] for item in module["items"]] for module in modules] == [["A seed", "A root"], ["A crown"]]
    codes = {(line["file"], line["line"], line["code"]) for line in answer.json()["report"]["lines"]}
    assert codes == {("01-start/02-root.md", 7, "broken_link"), ("01-start/02-root.md", 9, "unknown_directive")}
    assert (await teacher.post(f"/courses/{course['id']}/revisions", {})).status_code == 201
    seed, root = modules[0]["items"]
    html = (await teacher.get(f"/courses/{course['id']}/items/{seed['id']}")).json()["html"]
    assert f"/courses/{course['id']}/items/{root['id']}#h-down" in html
    picture = html.split('src="')[1].split('"')[0]
    assert (await teacher.get(picture.removeprefix("/api/v1"))).content == SVG


async def test_what_is_exported_and_imported_again_is_the_same(school: School) -> None:
    teacher = await school.teacher()
    first = (await send(teacher, zipped(SEEDS))).json()["course"]["id"]
    exported = (await teacher.get(f"/courses/{first}/export")).content
    again = (await send(teacher, exported)).json()["course"]["id"]
    twice = (await teacher.get(f"/courses/{again}/export")).content

    def contents(archive: bytes) -> dict[str, bytes]:
        with zipfile.ZipFile(io.BytesIO(archive)) as source:
            return {name: source.read(name) for name in source.namelist()}

    assert contents(exported) == contents(twice)
    assert SVG in contents(exported).values()


async def test_a_file_that_is_not_accepted_is_reported_and_the_rest_comes_in(school: School) -> None:
    unsafe = SVG.replace(b"<circle", b"<script>alert(1)</script><circle")
    answer = await send(await school.teacher(), zipped(SEEDS | {"fig/seed.svg": unsafe}))
    assert answer.status_code == 201
    lines = answer.json()["report"]["lines"]
    assert ("fig/seed.svg", "unsafe_svg") in {(line["file"], line["code"]) for line in lines}


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"not a zip",
        zipped({}),
        zipped({"../../etc/passwd.md": b"# Hello"}),
        zipped({"picture.svg": SVG}),
        zipped(SEEDS)[:-30],
        zipped({"01-bomb.md": bytes(300 << 20)}),
    ],
    ids=["empty", "text", "nothing", "traversal", "no lesson", "cut short", "bomb"],
)
async def test_what_is_no_course_is_told_and_leaves_nothing_behind(school: School, content: bytes) -> None:
    teacher = await school.teacher()
    answer = await send(teacher, content)
    assert answer.status_code in (400, 413, 422), answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert (await teacher.get("/courses?teaching=true")).json()["items"] == []


async def test_only_teachers_import_and_only_staff_export(school: School, other_school: School) -> None:
    course = await published_course(await school.teacher())
    learner = await school.learner()
    assert (await send(learner, zipped(SEEDS))).status_code == 403
    assert (await school.browser().post("/courses/imports", files={"file": zipped(SEEDS)})).status_code == 401
    assert (await learner.get(f"{course.path}/export")).status_code == 403
    assert (await (await other_school.admin()).get(f"{course.path}/export")).status_code == 404


async def test_a_form_without_the_file_is_told(banyan: Banyan, school: School) -> None:
    teacher = await school.teacher()
    answer = await teacher.client.post("/courses/imports", files={"other": b"x"})
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (400, "/file")
    answer = await teacher.post("/courses/imports", {"file": "x"})
    assert answer.status_code in (400, 415)
