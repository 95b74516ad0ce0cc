"""The timeline: what opens and what is due across a learner's courses, lessons and tests."""

from banyan.kit.domain import Domain
from banyan.timeline.routes import ROUTES

__all__ = ["DOMAIN"]

DOMAIN = Domain(name="timeline", routes=ROUTES)
