"""What people could send to a course: ids of others' things, late edits, and bodies that break things."""

import base64
import io
import json
import re
import zipfile
from collections.abc import Callable
from typing import Any
from uuid import UUID

import httpx
import pytest

from banyan.kit.ids import new_id
from tests.security.stage import SECRET, send, told
from tests.story import Course, School, published_course


@pytest.fixture
async def victims(school: School, other_school: School) -> list[Course]:
    """A draft of a colleague, and a published course of another school."""
    colleague, stranger = await school.teacher(), await other_school.teacher()
    return [
        await published_course(colleague, title=SECRET, publish=False),
        await published_course(stranger, title=SECRET),
    ]


async def version(course: Course) -> int:
    return int((await course.teacher.get(f"{course.path}?draft=true")).json()["version"])


class TestIdsOfOthers:
    """An id in a body is no key to what it names."""

    async def tried(self, course: Course, ids: list[str], ask: Callable[[str], Any], status: int, code: str) -> None:
        """Each id gets the same answer as one that names nothing."""
        answers = [await ask(one) for one in [*ids, str(new_id())]]
        for answer in answers:
            assert answer.status_code == status, answer.text
            assert answer.json()["code"] == code
            assert SECRET not in answer.text
        plain = [re.sub(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "id", json.dumps(told(one))) for one in answers]
        assert len(set(plain)) == 1

    async def test_a_cover_is_the_course_s_own(self, course: Course, victims: list[Course]) -> None:
        now, ids = await version(course), [(await send(victim))["id"] for victim in victims]
        await self.tried(
            course,
            ids,
            lambda one: course.teacher.patch(course.path, {"version": now, "cover_id": one}),
            422,
            "no_such_file",
        )

    async def test_a_file_that_an_item_shows_is_the_course_s_own(self, course: Course, victims: list[Course]) -> None:
        ids = [(await send(victim))["id"] for victim in victims]
        path = f"/modules/{course.modules[0]}/items"
        await self.tried(
            course,
            ids,
            lambda one: course.teacher.post(path, {"kind": "file", "title": "Mine", "file_id": one}),
            422,
            "no_such_file",
        )

    async def test_a_neighbour_is_of_the_same_place(self, course: Course, victims: list[Course]) -> None:
        ids = [victim.modules[0] for victim in victims]
        add = {"title": "Mine"}
        await self.tried(
            course,
            ids,
            lambda one: course.teacher.post(f"{course.path}/modules", {**add, "after": one}),
            422,
            "no_such_neighbour",
        )
        other = (await course.teacher.post(f"{course.path}/modules", add)).json()["id"]
        ids = [course.items[0], *(victim.items[0] for victim in victims)]
        await self.tried(
            course,
            ids,
            lambda one: course.teacher.post(f"/modules/{other}/items", {**add, "kind": "lesson", "after": one}),
            422,
            "no_such_neighbour",
        )

    async def test_an_outline_takes_in_nothing_from_elsewhere(self, course: Course, victims: list[Course]) -> None:
        now = await version(course)

        async def ask(one: str) -> httpx.Response:
            modules = [{"id": course.modules[0], "items": [*course.items, one]}]
            return await course.teacher.put(f"{course.path}/outline", {"version": now, "modules": modules})

        await self.tried(course, [victim.items[0] for victim in victims], ask, 422, "outline_mismatch")
        for victim in victims:
            shown = (await victim.teacher.get(f"{victim.path}?draft=true")).json()["outline"]["modules"][0]["items"]
            assert [item["id"] for item in shown] == victim.items

    async def test_staff_are_of_the_school(self, course: Course, other_school: School) -> None:
        stranger = await other_school.learner(SECRET)
        await self.tried(
            course,
            [str(stranger.id)],
            lambda one: course.teacher.put(f"{course.path}/staff/{one}", {"role": "owner"}),
            404,
            "not_found",
        )
        by_address = await course.teacher.post(f"{course.path}/staff", {"email": stranger.email, "role": "owner"})
        assert by_address.json()["code"] == "no_such_account"

    async def test_progress_is_in_the_course_s_own_items(
        self, course: Course, victims: list[Course], school: School
    ) -> None:
        learner = await school.learner()
        await course.enrol(learner)
        ids = [victim.items[0] for victim in victims]
        await self.tried(course, ids, lambda one: course.done(learner, one), 404, "not_found")

    async def test_a_link_to_another_course_s_file_leads_nowhere(self, course: Course, victims: list[Course]) -> None:
        for victim in victims:
            file = await send(victim, f"{SECRET}.png")
            source = f"![x]({file['url']}) [x]({file['url']}) [x](item:{victim.items[0]})"
            added = await course.teacher.post(
                f"/modules/{course.modules[0]}/items", {"kind": "lesson", "title": "Links", "source": source}
            )
            shown = added.json()
            assert {warning["code"] for warning in shown["warnings"]} == {"broken_link", "broken_picture"}
            assert "href" not in shown["html"]
            assert "src" not in shown["html"]
        exported = (await course.teacher.get(f"{course.path}/export")).content
        assert not [name for name in zipfile.ZipFile(io.BytesIO(exported)).namelist() if SECRET in name]

    async def test_a_revision_of_another_course_is_none_of_this(self, course: Course, victims: list[Course]) -> None:
        assert (await course.teacher.post(f"{course.path}/revisions/2/restoration")).status_code == 404
        assert (await course.teacher.get(f"{course.path}/changes?revision=2")).status_code == 404
        elsewhere = await course.teacher.get(f"{course.path}/items/{victims[0].items[0]}?draft=true")
        assert elsewhere.status_code == 404


async def test_a_stale_edit_is_told_how_things_are_now_and_changes_nothing(course: Course, school: School) -> None:
    teacher, item = course.teacher, f"/items/{course.items[0]}"
    first = await teacher.patch(item, {"version": 1, "title": "Mine", "source": "Mine"})
    late = await teacher.patch(item, {"version": 1, "title": "Theirs", "source": "Theirs"})
    assert (late.status_code, late.json()["code"]) == (409, "stale_edit")
    assert late.json()["current"] == first.json()
    module = await teacher.patch(f"/modules/{course.modules[0]}", {"version": 7, "title": "Theirs"})
    assert module.json()["current"]["title"] == "Module 1"
    settings = await teacher.patch(course.path, {"version": 1 << 62, "title": "Theirs"})
    assert settings.json()["current"]["title"] == "Trees"
    outline = await teacher.put(f"{course.path}/outline", {"version": -1, "modules": []})
    assert [one["id"] for one in outline.json()["current"]["modules"]] == course.modules
    admin = await school.admin()
    assert (await admin.patch("/school", {"version": 99, "name": "Theirs"})).json()["current"]["name"] == "Demo School"


# As text, because Python itself would not write some of them.
BROKEN = {
    "a lone surrogate": r'{"title": "\ud800"}',
    "half of a pair": r'{"title": "\udc00\ud800"}',
    "NUL": r'{"title": "a\u0000b"}',
    "a title of spaces": '{"title": "   "}',
    "a line break": r'{"title": "a\r\nBcc: x@y.example"}',
    "a title of a megabyte": '{"title": "' + "a" * 1_000_000 + '"}',
    "nesting": '{"title": ' + "[" * 200_000 + "]" * 200_000 + "}",
    "an unknown field": '{"title": "a", "owner": true}',
    "a number": '{"title": 1e999}',
    "no object": '["title"]',
    "twice, once wrongly": '{"title": "a", "title": 1}',
    "an infinity": '{"title": Infinity}',
    "a comment": '{"title": "a"} // well',
    "nothing": "",
}


@pytest.mark.parametrize("name", BROKEN)
async def test_a_broken_body_is_refused_with_its_place(school: School, name: str) -> None:
    teacher = await school.teacher()
    answer = await teacher.client.post(
        "/courses", content=BROKEN[name].encode(), headers={"content-type": "application/json"}
    )
    assert answer.status_code == 400, answer.text
    assert answer.json()["code"] == "malformed"


async def test_of_two_fields_of_one_name_the_checked_one_counts(school: School) -> None:
    teacher = await school.teacher()
    body = b'{"title": "First", "title": "Second"}'
    answer = await teacher.client.post("/courses", content=body, headers={"content-type": "application/json"})
    assert (answer.status_code, answer.json()["title"]) == (201, "Second")


@pytest.mark.parametrize("moment", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00", "1969-12-31T23:59:59Z"])
async def test_a_date_that_no_clock_shows_is_refused(course: Course, moment: str) -> None:
    for name in ("release_at", "due_at"):
        answer = await course.teacher.patch(f"/items/{course.items[0]}", {"version": 1, name: moment})
        assert (answer.status_code, answer.json()["code"]) == (422, "unfit_content")
    timeline = await course.teacher.get("/timeline", params={"from": moment})
    assert (timeline.status_code, timeline.json()) == (200, {"items": [], "next": None})


@pytest.mark.parametrize("moment", ["", "1", "yesterday", "2026-09-01", "2026-09-01T08:00:00", "2026-13-01T08:00:00Z"])
async def test_the_timeline_takes_moments_alone(course: Course, moment: str) -> None:
    for name in ("from", "until"):
        answer = await course.teacher.get("/timeline", params={name: moment})
        assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (400, f"/{name}")


def cursor(*key: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(key).encode()).rstrip(b"=").decode()


NOBODY = str(UUID(int=9))
CURSORS = [
    "!", "A", "AAAA", "=" * 400, "a" * 401, "%00", cursor(), cursor(None), cursor("x"), cursor({"a": 1}),
    cursor(2**63), cursor(-(2**70)), cursor(1e308, NOBODY), cursor("\x00", NOBODY),
    cursor("\ud800", NOBODY), cursor("0001-01-01T00:00:00+23:59", NOBODY),
    cursor("9999-12-31T23:59:59-23:59", NOBODY), cursor("2026-01-01T00:00:00Z", NOBODY, "more"),
]  # fmt: skip


@pytest.mark.parametrize("after", CURSORS)
async def test_a_made_up_cursor_is_refused_or_leads_nowhere(course: Course, school: School, after: str) -> None:
    admin = await school.admin()
    for path in ("/courses", "/courses?q=tree", "/courses?teaching=true", f"{course.path}/revisions",
                 f"{course.path}/people", "/sessions", "/tokens", "/accounts", "/accounts?q=a"):  # fmt: skip
        answer = await admin.get(path, params={**httpx.QueryParams(path.partition("?")[2]), "after": after})
        assert answer.status_code in (200, 400), (path, answer.text)


@pytest.mark.parametrize("limit", ["0", "101", "-1", "1e3", "fifty", "", "99999999999999999999", "1.5"])
async def test_a_list_is_asked_for_in_decent_pieces(course: Course, limit: str) -> None:
    for path in ("/courses", f"{course.path}/revisions", f"{course.path}/people", "/sessions", "/tokens"):
        assert (await course.teacher.get(path, params={"limit": limit})).status_code == 400, path
