"""What tests take from banks and tell them, and how many questions come in at once."""

from uuid import UUID

import pytest

from banyan import courses
from banyan.kit.actor import Actor
from banyan.kit.database import Writer
from banyan.kit.ids import new_id
from banyan.questions import (
    BankFull,
    Choice,
    Draw,
    Question,
    SingleChoice,
    StatisticsOf,
    TrueFalse,
    UnfitQuestion,
    add_questions,
    adding,
    all_questions,
    brought_in,
    drawable,
    forget_uses,
    note_statistics,
    note_uses,
    questions_by_id,
    questions_in_bank,
)
from tests.groups.scene import good
from tests.questions.scene import Bank
from tests.security.stage import send
from tests.story import School


@pytest.fixture
async def bank(school: School) -> Bank:
    return await Bank.set_up(school)


async def head(bank: Bank) -> courses.CourseHead:
    return await courses.fresh_head(bank.school.banyan.kit.db.read(), UUID(bank.course.id))


async def bring(tx: Writer, bank: Bank, questions: list[Question], below: UUID | None = None) -> list[UUID]:
    actor = Actor(bank.teacher.id, bank.school.id, "teacher", new_id())
    course = await courses.head_for_write(tx, UUID(bank.course.id))
    return await add_questions(tx, actor, course, questions, category_id=below)


async def test_versions_are_found_by_number_and_the_newest_without(bank: Bank) -> None:
    added, other = await bank.add(title="First"), await bank.add(title="Other")
    await bank.change(added, title="Second")
    good(await bank.teacher.delete(f"/questions/{other['id']}"), 204)
    db, first, archived = bank.school.banyan.kit.db.read(), UUID(added["id"]), UUID(other["id"])
    found = await questions_by_id(db, await head(bank), {first: 1, archived: None, new_id(): None})
    assert {one.title: (one.version, one.archived) for one in found.values()} == {
        "First": (1, False),
        "Other": (1, True),
    }
    newest = await questions_by_id(db, await head(bank), {first: None})
    assert (newest[first].title, newest[first].version) == ("Second", 2)
    assert await questions_by_id(db, await head(bank), {first: 3}) == {}
    assert await questions_by_id(db, await head(bank), {}) == {}


async def test_a_test_has_its_own_course_s_questions_and_shared_ones_of_the_school(
    bank: Bank, other_school: School
) -> None:
    place = await bank.category(shared=True)
    mine, shared = await bank.add(), await bank.add(category_id=place["id"])
    wanted: dict[UUID, int | None] = {UUID(mine["id"]): None, UUID(shared["id"]): None}
    theirs, elsewhere = await Bank.set_up(bank.school), await Bank.set_up(other_school)
    db = bank.school.banyan.kit.db.read()
    assert set(await questions_by_id(db, await head(bank), wanted)) == set(wanted)
    assert set(await questions_by_id(db, await head(theirs), wanted)) == {UUID(shared["id"])}
    assert await questions_by_id(db, await head(elsewhere), wanted) == {}
    draw = Draw(category_id=UUID(place["id"]))
    assert [one.id for one in await drawable(db, await head(theirs), draw)] == [UUID(shared["id"])]
    assert await drawable(db, await head(elsewhere), draw) == []
    assert await drawable(db, await head(theirs), Draw()) == []


async def test_what_can_be_drawn_is_in_the_category_or_below_with_all_tags_and_not_archived(bank: Bank) -> None:
    trees = await bank.category()
    figs = await bank.category("Figs", parent_id=trees["id"])
    await bank.add(title="A", category_id=trees["id"], tags=["x"])
    await bank.add(title="B", category_id=figs["id"], tags=["x", "y"], difficulty="hard")
    await bank.add(title="C", tags=["y"])
    gone = await bank.add(title="D", category_id=trees["id"], tags=["x", "y"])
    good(await bank.teacher.delete(f"/questions/{gone['id']}"), 204)

    async def titles(draw: Draw) -> list[str]:
        return [one.title for one in await drawable(bank.school.banyan.kit.db.read(), await head(bank), draw)]

    place = UUID(trees["id"])
    assert await titles(Draw()) == ["A", "B", "C"]
    assert await titles(Draw(tags=["y"])) == ["B", "C"]
    assert await titles(Draw(difficulty="hard")) == ["B"]
    assert await titles(Draw(category_id=place)) == ["A", "B"]
    assert await titles(Draw(category_id=place, tags=["x", "y"])) == ["B"]
    assert await titles(Draw(category_id=place, difficulty="easy")) == []
    assert await titles(Draw(category_id=UUID(figs["id"]))) == ["B"]


async def test_uses_and_statistics_that_tests_tell_are_shown_and_forgotten(bank: Bank) -> None:
    one, two = UUID((await bank.add())["id"]), UUID((await bank.add())["id"])
    first, second = new_id(), new_id()
    async with bank.school.banyan.kit.db.write() as tx:
        await note_uses(tx, first, [one, two, new_id()])
        await note_uses(tx, second, [one])
        await note_statistics(tx, first, [StatisticsOf(one, 30, 0.5, 0.4), StatisticsOf(new_id(), 1, 1.0, None)])
        await note_statistics(tx, second, [StatisticsOf(one, 10, 0.9, None)])
    seen = good(await bank.teacher.get(f"/questions/{one}"))
    assert seen["uses"] == 2
    assert seen["statistics"] == {"attempts": 40, "facility": pytest.approx(0.6), "discrimination": 0.4}
    async with bank.school.banyan.kit.db.write() as tx:
        await note_uses(tx, first, [two])
        await note_statistics(tx, first, [StatisticsOf(one, 10, 0.7, 0.2)])
        await note_statistics(tx, second, [StatisticsOf(one, 0, None, None)])
    listed = good(await bank.teacher.get(bank.path))["items"]
    assert [question["uses"] for question in listed] == [1, 1]
    assert listed[1]["statistics"] == {"attempts": 10, "facility": pytest.approx(0.7), "discrimination": 0.2}
    async with bank.school.banyan.kit.db.write() as tx:
        await forget_uses(tx, [first, second])
    seen = good(await bank.teacher.get(f"/questions/{one}"))
    assert (seen["uses"], seen["statistics"]) == (0, None)


async def test_many_questions_come_in_where_their_paths_lead(bank: Bank, statements: list[str]) -> None:
    trees = await bank.category("Trees")
    first = TrueFalse("Is it?")
    db = bank.school.banyan.kit.db
    costs = []
    for many in (2, 100):
        new = [Question(f"Q{number}", first, category=["Trees", f"Figs {many}"]) for number in range(many)]
        statements.clear()
        async with db.write() as tx:
            ids = await bring(tx, bank, [*new, Question("", first, tags=["a", "a"], category=[" "])])
        costs.append(len(statements))
    assert costs[0] == costs[1]
    found = await questions_in_bank(db.read(), [*ids, new_id()])
    assert [one.id for one in found] == ids
    assert (found[-1].title, found[-1].tags, found[-1].category) == ("Is it?", ["a"], None)
    assert found[0].category is not None
    assert found[0].category.path == ["Trees", "Figs 100"]
    async with db.write() as tx:
        [below] = await bring(tx, bank, [Question("Z", first, category=["x"] * 10)], UUID(trees["id"]))
    [kept] = await questions_in_bank(db.read(), [below])
    assert kept.category is not None
    assert kept.category.path == ["Trees", *["x"] * 9]


async def test_what_comes_in_is_what_goes_out(bank: Bank) -> None:
    body = SingleChoice("Which?", choices=[Choice("a", "x", 1.0), Choice("b", "y")])
    written = Question("Title", body, 2.0, 0.5, "easy", ["t"], ["Trees", "Figs"], "Q1")
    other = Question("Other", TrueFalse("Yes?"))
    async with bank.school.banyan.kit.db.write() as tx:
        await bring(tx, bank, [written, other])
    [out, second] = await all_questions(bank.school.banyan.kit.db.read(), UUID(bank.course.id))
    assert (out.title, out.points, out.penalty, out.difficulty) == ("Title", 2.0, 0.5, "easy")
    assert (out.tags, out.category, out.code) == (["t"], ["Trees", "Figs"], "Q1")
    assert isinstance(out.body, SingleChoice)
    assert [(one.text, one.weight) for one in out.body.choices] == [("x", 1.0), ("y", 0.0)]
    assert second == other
    place = (await questions_in_bank(bank.school.banyan.kit.db.read(), await ids_of(bank)))[-1].category
    assert place is not None
    assert await all_questions(bank.school.banyan.kit.db.read(), UUID(bank.course.id), place.id) == [out]


async def ids_of(bank: Bank) -> list[UUID]:
    return [UUID(one["id"]) for one in good(await bank.teacher.get(bank.path))["items"]]


async def test_what_does_not_work_or_does_not_fit_brings_nothing_in(
    bank: Bank, monkeypatch: pytest.MonkeyPatch
) -> None:
    db = bank.school.banyan.kit.db
    fine = Question("Fine", TrueFalse("Yes?"))
    with pytest.raises(UnfitQuestion):
        async with db.write() as tx:
            await bring(tx, bank, [fine, Question("Odd", TrueFalse(" "))])
    monkeypatch.setattr(adding, "MOST_QUESTIONS", 2)
    with pytest.raises(BankFull):
        async with db.write() as tx:
            await bring(tx, bank, [fine] * 3)
    monkeypatch.setattr(adding, "MOST_CATEGORIES", 1)
    with pytest.raises(BankFull):
        async with db.write() as tx:
            await bring(tx, bank, [Question("Fine", fine.body, category=[name]) for name in "ab"])
    assert await ids_of(bank) == []


async def test_a_test_can_show_the_files_of_a_question_of_another_course(bank: Bank) -> None:
    picture = await send(bank.course)
    place = await bank.category(shared=True)
    question = await bank.add(category_id=place["id"], body={"text": f"![a tree]({picture['url']})"})
    theirs, question_id = await Bank.set_up(bank.school), UUID(question["id"])
    db = bank.school.banyan.kit.db
    async with db.write() as tx:
        found = await questions_by_id(tx, await head(theirs), {question_id: None})
        [brought] = await brought_in(tx, UUID(theirs.course.id), list(found.values()))
        [own] = await brought_in(tx, UUID(bank.course.id), list(found.values()))
    assert own == found[question_id]
    [file_id] = courses.file_ids_in(brought.body.text)
    assert str(file_id) != picture["id"]
    shown = await theirs.teacher.get(f"/files/{file_id}/a.png")
    assert (shown.status_code, shown.headers["content-type"]) == (200, "image/png")


async def test_a_bank_goes_with_its_course(bank: Bank) -> None:
    place = await bank.category()
    question = await bank.add(category_id=place["id"])
    async with bank.school.banyan.kit.db.write() as tx:
        await note_uses(tx, new_id(), [UUID(question["id"])])
        await tx.execute("update course set deleted_at = now() - interval '31 days'")
    [purge] = courses.DOMAIN.periodic
    await purge.run(bank.school.banyan.kit)
    left = await bank.school.banyan.kit.db.read().one(
        int,
        """
        select ((select count(*) from question) + (select count(*) from question_version)
                + (select count(*) from question_category) + (select count(*) from question_use))::integer as left
        """,
    )
    assert left == 0
