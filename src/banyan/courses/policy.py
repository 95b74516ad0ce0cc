"""Who may do what with a course."""

from uuid import UUID

from banyan.courses.model import CourseHead, Staffed, StaffRole
from banyan.kit.actor import Actor, Visitor
from banyan.kit.problems import Forbidden, NotFound, Unauthenticated
from banyan.schools import School

__all__ = [
    "may_copy",
    "may_create",
    "may_own",
    "may_remove_staff",
    "may_restore",
    "may_see",
    "may_see_draft",
    "may_see_published",
    "may_teach",
    "role_in",
]


def role_in(course: Staffed, actor: Actor) -> StaffRole | None:
    """The actor's role in the staff of a course; an admin of the school counts as an owner of all its courses."""
    if actor.school_id != course.school_id:
        return None
    return "owner" if actor.role == "admin" else course.staff.get(actor.id)


def may_see(visitor: Visitor, school: School, course: CourseHead) -> None:
    """As `may_see_published`, and nobody sees what is deleted.

    Raises:
        NotFound, Unauthenticated: as for `may_see_published`.
    """
    if course.deleted:
        raise NotFound
    may_see_published(visitor, school, course)


def may_see_published(visitor: Visitor, school: School, course: Staffed) -> None:
    """Once it was published everyone may see a course, or every member if the school says so; before, its staff.

    Raises:
        NotFound: another school's, or a draft that is not the visitor's.
        Unauthenticated: the school shows its courses to members only.
    """
    actor = visitor.actor
    if course.school_id != visitor.school_id:
        raise NotFound
    if course.state == "draft" and (actor is None or role_in(course, actor) is None):
        raise NotFound
    if actor is None and school.catalogue == "members":
        raise Unauthenticated


def may_see_draft(actor: Actor, course: CourseHead) -> None:
    """All staff of a course see its draft.

    Raises:
        NotFound: the actor cannot see that there is such a course.
        Forbidden: the actor is not on its staff.
    """
    _require(actor, course, "owner", "teacher", "assistant")


def may_teach(actor: Actor, course: CourseHead) -> None:
    """Its owners and teachers write a course.

    Raises:
        NotFound, Forbidden: as for `may_see_draft`.
    """
    _require(actor, course, "owner", "teacher")


def may_own(actor: Actor, course: CourseHead) -> None:
    """Its owners say who is on the staff of a course, and whether it goes.

    Raises:
        NotFound, Forbidden: as for `may_see_draft`.
    """
    _require(actor, course, "owner")


def may_create(actor: Actor) -> None:
    """The school's teachers and admins begin courses.

    Raises:
        Forbidden: a learner.
    """
    if actor.role not in ("teacher", "admin"):
        raise Forbidden("Only teachers begin courses.")


def may_copy(actor: Actor, course: CourseHead) -> None:
    """Whoever sees a draft and may begin courses may begin one with it.

    Raises:
        NotFound, Forbidden: as for `may_see_draft` and `may_create`.
    """
    may_see_draft(actor, course)
    may_create(actor)


def may_restore(actor: Actor, course: CourseHead) -> None:
    """Its owners bring a deleted course back.

    Raises:
        NotFound: it is not theirs; a deleted course is not to be seen by anyone else.
        Forbidden: as for `may_own`, when it is not deleted.
    """
    if not course.deleted:
        may_own(actor, course)
    elif role_in(course, actor) != "owner":
        raise NotFound


def may_remove_staff(actor: Actor, course: CourseHead, account_id: UUID) -> None:
    """Owners take people off the staff; everyone may leave it.

    Raises:
        NotFound, Forbidden: as for `may_own`.
    """
    if account_id == actor.id:
        may_see_draft(actor, course)
    else:
        may_own(actor, course)


def _require(actor: Actor, course: CourseHead, *roles: StaffRole) -> None:
    role = role_in(course, actor)
    if course.deleted or actor.school_id != course.school_id or (role is None and course.state == "draft"):
        raise NotFound
    if role not in roles:
        raise Forbidden("Your role in this course does not allow this.")
