"""What is said in study groups."""

from banyan.kit.domain import Domain

__all__ = ["DOMAIN"]

DOMAIN = Domain(name="messages")
