"""Making the checks: all at once, each with its time, none able to stop the others."""

import asyncio
import time
from collections.abc import Sequence

import asyncpg

from banyan.doctor.absence import NotAnswering
from banyan.doctor.discretion import without_secrets
from banyan.doctor.installation import Installation
from banyan.doctor.model import Check, Finding, Verdict, fail, skip

__all__ = ["examine", "status_of"]


async def examine(installation: Installation, checks: Sequence[Check]) -> list[Finding]:
    """Make the checks, and tell of each in their order, without what is secret."""
    try:
        return list(await asyncio.gather(*(_examine(installation, each) for each in checks)))
    finally:
        await installation.close()


def status_of(findings: Sequence[Finding]) -> int:
    """For automation: 0 if all is well, 1 if something asks for care, 2 if something is broken."""
    words = {finding.verdict for finding in findings}
    return 2 if "fail" in words else 1 if "warn" in words else 0


async def _examine(installation: Installation, check: Check) -> Finding:
    begun = time.monotonic()
    verdict = await _look(installation, check)
    seconds = round(time.monotonic() - begun, 3)
    found = without_secrets(verdict.found, installation.settings)
    return Finding(check.name, check.subject, verdict.word, found, check.why, verdict.mend, seconds)


async def _look(installation: Installation, check: Check) -> Verdict:
    try:
        async with asyncio.timeout(check.seconds):
            return await check.look(installation)
    except NotAnswering as absence:
        return skip(str(absence))
    except TimeoutError:
        return fail(
            f"There was no verdict within {check.seconds:g} s.",
            "What it looks at is too slow, or does not answer: try it by hand.",
        )
    except (asyncpg.UndefinedTableError, asyncpg.UndefinedColumnError) as error:
        return fail(
            f"The database lacks what is looked at: {error}.", "Run `banyan db migrate`; see database.migrations."
        )
    except Exception as error:  # a check that breaks must tell, and let the others go on
        return fail(
            f"The look itself failed: {type(error).__name__}: {error}",
            "Mend what the error says. If it makes no sense, the fault is Banyan's: tell its makers.",
        )
