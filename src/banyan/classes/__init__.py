"""Classes: the cohorts of a course."""

from banyan.accounts import Renamed
from banyan.classes import service
from banyan.classes.heads import class_head, class_standing, class_standing_in, hold_member, is_in_class
from banyan.classes.model import ClassArchived, ClassHead, ClassLeft, ClassStanding, NewClass
from banyan.classes.policy import may_see_class
from banyan.classes.routes import ROUTES
from banyan.classes.service import begin_class
from banyan.courses import CoursePurged
from banyan.enrolments import EnrolmentEnded
from banyan.kit.domain import Domain

__all__ = [
    "DOMAIN",
    "ClassArchived",
    "ClassHead",
    "ClassLeft",
    "ClassStanding",
    "NewClass",
    "begin_class",
    "class_head",
    "class_standing",
    "class_standing_in",
    "hold_member",
    "is_in_class",
    "may_see_class",
]

DOMAIN = Domain(
    name="classes",
    routes=ROUTES,
    reactions={
        CoursePurged: service.on_course_purged,
        EnrolmentEnded: service.on_enrolment_ended,
        Renamed: service.on_renamed,
    },
)
