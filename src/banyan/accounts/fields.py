"""What people write about themselves, made clean or refused with a kind word."""

import re
import unicodedata
from collections.abc import Callable

from banyan.kit.problems import FieldError, Malformed
from banyan.kit.unseen import is_unseen
from banyan.schools import is_time_zone

__all__ = ["Form", "Unfit", "email_address", "person_name", "time_zone"]

_LONGEST_ADDRESS = 254  # RFC 5321, 4.5.3.1.3, less the angle brackets
_LONGEST_LOCAL_PART = 64  # RFC 5321, 4.5.3.1.1
_LONGEST_NAME = 100
_ATOM = r"[a-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LOCAL_PART = re.compile(rf"{_ATOM}(\.{_ATOM})*")
_LABEL = r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?"
_DOMAIN = re.compile(rf"({_LABEL}\.)+[a-z]({_LABEL})?|localhost")
# Python's own IDNA is that of 2003, which reads these otherwise than today's (UTS 46, section 7, "deviations").
_AMBIGUOUS = frozenset("ßς\u200c\u200d")


class Unfit(ValueError):
    """What was written cannot be used; the message says why, to the person who wrote it."""


class Form:
    """Reads the fields of a command and reports all that is wrong with them at once."""

    def __init__(self) -> None:
        self._errors: list[FieldError] = []

    def read(self, field: str, reader: Callable[[str], str], text: str) -> str:
        """The field made clean; if it is unfit, the text as it is, and a mark for `check`."""
        try:
            return reader(text)
        except Unfit as unfit:
            self._errors.append(FieldError(f"/{field}", str(unfit)))
            return text

    def check(self) -> None:
        """Refuse the form if a field was unfit.

        Raises:
            Malformed: with a pointer to each of them.
        """
        if self._errors:
            raise Malformed("Please look at what is marked and try again.", errors=self._errors)


def email_address(text: str) -> str:
    """The address as it is stored, compared and written to: in lower case, its domain in ASCII.

    Raises:
        Unfit: it is none, or one of the rare kinds that mail servers disagree on (quoted, or not ASCII before the @).
    """
    text = unicodedata.normalize("NFKC", text).strip().lower()
    local_part, _, domain = text.rpartition("@")
    if len(text) > _LONGEST_ADDRESS or len(local_part) > _LONGEST_LOCAL_PART or not _LOCAL_PART.fullmatch(local_part):
        raise Unfit(_NO_ADDRESS)
    try:
        domain = domain.encode("idna").decode() if _AMBIGUOUS.isdisjoint(domain) else ""
    except UnicodeError:
        domain = ""
    address = f"{local_part}@{domain}"
    if not _DOMAIN.fullmatch(domain) or len(address) > _LONGEST_ADDRESS:
        raise Unfit(_NO_ADDRESS)
    return address


_NO_ADDRESS = "This does not look like an email address. Please check it."


def person_name(text: str) -> str:
    """The name, with single spaces.

    Raises:
        Unfit: no letter in it, longer than 100 characters, or with characters that cannot be seen.
    """
    text = " ".join(unicodedata.normalize("NFC", text).split())
    if len(text) > _LONGEST_NAME:
        raise Unfit(f"A name has at most {_LONGEST_NAME} characters.")
    if any(map(is_unseen, text)):
        raise Unfit("This name has characters that cannot be seen. Please type it again.")
    if not any(char.isalpha() for char in text):
        raise Unfit("A name has at least one letter.")
    return text


def time_zone(text: str) -> str:
    """The name of a time zone in the IANA database.

    Raises:
        Unfit: there is none of this name.
    """
    if not is_time_zone(text):
        raise Unfit("There is no such time zone.")
    return text
