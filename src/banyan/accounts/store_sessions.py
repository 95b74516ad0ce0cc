"""Every statement about sessions, which are kept twice: by token for every request, by account for their owner."""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal, NamedTuple
from uuid import UUID

import msgspec

from banyan.accounts.model import Role
from banyan.kit.database import Reader, Writer

__all__ = [
    "Kind",
    "NewSession",
    "SessionEntry",
    "SessionRow",
    "Sighting",
    "active_learners",
    "add_session",
    "change_role",
    "end_by_token",
    "end_sessions",
    "find_session",
    "find_sessions",
    "note_seen",
    "purge_sessions",
    "session_kind",
    "sessions_page",
]

Kind = Literal["browser", "token"]


class SessionRow(msgspec.Struct, frozen=True):
    """A session as every request needs it."""

    id: UUID
    account_id: UUID
    school_id: UUID
    role: Role
    expires_at: datetime


class HashedSession(msgspec.Struct, frozen=True):
    """A session with the hash of the token that opens it."""

    token_hash: bytes
    id: UUID
    account_id: UUID
    school_id: UUID
    role: Role
    expires_at: datetime


class SessionEntry(msgspec.Struct, frozen=True):
    """A session as its owner sees it."""

    id: UUID
    kind: Kind
    name: str
    user_agent: str
    address: str
    created_at: datetime
    seen_at: datetime
    expires_at: datetime


class NewSession(NamedTuple):
    """A session about to begin."""

    id: UUID
    account_id: UUID
    school_id: UUID
    role: Role
    token_hash: bytes
    kind: Kind
    name: str
    user_agent: str
    address: str
    expires_at: datetime


class Sighting(NamedTuple):
    """When a session was last used."""

    account_id: UUID
    session_id: UUID
    at: datetime


async def find_session(db: Reader, token_hash: bytes) -> SessionRow | None:
    """The session that a token opens: one row by its primary key."""
    return await db.maybe(
        SessionRow,
        "select id, account_id, school_id, role, expires_at from session where token_hash = $1",
        token_hash,
    )


async def find_sessions(db: Reader, token_hashes: Sequence[bytes]) -> dict[bytes, SessionRow]:
    """The sessions that these tokens open, by the hashes of the tokens."""
    found = await db.all(
        HashedSession,
        """
        select token_hash, id, account_id, school_id, role, expires_at from session
         where token_hash = any($1::bytea[]) and expires_at > now()
        """,
        token_hashes,
    )
    return {
        row.token_hash: SessionRow(row.id, row.account_id, row.school_id, row.role, row.expires_at) for row in found
    }


async def add_session(tx: Writer, new: NewSession) -> SessionEntry:
    """A session, under both keys."""
    await tx.execute(
        """
        insert into session (token_hash, id, account_id, school_id, role, kind, expires_at)
        values ($1, $2, $3, $4, $5, $6, $7)
        """,
        new.token_hash,
        new.id,
        new.account_id,
        new.school_id,
        new.role,
        new.kind,
        new.expires_at,
    )
    return await tx.one(
        SessionEntry,
        """
        insert into account_session (account_id, id, token_hash, kind, name, user_agent, address, expires_at)
        values ($1, $2, $3, $4, $5, $6, $7, $8)
        returning id, kind, name, user_agent, address, created_at, seen_at, expires_at
        """,
        new.account_id,
        new.id,
        new.token_hash,
        new.kind,
        new.name,
        new.user_agent,
        new.address,
        new.expires_at,
    )


async def sessions_page(
    db: Reader, account_id: UUID, kind: Kind, before: UUID | None, limit: int
) -> list[SessionEntry]:
    """Someone's sessions of one kind that have not ended, newest first: a range of the primary key."""
    return await db.all(
        SessionEntry,
        """
        select id, kind, name, user_agent, address, created_at, seen_at, expires_at
          from account_session
         where account_id = $1 and id < $2 and kind = $3 and expires_at > now()
         order by id desc
         limit $4
        """,
        account_id,
        before or UUID(int=(1 << 128) - 1),
        kind,
        limit,
    )


async def session_kind(db: Reader, account_id: UUID, session_id: UUID) -> Kind:
    """What kind of session this is."""
    return await db.one(
        str,  # type: ignore[arg-type]  # the table's check allows no other text
        "select kind from account_session where account_id = $1 and id = $2",
        account_id,
        session_id,
    )


async def end_sessions(
    tx: Writer, account_id: UUID, kinds: Sequence[Kind], *, only: UUID | None = None, keep: UUID | None = None
) -> list[bytes]:
    """End someone's sessions of these kinds: `only` one, or all but the one to `keep`. The hashes of their tokens."""
    hashes = await tx.all(
        bytes,
        """
        delete from account_session
         where account_id = $1 and kind = any($2::text[]) and ($3::uuid is null or id = $3) and id is distinct from $4
        returning token_hash
        """,
        account_id,
        kinds,
        only,
        keep,
    )
    if hashes:
        await tx.execute("delete from session where token_hash = any($1::bytea[])", hashes)
    return hashes


async def end_by_token(tx: Writer, token_hash: bytes) -> None:
    """End the session that this token opens, if it opens one."""
    ended = await tx.maybe(
        SessionRow,
        "delete from session where token_hash = $1 returning id, account_id, school_id, role, expires_at",
        token_hash,
    )
    if ended is not None:
        await tx.execute("delete from account_session where account_id = $1 and id = $2", ended.account_id, ended.id)


async def change_role(tx: Writer, account_id: UUID, role: Role) -> list[bytes]:
    """Give all sessions of an account a role. The hashes of their tokens."""
    hashes = await tx.all(bytes, "select token_hash from account_session where account_id = $1", account_id)
    if hashes:
        await tx.execute("update session set role = $2 where token_hash = any($1::bytea[])", hashes, role)
    return hashes


async def note_seen(tx: Writer, sightings: Sequence[Sighting]) -> None:
    """Store when sessions were used, in one statement."""
    await tx.execute(
        """
        update account_session
           set seen_at = seen.at
          from unnest($1::uuid[], $2::uuid[], $3::timestamptz[]) as seen (account_id, id, at)
         where account_session.account_id = seen.account_id /* sharded: and account_session.account_id = any($1) */
           and account_session.id = seen.id
           and account_session.seen_at < seen.at
        """,
        [sighting.account_id for sighting in sightings],
        [sighting.session_id for sighting in sightings],
        [sighting.at for sighting in sightings],
    )


async def active_learners(db: Reader, seconds: float) -> int:
    """How many learners have used a session in the last so many seconds."""
    return await db.one(
        int,
        """
        select count(distinct s.account_id) as learners
          from account_session s
         where s.seen_at > now() - make_interval(secs => $1)
           and (select a.role from account a where a.id = s.account_id) = 'learner'
        """,
        seconds,
    )


async def purge_sessions(tx: Writer) -> int:
    """Remove what has ended by itself."""
    return await tx.execute("delete from session where expires_at < now()") + await tx.execute(
        "delete from account_session where expires_at < now()"
    )
