"""The statements of this Banyan whose text is fixed, gathered from its own code."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from pathlib import Path

__all__ = ["statements"]

_PACKAGE = Path(str(files("banyan")))
_OPERATORS = "distribution"  # asks what only Citus has, and only when an operator distributes
_STATEMENT = re.compile(r"\s*(?:select|insert into|update|delete from|with)\s", re.IGNORECASE)


@cache
def statements() -> dict[str, str]:
    """Each text, and the function that it stands in; those that are put together as needed are not among them."""
    return {
        sql: place
        for path in sorted(_PACKAGE.glob("*/store*.py"))
        if path.parent.name != _OPERATORS
        for sql, place in _in_module(ast.parse(path.read_text(encoding="utf-8")), f"{path.parent.name}.{path.stem}")
    }


def _in_module(tree: ast.Module, module: str) -> Iterator[tuple[str, str]]:
    for function in tree.body:
        if not isinstance(function, ast.AsyncFunctionDef):
            continue
        for call in ast.walk(function):
            if not isinstance(call, ast.Call):
                continue
            for given in call.args:
                if isinstance(given, ast.Constant) and isinstance(given.value, str) and _STATEMENT.match(given.value):
                    yield given.value, f"{module}.{function.name}"
