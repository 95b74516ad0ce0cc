"""Media: the files of courses over HTTP, sent by their teachers and read by whoever may read the course."""

from banyan.kit.domain import Domain
from banyan.media.routes import ROUTES

__all__ = ["DOMAIN"]

DOMAIN = Domain(name="media", routes=ROUTES)
