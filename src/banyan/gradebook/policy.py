"""Who may do what with results."""

from uuid import UUID

from banyan.assessments import Head, may_see_results, may_write_test
from banyan.courses import CourseHead, may_see_draft, may_teach, role_in
from banyan.kit.actor import Actor
from banyan.kit.problems import Forbidden, NotFound

__all__ = [
    "may_grade",
    "may_overrule",
    "may_read_book",
    "may_regrade",
    "may_see_own_grades",
    "may_see_results",
    "may_settle",
    "may_weigh",
]


def may_grade(actor: Actor, learner_id: UUID, test: Head, course: CourseHead) -> None:
    """All staff of a course grade what its learners wrote, assistants too.

    Raises:
        NotFound: for everyone else: they do not know of the attempt; and for staff, when the test is deleted.
        Forbidden: it is the actor's own.
    """
    if course.school_id != actor.school_id or role_in(course, actor) is None:
        if actor.id == learner_id and not test.deleted:
            raise Forbidden("Nobody grades what they wrote themselves.")
        raise NotFound
    may_see_results(actor, test, course)


def may_settle(actor: Actor, learner_id: UUID, test: Head, course: CourseHead) -> None:
    """Its owners and teachers say what counts where graders differ.

    Raises:
        NotFound, Forbidden: as for `may_grade`, or the actor only assists.
    """
    may_grade(actor, learner_id, test, course)
    may_teach(actor, course)


def may_regrade(actor: Actor, test: Head, course: CourseHead, *, enrolled: bool) -> None:
    """Its owners and teachers correct the keys of a course's tests.

    Raises:
        NotFound, Forbidden: see `assessments.may_write_test`.
    """
    may_write_test(actor, test, course, enrolled=enrolled)


def may_read_book(actor: Actor, course: CourseHead) -> None:
    """All staff of a course see its gradebook.

    Raises:
        NotFound, Forbidden: see `courses.may_see_draft`.
    """
    may_see_draft(actor, course)


def may_weigh(actor: Actor, course: CourseHead) -> None:
    """Its owners and teachers say what each test of a course counts.

    Raises:
        NotFound, Forbidden: see `courses.may_teach`.
    """
    may_teach(actor, course)


def may_overrule(actor: Actor, course: CourseHead) -> None:
    """Its owners and teachers write another result into the gradebook.

    Raises:
        NotFound, Forbidden: see `courses.may_teach`.
    """
    may_teach(actor, course)


def may_see_own_grades(actor: Actor, course: CourseHead, *, enrolled: bool) -> None:
    """Learners of a course see their own grades.

    Raises:
        NotFound: another school's course, a deleted one, or a draft.
        Forbidden: the actor does not learn in it.
    """
    if course.deleted or course.school_id != actor.school_id:
        raise NotFound
    if enrolled:
        return
    if course.state == "draft" and role_in(course, actor) is None:
        raise NotFound
    raise Forbidden("Only learners of the course have grades in it.")
