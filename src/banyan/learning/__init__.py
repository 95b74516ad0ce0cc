"""Learning: opening courses, reading them, and keeping the place."""

from banyan.courses import CoursePurged
from banyan.kit.domain import Domain
from banyan.learning.model import CourseCompleted, CoursePage, ItemPage
from banyan.learning.progress import on_course_purged, start
from banyan.learning.routes import ROUTES

__all__ = ["DOMAIN", "CourseCompleted", "CoursePage", "ItemPage"]

DOMAIN = Domain(name="learning", routes=ROUTES, reactions={CoursePurged: on_course_purged}, start=start)
