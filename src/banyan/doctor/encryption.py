"""TLS: a certificate that holds, and browsers that are told to come by no other way. Seed 001."""

import re
import time

from banyan.doctor.absence import NotAnswering
from banyan.doctor.installation import Installation
from banyan.doctor.model import Verdict, check, fail, ok, skip, warn, worst

__all__ = ["CHECKS"]

_WARN, _FAIL = 14, 3  # days; the same as in ops/prometheus/rules.yml
_MAX_AGE = re.compile(r"max-age\s*=\s*\"?(\d+)", re.IGNORECASE)
_HALF_A_YEAR = 15_768_000  # seconds
_PLAIN = "It is reached by http."


@check("tls.certificate", "On the day it expires browsers let nobody in.")
async def certificate(installation: Installation) -> Verdict:
    """The certificate that people are shown: valid here, for this name, and for how much longer."""
    if not installation.site.secure:
        return skip(_skipped(installation))
    shown = await installation.site.certificate()
    if shown.expires is None:
        return fail(
            f"It is refused: {shown.complaint}.",
            "Get one for this name from an authority that browsers trust, and have it renewed by itself. For one of an "
            "authority of your own let SSL_CERT_FILE name that one's certificate to the doctor.",
        )
    days = (shown.expires - time.time()) / 86_400
    told = f"It is valid for {days:.0f} days more ({shown.protocol})."
    mend = "Renew it, then nginx -s reload; see why that does not happen by itself."
    return fail(told, mend) if days < _FAIL else warn(told, mend) if days < _WARN else ok(told)


@check("tls.only", "Whoever types the name without https sends the first request, with its cookies, in the clear.")
async def only(installation: Installation) -> Verdict:
    """Strict-Transport-Security in the answers, and that http leads to https."""
    if not installation.site.secure:
        return skip(_skipped(installation))
    header = (await installation.site.ready()).header("strict-transport-security")
    age = _MAX_AGE.search(header)
    verdicts = [ok(f"Browsers remember it for {int(age[1]) // 86_400} days." if age else "")]
    if not age or int(age[1]) < _HALF_A_YEAR:
        verdicts.append(
            warn(
                "Browsers are not told to come by https only, or not for long.",
                'Let the proxy add Strict-Transport-Security "max-age=31536000", as ops/nginx/https.conf does.',
            )
        )
    if await _open_by_http(installation):
        verdicts.append(warn("By http it answers too.", "Let the proxy answer with 308 to https, and nothing else."))
    return worst(*verdicts)


async def _open_by_http(installation: Installation) -> bool:
    try:
        answer = await installation.site.ask_plainly("/")
    except NotAnswering:
        return False
    return answer.status < 300


def _skipped(installation: Installation) -> str:
    return f"{_PLAIN} site.base_url tells." if installation.public else f"{_PLAIN} Nothing leaves this machine."


CHECKS = (certificate, only)
