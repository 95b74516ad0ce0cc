"""Tests and question banks in packages."""

import io
import json
import zipfile
from typing import Any

import httpx
import pytest

from banyan.packages import PackageUnreadable, read_zip
from tests.assessments.scene import Desk, draw, fixed, section
from tests.assessments.test_copies import SVG, asked, drafts_in, file_in, questions_of
from tests.groups.scene import good
from tests.packages.building import archive_of, findings
from tests.questions.scene import BODIES
from tests.story import School


@pytest.fixture
async def desk(school: School) -> Desk:
    return await Desk.set_up(school)


async def exported(desk: Desk, course_id: str | None = None) -> bytes:
    answer = await desk.teacher.get(f"/courses/{course_id or desk.bank.course.id}/export")
    assert answer.status_code == 200
    return answer.content


async def sent(desk: Desk, content: bytes) -> httpx.Response:
    return await desk.teacher.client.post("/courses/imports", files={"file": ("course.zip", content)})


def files_of(archive: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(archive)) as source:
        return {name: source.read(name) for name in source.namelist()}


async def test_a_package_brings_tests_and_all_kinds_of_questions_to_another_course(desk: Desk) -> None:
    trees = await desk.bank.category("Trees")
    roots = await desk.bank.category("Roots", parent_id=trees["id"])
    await desk.bank.category("Nothing in it yet")
    every = [await desk.bank.add(kind, title=kind, tags=["t"], code=f"c-{kind}", points=2) for kind in BODIES]
    drawn = await desk.bank.add(title="Drawn", category_id=roots["id"], difficulty="easy")
    settings = {"attempts": None, "pass_percent": 60, "access_code": "trees", "closes_at": "2031-05-01T08:00:00Z"}
    entries = [fixed(one, points=number) for number, one in enumerate(every)]
    test = await desk.begin(
        section(*entries, draw(1, category_id=trees["id"], tags=[], difficulty="easy")),
        {"id": "two", "title": "", "text": "Now *think*.", "shuffle": True, "entries": []},
        settings=settings,
    )
    first = await exported(desk)
    answer = good(await sent(desk, first), 201)
    assert answer["report"]["lines"] == []
    course = answer["course"]

    [again] = await drafts_in(desk, course)
    assert (again["title"], again["settings"], again["revision"]) == (test["title"], test["settings"], None)
    mine = await questions_of(desk, course)
    assert set(mine) == {*BODIES, "Drawn"}
    assert asked(again) == {mine[kind]["id"] for kind in BODIES}
    assert again["drawable"] == [{"entry_id": "draw", "available": 1, "gives": 1}]
    assert [one["points"] for one in again["sections"][0]["entries"]] == [
        one["points"] for one in test["sections"][0]["entries"]
    ]
    assert again["sections"][1] == test["sections"][1]
    assert mine["Drawn"]["category"]["path"] == ["Trees", "Roots"]
    for one in [*every, drawn]:
        for field in ("kind", "points", "penalty", "difficulty", "tags", "code"):
            assert mine[one["title"]][field] == one[field], field
    paths = good(await desk.teacher.get(f"/courses/{course['id']}/question-categories"))["items"]
    assert [one["path"] for one in paths] == [["Trees"], ["Trees", "Roots"], ["Nothing in it yet"]]
    assert files_of(await exported(desk, course["id"])) == files_of(first)


async def test_pictures_and_links_of_questions_and_tests_lead_within_the_new_course(desk: Desk) -> None:
    leaf, bark, unused = [await file_in(desk, name) for name in ("leaf.svg", "bark.svg", "unused.svg")]
    body = {**BODIES["true_false"], "kind": "true_false", "text": f"![A leaf]({leaf['url']})"}
    lesson = desk.bank.course.items[0]
    await desk.begin(
        section(fixed(await desk.bank.add("true_false", body=body)), text=f"![Bark]({bark['url']})"),
        settings={"description": f"[Read](item:{lesson}) before."},
    )
    archive = await exported(desk)
    assert {name for name in files_of(archive) if name.endswith(".svg")} == {"files/leaf.svg", "files/bark.svg"}
    answer = good(await sent(desk, archive), 201)
    assert answer["report"]["lines"] == []
    [again] = await drafts_in(desk, answer["course"])
    shown = good(await desk.teacher.get(f"/questions/{next(iter(asked(again)))}"))["body"]["text"]
    assert leaf["id"] not in shown
    assert (await desk.teacher.get(shown.split("(/api/v1")[1].rstrip(")"))).content == SVG
    first = answer["course"]["outline"]["modules"][0]["items"][0]
    assert again["settings"]["description"] == f"[Read](item:{first['id']}) before."
    assert unused["id"] not in str(again)


async def test_what_a_test_has_of_other_versions_and_other_courses_comes_along(desk: Desk) -> None:
    theirs = await Desk.set_up(desk.bank.school)
    shared = await theirs.bank.category("Open", shared=True)
    below = await theirs.bank.category("Wide", parent_id=shared["id"], shared=True)
    picture = await file_in(theirs, "their.svg")
    body = {**BODIES["true_false"], "kind": "true_false", "text": f"![Theirs]({picture['url']})"}
    foreign = await theirs.bank.add("true_false", body=body, title="Foreign", category_id=shared["id"])
    for name in ("A", "B"):
        await theirs.bank.add(title=name, category_id=below["id"])
    old = await desk.bank.add(title="Old")
    await desk.bank.change(old, title="New")
    gone = await desk.bank.add(title="Gone", tags=["late"])
    await desk.begin(
        section(fixed(old, version=1), fixed(gone), fixed(foreign), draw(2, category_id=below["id"])), title="Mixed"
    )
    good(await desk.teacher.delete(f"/questions/{gone['id']}"), 204)
    course = good(await sent(desk, await exported(desk)), 201)["course"]
    [again] = await drafts_in(desk, course)
    assert [(one["title"], one["archived"]) for one in again["questions"]] == [
        ("Old", True), ("Gone", True), ("Foreign", False),
    ]  # fmt: skip
    assert [entry["version"] for entry in again["sections"][0]["entries"]] == [1, None, None, None]
    assert again["drawable"][0]["available"] == 2
    assert set(await questions_of(desk, course)) == {"New", "Foreign", "A", "B"}
    assert (await questions_of(desk, course, "?archived=true"))["Gone"]["tags"] == ["late"]
    good(await desk.teacher.post(f"/tests/{again['id']}/revisions", {}), 201)


LESSON = {"a.md": "# A\n\nText.\n"}
TRUE = {"title": "Q", "body": {"kind": "true_false", "text": "Yes?"}}


def package(lines: list[Any], test: object, listed: str = "  - title: M\n    items: [a.md, {test: t.json}]\n") -> bytes:
    told = [line if isinstance(line, str) else json.dumps(line) for line in lines]
    return archive_of(
        {
            **LESSON,
            "course.yaml": f"title: C\nmodules:\n{listed}",
            "questions.jsonl": "\n".join(told) + "\n",
            "t.json": test if isinstance(test, str) else json.dumps(test),
        }
    ).read()


async def test_what_is_broken_is_told_by_its_line_and_the_rest_comes_in(desk: Desk) -> None:
    entries = [{"id": str(line), "question": line} for line in range(1, 9)]
    lines = [
        TRUE,
        "",
        "{",
        {"title": "No text", "body": {"kind": "true_false", "text": ""}},
        {"title": "Q", "body": {"kind": "sorcery", "text": "?"}},
        {**TRUE, "answered_by": "me"},
        {"category": ["A", "  "]},
        {**TRUE, "body": {**TRUE["body"], "text": "![Gone](gone.png)"}},  # type: ignore[dict-item]
    ]
    answer = good(await sent(desk, package(lines, {"sections": [{"id": "s", "entries": entries}]})), 201)
    codes = {(line["file"], line["line"], line["code"]) for line in answer["report"]["lines"]}
    assert codes == {
        ("questions.jsonl", 3, "bad_question"),
        ("questions.jsonl", 4, "unfit_question"),
        ("questions.jsonl", 5, "bad_question"),
        ("questions.jsonl", 6, "bad_question"),
        ("questions.jsonl", 7, "bad_question"),
        ("questions.jsonl", 8, "broken_link"),
        ("t.json", None, "missing_question"),
    }
    [test] = await drafts_in(desk, answer["course"])
    assert [entry["id"] for entry in test["sections"][0]["entries"]] == ["1", "8"]


@pytest.mark.parametrize(
    "test",
    [
        "",
        "[]",
        "{" * 100_000,
        {"sections": [{"id": "a", "entries": [{"id": "x"}]}]},
        {"sections": [{"id": "a", "entries": [{"id": "x", "question": 1}, {"id": "x", "question": 1}]}]},
        {"sections": [{"id": "a", "entries": [{"id": "x", "question": 1, "draw": {"count": 1}}]}]},
        {"settings": {"opens_at": "2030-01-02T00:00:00Z", "closes_at": "2030-01-01T00:00:00Z"}},
        {"settings": {"attempts": 0}},
        {"settings": {"unheard_of": 1}},
    ],
    ids=["empty", "list", "deep", "nothing", "twice", "both", "closes first", "no attempts", "unknown"],
)
async def test_a_test_that_cannot_be_is_told_and_left_out(desk: Desk, test: object) -> None:
    answer = good(await sent(desk, package([TRUE], test)), 201)
    assert [(line["file"], line["code"]) for line in answer["report"]["lines"]] == [("t.json", "bad_test")]
    assert await drafts_in(desk, answer["course"]) == []
    assert set(await questions_of(desk, answer["course"])) == {"Q"}


def test_a_package_of_tests_alone_is_a_course_and_one_of_nothing_is_none() -> None:
    listed = "  - title: M\n    items: [{test: t.json, title: Exam}, {test: gone.json}, {test: t.json}]\n"
    read = read_zip(io.BytesIO(package([TRUE], {}, listed)))
    assert [item.title for module in read.modules for item in module.items] == ["Exam"]
    assert findings(read) == [
        ("a.md", None, "not_listed"), ("course.yaml", 4, "missing_file"), ("course.yaml", 4, "duplicate_name"),
    ]  # fmt: skip
    with pytest.raises(PackageUnreadable):
        read_zip(archive_of({"questions.jsonl": json.dumps(TRUE)}))


def test_a_bank_that_is_far_too_large_is_not_read() -> None:
    line = json.dumps({**TRUE, "title": "Q" * 200}) + "\n"
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_STORED) as target:
        target.writestr("a.md", LESSON["a.md"])
        target.writestr("questions.jsonl", line * ((65 << 20) // len(line)))
    archive.seek(0)
    read = read_zip(archive)
    assert read.bank.questions == {}
    assert [code for _, _, code in findings(read)] == ["too_large"]
