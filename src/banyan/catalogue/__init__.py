"""The catalogue: how people find a school's courses, and how teachers find theirs."""

from banyan.catalogue.routes import ROUTES
from banyan.kit.domain import Domain

__all__ = ["DOMAIN"]

DOMAIN = Domain(name="catalogue", routes=ROUTES)
