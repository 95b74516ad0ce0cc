"""Every statement about accounts and their addresses."""

from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from banyan.accounts.model import Account, Addressee, Credentials, Member, Role
from banyan.kit.database import Reader, Writer

__all__ = [
    "NewAccount",
    "Place",
    "account",
    "account_at",
    "accounts_at",
    "add_account",
    "addressee",
    "change_account",
    "change_member",
    "change_password",
    "credentials",
    "keep_credentials",
    "lock_account",
    "lock_people",
    "member",
    "members_addressed",
    "members_named",
    "members_page",
]

_ACCOUNT = "id, name, email, role, locale, time_zone, created_at"
_MEMBER = f"{_ACCOUNT}, suspended"
_CREDENTIALS = "id, school_id, name, email, role, locale, time_zone, created_at, password_hash, suspended"
_BY_NAME = 'lower(name) collate "C"'
_BY_EMAIL = 'email collate "C"'
_LAST = "\U0010ffff"  # after every other character: what begins with a text lies between it and it with this
_FIRST = UUID(int=0)  # before every other id


class NewAccount(NamedTuple):
    """An account about to be."""

    id: UUID
    school_id: UUID
    email: str
    name: str
    role: Role
    password_hash: str
    locale: str
    time_zone: str


class Place(NamedTuple):
    """Where a page of people begins: after this name, and id among those of one name."""

    name: str
    id: UUID


async def account(db: Reader, account_id: UUID) -> Account:
    """One account."""
    return await db.one(Account, f"select {_ACCOUNT} from account where id = $1", account_id)


async def addressee(db: Reader, account_id: UUID) -> Addressee | None:
    """Whom letters reach; None for one who is suspended or is no more."""
    return await db.maybe(
        Addressee, "select school_id, name, email, locale from account where id = $1 and not suspended", account_id
    )


async def account_at(db: Reader, school_id: UUID, email: str) -> UUID | None:
    """Whose account of this school has this address."""
    return await db.maybe(UUID, "select account_id from address where email = $1 and school_id = $2", email, school_id)


async def accounts_at(db: Reader, school_id: UUID, emails: Sequence[str]) -> list[Account]:
    """The accounts of this school that have these addresses: two statements, however many."""
    found = await db.all(
        UUID,
        "select account_id from address where email = any($1::text[]) and school_id = $2",
        emails,
        school_id,
    )
    if not found:
        return []
    return await db.all(Account, f"select {_ACCOUNT} from account where id = any($1::uuid[])", found)


async def credentials(db: Reader, account_id: UUID) -> Credentials | None:
    """What decides whether this account may enter."""
    return await db.maybe(Credentials, f"select {_CREDENTIALS} from account where id = $1", account_id)


async def keep_credentials(tx: Writer, account_id: UUID) -> Credentials:
    """The credentials, kept as they are until the commit; others may keep them too."""
    return await tx.one(Credentials, f"select {_CREDENTIALS} from account where id = $1 for share", account_id)


async def lock_account(tx: Writer, account_id: UUID) -> Credentials:
    """The credentials, for a change of them."""
    return await tx.one(Credentials, f"select {_CREDENTIALS} from account where id = $1 for update", account_id)


async def add_account(tx: Writer, new: NewAccount) -> Account | None:
    """A new account; None if the address has one."""
    taken = await tx.execute(
        "insert into address (email, school_id, account_id) values ($1, $2, $3) on conflict do nothing",
        new.email,
        new.school_id,
        new.id,
    )
    if not taken:
        return None
    return await tx.one(
        Account,
        f"""
        insert into account (id, school_id, email, name, role, password_hash, locale, time_zone)
        values ($1, $2, $3, $4, $5, $6, $7, $8)
        returning {_ACCOUNT}
        """,
        *new,
    )


async def change_account(tx: Writer, account_id: UUID, name: str, locale: str, time_zone: str) -> Account:
    """Store what its owner changes."""
    return await tx.one(
        Account,
        f"update account set name = $2, locale = $3, time_zone = $4 where id = $1 returning {_ACCOUNT}",
        account_id,
        name,
        locale,
        time_zone,
    )


async def change_password(tx: Writer, account_id: UUID, password_hash: str) -> None:
    """Store a new password's hash."""
    await tx.execute("update account set password_hash = $2 where id = $1", account_id, password_hash)


async def lock_people(tx: Writer, school_id: UUID) -> None:
    """Changes of who may do what in a school happen one after the other, so that its last admin stays one."""
    await tx.one(UUID, "select id from school where id = $1 for no key update", school_id)


async def member(db: Reader, school_id: UUID, account_id: UUID) -> Member:
    """One of a school's people."""
    return await db.one(
        Member, f"select {_MEMBER} from account where id = $1 and school_id = $2", account_id, school_id
    )


async def change_member(tx: Writer, account_id: UUID, role: Role, *, suspended: bool) -> Member:
    """Store role and suspension."""
    return await tx.one(
        Member,
        f"update account set role = $2, suspended = $3 where id = $1 returning {_MEMBER}",
        account_id,
        role,
        suspended,
    )


async def members_page(db: Reader, school_id: UUID, role: Role | None, after: Place | None, limit: int) -> list[Member]:
    """A school's people by name, of one role or all: one range of an index."""
    start = after or Place("", _FIRST)
    return await db.all(
        Member,
        f"""
        select {_MEMBER}
          from account
         where school_id = $1 and ({_BY_NAME}, id) > (lower($2), $3::uuid)
           {"and role = $5" if role else ""}
         order by {_BY_NAME}, id
         limit $4
        """,
        school_id,
        start.name,
        start.id,
        limit,
        *([role] if role else []),
    )


async def members_named(
    db: Reader, school_id: UUID, beginning: str, roles: Sequence[Role], after: Place | None, limit: int
) -> list[Member]:
    """Those whose name begins like this, by name: one range of an index."""
    start = after or Place(beginning, _FIRST)
    return await db.all(
        Member,
        f"""
        select {_MEMBER}
          from account
         where school_id = $1 and ({_BY_NAME}, id) > (lower($3), $4::uuid) and {_BY_NAME} < lower($2) || $5
           and role = any($6::text[])
         order by {_BY_NAME}, id
         limit $7
        """,
        school_id,
        beginning,
        start.name,
        start.id,
        _LAST,
        roles,
        limit,
    )


async def members_addressed(
    db: Reader, school_id: UUID, beginning: str, roles: Sequence[Role], after: str, limit: int
) -> list[Member]:
    """Those whose address, and not their name, begins like this, by address: one range of an index."""
    return await db.all(
        Member,
        f"""
        select {_MEMBER}
          from account
         where school_id = $1 and {_BY_EMAIL} >= lower($2) and {_BY_EMAIL} > $3 and {_BY_EMAIL} < lower($2) || $4
           and not ({_BY_NAME} >= lower($2) and {_BY_NAME} < lower($2) || $4) and role = any($5::text[])
         order by {_BY_EMAIL}
         limit $6
        """,
        school_id,
        beginning,
        after,
        _LAST,
        roles,
        limit,
    )
