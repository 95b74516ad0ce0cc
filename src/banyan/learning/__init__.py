"""Learning: opening courses, reading them, and keeping the place."""

import re

from banyan.courses import CoursePurged
from banyan.kit.domain import Domain
from banyan.kit.shortcuts import ID, Shortcut
from banyan.learning.model import CourseCompleted, CoursePage, Footing, ItemPage, ProgressState
from banyan.learning.policy import may_read_own
from banyan.learning.progress import note_done, note_undone, on_course_purged, start
from banyan.learning.routes import ROUTES
from banyan.learning.service import course_page
from banyan.learning.store import footings

__all__ = [
    "DOMAIN",
    "CourseCompleted",
    "CoursePage",
    "Footing",
    "ItemPage",
    "ProgressState",
    "footings",
    "may_read_own",
    "note_done",
    "note_undone",
]

DOMAIN = Domain(
    name="learning",
    routes=ROUTES,
    shortcuts=[Shortcut(re.compile(f"/api/v1/courses/{ID}"), "/api/v1/courses/{course_id}", course_page)],
    reactions={CoursePurged: on_course_purged},
    start=start,
)
