"""Classes: the cohorts of a course."""

from banyan.kit.domain import Domain

__all__ = ["DOMAIN"]

DOMAIN = Domain(name="classes")
