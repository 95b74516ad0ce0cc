"""Who people are: oneself, the people of a school for its admins, and what other domains ask."""

from collections.abc import Iterable, Iterator, Sequence
from typing import get_args
from uuid import UUID

from banyan.accounts import policy, store, store_sessions
from banyan.accounts.fields import Form, Unfit, email_address, person_name, time_zone
from banyan.accounts.model import (
    Account,
    Addressee,
    ChangeAccount,
    ChangeMe,
    Credentials,
    Member,
    Myself,
    Renamed,
    Role,
)
from banyan.accounts.oneself import myself
from banyan.accounts.signing_in import end_all, forget
from banyan.accounts.store import Place
from banyan.kit.actor import Actor
from banyan.kit.database import Reader, Writer
from banyan.kit.deeds import Deed
from banyan.kit.toolbox import Kit
from banyan.kit.wire import UNSET, Page, cursor, read_cursor

__all__ = ["account_of", "accounts_by_email", "addressee_of", "change_me", "change_member", "describe", "me", "people"]


async def account_of(db: Reader, account_id: UUID) -> Account:
    """One account.

    Raises:
        NotFound: there is none with this id.
    """
    return await store.account(db, account_id)


async def addressee_of(db: Reader, account_id: UUID) -> Addressee | None:
    """Where letters to this account go, and in which language; None if it is suspended or no more."""
    return await store.addressee(db, account_id)


async def accounts_by_email(db: Reader, school_id: UUID, emails: Iterable[str]) -> dict[str, Account]:
    """The accounts of a school that have these addresses, by the address as it was asked for: two statements."""
    asked: dict[str, str] = {}
    for email in emails:
        try:
            asked[email] = email_address(email)
        except Unfit:
            continue
    if not asked:
        return {}
    found = {account.email: account for account in await store.accounts_at(db, school_id, list(asked.values()))}
    return {email: found[clean] for email, clean in asked.items() if clean in found}


async def me(kit: Kit, actor: Actor) -> Myself:
    """The caller."""
    db = kit.db.read()
    return await myself(db, kit.settings, actor.school_id, await store.account(db, actor.id))


async def change_me(kit: Kit, actor: Actor, change: ChangeMe) -> Myself:
    """Change what the caller is called, and how they read words and times."""
    form = Form()
    name = form.read("name", person_name, change.name) if change.name is not UNSET else None
    zone = form.read("time_zone", time_zone, change.time_zone) if change.time_zone is not UNSET else None
    form.check()
    async with kit.db.write() as tx:
        before = await store.lock_account(tx, actor.id)
        locale = before.locale if change.locale is UNSET else change.locale
        account = await describe(tx, before, name or before.name, locale, zone or before.time_zone)
        return await myself(tx, kit.settings, actor.school_id, account)


async def describe(tx: Writer, before: Credentials, name: str, locale: str, zone: str) -> Account:
    """Store what an account says of its owner, and tell of a new name."""
    account = await store.change_account(tx, before.id, name, locale, zone)
    if account.name != before.name:
        await tx.emit(Renamed(account.id, before.school_id, account.name, account.email))
    return account


async def people(kit: Kit, actor: Actor, query: str, role: Role | None, after: str | None, limit: int) -> Page[Member]:
    """The people of the caller's school by name: all, those of a role, those whose name or address begins like this.

    Raises:
        Forbidden: the caller is no admin.
    """
    policy.may_manage_people(actor)
    query = " ".join(query.split())
    if query:
        return await _found(kit.db.read(), actor.school_id, query, [role] if role else get_args(Role), after, limit)
    start = read_cursor(after, str, UUID)
    rows = await store.members_page(kit.db.read(), actor.school_id, role, Place(*start) if start else None, limit + 1)
    shown = rows[:limit]
    return Page(shown, cursor(shown[-1].name, shown[-1].id) if len(rows) > limit else None)


async def _found(
    db: Reader, school_id: UUID, query: str, roles: Sequence[Role], after: str | None, limit: int
) -> Page[Member]:
    """First those whose name begins like the query, by name; then those whose address does, by address."""
    by_name, text, account_id = read_cursor(after, bool, str, UUID) or (True, None, None)
    named: list[Member] = []
    if by_name:
        place = None if text is None else Place(text, account_id)
        named = await store.members_named(db, school_id, query, roles, place, limit + 1)
    rows = named
    if len(named) <= limit:
        start = "" if by_name else text
        rows = named + await store.members_addressed(db, school_id, query, roles, start, limit + 1 - len(named))
    if len(rows) <= limit:
        return Page(rows, None)
    last = rows[limit - 1]
    in_names = limit <= len(named)
    return Page(rows[:limit], cursor(in_names, last.name if in_names else last.email, last.id))


async def change_member(kit: Kit, actor: Actor, account_id: UUID, change: ChangeAccount) -> Member:
    """Change what someone may do, at once and everywhere they are signed in.

    Raises:
        NotFound: nobody of this school has this id.
        Forbidden: the caller is no admin, or no longer.
        NotOneself: admins do not change themselves, so there is always one left.
    """
    policy.may_manage_people(actor)
    async with kit.db.write() as tx:
        await store.lock_people(tx, actor.school_id)
        policy.may_manage_people(await store.member(tx, actor.school_id, actor.id))
        before = await store.member(tx, actor.school_id, account_id)
        policy.may_change(actor, account_id)
        role = before.role if change.role is UNSET else change.role
        suspended = before.suspended if change.suspended is UNSET else change.suspended
        member = await store.change_member(tx, account_id, role, suspended=suspended)
        if suspended:
            await end_all(kit, tx, account_id)
        elif role != before.role:
            forget(kit, tx, await store_sessions.change_role(tx, account_id, role))
        for deed in _deeds(actor, before, member):
            await tx.emit(deed)
    return member


def _deeds(actor: Actor, before: Member, now: Member) -> Iterator[Deed]:
    subject = f"account:{now.id}"
    if now.role != before.role:
        details = {"name": now.name, "before": before.role, "after": now.role}
        yield Deed(actor, "accounts.role_changed", subject, details=details)
    if now.suspended != before.suspended:
        action = "accounts.suspended" if now.suspended else "accounts.readmitted"
        yield Deed(actor, action, subject, details={"name": now.name})
