"""What runs: the versions of it, and what a process may open."""

import platform
import resource
import sys
from collections.abc import Sequence

from banyan import __version__
from banyan.doctor.absence import NotAnswering
from banyan.doctor.figures import read_figures
from banyan.doctor.installation import Installation
from banyan.doctor.model import Verdict, check, fail, ok, warn, worst

__all__ = ["CHECKS", "fullest"]

_POSTGRES, _NEWEST_TRIED = 16, 18
_PYTHON = (3, 11)
_FEW = 16_384  # files; a process carries some 15,000 WebSockets
_WARN, _FAIL = 0.75, 0.9  # the same as in ops/prometheus/rules.yml


@check("processes.versions", "What is too old lacks what Banyan counts on; what is no longer mended gets no repairs.")
async def versions(installation: Installation) -> Verdict:
    """The versions of Banyan, Python and PostgreSQL."""
    python = platform.python_version()
    number = int(await installation.value("select current_setting('server_version_num')"))
    verdicts = [ok(f"Banyan {__version__}, Python {python}, PostgreSQL {number // 10_000}.{number % 10_000}.")]
    if sys.version_info < _PYTHON:
        verdicts.append(fail(f"Python {python} is too old.", "Use 3.11 or newer."))
    if number // 10_000 < _POSTGRES:
        verdicts.append(fail(f"PostgreSQL {number // 10_000} is too old.", f"Use {_POSTGRES} or newer."))
    if number // 10_000 > _NEWEST_TRIED:
        verdicts.append(
            warn(f"PostgreSQL {number // 10_000} is newer than what Banyan was tried with.", "Update Banyan.")
        )
    if "beta" in (version := await installation.value("show server_version")) or "rc" in version or "devel" in version:
        verdicts.append(warn(f"PostgreSQL {version} is not finished.", "Use a released one."))
    return worst(*verdicts)


@check(
    "processes.files", "A connection is an open file: when there is none left nobody gets in, and nothing is logged."
)
async def files(installation: Installation) -> Verdict:
    """How many files the running process has open and may open; where none answers, what this machine allows one."""
    try:
        answer = await installation.site.ask_watched("/metrics")
        opened, most = fullest(read_figures(answer.body.decode(errors="replace")))
    except NotAnswering:
        opened, most = None, None
    if most is None:
        hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
        most = sys.maxsize if hard == resource.RLIM_INFINITY else hard
    told = f"{opened:.0f} of {most:,.0f} are open." if opened is not None else f"A process may open {most:,}."
    mend = "Raise what the system lets it: LimitNOFILE= of systemd, ulimits of Compose, ulimit -Hn."
    if opened is not None and opened > _WARN * most:
        return fail(told, mend) if opened > _FAIL * most else warn(told, mend)
    if installation.public and most < _FEW:
        return warn(told, mend)
    return ok(told)


def fullest(figures: Sequence[tuple[str, dict[str, str], float]]) -> tuple[float | None, float | None]:
    """The open files and the limit of the process that is nearest to it, of those that share the port."""
    opened = {labels.get("pid"): value for name, labels, value in figures if name == "process_open_fds"}
    most = {labels.get("pid"): value for name, labels, value in figures if name == "process_max_fds" and value}
    both = [(opened[pid], most[pid]) for pid in opened.keys() & most.keys()]
    return max(both, key=lambda each: each[0] / each[1], default=(None, None))


CHECKS = (versions, files)
