"""What the running server says of itself."""

import msgspec

from banyan.doctor.absence import NotAnswering
from banyan.doctor.installation import Installation
from banyan.doctor.model import Verdict, check, fail, ok, skip, warn

__all__ = ["CHECKS"]


@check("site.answers", "Everything may be well inside while nobody gets in.")
async def answers(installation: Installation) -> Verdict:
    """`/ready`, asked as people would: through DNS, the proxy and TLS."""
    try:
        answer = await installation.site.ready()
    except NotAnswering as absence:
        if not installation.public:
            return skip(f"{absence} Run `banyan up`, and ask again, to have it looked at.")
        return fail(str(absence), "Is Banyan running? Then look at the proxy, DNS and the firewall, in this order.")
    said = msgspec.json.decode(answer.body, type=dict[str, str | None])
    if answer.status != 200:
        return fail(
            f"It says that it is not ready: {said.get('reason')}.", "docs/operate/when-it-breaks.md goes on from there."
        )
    if said.get("mode") != "normal":
        return warn(
            "Nothing is written: it is read-only.",
            "`banyan mode status` tells whether somebody wants that; `banyan mode normal` ends it.",
        )
    return ok(f"{installation.site.url} is ready.")


CHECKS = (answers,)
