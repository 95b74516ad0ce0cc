"""Coming in and leaving: sessions in browsers, and tokens for programs."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from banyan.accounts import policy, store
from banyan.accounts import store_sessions as sessions_store
from banyan.accounts.fields import Form, Unfit, email_address, person_name
from banyan.accounts.model import Account, CreateToken, NewToken, Session, SignedIn, SignIn
from banyan.accounts.oneself import myself
from banyan.accounts.passwords import as_typed
from banyan.accounts.sessions import session_key
from banyan.accounts.store_sessions import Kind, NewSession, SessionEntry
from banyan.kit.actor import Actor, Visitor
from banyan.kit.database import Writer
from banyan.kit.ids import new_id
from banyan.kit.limits import network
from banyan.kit.problems import NotFound
from banyan.kit.security import hash_token, new_token, verify_password
from banyan.kit.toolbox import Kit
from banyan.kit.wire import Page, cursor, read_cursor

__all__ = [
    "begin_session",
    "create_token",
    "end",
    "end_all",
    "end_others",
    "forget",
    "sessions_of",
    "sign_in",
    "sign_out",
]

_NOBODY = UUID(int=0)
_TOKEN_PREFIX = "bny_"  # noqa: S105 -- no secret, but the mark by which scanners find one that leaked


async def sign_in(kit: Kit, visitor: Visitor, command: SignIn, previous: str | None) -> SignedIn:
    """Begin a session in a browser; the one that it had, with the token `previous`, ends.

    Raises:
        WrongCredentials: unknown address or wrong password; both take the same work.
        Suspended: the password is right, but an admin has suspended the account.
        TooMany: too many attempts from this client, or at this account.
    """
    rates = kit.settings.accounts
    email = _as_stored(command.email)
    whose = ("sign_in", str(visitor.school_id), email)
    await kit.limiter.check(rates.sign_in_per_address, "sign_in", network(visitor.address))
    await kit.limiter.check(rates.sign_in_per_account, *whose)
    account_id = await store.account_at(kit.db.read(), visitor.school_id, email)
    found = await store.credentials(kit.db.read(), account_id or _NOBODY)
    # Outside of the transaction: nobody holds a connection while a password is being worked on.
    if not await verify_password(as_typed(command.password), found.password_hash if found else None) or found is None:
        raise policy.WrongCredentials
    async with kit.db.write() as tx:
        account = await store.keep_credentials(tx, found.id)
        if account.password_hash != found.password_hash:
            raise policy.WrongCredentials
        if account.suspended:
            raise policy.Suspended
        signed_in = await begin_session(kit, tx, account.account, visitor, previous)
    await kit.limiter.forgive(rates.sign_in_per_account, *whose)
    return signed_in


async def begin_session(kit: Kit, tx: Writer, account: Account, visitor: Visitor, previous: str | None) -> SignedIn:
    """A new session in the visitor's browser, never an old one taken on: see OWASP on session fixation."""
    if previous:
        await sessions_store.end_by_token(tx, hash_token(previous))
        forget(kit, tx, [hash_token(previous)])
    token = new_token()
    entry = await _add(tx, account, visitor, token, "browser", "", timedelta(days=kit.settings.accounts.session_days))
    told = await myself(tx, kit.settings, visitor.school_id, account)
    return SignedIn(token=token, expires_at=entry.expires_at, account=told)


async def create_token(kit: Kit, visitor: Visitor, command: CreateToken) -> NewToken:
    """A token for a program of the caller's.

    Raises:
        TokensMakeNoTokens: the caller is a program itself.
    """
    actor = visitor.signed_in()
    form = Form()
    name = form.read("name", person_name, command.name)
    form.check()
    token = _TOKEN_PREFIX + new_token()
    async with kit.db.write() as tx:
        account = await store.keep_credentials(tx, actor.id)
        policy.may_make_tokens(await sessions_store.session_kind(tx, actor.id, actor.session_id))
        entry = await _add(tx, account.account, visitor, token, "token", name, timedelta(days=command.days))
    return NewToken(**_told(entry, actor), token=token)


async def sessions_of(kit: Kit, actor: Actor, kind: Kind, after: str | None, limit: int) -> Page[Session]:
    """The caller's sessions in browsers, or tokens for programs, newest first."""
    start = read_cursor(after, UUID)
    entries = await sessions_store.sessions_page(kit.db.read(), actor.id, kind, start[0] if start else None, limit + 1)
    shown = entries[:limit]
    return Page([Session(**_told(entry, actor)) for entry in shown],
                cursor(shown[-1].id) if len(entries) > limit else None)  # fmt: skip


async def sign_out(kit: Kit, actor: Actor) -> None:
    """End the session, or the token, that asks. Asked twice, it has ended all the same."""
    with suppress(NotFound):
        await _end(kit, actor, ("browser", "token"), actor.session_id)


async def end(kit: Kit, actor: Actor, kind: Kind, session_id: UUID) -> None:
    """End one of the caller's sessions or tokens.

    Raises:
        NotFound: they have none with this id.
    """
    await _end(kit, actor, (kind,), session_id)


async def end_others(kit: Kit, actor: Actor) -> None:
    """End all of the caller's sessions in browsers but the one that asks."""
    async with kit.db.write() as tx:
        await end_all(kit, tx, actor.id, ("browser",), keep=actor.session_id)


async def end_all(
    kit: Kit, tx: Writer, account_id: UUID, kinds: tuple[Kind, ...] = ("browser", "token"), *, keep: UUID | None = None
) -> None:
    """End an account's sessions of these kinds, but the one to `keep`."""
    forget(kit, tx, await sessions_store.end_sessions(tx, account_id, kinds, keep=keep))


def forget(kit: Kit, tx: Writer, token_hashes: list[bytes]) -> None:
    """After the commit, let no process remember these sessions as they were."""
    if token_hashes:
        tx.after_commit(lambda: kit.cache.invalidate(*map(session_key, token_hashes)))
        kit.rooms.end_sessions(tx, token_hashes)


async def _end(kit: Kit, actor: Actor, kinds: tuple[Kind, ...], session_id: UUID) -> None:
    async with kit.db.write() as tx:
        ended = await sessions_store.end_sessions(tx, actor.id, kinds, only=session_id)
        if not ended:
            raise NotFound
        forget(kit, tx, ended)


async def _add(
    tx: Writer, account: Account, visitor: Visitor, token: str, kind: Kind, name: str, lifetime: timedelta
) -> SessionEntry:
    return await sessions_store.add_session(
        tx,
        NewSession(
            id=new_id(),
            account_id=account.id,
            school_id=visitor.school_id,
            role=account.role,
            token_hash=hash_token(token),
            kind=kind,
            name=name,
            user_agent=visitor.user_agent,
            address=visitor.address,
            expires_at=datetime.now(UTC) + lifetime,
        ),
    )


def _told(entry: SessionEntry, actor: Actor) -> dict[str, Any]:
    fields = {field: getattr(entry, field) for field in SessionEntry.__struct_fields__}
    return fields | {"current": entry.id == actor.session_id}


def _as_stored(email: str) -> str:
    """The address as the store knows it. What is no address is looked for all the same: it takes as long."""
    try:
        return email_address(email)
    except Unfit:
        return email.strip().lower().replace("\x00", "")
