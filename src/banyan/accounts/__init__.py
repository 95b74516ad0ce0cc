"""Accounts: people of a school, how they sign in, and what proves who they are."""

from banyan.accounts.sessions import COOKIE, visitor_of
from banyan.kit.domain import Domain

__all__ = ["COOKIE", "DOMAIN", "visitor_of"]

DOMAIN = Domain(name="accounts")
