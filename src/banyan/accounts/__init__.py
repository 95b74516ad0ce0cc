"""Accounts: people of a school, how they sign in, and what proves who they are."""

import asyncio
from collections.abc import Awaitable, Callable

from banyan.accounts import jobs, metrics, routes, routes_sessions
from banyan.accounts.doorkeeper import Doorkeeper
from banyan.accounts.fields import Unfit, email_address
from banyan.accounts.model import Account, AccountOpened, Addressee, Person, Renamed
from banyan.accounts.openings import ensure_account
from banyan.accounts.service import account_of, accounts_by_email, addressee_of
from banyan.accounts.sessions import COOKIE, SessionLookups, visitor_of
from banyan.accounts.sightings import Sightings
from banyan.kit.domain import Domain
from banyan.kit.toolbox import Kit

__all__ = [
    "COOKIE",
    "DOMAIN",
    "Account",
    "AccountOpened",
    "Addressee",
    "Doorkeeper",
    "Person",
    "Renamed",
    "Unfit",
    "account_of",
    "accounts_by_email",
    "addressee_of",
    "email_address",
    "ensure_account",
    "visitor_of",
]


async def _start(kit: Kit) -> Callable[[], Awaitable[None]]:
    lookups = kit.parts[SessionLookups] = SessionLookups(kit.db)
    sightings = kit.parts[Sightings] = Sightings(kit.db)
    noting = asyncio.create_task(sightings.run())

    async def close() -> None:
        await lookups.close()
        await sightings.close(noting)

    return close


DOMAIN = Domain(
    name="accounts",
    routes=[*routes.ROUTES, *routes_sessions.ROUTES],
    administration=routes.ADMINISTRATION,
    jobs=[jobs.mail_link],
    periodic=[jobs.purge],
    figures=metrics.FIGURES,
    start=_start,
)
