"""Entering a course and leaving it."""

import asyncio

from banyan.app import Banyan
from tests.conftest import run_jobs
from tests.story import School, published_course


async def test_a_learner_enrols_and_finds_the_course_at_home(school: School) -> None:
    course = await published_course(await school.teacher())
    learner = await school.learner()
    answer = await course.enrol(learner)
    assert answer.status_code == 201
    assert answer.json()["course"]["title"] == "Trees"
    assert answer.json()["continue"]["id"] == course.items[0]
    home = (await learner.get("/enrolments")).json()["items"]
    assert [enrolment["course"]["id"] for enrolment in home] == [course.id]
    assert home[0]["percent"] == 0


async def test_enrolling_twice_is_told(school: School) -> None:
    course = await published_course(await school.teacher())
    learner = await school.learner()
    await course.enrol(learner)
    again = await course.enrol(learner)
    assert (again.status_code, again.json()["code"]) == (409, "already_enrolled")


async def test_a_full_course_turns_the_next_learner_away(school: School) -> None:
    course = await published_course(await school.teacher())
    await course.change(places=1)
    first, second = await school.learner(), await school.learner()
    assert (await course.enrol(first)).status_code == 201
    turned_away = await course.enrol(second)
    assert (turned_away.status_code, turned_away.json()["code"]) == (409, "course_full")
    assert (await second.get(course.path)).json()["places_left"] == 0


async def test_a_place_that_is_left_can_be_taken_again(school: School) -> None:
    course = await published_course(await school.teacher())
    await course.change(places=1)
    first, second = await school.learner(), await school.learner()
    await course.enrol(first)
    assert (await first.delete(f"{course.path}/enrolments/current")).status_code == 204
    assert (await course.enrol(second)).status_code == 201
    assert (await first.get("/enrolments")).json()["items"] == []


async def test_twenty_who_come_at_once_never_overbook_five_places(school: School) -> None:
    course = await published_course(await school.teacher())
    await course.change(places=5)
    learners = [await school.learner() for _ in range(20)]
    answers = await asyncio.gather(*(course.enrol(learner) for learner in learners))
    assert sorted(answer.status_code for answer in answers) == [201] * 5 + [409] * 15
    people = (await course.teacher.get(f"{course.path}/people")).json()["items"]
    assert len(people) == 5


async def test_one_who_comes_twice_at_once_takes_one_place(school: School) -> None:
    course = await published_course(await school.teacher())
    await course.change(places=2)
    eager = await school.learner()
    answers = await asyncio.gather(*(course.enrol(eager) for _ in range(6)))
    assert sorted(answer.status_code for answer in answers) == [201] + [409] * 5
    assert (await (await school.learner()).get(course.path)).json()["places_left"] == 1


async def test_nobody_hears_of_a_course_that_was_deleted_meanwhile(school: School, banyan: Banyan) -> None:
    course = await published_course(await school.teacher())
    await course.enrol(await school.learner())
    await course.teacher.post(f"{course.path}/enrolments/batch", {"emails": ["new@demo.school"]})
    assert (await course.teacher.delete(course.path)).status_code == 204

    async def idle() -> bool:
        return await banyan.kit.db.read().one(int, "select count(*) as waiting from pgqueuer") == 0

    assert not await idle()
    await run_jobs(banyan, idle)
    assert not (banyan.kit.settings.data / "mail").exists()


async def test_who_comes_back_keeps_what_they_had_done(school: School) -> None:
    course = await published_course(await school.teacher())
    learner = await school.learner()
    await course.enrol(learner)
    await course.done(learner, course.items[0])
    await learner.delete(f"{course.path}/enrolments/current")
    assert (await learner.get(f"{course.path}/items/{course.items[0]}")).status_code == 403
    again = await course.enrol(learner)
    assert (again.status_code, again.json()["percent"]) == (201, 50)


async def test_a_course_by_code_opens_with_its_code_only(school: School) -> None:
    course = await published_course(await school.teacher())
    await course.change(enrolment="code", enrolment_code="BANYAN42")
    learner, other = await school.learner(), await school.learner()
    assert (await course.enrol(learner)).json()["code"] == "wrong_code"
    assert (await course.enrol(learner, code="GUESSED1")).json()["code"] == "wrong_code"
    assert (await course.enrol(learner, code=" banyan42 ")).status_code == 201
    by_code = await other.post("/enrolments", {"code": "BANYAN42"})
    assert (by_code.status_code, by_code.json()["course"]["id"]) == (201, course.id)
    assert (await other.post("/enrolments", {"code": "NOBODYS1"})).json()["code"] == "wrong_code"


async def test_codes_cannot_be_guessed_at_speed(school: School) -> None:
    course = await published_course(await school.teacher())
    await course.change(enrolment="code", enrolment_code="BANYAN42")
    learner = await school.learner()
    answers = [await learner.post("/enrolments", {"code": f"GUESS{number}"}) for number in range(25)]
    assert answers[-1].status_code == 429
    assert int(answers[-1].headers["retry-after"]) > 0


async def test_a_course_filled_by_staff_is_closed_to_others(school: School) -> None:
    course = await published_course(await school.teacher())
    await course.change(enrolment="staff")
    answer = await course.enrol(await school.learner())
    assert (answer.status_code, answer.json()["code"]) == (403, "enrolment_by_staff")


async def test_staff_enrol_from_a_list_and_hear_of_every_line(school: School, banyan: Banyan) -> None:
    course = await published_course(await school.teacher())
    known, inside = await school.learner(), await school.learner()
    await course.enrol(inside)
    column = (known.email, inside.email, "not an address", known.email.upper(), "new@demo.school")
    listed = "Name;E-Mail\n" + "".join(f"Someone;{cell}\n" for cell in column)
    answer = await course.teacher.client.post(
        f"{course.path}/enrolments/batch", content=listed.encode("utf-8-sig"), headers={"content-type": "text/csv"}
    )
    assert answer.status_code == 200, answer.text
    outcome = answer.json()
    assert (outcome["enrolled"], outcome["invited"], outcome["already"]) == (1, 1, 1)
    assert [(line["line"], line["code"]) for line in outcome["lines"]] == [
        (3, "already_enrolled"),
        (4, "not_an_address"),
        (5, "repeated"),
        (6, "invited"),
    ]
    mail = banyan.kit.settings.data / "mail"

    async def both_letters_are_there() -> bool:
        return len(list(mail.glob("*.eml"))) >= 2 if mail.exists() else False

    await run_jobs(banyan, both_letters_are_there)
    letters = "".join(path.read_text() for path in mail.glob("*.eml"))
    assert "new@demo.school" in letters
    assert known.email in letters


async def test_a_list_costs_the_same_for_2_people_and_200(school: School, statements: list[str]) -> None:
    course = await published_course(await school.teacher())
    counts = []
    for size in (2, 200):
        people = [f"someone{number}-{size}@demo.school" for number in range(size)]
        statements.clear()
        await course.teacher.post(f"{course.path}/enrolments/batch", {"emails": people})
        counts.append(len(statements))
    assert counts[0] == counts[1]


async def test_people_are_listed_by_name_page_by_page_and_found(school: School) -> None:
    course = await published_course(await school.teacher())
    for name in ("Cora", "Ana", "Ben"):
        await course.enrol(await school.learner(name))
    first = (await course.teacher.get(f"{course.path}/people?limit=2")).json()
    assert [person["account"]["name"] for person in first["items"]] == ["Ana", "Ben"]
    rest = (await course.teacher.get(f"{course.path}/people?limit=2&after={first['next']}")).json()
    assert [person["account"]["name"] for person in rest["items"]] == ["Cora"]
    assert rest["next"] is None
    found = (await course.teacher.get(f"{course.path}/people?q=be")).json()["items"]
    assert [person["account"]["name"] for person in found] == ["Ben"]


async def test_staff_take_a_learner_out(school: School) -> None:
    course = await published_course(await school.teacher())
    learner = await school.learner()
    await course.enrol(learner)
    path = f"{course.path}/enrolments/{learner.id}"
    assert (await learner.delete(path)).status_code == 403
    assert (await course.teacher.delete(path)).status_code == 204
    assert (await course.teacher.delete(path)).status_code == 404


async def test_nobody_of_another_school_gets_in_or_sees_the_people(school: School, other_school: School) -> None:
    course = await published_course(await school.teacher())
    stranger, admin = await other_school.learner(), await other_school.admin()
    assert (await course.enrol(stranger)).status_code == 404
    assert (await admin.get(f"{course.path}/people")).status_code == 404
    assert (await admin.post(f"{course.path}/enrolments/batch", {"emails": ["a@b.example"]})).status_code == 404


async def test_an_unpublished_course_cannot_be_entered(school: School) -> None:
    course = await published_course(await school.teacher(), publish=False)
    assert (await course.enrol(await school.learner())).status_code == 404
