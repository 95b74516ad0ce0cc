"""Letters with links, and what is tidied up by the clock."""

from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import UUID

import msgspec

from banyan import schools
from banyan.accounts import letters, links, store, store_links, store_sessions
from banyan.accounts.model import Credentials
from banyan.accounts.store_links import Details, Purpose
from banyan.kit.database import Writer
from banyan.kit.ids import new_id
from banyan.kit.jobs import job, periodic
from banyan.kit.toolbox import Kit

__all__ = ["mail_link", "mail_links", "purge"]


class MailLink(msgspec.Struct, frozen=True):
    """Which link to mail."""

    link_id: UUID


async def mail_links(
    tx: Writer, purpose: Purpose, school_id: UUID, emails: Sequence[str], details: Details | None = None
) -> None:
    """Mail a link to each of these addresses; two statements, however many."""
    ids = [new_id() for _ in emails]
    await store_links.add_links(
        tx, ids, purpose, school_id, emails, details or Details(), expires_at=links.expiry(purpose)
    )
    await tx.enqueue(*(mail_link(MailLink(link_id)) for link_id in ids))


@job("accounts.mail_link", MailLink)
async def mail_link(kit: Kit, what: MailLink) -> None:
    """Make a link's token and send it; see `links` for why here."""
    async with kit.db.write() as tx:
        link = await store_links.lock_link(tx, what.link_id)
        if link is None or link.expires_at <= datetime.now(UTC):
            return
        account_id = await store.account_at(tx, link.school_id, link.email)
        known = await store.credentials(tx, account_id) if account_id else None
        kind = _letter_for(link.purpose, known)
        if kind is None:
            await store_links.drop_link(tx, link.id)
            return
        token, token_hash = links.new_key(link.id)
        expires_at = links.expiry("password_reset" if known else link.purpose)
        await store_links.arm_link(tx, link, token_hash, known.id if known else None, expires_at)
    school = await schools.school(kit.db, link.school_id)
    base = await schools.base_url(kit.db, kit.settings, school.id)
    await kit.mailer.send(
        letters.letter(
            kind,
            (known.locale if known else link.details.locale) or school.locale,
            to=link.email,
            name=known.name if known else "",
            school=school.name,
            url=f"{base}/{'reset' if known else 'verify'}#token={token}",
        )
    )


def _letter_for(purpose: Purpose, known: Credentials | None) -> letters.Kind | None:
    """Which letter goes out, if any: strangers get no reset, people no invitation, and the suspended nothing."""
    if known is None:
        return None if purpose == "password_reset" else purpose
    if known.suspended or purpose == "invitation":
        return None
    return "known_address" if purpose == "sign_up" else purpose


@periodic("accounts.purge", "17 * * * *")
async def purge(kit: Kit) -> None:
    """Remove links and sessions whose time is over."""
    async with kit.db.write() as tx:
        await store_links.purge_links(tx)
    async with kit.db.write() as tx:
        await store_sessions.purge_sessions(tx)
