"""Every statement that the application runs while the tests run, with the function that issued it."""

import sys
from collections.abc import Sequence
from typing import Any

__all__ = ["RECORDED", "record"]

RECORDED: dict[str, str] = {}
_BETWEEN = ("banyan.kit.database", "banyan.kit.statements")


def record(sql: str, _args: Sequence[Any]) -> None:
    """An observer of the database. What a test itself asks of it is not the application's."""
    if sql in RECORDED:
        return
    frame = sys._getframe(1)
    while frame.f_back and frame.f_globals["__name__"] in _BETWEEN:
        frame = frame.f_back
    module = frame.f_globals["__name__"]
    if module.startswith("banyan."):
        RECORDED[sql] = f"{module}.{frame.f_code.co_name}"
