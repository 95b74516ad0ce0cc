"""Media: the files of courses over HTTP, sent by their teachers and read by whoever may read the course."""

from banyan.kit.domain import Domain
from banyan.media.routes import ROUTES
from banyan.media.serving import LARGEST_BODY, sent_in, serve

__all__ = ["DOMAIN", "LARGEST_BODY", "sent_in", "serve"]

DOMAIN = Domain(name="media", routes=ROUTES)
