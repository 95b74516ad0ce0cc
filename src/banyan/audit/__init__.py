"""The audit log: who did what, when; it only grows."""

from banyan.audit.routes import ROUTES
from banyan.audit.service import record
from banyan.kit.domain import Domain

__all__ = ["DOMAIN", "record"]

DOMAIN = Domain(name="audit", routes=ROUTES)
