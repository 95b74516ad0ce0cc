"""Enrolments: who learns in which course."""

from banyan.accounts import AccountOpened, Renamed
from banyan.courses import CoursePurged
from banyan.enrolments import jobs, metrics, service
from banyan.enrolments.model import EnrolCommand, Enrolled, Enrolment, EnrolmentEnded, Learner
from banyan.enrolments.policy import may_enrol
from banyan.enrolments.routes import ROUTES
from banyan.enrolments.service import enrol, enrol_by_code, enrolment_of
from banyan.enrolments.store import (
    enrolled_among,
    hold_enrolments,
    hold_learners,
    learners_page,
    mark_completed,
    places_taken,
)
from banyan.kit.domain import Domain

__all__ = [
    "DOMAIN",
    "EnrolCommand",
    "Enrolled",
    "Enrolment",
    "EnrolmentEnded",
    "Learner",
    "enrol",
    "enrol_by_code",
    "enrolled_among",
    "enrolment_of",
    "hold_enrolments",
    "hold_learners",
    "learners_page",
    "mark_completed",
    "may_enrol",
    "places_taken",
]

DOMAIN = Domain(
    name="enrolments",
    routes=ROUTES,
    jobs=(jobs.welcome, jobs.invite),
    figures=metrics.FIGURES,
    reactions={
        AccountOpened: service.on_account_opened,
        Renamed: service.on_renamed,
        CoursePurged: service.on_course_purged,
    },
)
