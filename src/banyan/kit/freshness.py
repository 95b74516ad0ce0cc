"""How long an answer stays fresh, and who may keep it: `Cache-Control` by class (RFC 9111).

Every answer has one of these. What says nothing is `UNKEPT`; what any cache may keep is the same for everyone who asks
for that address, signed in or not, or is for those alone who bring no credentials, and says so in `Vary`.
"""

from collections.abc import Iterable
from enum import Enum

__all__ = ["DEPENDS_ON_WHO", "Freshness", "settled"]

Headers = list[tuple[bytes, bytes]]
_MONTH = 30 * 24 * 3600  # seconds
_YEAR = 365 * 24 * 3600
_EDGE = 10  # seconds; how long one who is not signed in may see what was withdrawn
_NAME = b"cache-control"


class Freshness(Enum):
    """The classes; `header` is the one to send."""

    UNKEPT = "private, no-store"
    """Personal, secret, or a problem."""
    ASKED = "private, no-cache"
    """A personal document: kept by the browser, which asks each time whether it is still the same."""
    OWN_FILE = f"private, max-age={_MONTH}, immutable"
    """Bytes of a file for those who may read it: the policy decided when they were sent."""
    FILE = f"public, max-age={_MONTH}, immutable"
    """Bytes of a file that is shown to everyone."""
    PUBLISHED = f"public, max-age=0, s-maxage={_EDGE}"
    """A document as everyone sees it who is not signed in: browsers ask each time, a shared cache every few seconds."""
    ASSET = f"public, max-age={_YEAR}, immutable"
    """A file of the browser app with its content's hash in its name."""
    PAGE = "no-cache"
    """Public, with the same address for every version: kept by anyone, who asks each time."""

    def __init__(self, value: str) -> None:
        self.header = (_NAME, value.encode())


DEPENDS_ON_WHO = (b"vary", b"cookie, authorization")
"""For answers that nobody in particular gets otherwise than a person does."""
_UNKEPT = Freshness.UNKEPT.header


def settled(headers: Iterable[tuple[bytes, bytes]]) -> Headers:
    """The headers of an answer with its freshness: nothing is kept that does not say so, or that sets a cookie."""
    found = list(headers)
    said, sets_cookie = -1, False
    for number, (name, _) in enumerate(found):
        if name == _NAME:
            said = number
        elif name == b"set-cookie":
            sets_cookie = True
    if said < 0:
        found.append(_UNKEPT)
    elif sets_cookie:
        found[said] = _UNKEPT
    return found
