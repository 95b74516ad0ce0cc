"""The audit log: what staff did, for those who answer for them."""

from banyan.kit.domain import Domain

__all__ = ["DOMAIN"]

DOMAIN = Domain(name="audit")
