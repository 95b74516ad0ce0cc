"""Banyan on a Citus cluster: each table is split by the key that it declares, or copied to every node."""

from banyan.distribution.model import KEYED, UNKEYED, Declared, NotReady, Step, parse_declared
from banyan.distribution.service import distribute, migrate, steps

__all__ = ["KEYED", "UNKEYED", "Declared", "NotReady", "Step", "distribute", "migrate", "parse_declared", "steps"]
