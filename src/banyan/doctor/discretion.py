"""What errors of others say, without the passwords that they repeat."""

import re
from collections.abc import Iterator
from urllib.parse import unquote, urlsplit

from banyan.settings import SECRETS, Settings

__all__ = ["without_secrets"]

_IN_URL = re.compile(r"([a-z][a-z0-9+.-]*://[^\s/:@]*):[^\s/@]+@", re.IGNORECASE)
_TELLING = 6  # letters; what is shorter is a word that stands in many sentences


def without_secrets(text: str, settings: Settings) -> str:
    """`text` with the passwords of URLs hidden, and those of the settings wherever they stand."""
    for password in _passwords(settings):
        if len(password) >= _TELLING and password != "banyan":  # noqa: S105 -- the name of half of everything
            text = text.replace(password, "***")
    return _IN_URL.sub(r"\1:***@", text)


def _passwords(settings: Settings) -> Iterator[str]:
    for concern, name in SECRETS:
        for url in getattr(getattr(settings, concern), name).split():
            try:
                password = urlsplit(url).password
            except ValueError:
                continue
            if password:
                yield password
                yield unquote(password)
