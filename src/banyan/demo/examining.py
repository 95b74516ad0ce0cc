"""Learners of the demo school who have taken its test, so that a first look at results finds some."""

import secrets
from collections.abc import Collection
from datetime import timedelta
from typing import NamedTuple
from uuid import UUID

import msgspec

from banyan import accounts, assessments, attempts, courses, enrolments, gradebook, questions
from banyan.accounts import Account
from banyan.assessments import PublishedTest
from banyan.kit.actor import Actor
from banyan.kit.toolbox import Kit
from banyan.questions import Body, Essay, MultipleChoice, Numerical, Ordering, Response, SingleChoice, TrueFalse

__all__ = ["plant_results"]

_EXAMINED = "Reading a chart without being fooled"


class _Taker(NamedTuple):
    """Someone who took the test: how long, what they got wrong and wrote, and what their teacher said, if yet."""

    name: str
    minutes: float
    wrong: Collection[str]
    essay: str
    points: float | None = None
    comment: str = ""


_TAKERS = (
    _Taker(
        "Aiko Tanaka",
        14.5,
        (),
        "An advertisement for a bank had two bars, 3.1 and 3.4 per cent, and the second was four times as high. It "
        "wanted me to believe that the difference is huge. I looked at the foot of the axis: it began at 3.",
        4,
        "Exactly. I can see it before me.",
    ),
    _Taker(
        "Mateo Ruiz",
        17,
        ("What pulls the mean",),
        "On the bus there was a poster with two bottles, one twice as high as the other and also twice as wide. The "
        "water use had doubled. The look at areas would have helped.",
        3.5,
        "Well seen. How many times as much paper was it?",
    ),
    _Taker(
        "Priya Nair",
        12,
        ("Two bags of rice", "How far apart", "From weak to strong"),
        "A newspaper said that a food doubles the risk of an illness. It did not say of how many people. I would have "
        "asked: twice as much of what?",
        3,
        "A good question to ask. Describe the chart, too, if there was one.",
    ),
    _Taker(
        "Jonas Weber",
        4.5,
        (
            "The first look",
            "Which average?",
            "Small schools at the top",
            "Four times the pupils",
            "How many must take it?",
        ),
        "I saw a chart about football. It was fine.",
        0.5,
        "Which of the seven looks told you that it was fine? Have another try.",
    ),
    _Taker(
        "Fatima Zahra",
        18.5,
        ("From weak to strong",),
        "My phone shows how long I use it each day, and the axis ends where the highest bar does. So a quiet week "
        "looks just like a bad one. Reading the numbers at the axis helped me.",
    ),
    _Taker(
        "Omar Haddad",
        11,
        ("Which average?", "Four times the pupils", "Two bags of rice"),
        "A list of the best towns to live in had only villages at the top. The look at small numbers says that chance "
        "does this, and that I should look at the bottom of the list as well.",
    ),
)


async def plant_results(kit: Kit, teacher: Actor) -> None:
    """Publish the test of the demo school, and let some take it. What is there already stays as it is."""
    course_id = (await courses.courses_owned(kit.db.read(), teacher.id)).get(_EXAMINED)
    if course_id is None:
        return
    for line in await assessments.tests_in(kit.db.read(), course_id):
        if line.revision is None:
            await assessments.publish_test(kit, teacher, line.id, "")
        test = await assessments.published(kit, line.id)
        for taker in _TAKERS:
            await _take(kit, teacher, test, taker)


async def _take(kit: Kit, teacher: Actor, test: PublishedTest, taker: _Taker) -> None:
    learner = await _learner(kit, teacher.school_id, test.course_id, taker)
    if any(one.state != "running" for one in await attempts.attempts_of(kit.db.read(), learner.id, test.id)):
        return
    attempt, _ = await attempts.start_attempt(kit, learner, test.id, attempts.StartAttempt())
    asked = [
        test.questions[msgspec.json.decode(msgspec.json.encode(one), type=_Asked).id]
        for section in attempt.sections
        for one in section.questions
    ]
    for one in asked:
        response = _response(one.body, taker, right=one.title not in taker.wrong)
        change = attempts.SaveAnswer(number=1, response=response)
        await attempts.save_answer(kit, learner, attempt.id, one.id, change)
    async with kit.db.write() as tx:
        await attempts.date_back(tx, learner.id, attempt.id, timedelta(minutes=taker.minutes))
    await attempts.hand_in(kit, learner, attempt.id)
    for one in asked:
        if taker.points is not None and isinstance(one.body, Essay):
            level = taker.points / one.points
            grade = gradebook.SaveGrade(
                version=0,
                points=taker.points,
                comment=taker.comment,
                rubric={line.id: level for line in one.body.rubric},
            )
            await gradebook.save_grade(kit, teacher, attempt.id, one.id, grade)


class _Asked(msgspec.Struct):
    id: UUID


async def _learner(kit: Kit, school_id: UUID, course_id: UUID, taker: _Taker) -> Actor:
    """The account of a taker, who is in the course; nobody signs in with it."""
    address = f"{taker.name.partition(' ')[0].lower()}@demo.school"
    known = await accounts.accounts_by_email(kit.db.read(), school_id, [address])
    account: Account = known.get(address) or await accounts.ensure_account(
        kit.db, school_id, address, taker.name, secrets.token_urlsafe(24), "learner"
    )
    actor = Actor(account.id, school_id, "learner", UUID(int=0))
    if not await enrolments.enrolled_among(kit.db.read(), course_id, [account.id]):
        await enrolments.enrol(kit, actor, course_id, "")
    return actor


def _response(body: Body, taker: _Taker, *, right: bool) -> Response:
    if isinstance(body, Essay):
        return {"text": taker.essay, "files": []}
    return questions.full_response(body) if right else _wrong(body)


def _wrong(body: Body) -> Response:
    """Something that people answer who are mistaken; no answer where a mistake takes more thought."""
    match body:
        case SingleChoice() | MultipleChoice():
            worst = min(body.choices, key=lambda choice: choice.weight).id
            return [worst] if isinstance(body, MultipleChoice) else worst
        case TrueFalse():
            return not body.answer
        case Numerical():
            named = [answer for answer in body.answers if answer.value is not None]
            return f"{min(named, key=lambda answer: answer.weight).value or 0:g}" if len(named) > 1 else "25"
        case Ordering():
            first, second, *others = [item.id for item in body.items]
            return [second, first, *others]
        case _:
            return None
