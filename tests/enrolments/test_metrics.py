"""Enrolments and completions, in the metrics."""

from prometheus_client import REGISTRY

from banyan.app import Banyan
from banyan.enrolments.metrics import FIGURES
from tests.metrics import asked
from tests.story import School, published_course


def counted(name: str) -> float:
    return REGISTRY.get_sample_value(name) or 0


async def test_learners_in_courses_count_by_the_state_of_the_course(banyan: Banyan, school: School) -> None:
    banyan.kit.db.observers.clear()  # it looks at each course, once in ten minutes, and may
    course = await published_course(await school.teacher())
    first, second = await school.learner(), await school.learner()
    before = counted("banyan_course_enrolments_total")
    await course.enrol(first)
    await course.enrol(second)
    assert counted("banyan_course_enrolments_total") == before + 2
    assert await asked(banyan, FIGURES, "banyan_enrolled") == {"published": 2}
    assert (await second.delete(f"{course.path}/enrolments/current")).status_code == 204
    assert await asked(banyan, FIGURES, "banyan_enrolled") == {"published": 1}


async def test_an_enrolment_that_is_refused_does_not_count(school: School) -> None:
    course, learner = await published_course(await school.teacher()), await school.learner()
    await course.enrol(learner)
    before = counted("banyan_course_enrolments_total")
    assert (await course.enrol(learner)).status_code == 409
    assert counted("banyan_course_enrolments_total") == before


async def test_a_course_is_completed_once(school: School) -> None:
    course, learner = await published_course(await school.teacher()), await school.learner()
    await course.enrol(learner)
    before = counted("banyan_course_completions_total")
    await course.done(learner, course.items[0])
    assert counted("banyan_course_completions_total") == before
    await course.done(learner, course.items[1])
    await course.done(learner, course.items[1])
    assert counted("banyan_course_completions_total") == before + 1
