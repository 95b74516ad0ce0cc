"""What people type: texts held against patterns, and numbers with units."""

import math
import re
import unicodedata
from functools import lru_cache

import msgspec

from banyan.questions.kinds import Numerical, NumericalAnswer, Pattern, ShortAnswer

__all__ = ["Measure", "best_number", "best_pattern", "measure"]

_NUMBER = re.compile(
    r"""\s*(?P<sign>[+\-\u2212]?)\s*
        (?P<digits>\d{1,3}(?:[\u00a0\u202f ']\d{3})+|\d*)      # 12 345 or 12345
        (?:[.,](?P<decimals>\d*))?
        (?:\s*(?:[eE]|[x*\u00d7\u00b7]\s*10\s*\^)\s*(?P<power>[+\-\u2212]?\d{1,4}))?
        \s*(?P<unit>.*?)\s*""",
    re.VERBOSE | re.DOTALL,
)
_SIGNS = {0x2212: "-", 0x066B: ".", 0x066C: "'"}  # minus; the Arabic separators of decimals and of thousands
_STAR = re.compile(r"(?<!\\)\*")


class Measure(msgspec.Struct, frozen=True):
    """A number as it was typed, and what stood behind it."""

    value: float
    unit: str


def measure(text: str) -> Measure | None:
    """The number in a text such as `3,5 cm`, `-1.2e-3` or `6.02 x 10^23`; None if there is none.

    A comma or a point separates the decimals; thousands may be set apart by spaces or apostrophes. Digits may be of any
    script.
    """
    found = _NUMBER.fullmatch(unicodedata.normalize("NFKC", text).translate(_SIGNS))
    if found is None or not (found["digits"] or found["decimals"]):
        return None
    digits = re.sub(r"\D", "", found["digits"])
    value = float(f"{found['sign']}{digits or 0}.{found['decimals'] or 0}e{found['power'] or 0}")
    return Measure(value, found["unit"]) if math.isfinite(value) else None


def best_number(body: Numerical, text: str) -> NumericalAnswer | None:
    """Of the answers that fit, the one that is worth most; the first of equals."""
    value = _in_own_unit(body, text)
    if value is None:
        return None
    fitting = [answer for answer in body.answers if _is_near(value, answer)]
    # What stands for any other number counts only when none of the others fits.
    named = [answer for answer in fitting if answer.value is not None]
    return max(named or fitting, key=lambda answer: answer.weight, default=None)


def best_pattern(body: ShortAnswer, text: str) -> Pattern | None:
    """Of the patterns that fit, the one that is worth most; the first of equals."""
    typed = _plain(text) if body.case_sensitive else _plain(text).casefold()
    fitting = [answer for answer in body.answers if _fits(typed, _literals(answer.text, body.case_sensitive))]
    return max(fitting, key=lambda answer: answer.weight, default=None)


def _in_own_unit(body: Numerical, text: str) -> float | None:
    found = measure(text)
    if found is None:
        return None
    if not found.unit:
        return None if body.unit_required and body.units else found.value
    for unit in body.units:
        if _plain(unit.name) == _plain(found.unit):
            return found.value / unit.factor
    return None


def _is_near(value: float, answer: NumericalAnswer) -> bool:
    if answer.value is None:
        return True
    rounding = 4 * math.ulp(max(abs(value), abs(answer.value)))  # 0.1 + 0.2 is 0.3
    return abs(value - answer.value) <= answer.tolerance + rounding


def _plain(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).split())


@lru_cache(4096)
def _literals(pattern: str, case_sensitive: bool) -> list[str]:
    """What stands between the stars of a pattern."""
    plain = [part.replace(r"\*", "*") for part in _STAR.split(_plain(pattern))]
    return plain if case_sensitive else [part.casefold() for part in plain]


def _fits(typed: str, literals: list[str]) -> bool:
    """Whether a text is these literals with anything in between; takes one look at each character."""
    if len(literals) == 1:
        return typed == literals[0]
    head, *between, tail = literals
    if not (typed.startswith(head) and typed.endswith(tail)):
        return False
    at, end = len(head), len(typed) - len(tail)
    for literal in between:
        at = typed.find(literal, at, end)
        if at < 0:
            return False
        at += len(literal)
    return at <= end
