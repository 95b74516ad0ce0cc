"""The audit log: who did what, when; it only grows."""

from banyan.audit.routes import ROUTES
from banyan.audit.service import on_deed, record
from banyan.kit.deeds import Deed
from banyan.kit.domain import Domain

__all__ = ["DOMAIN", "record"]

DOMAIN = Domain(name="audit", routes=ROUTES, reactions={Deed: on_deed})
