"""Forgotten and changed passwords."""

from banyan.accounts import policy, store, store_links
from banyan.accounts.fields import Form, email_address
from banyan.accounts.jobs import mail_links
from banyan.accounts.links import limit_letters, read_key
from banyan.accounts.model import ChangePassword, CheckYourMail, Confirmation, PasswordReset
from banyan.accounts.passwords import as_typed, new_password
from banyan.accounts.signing_in import end_all
from banyan.kit.actor import Actor, Visitor
from banyan.kit.problems import NotFound
from banyan.kit.security import hash_password, verify_password
from banyan.kit.toolbox import Kit

__all__ = ["ask_for_reset", "change_password", "reset_password"]


async def ask_for_reset(kit: Kit, visitor: Visitor, command: PasswordReset) -> CheckYourMail:
    """Mail a link that takes a new password, if the address has an account.

    Raises:
        TooMany: too many letters from this client, or to this address.
    """
    form = Form()
    email = form.read("email", email_address, command.email)
    form.check()
    await limit_letters(kit, visitor, email)
    async with kit.db.write() as tx:
        await mail_links(tx, "password_reset", visitor.school_id, [email])
    return CheckYourMail()


async def reset_password(kit: Kit, visitor: Visitor, command: Confirmation) -> None:
    """Take a new password from whoever has the mailed link. Ends all sessions and tokens: whoever had the old password
    is out.

    Raises:
        LinkExpired: used, expired, or never mailed.
    """
    key = read_key(command.token)
    link = await store_links.open_link(kit.db.read(), key.link_id, key.token_hash)
    if link is None or link.account_id is None or link.school_id != visitor.school_id:
        raise policy.LinkExpired
    known = await store.account(kit.db.read(), link.account_id)
    password_hash = await _chosen(command.password, known.email, known.name)
    async with kit.db.write() as tx:
        account = await store.lock_account(tx, link.account_id)
        if await store_links.use_link(tx, key.link_id, key.token_hash) is None or account.suspended:
            raise policy.LinkExpired
        await store_links.drop_resets(tx, account.id)
        await store.change_password(tx, account.id, password_hash)
        await end_all(kit, tx, account.id)


async def change_password(kit: Kit, actor: Actor, command: ChangePassword) -> None:
    """Change the caller's password. Ends their other sessions in browsers; tokens are ended one by one.

    Raises:
        WrongPassword: the current one is another.
        TooMany: too many attempts.
    """
    whose = ("password", str(actor.id))
    await kit.limiter.check(kit.settings.accounts.sign_in_per_account, *whose)
    known = await store.credentials(kit.db.read(), actor.id)
    if known is None:
        raise NotFound
    if not await verify_password(as_typed(command.current), known.password_hash):
        raise policy.WrongPassword
    password_hash = await _chosen(command.password, known.email, known.name)
    async with kit.db.write() as tx:
        account = await store.lock_account(tx, actor.id)
        if account.password_hash != known.password_hash:
            raise policy.WrongPassword
        await store_links.drop_resets(tx, account.id)
        await store.change_password(tx, account.id, password_hash)
        await end_all(kit, tx, account.id, ("browser",), keep=actor.session_id)
    await kit.limiter.forgive(kit.settings.accounts.sign_in_per_account, *whose)


async def _chosen(password: str, email: str, name: str) -> str:
    form = Form()
    password = form.read("password", lambda text: new_password(text, email, name), password)
    form.check()
    return await hash_password(password)
