"""What is measured: told to those who watch, and to nobody else. Seeds 001, 002 and 004."""

from banyan import __version__
from banyan.doctor.absence import NotAnswering
from banyan.doctor.figures import read_figures
from banyan.doctor.installation import Installation
from banyan.doctor.model import Verdict, check, fail, ok, skip, warn, worst

__all__ = ["CHECKS"]


@check("metrics.told", "What nobody measures is noticed by learners first.")
async def told(installation: Installation) -> Verdict:
    """`/metrics` on this machine's port: there, of this version, and with the rules' figures; for people: not there."""
    try:
        answer = await installation.site.ask_watched("/metrics")
    except NotAnswering as absence:
        return skip(f"{absence} Where processes run elsewhere, Prometheus tells (BanyanProcessDown).")
    if answer.status != 200:
        return fail(f"/metrics answers {answer.status}.", "Ask the port that Banyan itself listens on.")
    figures = read_figures(answer.body.decode(errors="replace"))
    verdicts = [ok(f"{len(figures):,} figures are told.")]
    running = next((labels.get("version") for name, labels, _ in figures if name == "banyan_build_info"), None)
    if running is None:
        return warn(
            "What answers there is not Banyan.",
            "Let BANYAN_SERVER_PORT, or BANYAN_ADMIN_PORT, be the port that it listens on.",
        )
    if running != __version__:
        verdicts.append(warn(f"Banyan {running} is running, and {__version__} is installed.", "Start it again."))
    if installation.public and await _told_to_everybody(installation):
        verdicts.append(
            warn(
                "Everybody can read /metrics.",
                "Let the proxy keep it to itself, as ops/nginx does, or set BANYAN_ADMIN_PORT.",
            )
        )
    return worst(*verdicts)


async def _told_to_everybody(installation: Installation) -> bool:
    try:
        answer = await installation.site.ask("/metrics")
    except NotAnswering:
        return False
    return answer.status == 200 and b"banyan_build_info" in answer.body


CHECKS = (told,)
