"""Archives that lead elsewhere, pictures that could act, and names that could be more than names."""

import io
import re
import stat
import zipfile

import httpx
import pytest

from banyan.app import Banyan
from banyan.settings import Settings
from tests.security.stage import PNG, send
from tests.story import Course, Person, School


def zipped(entries: dict[str, bytes], **modes: int) -> bytes:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as target:
        for name, content in entries.items():
            entry = zipfile.ZipInfo(name)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = modes.get(name, stat.S_IFREG | 0o644) << 16
            target.writestr(entry, content)
    return archive.getvalue()


class TestArchives:
    """`POST /courses/imports` believes nothing that an archive says."""

    async def sent(self, school: School, content: bytes, name: str = "course.zip") -> httpx.Response:
        teacher: Person = await school.teacher()
        return await teacher.client.post("/courses/imports", files={"file": (name, content)})

    async def test_no_entry_leads_out_of_the_course(self, school: School, settings: Settings) -> None:
        names = ["../evil.md", "/etc/evil.md", "a/../../evil.md", "C:\\evil.md", "..\\evil.md", "a\x00/../evil.md"]
        around = {path for path in settings.data.parent.rglob("*") if "evil" in path.name}
        answer = await self.sent(school, zipped({"lesson.md": b"# Good", **dict.fromkeys(names, b"# Evil")}))
        assert answer.status_code == 201, answer.text
        titles = [item["title"] for one in answer.json()["course"]["outline"]["modules"] for item in one["items"]]
        assert titles == ["Good"]
        assert {path for path in settings.data.parent.rglob("*") if "evil" in path.name} == around

    async def test_a_link_in_the_archive_or_the_manifest_shows_nothing_of_the_server(self, school: School) -> None:
        manifest = b"""
            title: Course
            cover: /etc/passwd
            modules: [{title: One, items: [{lesson: lesson.md}, {file: ../../../etc/passwd}, {file: link.txt}]}]
            assets: [/etc/passwd, link.txt]
        """
        entries = {
            "course.yaml": manifest,
            "lesson.md": b"![x](/etc/passwd) ![x](link.txt)",
            "link.txt": b"/etc/passwd",
        }
        answer = await self.sent(school, zipped(entries, **{"link.txt": stat.S_IFLNK | 0o777}))
        assert answer.status_code == 201, answer.text
        modules = answer.json()["course"]["outline"]["modules"]
        assert [item["kind"] for one in modules for item in one["items"]] == ["lesson"]
        assert "root:" not in answer.text

    @pytest.mark.parametrize(
        "content",
        [
            zipped({"bomb.md": b"\0" * (64 << 20)}),
            zipped({f"{number}.md": b"#" * (7 << 20) for number in range(40)}),
            zipped({f"{number}.md": b"# A" for number in range(2_001)}),
        ],
        ids=["one bomb", "many little ones", "many files"],
    )
    async def test_a_bomb_does_not_go_off(self, school: School, banyan: Banyan, content: bytes) -> None:
        answer = await self.sent(school, content)
        assert answer.status_code in (413, 422), answer.text
        assert await banyan.kit.db.read().one(int, "select count(*) as courses from course") == 0

    @pytest.mark.parametrize(
        "yaml",
        [
            b"a: &a [x,x]\nb: &b [*a,*a]\nc: &c [*b,*b]\ntitle: *c",
            b"title: !!python/object/apply:os.system ['true']",
            b"title: " + b"[" * 100_000,
            b"modules: " + b"{a: " * 50_000,
        ],
        ids=["aliases", "objects", "lists", "mappings"],
    )
    async def test_a_manifest_runs_and_multiplies_nothing(self, school: School, yaml: bytes) -> None:
        answer = await self.sent(school, zipped({"course.yaml": yaml, "lesson.md": b"# Good"}))
        assert answer.status_code == 201, answer.text

    async def test_the_name_of_the_archive_is_only_a_name(self, school: School) -> None:
        answer = await self.sent(school, zipped({"lesson.md": b"# Good"}), "../../<script>.zip\r\nX: y")
        assert answer.status_code == 201, answer.text


SVGS = [
    "<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
    "<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
    "<svg xmlns='http://www.w3.org/2000/svg'><a href='javascript:alert(1)'><text>x</text></a></svg>",
    "<svg xmlns='http://www.w3.org/2000/svg'><image href='https://evil.example/x.png'/></svg>",
    "<svg xmlns='http://www.w3.org/2000/svg'><foreignObject><b xmlns='http://www.w3.org/1999/xhtml'/></foreignObject></svg>",
    "<!DOCTYPE svg [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><svg xmlns='http://www.w3.org/2000/svg'>&x;</svg>",
    "<svg xmlns='http://www.w3.org/2000/svg'><style>@import url(https://evil.example)</style></svg>",
]


@pytest.mark.parametrize("picture", SVGS)
async def test_a_picture_that_could_act_is_refused(course: Course, picture: str) -> None:
    for name in ("x.svg", "x.png", "x", "x.txt"):
        answer = await course.teacher.client.post(
            "/files", params={"course": course.id, "name": name}, content=picture.encode()
        )
        assert answer.status_code in (415, 422), (name, answer.text)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("page.html", b"<html><script>alert(1)</script></html>"),
        ("page.txt", b"<!doctype html><script>alert(1)</script>"),
        ("page.gif", b"GIF89a=1;/*<script>*/alert(1)//"),
        ("picture.png", PNG + b"<script>alert(1)</script>"),
    ],
)
async def test_a_file_is_never_a_page_of_ours(course: Course, name: str, content: bytes) -> None:
    answer = await course.teacher.client.post("/files", params={"course": course.id, "name": name}, content=content)
    if answer.status_code == 201:
        shown = await course.teacher.client.get(f"http://demo.school{answer.json()['url']}")
        assert shown.headers["content-type"].startswith("image/")
        assert shown.headers["x-content-type-options"] == "nosniff"
        assert "sandbox" in shown.headers["content-security-policy"]
    else:
        assert answer.status_code == 415


NAMES = ["a\r\nSet-Cookie: x=1.png", 'a"; filename="evil.exe.png', "../../etc/passwd.png", "\u202egnp.exe.png",
         "a\x00.png", "<img src=x onerror=alert(1)>.png", "ж" * 150 + ".png", "a;b=c.png", "%0d%0ax.png"]  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
async def test_a_file_s_name_stays_in_its_place(course: Course, name: str) -> None:
    file = await send(course, name)
    assert not set("\r\n\x00/\\\u202e") & set(file["name"])
    shown = await course.teacher.client.get(f"http://demo.school{file['url']}")
    assert shown.status_code == 200
    assert "set-cookie" not in shown.headers
    disposition = shown.headers["content-disposition"]
    assert re.fullmatch(r"inline; filename\*=UTF-8''[A-Za-z0-9%._~-]+", disposition), disposition
