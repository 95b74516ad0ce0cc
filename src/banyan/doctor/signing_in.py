"""What the running server does with sessions: their cookies, and the limits on trying passwords. Seed 001."""

import asyncio
import re
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from http.cookies import Morsel, SimpleCookie

from banyan.accounts import COOKIE
from banyan.doctor.absence import NotAnswering
from banyan.doctor.installation import Installation
from banyan.doctor.model import Verdict, check, fail, ok, skip, warn, worst
from banyan.doctor.site import Answer
from banyan.kit.ids import new_id
from banyan.kit.security import hash_token, new_token

__all__ = ["CHECKS"]

_LIFETIME = timedelta(seconds=60)
# Were it to wait for a standby that is gone, all checks would wait with it.
_HERE = "set local synchronous_commit = local"
_MOST_TRIES = 40
_AT_ONCE = 4
_LAX = 60.0  # tries a minute at one account, above which guessing pays
_RATE = re.compile(r"(\d+) per (?:(\d+) )?(second|minute|hour|day)s?")
_MINUTES = {"second": 1 / 60, "minute": 1.0, "hour": 60.0, "day": 1440.0}


@check(
    "sessions.cookies",
    "A cookie that scripts can read, or that travels in the clear, is a session that others take over.",
)
async def cookies(installation: Installation) -> Verdict:
    """The cookie that the running server sends when a session ends: of nobody, which the doctor begins for this."""
    async with _nobodys_session(installation) as token:
        answer = await installation.site.ask(
            "/api/v1/sessions/current", "DELETE", headers={"cookie": f"{COOKIE}={token}"}
        )
    if answer.status == 401:
        told = f"{installation.site.url} does not know a session of this database: it is another installation."
        mend = "Let BANYAN_SERVER_BASE_URL, BANYAN_DATABASE_URL and the running server be of the same one."
        return fail(told, mend) if installation.public else skip(told)
    if answer.status == 503:
        return skip("Nothing is written right now, so no session can end.")
    sent = _cookie(answer)
    if sent is None:
        return fail(
            f"It sends none (status {answer.status}).", "Something on the way takes Set-Cookie away: the proxy?"
        )
    lacking = [name for name, there in _attributes(sent, secure=installation.site.secure) if not there]
    if lacking:
        return fail(
            f"It comes without {', '.join(lacking)}.",
            "Start Banyan again with the base URL that it has now; see that no proxy rewrites cookies.",
        )
    kept = "Secure, HttpOnly" if installation.site.secure else "HttpOnly"
    return ok(f"It is {kept}, SameSite={sent['samesite'].title()}.")


@check("sessions.limits", "Without limits passwords are guessed by the million.", seconds=30)
async def limits(installation: Installation) -> Verdict:
    """Signs in with a wrong password, at an address of nobody's, until the running server says that it is enough."""
    rate = installation.settings.accounts.sign_in_per_account
    found = await _tried(installation, rate)
    if _per_minute(rate) <= _LAX:
        return found
    return worst(found, warn(f"{rate} at one account is much.", "Lower BANYAN_ACCOUNTS_SIGN_IN_PER_ACCOUNT."))


async def _tried(installation: Installation, rate: str) -> Verdict:
    await installation.site.ready()
    tries = int(rate.partition(" ")[0])
    if tries > _MOST_TRIES:
        return skip(f"{rate} are more tries than the doctor makes.")
    body = {"email": f"doctor-{secrets.token_hex(8)}@nobody.invalid", "password": "wrong"}
    turn = asyncio.Semaphore(_AT_ONCE)

    async def attempt() -> int:
        async with turn:
            return (await installation.site.ask("/api/v1/sessions", "POST", body=body)).status

    # One more than may be, in a crowd: processes that do not know of each other let them all in.
    statuses = await asyncio.gather(*(attempt() for _ in range(tries + 1)))
    if 429 in statuses:
        return ok(f"After {rate} the next one has to wait.")
    if set(statuses) == {401}:
        return fail(
            f"{len(statuses)} wrong passwords in a row were all taken ({rate} are allowed).",
            "Let all processes have the same settings and the same BANYAN_REDIS_URL, and start them again.",
        )
    return warn(f"Signing in answers {max(statuses)}.", "docs/operate/when-it-breaks.md goes on from there.")


@asynccontextmanager
async def _nobodys_session(installation: Installation) -> AsyncIterator[str]:
    """The token of a session that ends within a minute. It belongs to no account, and so opens nothing.

    Raises:
        NotAnswering: no server answers, or there is no school.
    """
    await installation.site.ready()
    token = new_token()
    school = await installation.value(
        """
        select coalesce((select school_id from school_host where host = $1),
                        (select id from school order by id limit 1))
        """,
        installation.site.host,
    )
    if school is None:
        raise NotAnswering("There is no school yet.")
    await installation.rows(
        """
        insert into session (token_hash, id, account_id, school_id, role, kind, expires_at)
        values ($1, $2, $3, $4, 'learner', 'browser', now() + $5)
        """,
        hash_token(token), new_id(), new_id(), school, _LIFETIME, before=_HERE,
    )  # fmt: skip
    try:
        yield token
    finally:
        await installation.rows("delete from session where token_hash = $1", hash_token(token), before=_HERE)


def _cookie(answer: Answer) -> Morsel[str] | None:
    for name, value in answer.headers:
        if name == "set-cookie" and (sent := SimpleCookie(value).get(COOKIE)):
            return sent
    return None


def _attributes(sent: Morsel[str], *, secure: bool) -> list[tuple[str, bool]]:
    return [
        ("Secure", bool(sent["secure"]) or not secure),
        ("HttpOnly", bool(sent["httponly"])),
        ("SameSite", sent["samesite"].lower() in {"lax", "strict"}),
    ]


def _per_minute(rate: str) -> float:
    found = _RATE.fullmatch(rate)
    return int(found[1]) / (int(found[2] or 1) * _MINUTES[found[3]]) if found else 0.0


CHECKS = (cookies, limits)
