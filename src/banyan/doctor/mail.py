"""The mail server, and in whose name letters come."""

import aiosmtplib

from banyan.doctor.installation import Installation
from banyan.doctor.model import Verdict, check, fail, ok, warn, worst
from banyan.kit.mail import mailer

__all__ = ["CHECKS"]


@check("mail.server", "Invitations and new passwords go by mail; without it nobody new comes in.", seconds=20)
async def mail_server(installation: Installation) -> Verdict:
    """Goes as far as a letter would: connects, by TLS where that is offered, and signs in. No letter is sent."""
    installation.check_begun()
    settings = installation.settings
    try:
        found = await mailer(settings.mail_url, settings.mail.sender).probe()
    except (OSError, aiosmtplib.SMTPException) as error:
        return fail(
            f"A letter would not be taken: {str(error) or type(error).__name__}.",
            "Correct BANYAN_MAIL_URL. Letters wait as jobs, and are tried again for hours.",
        )
    verdicts = [ok(f"{found[:1].upper()}{found[1:]}.")]
    if installation.public and settings.mail_url.startswith("folder:"):
        verdicts.append(
            fail(f"No letter leaves: {found}.", "Set BANYAN_MAIL_URL, such as smtp://user:password@mail.example:587.")
        )
    if installation.public and found.endswith("unencrypted") and "@" in settings.mail.url:
        verdicts.append(warn(f"The password goes in the clear: {found}.", "Use smtps://, or a server that offers TLS."))
    return worst(*verdicts)


@check("mail.sender", "What is sent by nobody's address is refused, or ends among junk.")
async def sender(installation: Installation) -> Verdict:
    """BANYAN_MAIL_SENDER: an address of a domain that can be answered."""
    written = installation.settings.mail.sender
    domain = written.rpartition("@")[2].rstrip("> ")
    if installation.public and ("." not in domain or domain.endswith((".local", ".localhost"))):
        return fail(f"It is {written}.", "Set BANYAN_MAIL_SENDER, such as Hill School <learn@hill.example>.")
    return ok(f"It is {written}.")


CHECKS = (mail_server, sender)
