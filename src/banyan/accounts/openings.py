"""How accounts come to be: by signing up, by invitation, or by an operator's hand."""

from uuid import UUID

import msgspec

from banyan import schools
from banyan.accounts import policy, store, store_links, store_sessions
from banyan.accounts.fields import Form, email_address, person_name, time_zone
from banyan.accounts.jobs import mail_links
from banyan.accounts.links import limit_letters, read_key
from banyan.accounts.model import (
    Account,
    AccountOpened,
    CheckYourMail,
    Invitations,
    Invited,
    Role,
    SignedIn,
    SignUp,
    Verification,
)
from banyan.accounts.passwords import as_typed, new_password
from banyan.accounts.service import describe
from banyan.accounts.signing_in import begin_session
from banyan.accounts.store import NewAccount
from banyan.accounts.store_links import Details, Link
from banyan.kit.actor import Actor, Visitor
from banyan.kit.database import Database, Writer
from banyan.kit.ids import new_id
from banyan.kit.problems import FieldError, Malformed
from banyan.kit.security import hash_password, verify_password
from banyan.kit.toolbox import Kit
from banyan.kit.wire import UNSET
from banyan.schools import School

__all__ = ["ensure_account", "invite", "sign_up", "verify"]


async def sign_up(kit: Kit, school: School, visitor: Visitor, command: SignUp) -> CheckYourMail:
    """Mail a link that opens the account: until then nobody can claim an address that is not theirs.

    Raises:
        SignUpClosed: the school takes nobody who was not invited.
        TooMany: too many letters from this client, or to this address.
    """
    policy.may_sign_up(school)
    form = Form()
    email = form.read("email", email_address, command.email)
    name = form.read("name", person_name, command.name)
    password = form.read("password", lambda text: new_password(text, email, name), command.password)
    zone = form.read("time_zone", time_zone, school.time_zone if command.time_zone is UNSET else command.time_zone)
    form.check()
    await limit_letters(kit, visitor, email)
    details = Details(
        name=name,
        password_hash=await hash_password(password),
        locale=school.locale if command.locale is UNSET else command.locale,
        time_zone=zone,
    )
    async with kit.db.write() as tx:
        await mail_links(tx, "sign_up", school.id, [email], details)
    return CheckYourMail()


async def invite(kit: Kit, school: School, actor: Actor, command: Invitations) -> Invited:
    """Mail each address a link that opens an account with this role; those that have one are left alone.

    Raises:
        Forbidden: the caller is no admin.
    """
    policy.may_manage_people(actor)
    form = Form()
    emails = {form.read(f"emails/{place}", email_address, text): None for place, text in enumerate(command.emails)}
    form.check()
    details = Details(role=command.role, locale=school.locale, time_zone=school.time_zone)
    async with kit.db.write() as tx:
        known = {account.email for account in await store.accounts_at(tx, school.id, list(emails))}
        strangers = [email for email in emails if email not in known]
        await mail_links(tx, "invitation", school.id, strangers, details)
    return Invited(invited=len(strangers), already=len(known))


async def verify(kit: Kit, school: School, visitor: Visitor, command: Verification, previous: str | None) -> SignedIn:
    """Open the account that a mailed link is for, and begin a session.

    Raises:
        LinkExpired: used, expired, never mailed, or the address has an account by now.
        DetailsNeeded: it is an invitation, which takes a name and a password.
    """
    key = read_key(command.token)
    link = await store_links.open_link(kit.db.read(), key.link_id, key.token_hash)
    if link is None or link.account_id is not None or link.school_id != school.id:
        raise policy.LinkExpired
    details = await _details(link, command)
    async with kit.db.write() as tx:
        if await store_links.use_link(tx, key.link_id, key.token_hash) is None:
            raise policy.LinkExpired
        new = NewAccount(
            new_id(), school.id, link.email, details.name, details.role, details.password_hash,
            details.locale, details.time_zone,
        )  # fmt: skip
        account = await _open(tx, new)
        if account is None:
            raise policy.LinkExpired("This address has an account by now. Please sign in.")
        return await begin_session(kit, tx, account, visitor, previous)


async def ensure_account(db: Database, school_id: UUID, email: str, name: str, password: str, role: Role) -> Account:
    """The account of this address, which counts as proven: made, or given this name, role and password.

    The operator's way in: it lifts a suspension, and a new password ends all sessions.

    Raises:
        Malformed: address, name or password will not do.
        NotFound: there is no such school.
    """
    form = Form()
    email = form.read("email", email_address, email)
    name = form.read("name", person_name, name)
    password = form.read("password", lambda text: new_password(text, email, name), password)
    form.check()
    school = await schools.school(db, school_id)
    found = await store.account_at(db.read(), school_id, email)
    if found is None:
        new = NewAccount(
            new_id(), school_id, email, name, role, await hash_password(password), school.locale, school.time_zone
        )
        async with db.write() as tx:
            opened = await _open(tx, new)
        if opened is not None:
            return opened
        found = await store.account_at(db.read(), school_id, email)  # someone else was a moment faster
    return await _renew(db, found, name, password, role)


async def _renew(db: Database, account_id: UUID | None, name: str, password: str, role: Role) -> Account:
    known = await store.credentials(db.read(), account_id) if account_id else None
    if known is None:
        raise LookupError("an address without its account")
    same = await verify_password(as_typed(password), known.password_hash)
    password_hash = known.password_hash if same else await hash_password(password)
    async with db.write() as tx:
        before = await store.lock_account(tx, known.id)
        await store.change_password(tx, known.id, password_hash)
        await store.change_member(tx, known.id, role, suspended=False)
        await store_sessions.change_role(tx, known.id, role)
        if not same:
            await store_sessions.end_sessions(tx, known.id, ("browser", "token"))
        return await describe(tx, before, name, before.locale, before.time_zone)


async def _open(tx: Writer, new: NewAccount) -> Account | None:
    account = await store.add_account(tx, new)
    if account is not None:
        await tx.emit(AccountOpened(account.id, new.school_id, account.email, account.name))
    return account


async def _details(link: Link, command: Verification) -> Details:
    """What the account will be: as it was signed up, or as the invited person chooses now."""
    if link.purpose == "sign_up":
        if command.name is not UNSET or command.password is not UNSET:
            raise Malformed(errors=[FieldError("", "Name and password were chosen with the sign-up already.")])
        return link.details
    if command.name is UNSET or command.password is UNSET:
        raise policy.DetailsNeeded(link.email)
    form = Form()
    name = form.read("name", person_name, command.name)
    password = form.read("password", lambda text: new_password(text, link.email, name), command.password)
    form.check()
    return msgspec.structs.replace(link.details, name=name, password_hash=await hash_password(password))
