"""Notifications: what people should know of, in the app and by mail."""

from banyan.kit.domain import Domain

__all__ = ["DOMAIN"]

DOMAIN = Domain(name="notifications")
