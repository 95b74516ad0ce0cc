"""What someone who is signed in is told of themselves."""

from uuid import UUID

import msgspec

from banyan import schools
from banyan.accounts.model import Account, Myself
from banyan.kit.database import Reader
from banyan.kit.listeners import administers
from banyan.settings import Settings

__all__ = ["myself"]


async def myself(db: Reader, settings: Settings, school_id: UUID, account: Account) -> Myself:
    """The account, and where its owner administers the school if that is not where this request came in."""
    elsewhere = account.role == "admin" and not administers(settings)
    at = await schools.admin_url(db, settings, school_id) if elsewhere else None
    return Myself(**msgspec.structs.asdict(account), administration=at)
