"""Mailed links: who has read the letter may use its link, once, until it expires.

A use case stores what the link is for and enqueues `jobs.mail_link` with its id. The token is made by that job, just
before the letter goes out, and only its hash is stored: so no secret rests in the queue or in the database, neither
while a letter waits nor after. A job that runs again makes another token, and the link of the newest letter is the one
that works. The job also finds out whether the address has an account; so the requests that ask for a letter do the
same work and take the same time for every address.
"""

import base64
import binascii
import secrets
from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID

import msgspec

from banyan.accounts.policy import LinkExpired
from banyan.accounts.store_links import Purpose
from banyan.kit.actor import Visitor
from banyan.kit.limits import network
from banyan.kit.security import hash_token
from banyan.kit.toolbox import Kit

__all__ = ["Key", "expiry", "limit_letters", "new_key", "read_key"]

_LIFETIMES: Final[dict[Purpose, timedelta]] = {
    "sign_up": timedelta(hours=24),
    "password_reset": timedelta(hours=1),
    "invitation": timedelta(days=7),
}
_LETTERS_TO_ONE = "5 per hour"
_ID_BYTES, _SECRET_BYTES = 16, 32


class Key(msgspec.Struct, frozen=True):
    """What a letter's token says: which link, and the hash that proves it."""

    link_id: UUID
    token_hash: bytes


def expiry(purpose: Purpose) -> datetime:
    """Until when a link mailed now can be used."""
    return datetime.now(UTC) + _LIFETIMES[purpose]


def new_key(link_id: UUID) -> tuple[str, bytes]:
    """A token for this link, and the hash to store."""
    token = base64.urlsafe_b64encode(link_id.bytes + secrets.token_bytes(_SECRET_BYTES)).decode()
    return token, hash_token(token)


def read_key(token: str) -> Key:
    """What a token says; whether it is true, the store knows.

    Raises:
        LinkExpired: it is not even a token.
    """
    try:
        raw = base64.urlsafe_b64decode(token)
    except (binascii.Error, ValueError):
        raise LinkExpired from None
    if len(raw) != _ID_BYTES + _SECRET_BYTES:
        raise LinkExpired
    return Key(UUID(bytes=raw[:_ID_BYTES]), hash_token(token))


async def limit_letters(kit: Kit, visitor: Visitor, email: str) -> None:
    """Count a letter that a visitor asks for, by where they are and by whom it goes to.

    Raises:
        TooMany: nobody is to be flooded with letters, and nobody is to flood.
    """
    await kit.limiter.check(kit.settings.accounts.mails_per_address, "mail", network(visitor.address))
    await kit.limiter.check(_LETTERS_TO_ONE, "mail_to", str(visitor.school_id), email)
