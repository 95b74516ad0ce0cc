"""Which passwords will do: long ones that nobody tries first. The rules follow NIST SP 800-63B, 5.1.1.2."""

import re
import unicodedata

from banyan.accounts.fields import Unfit

__all__ = ["LONGEST", "SHORTEST", "as_typed", "new_password"]

SHORTEST, LONGEST = 10, 200  # characters
_FEWEST_DIFFERENT = 4  # characters
_LONGEST_TRIVIAL_PART = 3  # characters of one's name that may well be in a good password
_RUNS = (
    "abcdefghijklmnopqrstuvwxyz",
    "01234567890123456789",
    "qwertyuiopasdfghjklzxcvbnm",
    "1qaz2wsx3edc4rfv5tgb6yhn",
    "1q2w3e4r5t6y7u8i9o0p",
)
# The best known among those that are long enough, without the digits and signs around them.
_COMMON = """
administrator basketball butterfly changeme changemeplease charlie chocolate computer cookiemonster default dragon
everything facebook football forever friends google hello hellohello helloworld iloveyou iloveyouforever iloveyouso
jennifer jordan letmein letmeinplease liverpool login manchester master michael monkey mypassword myspace password
passwordpassword passw0rd p@ssword p@ssw0rd princess qwerty qwertyqwerty samsung secret shadow starwars sunshine
superman teacher temporary test testtest thisisapassword trustno welcome welcomewelcome whatever letmeinnow student
school learning correcthorsebatterystaple correct horse battery staple iamadmin rootroot adminadmin nopassword
"""
_GUESSED = frozenset(_COMMON.split())


def as_typed(password: str) -> str:
    """The same text for the same keys, whatever keyboard they were typed on (RFC 8265, 4.2)."""
    return unicodedata.normalize("NFC", password)


def new_password(password: str, *about: str) -> str:
    """A password that will do for someone; `about` are their address and name.

    Raises:
        Unfit: too short, too long, one of the first to be guessed, or only made of what everyone knows of them.
    """
    password = as_typed(password)
    if len(password) < SHORTEST:
        raise Unfit(f"A password has at least {SHORTEST} characters. A few words in a row are easy to remember.")
    if len(password) > LONGEST:
        raise Unfit(f"A password has at most {LONGEST} characters.")
    plain = password.casefold()
    core = re.sub(r"^[\W\d_]+|[\W\d_]+$", "", plain)
    letters = re.sub(r"[\W_]", "", core)
    if len(set(plain)) < _FEWEST_DIFFERENT or core in _GUESSED or plain in _GUESSED or _is_run(plain):
        raise Unfit("This password is among the first that are guessed. Please choose another one.")
    if any(letters in _parts(text) for text in about):
        raise Unfit("This password is too close to your name or address. Please choose another one.")
    return password


def _is_run(plain: str) -> bool:
    """Whether it follows the alphabet, the digits or the keys, up or down, perhaps more than once."""
    return any(plain in line * 3 or plain in line[::-1] * 3 for line in _RUNS)


def _parts(text: str) -> set[str]:
    """What of a name or an address makes no password: the whole, and its words alone, in pairs or repeated."""
    words = [word for word in re.split(r"[\W\d_]+", text.casefold()) if len(word) > _LONGEST_TRIVIAL_PART]
    whole = re.sub(r"[\W_]", "", text.casefold())
    pairs = {first + second for first in words for second in words}
    return {whole, "".join(words), *words, *pairs} - {""}
