"""What a check is, and what it may say."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Literal

import msgspec

from banyan.doctor.installation import Installation

__all__ = ["Check", "Finding", "Look", "Verdict", "Word", "check", "fail", "ok", "skip", "warn", "worst"]

Word = Literal["ok", "skip", "warn", "fail"]
_SEVERITY: dict[Word, int] = {"skip": 0, "ok": 1, "warn": 2, "fail": 3}


class Verdict(msgspec.Struct, frozen=True):
    """What a look at one thing has shown.

    Attributes:
        found: what is so, in figures where there are any; of one that was skipped, why.
        mend: what to do about it; empty when there is nothing to do.
    """

    word: Word
    found: str
    mend: str = ""

    @property
    def severity(self) -> int:
        """The larger, the worse."""
        return _SEVERITY[self.word]


def ok(found: str) -> Verdict:
    """All is as it should be."""
    return Verdict("ok", found)


def skip(reason: str) -> Verdict:
    """It does not matter here, or cannot be seen from here."""
    return Verdict("skip", reason)


def warn(found: str, mend: str) -> Verdict:
    """It works, and will not for ever."""
    return Verdict("warn", found, mend)


def fail(found: str, mend: str) -> Verdict:
    """It is broken, or nothing stands between it and a loss."""
    return Verdict("fail", found, mend)


def worst(*verdicts: Verdict) -> Verdict:
    """Several looks at one thing: the worst word, and everything that led to it."""
    gravest = max(verdicts, key=lambda verdict: verdict.severity)
    alike = [verdict for verdict in verdicts if verdict.word == gravest.word]
    return Verdict(
        gravest.word,
        " ".join(verdict.found for verdict in alike if verdict.found),
        " ".join(dict.fromkeys(verdict.mend for verdict in alike if verdict.mend)),
    )


Look = Callable[[Installation], Awaitable[Verdict]]


@dataclass(frozen=True, slots=True)
class Check:
    """One thing to look at.

    Attributes:
        name: `subject.thing`.
        why: what it costs to leave it as it is.
        seconds: that a look may take; a service that does not answer must not hold up the others.
    """

    name: str
    why: str
    look: Look
    seconds: float

    @property
    def subject(self) -> str:
        """What it belongs to."""
        return self.name.partition(".")[0]

    @property
    def looks_at(self) -> str:
        """What it looks at: the docstring of its function."""
        return " ".join((self.look.__doc__ or "").split())


class Finding(msgspec.Struct, frozen=True):
    """What a check has found, with everything that one needs to act upon it."""

    name: str
    subject: str
    verdict: Word
    found: str
    why: str
    mend: str
    seconds: float


def check(name: str, why: str, *, seconds: float = 10.0) -> Callable[[Look], Check]:
    """Declare a check, named `subject.thing`; the docstring of its function says what it looks at."""
    return lambda look: Check(name, why, look, seconds)
