"""How the world calls this installation, and whom it believes about who calls."""

from urllib.parse import urlsplit

from banyan.doctor.installation import Installation, is_loopback
from banyan.doctor.model import Verdict, check, fail, ok, skip, worst

__all__ = ["CHECKS"]

_SET = "Set BANYAN_SERVER_BASE_URL to what people type, such as https://learn.hill.example, and start Banyan again."


@check("site.base_url", "Links in mail begin with it, and https in it makes cookies secure.")
async def base_url(installation: Installation) -> Verdict:
    """BANYAN_SERVER_BASE_URL: a name that others can reach, by https, with nothing after it."""
    parts = urlsplit(installation.site.url)
    if not installation.public:
        return ok(f"{installation.site.url} is for this machine alone, which is all that is wanted of it.")
    if parts.hostname in {"0.0.0.0", "::"}:  # noqa: S104 -- what is looked for
        return fail(f"{installation.site.url} is no address that anybody can go to.", _SET)
    verdicts = [ok(f"It is {installation.site.url}.")]
    if parts.scheme != "https":
        verdicts.append(
            fail(f"People reach {installation.site.url} unencrypted: whoever is on the way reads passwords.", _SET)
        )
    if is_loopback(parts.hostname or ""):
        verdicts.append(fail(f"{installation.site.url} leads everybody to a machine of their own.", _SET))
    if parts.path.strip("/") or parts.query or parts.fragment:
        verdicts.append(fail(f"{installation.site.url} goes on after the host, and Banyan has a host to itself.", _SET))
    return worst(*verdicts)


@check(
    "site.proxies",
    "Believing nobody, all people share one address and one limit; believing all, anybody can be anyone.",
)
async def proxies(installation: Installation) -> Verdict:
    """BANYAN_SERVER_PROXIES, whose X-Forwarded-For is believed, against where Banyan listens."""
    server = installation.settings.server
    named = {each.strip() for each in server.proxies.split(",") if each.strip()}
    if any(each == "*" or each.endswith("/0") for each in named):
        return fail(
            "Everybody's X-Forwarded-For is believed: limits by address are no limits.",
            "Let BANYAN_SERVER_PROXIES name your proxies, such as 127.0.0.1 or 10.0.0.0/24.",
        )
    if installation.site.secure and not named:
        return fail(
            "TLS ends at a proxy that is not believed: everybody seems to come from its address.",
            "Let BANYAN_SERVER_PROXIES name it.",
        )
    if not named:
        return skip("No proxy is named, and none is needed for http on this machine.")
    return ok(f"{', '.join(sorted(named))} and nobody else.")


CHECKS = (base_url, proxies)
