"""Weights in percent, numbers and ranges, as question files write them; exact where binary fractions are not."""

import math
import re
from decimal import Decimal, InvalidOperation

import msgspec

from banyan.formats.model import Faulty

__all__ = ["Span", "percent_of", "read_number", "read_percent", "read_span", "read_weight", "written_number"]

_NUMBER = re.compile(r"[+-]?(?:[0-9]{1,40}(?:[.,][0-9]{0,40})?|[.,][0-9]{1,40})(?:[eE][+-]?[0-9]{1,3})?")
_MINUS = str.maketrans({"\u2212": "-", "\u2013": "-"})
_ROUGH = [(part, whole) for whole in (3, 6, 7, 9) for part in range(1, whole)]
_FINE = [(part, whole) for whole in range(3, 21) for part in range(1, whole) if math.gcd(part, whole) == 1]


class Span(msgspec.Struct, frozen=True):
    """A number and how far off it may be; None is any number."""

    value: float | None
    tolerance: float


def read_number(text: str) -> float:
    """A number with a point or a comma before its decimals.

    Raises:
        Faulty: it is none, or too large to count with.
    """
    return _float(_decimal(text), text)


def read_percent(text: str) -> float:
    """A share from -1 to 1, written in percent. What is plainly a third, such as 33.333, is one.

    Raises:
        Faulty: it is no number, or lies beyond 100.
    """
    return read_weight(text, Decimal(100))


def read_weight(text: str, whole: Decimal = Decimal(1)) -> float:
    """A share from -1 to 1 of which `whole` is 1.

    Raises:
        Faulty: it is no number, or lies beyond.
    """
    share = _decimal(text) / whole
    if abs(share) > 1:
        raise Faulty("bad_weight", f"“{text.strip()[:40]}” is more than 100 %.")
    return _meant(float(share), -int(share.normalize().as_tuple().exponent))


def read_span(text: str) -> Span:
    """What `3`, `3:2` (3 give or take 2), `1..5` or `*` stand for.

    Raises:
        Faulty: it is nothing of these.
    """
    text = text.strip()
    if text == "*":
        return Span(None, 0.0)
    if text.find("..") > 0:
        lowest, _, highest = text.partition("..")
        low, high = _decimal(lowest), _decimal(highest)
        if low > high:
            raise Faulty("bad_range", f"“{text[:60]}” begins after its end.")
        return Span(_float((low + high) / 2, text), _float((high - low) / 2, text))
    value, _, tolerance = text.partition(":")
    margin = _decimal(tolerance) if tolerance.strip() else Decimal(0)
    return Span(_float(_decimal(value), text), abs(_float(margin, text)))


def percent_of(weight: float) -> str:
    """A share in percent, such that reading gives the same number back unless it is smaller than anyone means."""
    return _plain(round(Decimal(repr(weight)).scaleb(2), 15))


def written_number(value: float) -> str:
    """The shortest text that is this number."""
    return _plain(Decimal(repr(value))) if 1e-6 < abs(value) < 1e15 else repr(value).removesuffix(".0")


def _plain(number: Decimal) -> str:
    text = format(number, "f")
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text == "-0" else text


def _meant(value: float, digits: int) -> float:
    """The fraction that a share with so many decimals was cut or rounded from, or else the share as it is written."""
    for part, whole in _FINE if digits > 3 else _ROUGH if digits == 3 else ():
        near = part / whole
        if abs(abs(value) - near) < 10.0**-digits and round(near, 3) != near:
            return math.copysign(near, value)
    return value


def _decimal(text: str) -> Decimal:
    cleaned = text.strip().translate(_MINUS)
    if not _NUMBER.fullmatch(cleaned):
        raise Faulty("not_a_number", f"“{text.strip()[:60]}” is not a number.")
    try:
        return Decimal(cleaned.replace(",", "."))
    except InvalidOperation:
        raise Faulty("not_a_number", f"“{cleaned[:60]}” is not a number.") from None


def _float(number: Decimal, text: str) -> float:
    value = float(number)
    if not math.isfinite(value):
        raise Faulty("not_a_number", f"“{text.strip()[:60]}” is too large a number.")
    return value
