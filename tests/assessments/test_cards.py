"""What learners see of a test before they start, and what they never see."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from banyan import assessments
from banyan.app import Banyan
from banyan.assessments import Attempts, OwnAttempt
from banyan.kit.ids import new_id
from banyan.kit.toolbox import Kit
from tests.assessments.scene import Desk, fixed, section
from tests.groups.scene import good, refused
from tests.story import School

NOW = datetime.now(UTC).replace(microsecond=0)


def at(**later: float) -> str:
    return (NOW + timedelta(**later)).isoformat().replace("+00:00", "Z")


async def exam(desk: Desk, **settings: Any) -> dict[str, Any]:
    """A published test with these settings."""
    return await desk.published(section(fixed(await desk.bank.add())), settings=settings)


def having(banyan: Banyan, *attempts: OwnAttempt) -> None:
    """Let everyone have made these attempts."""

    async def of(_kit: Kit, _learner: UUID, _test: UUID) -> list[OwnAttempt]:
        return list(attempts)

    banyan.kit.parts[Attempts] = Attempts(of)


def attempt(number: int = 1) -> OwnAttempt:
    return OwnAttempt(
        id=new_id(), number=number, state="graded", started_at=NOW, deadline_at=None, submitted_at=NOW, percent=50.0
    )


async def test_a_learner_sees_all_that_they_may_know_and_nothing_of_the_questions(desk: Desk) -> None:
    test = await exam(
        desk, description="Bring a **pencil**.", time_limit_seconds=600, access_code="Secret-1", pass_percent=60,
        attempts=3, page="one", go_back=False,
    )  # fmt: skip
    card = await desk.read(test, await desk.learner())
    assert card.pop("now")
    assert card == {
        "id": test["id"], "course_id": desk.bank.course.id, "title": "Exam",
        "html": "<p>Bring a <strong>pencil</strong>.</p>\n", "revision": 1, "questions": 1, "points": 1,
        "opens_at": None, "closes_at": None, "time_limit_seconds": 600, "attempts_allowed": 3, "attempts_left": 3,
        "pass_percent": 60, "page": "one", "go_back": False, "needs_code": True, "attempts": [],
        "may_start": True, "why_not": None,
    }  # fmt: skip


async def test_an_access_code_is_kept_in_capitals_for_staff_alone(desk: Desk) -> None:
    test = await exam(desk, access_code="open-up")
    assert test["settings"]["access_code"] == "OPEN-UP"
    learner = await desk.learner()
    seen = str(await desk.read(test, learner)) + str(good(await learner.get(desk.path)))
    assert "open-up" not in seen.lower()


@pytest.mark.parametrize(
    ("wanted", "given", "fits"),
    [
        ("OPEN-UP", "OPEN-UP", True),
        ("OPEN-UP", " open-up ", True),
        ("OPEN-UP", "OPEN-U", False),
        ("OPEN-UP", "", False),
        ("OPEN-UP", "öpen-up", False),
        (None, "", True),
        (None, "whatever", True),
    ],
)
def test_an_access_code_is_compared_as_enrolment_codes_are(wanted: str | None, given: str, fits: bool) -> None:
    assert assessments.has_access_code(assessments.Settings(access_code=wanted), given) is fits


@pytest.mark.parametrize(
    ("settings_", "why_not"),
    [
        ({"opens_at": at(hours=1)}, "not_open_yet"),
        ({"closes_at": at(hours=-1)}, "closed"),
        ({"opens_at": at(hours=-1), "closes_at": at(hours=1)}, None),
        ({"attempts": 1}, "no_attempts_left"),
        ({"attempts": 2}, None),
        ({"attempts": None}, None),
    ],
)
async def test_a_learner_is_told_why_they_may_not_start(
    banyan: Banyan, desk: Desk, settings_: dict[str, Any], why_not: str | None
) -> None:
    made = attempt()
    having(banyan, *([made] if "attempts" in settings_ else []))
    card = await desk.read(await exam(desk, **settings_), await desk.learner())
    assert (card["may_start"], card["why_not"]) == (why_not is None, why_not)
    if "attempts" in settings_:
        left = settings_["attempts"] and settings_["attempts"] - 1
        assert (card["attempts_left"], [one["id"] for one in card["attempts"]]) == (left, [str(made.id)])


async def test_more_time_and_other_dates_are_on_the_card(banyan: Banyan, desk: Desk) -> None:
    having(banyan, attempt())
    test = await exam(desk, time_limit_seconds=100, opens_at=at(hours=1), closes_at=at(hours=2))
    ann, ben = await desk.learner("Ann"), await desk.learner("Ben")
    path = f"/tests/{test['id']}/accommodations"
    more = {"extra_percent": 25, "extra_minutes": 2, "extra_attempts": 1, "opens_at": at(hours=-1), "closes_at": None}
    assert good(await desk.teacher.put(f"{path}/{ann.id}", more)) == {
        "account": {"id": str(ann.id), "name": "Ann"}, **more,
    }  # fmt: skip
    hers, his = await desk.read(test, ann), await desk.read(test, ben)
    assert (hers["time_limit_seconds"], hers["attempts_left"], hers["may_start"]) == (245, 1, True)
    assert (hers["opens_at"], hers["closes_at"]) == (at(hours=-1), at(hours=2))
    assert (his["time_limit_seconds"], his["attempts_left"], his["why_not"]) == (100, 0, "not_open_yet")
    good(await desk.teacher.delete(f"{path}/{ann.id}"))
    assert (await desk.read(test, ann))["why_not"] == "not_open_yet"


async def test_accommodations_are_listed_read_and_withdrawn_by_staff_and_noted(desk: Desk) -> None:
    test = await exam(desk)
    ben, ann = await desk.learner("Ben"), await desk.learner("Ann")
    path = f"/tests/{test['id']}/accommodations"
    for person in (ben, ann):
        good(await desk.teacher.put(f"{path}/{person.id}", {"extra_minutes": 5}))
    good(await desk.teacher.put(f"{path}/{ann.id}", {"extra_percent": 10}))
    first = good(await desk.teacher.get(f"{path}?limit=1"))
    rest = good(await desk.teacher.get(f"{path}?limit=1&after={first['next']}"))
    told = [
        (one["account"]["name"], one["extra_minutes"], one["extra_percent"]) for one in first["items"] + rest["items"]
    ]
    assert (told, rest["next"]) == ([("Ann", 0, 10), ("Ben", 5, 0)], None)
    assert good(await desk.teacher.get(f"{path}/{ann.id}")) == first["items"][0]
    good(await desk.teacher.delete(f"{path}/{ann.id}"))
    for answer in (await desk.teacher.get(f"{path}/{ann.id}"), await desk.teacher.delete(f"{path}/{ann.id}")):
        assert refused(answer) == (404, "not_found")
    log = good(await desk.teacher.get(f"{desk.bank.course.path}/audit"))["items"]
    done = [(one["action"], one["details"].get("learner")) for one in reversed(log) if "accommod" in one["action"]]
    assert done == [
        ("assessments.accommodated", "Ben"), ("assessments.accommodated", "Ann"), ("assessments.accommodated", "Ann"),
        ("assessments.accommodation_withdrawn", "Ann"),
    ]  # fmt: skip


async def test_an_accommodation_is_for_learners_of_the_course_and_leaves_time_to_take_it(desk: Desk) -> None:
    test = await exam(desk, closes_at=at(hours=2))
    path = f"/tests/{test['id']}/accommodations"
    outsider = await desk.bank.school.learner()
    assert refused(await desk.teacher.put(f"{path}/{outsider.id}", {})) == (404, "not_found")
    learner = await desk.learner()
    late = await desk.teacher.put(f"{path}/{learner.id}", {"opens_at": at(hours=3)})
    assert refused(late) == (422, "unfit_test")
    odd = await desk.teacher.put(f"{path}/{learner.id}", {"closes_at": "9999-12-31T00:00:00Z"})
    assert [error["pointer"] for error in odd.json()["errors"]] == ["/closes_at"]


async def test_an_accommodation_carries_a_new_name(desk: Desk) -> None:
    test = await exam(desk)
    learner = await desk.learner("Ann")
    path = f"/tests/{test['id']}/accommodations/{learner.id}"
    good(await desk.teacher.put(path, {"extra_minutes": 5}))
    good(await learner.patch("/me", {"name": "Anna"}))
    assert good(await desk.teacher.get(path))["account"]["name"] == "Anna"


@pytest.mark.parametrize(
    ("limit", "extra", "seconds"),
    [
        (600, {}, 600),
        (600, {"extra_percent": 50}, 900),
        (599, {"extra_percent": 33}, 797),
        (100, {"extra_minutes": 1}, 160),
        (None, {"extra_percent": 50, "extra_minutes": 5}, None),
    ],
)
def test_more_time_is_a_share_of_the_limit_and_minutes_on_top(
    limit: int | None, extra: dict[str, int], seconds: int | None
) -> None:
    own = assessments.Accommodation(account_id=new_id(), **extra)
    found = assessments.window(assessments.Settings(time_limit_seconds=limit), own)
    assert found.time_limit_seconds == seconds


def test_an_attempt_ends_with_its_time_or_with_the_test() -> None:
    bounds = assessments.Window(opens_at=None, closes_at=NOW + timedelta(minutes=5), time_limit_seconds=600, attempts=1)
    assert bounds.deadline(NOW) == NOW + timedelta(minutes=5)
    assert bounds.deadline(NOW - timedelta(minutes=8)) == NOW + timedelta(minutes=2)
    assert assessments.Window(None, None, 60, 1).deadline(NOW) == NOW + timedelta(minutes=1)
    assert assessments.Window(None, None, None, 1).deadline(NOW) is None


async def test_the_card_costs_two_statements_however_many_attempts_there_were(
    banyan: Banyan, desk: Desk, statements: list[str]
) -> None:
    test, learner = await exam(desk, attempts=None), await desk.learner()
    await desk.read(test, learner)
    for number in (1, 50):
        having(banyan, *(attempt(one + 1) for one in range(number)))
        statements.clear()
        assert len((await desk.read(test, learner))["attempts"]) == number
        assert len(statements) == 1  # whether they learn in the course; attempts add theirs


async def test_a_test_is_seen_by_learners_once_it_is_published_and_by_nobody_else(desk: Desk, school: School) -> None:
    learner, outsider = await desk.learner(), await school.learner()
    test = await desk.begin(section(fixed(await desk.bank.add())))
    assert refused(await learner.get(f"/tests/{test['id']}")) == (404, "not_found")
    assert good(await learner.get(desk.path))["items"] == []
    assert [one["id"] for one in good(await desk.teacher.get(desk.path))["items"]] == [test["id"]]
    await desk.publish(test)
    assert (await desk.read(test, learner))["may_start"] is True
    assert refused(await outsider.get(f"/tests/{test['id']}")) == (404, "not_found")
    assert refused(await outsider.get(desk.path)) == (403, "forbidden")
    assert refused(await learner.patch(f"/tests/{test['id']}", {"version": 1})) == (403, "forbidden")


async def test_learners_see_a_test_as_it_was_published(desk: Desk) -> None:
    test, learner = await exam(desk, time_limit_seconds=60), await desk.learner()
    changed = await desk.change(test, title="Later", settings={"time_limit_seconds": 120})
    [line] = good(await learner.get(desk.path))["items"]
    assert (line["title"], line["time_limit_seconds"], line["revision"]) == ("Exam", 60, 1)
    [drafted] = good(await desk.teacher.get(desk.path))["items"]
    assert (drafted["title"], drafted["time_limit_seconds"]) == ("Later", 120)
    await desk.publish(changed)
    assert (await desk.read(test, learner))["title"] == "Later"


async def test_staff_who_see_a_draft_are_not_all_who_write_it(desk: Desk) -> None:
    test, assistant = await exam(desk), await desk.bank.staff("assistant")
    assert (await desk.read(test, assistant))["settings"] == test["settings"]
    for answer in (
        await assistant.patch(f"/tests/{test['id']}", {"version": 1}),
        await assistant.post(f"/tests/{test['id']}/revisions", {}),
        await assistant.post(desk.path, {"title": "Mine"}),
    ):
        assert refused(answer) == (403, "forbidden")


@pytest.mark.parametrize("what", ["item", "module", "course"])
async def test_a_test_is_gone_with_its_item_its_module_or_its_course_and_comes_back_with_it(
    banyan: Banyan, desk: Desk, what: str
) -> None:
    test, learner = await exam(desk), await desk.learner()
    course = desk.bank.course
    path = {"item": f"/items/{test['id']}", "module": f"/modules/{course.modules[0]}", "course": course.path}[what]
    before = await desk.read(test)
    await desk.read(test, learner)
    good(await desk.teacher.delete(path))
    for person in (learner, desk.teacher):
        assert refused(await person.get(f"/tests/{test['id']}")) == (404, "not_found")
        assert refused(await person.get(f"/tests/{test['id']}/revisions")) == (404, "not_found")
    change = await desk.teacher.patch(f"/tests/{test['id']}", {"version": before["version"], "title": "Other"})
    assert refused(change) == (404, "not_found")
    good(await desk.teacher.post(f"{path}/restoration"), 204)
    assert await desk.read(test) == before
    assert (await desk.read(test, learner))["may_start"] is True
    assert (await assessments.published(banyan.kit, UUID(test["id"]))).title == "Exam"
