"""Clocks: the database's and its replicas' against this machine's."""

import time
from contextlib import suppress

import asyncpg

from banyan.doctor.installation import Installation, open_line
from banyan.doctor.model import Verdict, check, fail, ok, warn, worst
from banyan.doctor.replicas import host_of

__all__ = ["CHECKS"]

_NOW = "select extract(epoch from clock_timestamp())::float8"
_WARN, _FAIL = 1.0, 30.0  # seconds
_MEND = "Let every machine keep time by NTP: timedatectl set-ntp true, or chrony."


@check("clocks.agree", "Deadlines of tests, ends of sessions and the age of backups are told by more than one clock.")
async def agree(installation: Installation) -> Verdict:
    """The time that the database and each replica have, against this machine's, less the way there and back."""
    before = time.time()
    theirs = await installation.value(_NOW)
    verdicts = [_judged("The database", before, theirs, time.time())]
    for url in installation.settings.database.replica_urls:
        with suppress(OSError, asyncpg.PostgresError, asyncpg.InterfaceError):  # replicas.read tells of that
            line = await open_line(url)
            try:
                before = time.time()
                verdicts.append(_judged(host_of(url), before, await line.fetchval(_NOW), time.time()))
            finally:
                line.terminate()
    return worst(*verdicts)


def _judged(whose: str, before: float, theirs: float, after: float) -> Verdict:
    """How far a clock is off, for certain: it was read at some moment between the two."""
    off = max(0.0, before - theirs, theirs - after)
    told = f"{whose} is {off:.1f} s off." if off >= 0.1 else f"{whose} agrees."
    return fail(told, _MEND) if off > _FAIL else warn(told, _MEND) if off > _WARN else ok(told)


CHECKS = (agree,)
