"""Who comes through the gateway's door, and who of those inside may stay."""

from datetime import UTC, datetime

from banyan import schools
from banyan.accounts.sessions import SessionLookups, refuse_cross_site, token_of
from banyan.accounts.sightings import Sightings
from banyan.accounts.store_sessions import SessionRow, find_sessions
from banyan.kit.actor import Actor
from banyan.kit.edge import Scope, host_of
from banyan.kit.realtime import Credential
from banyan.kit.security import hash_token
from banyan.kit.toolbox import Kit

__all__ = ["Doorkeeper"]


class Doorkeeper:
    """Asks for the sessions of all who come at the same time in one statement: after a restart everyone does."""

    def __init__(self, kit: Kit) -> None:
        self._kit = kit

    async def admit(self, scope: Scope, token: str | None) -> Credential | None:
        """Who comes with this handshake, or with the token of a first frame; None for nobody.

        Raises:
            CrossSite: another site's page made the handshake, with the browser's cookie.
            NotFound: the installation has no school yet.
        """
        if token is None:
            token, from_cookie = token_of(scope)
            if token and from_cookie:
                refuse_cross_site(scope)
        if not token:
            return None
        school = await schools.school_of_host(self._kit.db, self._kit.cache, host_of(scope))
        token_hash = hash_token(token)
        session = await self._kit.part(SessionLookups).submit(token_hash)
        if session is None or session.school_id != school.id or session.expires_at <= datetime.now(UTC):
            return None
        self._kit.part(Sightings).note(session)
        return Credential(_actor(session), token_hash, session.expires_at)

    async def again(self, token_hashes: list[bytes]) -> dict[bytes, Actor]:
        """Who these sessions belong to now; those that have ended are left out."""
        found = await find_sessions(self._kit.db.read(), token_hashes)
        return {token_hash: _actor(session) for token_hash, session in found.items()}


def _actor(session: SessionRow) -> Actor:
    return Actor(session.account_id, session.school_id, session.role, session.id)
