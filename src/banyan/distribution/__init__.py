"""Banyan on a Citus cluster: each table is split by the key that it declares, or copied to every node."""

from banyan.distribution.model import KEYED, UNKEYED, Declared, NotReady, Step, parse_declared
from banyan.distribution.service import distribute, migrate, steps
from banyan.distribution.standing import Standing, own_node, standing

__all__ = [
    "KEYED",
    "UNKEYED",
    "Declared",
    "NotReady",
    "Standing",
    "Step",
    "distribute",
    "migrate",
    "own_node",
    "parse_declared",
    "standing",
    "steps",
]
