"""Who may do what with attempts."""

from uuid import UUID

from banyan.assessments import Head, may_preview, may_see_results, may_take
from banyan.courses import CourseHead
from banyan.kit.actor import Actor
from banyan.kit.problems import NotFound

__all__ = ["may_answer", "may_preview", "may_read_result", "may_see_own", "may_see_results", "may_take"]


def may_answer(actor: Actor) -> None:
    """Everyone in their own attempts: every statement behind it is keyed by them, and another's is not found."""


def may_see_own(actor: Actor) -> None:
    """Everyone sees their own attempts: every statement behind it is keyed by them, and another's is not found."""


def may_read_result(actor: Actor, learner_id: UUID, test: Head, course: CourseHead) -> None:
    """A learner reads the results of their own attempts and the files in them, the staff of the course those of all.

    Raises:
        NotFound: for everyone else, also for those who know that there is such a test.
    """
    if actor.id == learner_id:
        return
    if course.school_id != actor.school_id or (actor.role != "admin" and actor.id not in course.staff):
        raise NotFound
    may_see_results(actor, test, course)
