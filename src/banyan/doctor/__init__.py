"""The doctor: looks at an installation as it is, and says what is wrong, why it matters and how to mend it."""

from banyan.doctor.checks import CHECKS, SUBJECTS, UnknownCheck, chosen
from banyan.doctor.installation import Installation
from banyan.doctor.model import Check, Finding, Verdict, Word
from banyan.doctor.service import examine, status_of

__all__ = [
    "CHECKS",
    "SUBJECTS",
    "Check",
    "Finding",
    "Installation",
    "UnknownCheck",
    "Verdict",
    "Word",
    "chosen",
    "examine",
    "status_of",
]
