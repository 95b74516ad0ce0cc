"""The gradebook: what teachers see and do with the results of tests."""

from banyan.gradebook import jobs, routes
from banyan.kit.domain import Domain

__all__ = ["DOMAIN"]

DOMAIN = Domain(name="gradebook", routes=routes.ROUTES, periodic=(jobs.tell_banks,))
