"""Letters to those who were enrolled or invited."""

from uuid import UUID

import msgspec

from banyan import accounts, courses, schools
from banyan.enrolments import letters, store
from banyan.enrolments.model import Enrolled
from banyan.kit.jobs import job
from banyan.kit.problems import NotFound
from banyan.kit.toolbox import Kit

__all__ = ["Invitation", "invite", "welcome"]


class Invitation(msgspec.Struct, frozen=True):
    """An address that is awaited in a course."""

    school_id: UUID
    course_id: UUID
    email: str


@job("enrolments.welcome", Enrolled)
async def welcome(kit: Kit, event: Enrolled) -> None:
    """Tell a learner where their course is; nothing if they have left again, or the course is deleted."""
    found = await store.enrolment(kit.db.read(), event.learner_id, event.course_id)
    if found is None or found.state != "active":
        return
    course = await courses.fresh_head(kit.db.read(), event.course_id)
    if course.deleted:
        return
    account = await accounts.account_of(kit.db.read(), event.learner_id)
    await kit.mailer.send(letters.welcome(account, course, await _address(kit, course.school_id)))


@job("enrolments.invite", Invitation)
async def invite(kit: Kit, invitation: Invitation) -> None:
    """Invite an address to sign up; nothing if the course is deleted, or gone for good."""
    try:
        course = await courses.fresh_head(kit.db.read(), invitation.course_id)
    except NotFound:
        return
    if course.deleted:
        return
    await kit.mailer.send(letters.invitation(invitation.email, course, await _address(kit, course.school_id)))


async def _address(kit: Kit, school_id: UUID) -> str:
    return await schools.base_url(kit.db, kit.settings, school_id)
