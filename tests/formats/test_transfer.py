"""Questions brought into a bank from files and taken out again, through the whole application."""

from base64 import b64encode
from typing import Any

import httpx
import pytest

from tests.groups.scene import good, refused
from tests.questions.scene import BODIES, Bank
from tests.story import Person, School

GIFT = b"""$CATEGORY: Geo/Rivers

::Nile::Where does the Nile end?{=the sea ~%25%a lake#Nearly}

::Broken::How long is it?{#long}

::Nobody::Which?{~a ~b}

::Snow::Snow is cold.{T}
"""
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000 1f15c4890000000d49444154789c6360000000020001e221bc33"
    "0000000049454e44ae426082".replace(" ", "")
)


@pytest.fixture
async def bank(school: School) -> Bank:
    return await Bank.set_up(school)


async def bring(bank: Bank, content: bytes, person: Person | None = None, **fields: str) -> httpx.Response:
    client = (person or bank.teacher).client
    return await client.post(f"{bank.path}/imports", data=fields, files={"file": ("questions.txt", content)})


async def listed(bank: Bank) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = good(await bank.teacher.get(f"{bank.path}?limit=100"))["items"]
    return items


async def test_an_import_is_in_the_log_of_the_course_and_a_preview_is_not(bank: Bank) -> None:
    async def log() -> list[tuple[str, dict[str, Any]]]:
        page = good(await bank.teacher.get(f"{bank.course.path}/audit?action=questions.imported"))
        return [(one["actor"]["name"], one["details"]) for one in page["items"]]

    good(await bring(bank, GIFT, preview="true"), 200)
    assert refused(await bring(bank, b"\x00\x01", format="csv"))[0] in (201, 422)
    assert await log() == []
    good(await bring(bank, GIFT, format="gift"), 201)
    assert await log() == [("Tara", {"file": "questions.txt", "questions": 2})]


async def test_what_can_be_read_comes_in_and_the_rest_is_told_with_its_line(bank: Bank) -> None:
    result = good(await bring(bank, GIFT, format="gift"), 201)
    assert result["created"] == 2
    assert [(one["line"], one["title"], one["kind"]) for one in result["questions"]] == [
        (3, "Nile", "single_choice"),
        (9, "Snow", "true_false"),
    ]
    assert [(one["line"], one["severity"], one["code"]) for one in result["problems"]] == [
        (5, "error", "not_a_number"),
        (7, "error", "unfit_question"),
    ]
    kept = {one["title"]: one for one in await listed(bank)}
    assert kept["Nile"]["category"]["path"] == ["Geo", "Rivers"]
    assert kept["Nile"]["id"] == result["questions"][0]["id"]
    weights = [(one["text"], one["weight"], one["feedback"]) for one in kept["Nile"]["body"]["choices"]]
    assert weights == [("the sea", 1.0, ""), ("a lake", 0.25, "Nearly")]


async def test_a_preview_shows_the_same_and_keeps_nothing(bank: Bank) -> None:
    seen = good(await bring(bank, GIFT, preview="true"), 200)
    assert [(one["id"], one["title"]) for one in seen["questions"]] == [(None, "Nile"), (None, "Snow")]
    assert (seen["created"], len(seen["problems"])) == (0, 2)
    assert seen["questions"][0]["category"] == {"id": None, "path": ["Geo", "Rivers"]}
    assert await listed(bank) == []


async def test_questions_go_below_the_category_that_is_named(bank: Bank) -> None:
    place = good(await bank.teacher.post(f"{bank.course.path}/question-categories", {"name": "Term"}), 201)
    good(await bring(bank, GIFT, category_id=place["id"]), 201)
    assert {tuple(one["category"]["path"]) for one in await listed(bank)} == {("Term", "Geo", "Rivers")}


@pytest.mark.parametrize("format_name", ["moodle_xml", "csv"])
async def test_a_bank_that_is_exported_and_imported_again_is_the_same(bank: Bank, format_name: str) -> None:
    for number, kind in enumerate(BODIES):
        await bank.add(kind, points=number + 0.5, difficulty="hard", tags=["one"], code=f"Q{number}")
    exported = await bank.teacher.client.get(f"{bank.path}/export?format={format_name}")
    assert (exported.status_code, exported.headers["banyan-left-out"]) == (200, "0")
    other = await Bank.set_up(bank.school, bank.teacher)
    result = good(await bring(other, exported.content), 201)
    assert result["problems"] == []
    again = await bank.teacher.client.get(f"{other.path}/export?format={format_name}")
    assert sorted(again.content.splitlines()) == sorted(exported.content.splitlines())


async def test_gift_says_how_many_questions_it_cannot_hold(bank: Bank) -> None:
    for kind in BODIES:
        await bank.add(kind)
    exported = await bank.teacher.client.get(f"{bank.path}/export")
    assert exported.headers["banyan-left-out"] == "3"
    assert exported.headers["content-type"].startswith("text/plain")
    assert good(await bring(bank, exported.content, preview="true"), 200)["problems"] == []


async def test_pictures_come_along_in_moodle_xml(bank: Bank) -> None:
    asked = (
        '<quiz><question type="essay"><name><text>Flag</text></name><questiontext format="html">'
        '<text>&lt;img src="@@PLUGINFILE@@/flag.png" alt="A flag"&gt;</text>'
        f'<file name="flag.png" path="/" encoding="base64">{b64encode(PNG).decode()}</file></questiontext>'
        "</question></quiz>"
    )
    result = good(await bring(bank, asked.encode()), 201)
    text = result["questions"][0]["body"]["text"]
    address = text.removeprefix("![A flag](/api/v1").removesuffix(")")
    assert (await bank.teacher.get(address)).content == PNG
    exported = await bank.teacher.client.get(f"{bank.path}/export?format=moodle_xml")
    other = await Bank.set_up(bank.school, bank.teacher)
    again = good(await bring(other, exported.content), 201)["questions"][0]["body"]["text"]
    assert again != text
    assert (await bank.teacher.get(again.removeprefix("![A flag](/api/v1").removesuffix(")"))).content == PNG


async def test_a_file_of_another_course_is_not_shown(bank: Bank) -> None:
    foreign = await Bank.set_up(bank.school)
    sent = await foreign.teacher.client.post(f"/files?course={foreign.course.id}&name=a.txt", content=b"secret")
    result = good(await bring(bank, f"[markdown]See [it]({good(sent, 201)['url']}) {{}}".encode()), 201)
    assert (result["created"], [one["code"] for one in result["problems"]]) == (0, ["missing_file"])


@pytest.mark.parametrize(
    ("content", "fields", "status", "code"),
    [
        (b"\x00\x01", {"format": "gift"}, 422, "broken_import"),
        (b"Dear all,", {}, 422, "broken_import"),
        (b'<!DOCTYPE q [<!ENTITY a "b">]><quiz/>', {"format": "moodle_xml"}, 422, "broken_import"),
        (b"q{T}\n\n" * 10_001, {"format": "gift"}, 413, "too_large"),
        (GIFT, {"format": "docx"}, 400, "malformed"),
        (GIFT, {"category_id": "none"}, 400, "malformed"),
        (GIFT, {"category_id": "00000000-0000-0000-0000-000000000000"}, 422, "no_such_category"),
    ],
)
async def test_what_is_wrong_is_told_and_leaves_nothing(
    bank: Bank, content: bytes, fields: dict[str, str], status: int, code: str
) -> None:
    assert refused(await bring(bank, content, **fields)) == (status, code)
    assert await listed(bank) == []


async def test_a_form_without_a_file_is_refused(bank: Bank) -> None:
    client = bank.teacher.client
    assert refused(await client.post(f"{bank.path}/imports", json={"file": "x"})) == (400, "malformed")
    assert refused(await client.post(f"{bank.path}/imports", files={"other": ("a", b"b")})) == (400, "malformed")


async def test_only_teachers_import_and_only_staff_exports(bank: Bank, school: School) -> None:
    assistant = await bank.staff("assistant")
    assert refused(await bring(bank, GIFT, assistant)) == (403, "forbidden")
    assert (await assistant.client.get(f"{bank.path}/export")).status_code == 200
    stranger = await school.learner()
    assert (await bring(bank, GIFT, stranger)).status_code in {403, 404}
    assert (await stranger.client.get(f"{bank.path}/export")).status_code in {403, 404}
