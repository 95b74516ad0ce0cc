"""Every statement about mailed links."""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal
from uuid import UUID

import msgspec

from banyan.accounts.model import Role
from banyan.kit.database import Reader, Writer

__all__ = [
    "Details",
    "Link",
    "Purpose",
    "add_links",
    "arm_link",
    "drop_link",
    "drop_resets",
    "lock_link",
    "open_link",
    "purge_links",
    "use_link",
]

Purpose = Literal["sign_up", "invitation", "password_reset"]
_LINK = "id, purpose, school_id, email, account_id, details, expires_at"


class Details(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a link will make of an account once it is opened."""

    name: str = ""
    password_hash: str = ""
    role: Role = "learner"
    locale: str = ""
    time_zone: str = ""


class Link(msgspec.Struct, frozen=True):
    """A mailed link. With an `account_id` it resets a password, without one it opens an account."""

    id: UUID
    purpose: Purpose
    school_id: UUID
    email: str
    account_id: UUID | None
    details: Details
    expires_at: datetime


async def add_links(
    tx: Writer,
    ids: Sequence[UUID],
    purpose: Purpose,
    school_id: UUID,
    emails: Sequence[str],
    details: Details,
    expires_at: datetime,
) -> None:
    """Links to be mailed, one an address, in one statement."""
    await tx.execute(
        """
        insert into mailed_link (id, email, purpose, school_id, details, expires_at)
        select new.id, new.email, $3, $4, $5, $6
          from unnest($1::uuid[], $2::text[]) as new (id, email)
        """,
        ids,
        emails,
        purpose,
        school_id,
        details,
        expires_at,
    )


async def lock_link(tx: Writer, link_id: UUID) -> Link | None:
    """A link, for a change of it."""
    return await tx.maybe(Link, f"select {_LINK} from mailed_link where id = $1 for update", link_id)


async def arm_link(tx: Writer, link: Link, token_hash: bytes, account_id: UUID | None, expires_at: datetime) -> None:
    """Give a link its token. One that resets a password forgets what it would have made."""
    await tx.execute(
        "update mailed_link set token_hash = $2, account_id = $3, details = $4, expires_at = $5 where id = $1",
        link.id,
        token_hash,
        account_id,
        Details() if account_id else link.details,
        expires_at,
    )


async def drop_link(tx: Writer, link_id: UUID) -> None:
    """Forget a link."""
    await tx.execute("delete from mailed_link where id = $1", link_id)


async def open_link(db: Reader, link_id: UUID, token_hash: bytes) -> Link | None:
    """The link that this token opens, if it has not expired; it can still be used."""
    return await db.maybe(
        Link,
        f"select {_LINK} from mailed_link where id = $1 and token_hash = $2 and expires_at > now()",
        link_id,
        token_hash,
    )


async def use_link(tx: Writer, link_id: UUID, token_hash: bytes) -> Link | None:
    """The link that this token opens, if it has not expired; nobody can use it again."""
    return await tx.maybe(
        Link,
        f"delete from mailed_link where id = $1 and token_hash = $2 and expires_at > now() returning {_LINK}",
        link_id,
        token_hash,
    )


async def drop_resets(tx: Writer, account_id: UUID) -> None:
    """Forget all links that would reset this account's password."""
    await tx.execute("delete from mailed_link where account_id = $1", account_id)


async def purge_links(tx: Writer) -> int:
    """Remove links that have expired."""
    return await tx.execute("delete from mailed_link where expires_at < now()")
