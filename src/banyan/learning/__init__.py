"""Learning: opening courses, reading them, and keeping the place."""

from banyan.kit.domain import Domain
from banyan.learning.model import CourseCompleted, CoursePage, ItemPage
from banyan.learning.progress import start
from banyan.learning.routes import ROUTES

__all__ = ["DOMAIN", "CourseCompleted", "CoursePage", "ItemPage"]

DOMAIN = Domain(name="learning", routes=ROUTES, start=start)
