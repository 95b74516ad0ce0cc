"""Backups: younger than what may be lost, whole, elsewhere, and tried. Seeds 001, 002 and 004."""

from datetime import timedelta

from banyan.backup import Backups, Drill, OneOfMany, Standing, StoreUnreachable, standing
from banyan.doctor.installation import Installation
from banyan.doctor.model import Verdict, check, fail, ok, skip, warn, worst
from banyan.kit.trouble import Trouble
from banyan.settings import BackupSettings

__all__ = ["CHECKS"]

_UNTRIED = timedelta(days=35)  # the seeds ask for a drill each month
_OLD_BASE = timedelta(hours=36)
# Bytes that PostgreSQL writes of its own accord when nobody writes. A change that is smaller is told by backups.log.
_IDLE = 1024
_LAPTOP = "The settings name no place for backups, and this machine serves nobody but itself."
_NAME = "Let BANYAN_BACKUP_URL name a place on another machine (docs/operate/backups.md), and start Banyan again."


@check("backups.fresh", "What is younger than the newest copy is lost with the disk.", seconds=30)
async def fresh(installation: Installation) -> Verdict:
    """How much would be lost now, of what may be (BANYAN_BACKUP_RPO_SECONDS); gaps, and backups that are not whole."""
    if installation.public and not installation.settings.backup.archiving:
        return fail("The settings name no place for backups: no log is kept.", _NAME)
    found = await _standing(installation)
    if isinstance(found, Verdict):
        return found
    if found.reach is None:
        told = f"There is no whole backup, of {len(found.incomplete)}." if found.incomplete else "There is no backup."
        return fail(told, "Run `banyan backup create`; then see that a scheduler runs, which makes them.")
    verdicts = [await _exposed(installation, found)]
    if found.reach.gaps:
        verdicts.append(
            fail(
                f"Missing in the log: {'; '.join(found.reach.gaps[:3])}.",
                "Run `banyan backup create`: a new one begins after the gap.",
            )
        )
    if found.incomplete:
        verdicts.append(
            fail(
                f"Not whole: {', '.join(found.incomplete)}.",
                "Run `banyan backup create`; `banyan backup verify --every` looks at all.",
            )
        )
    if found.now - found.reach.since > _OLD_BASE:
        verdicts.append(
            warn(
                f"The newest base backup is of {found.reach.since:%Y-%m-%d %H:%M} UTC.",
                "The scheduler makes one a day: see that one runs, and its log.",
            )
        )
    return worst(*verdicts)


async def _exposed(installation: Installation, found: Standing) -> Verdict:
    rpo = installation.settings.backup.rpo_seconds
    exposure = found.exposure
    if found.reach is None or exposure is None:
        return ok("")
    position = await installation.value("select (pg_current_wal_insert_lsn() - '0/0')::bigint")
    if position - found.reach.end <= _IDLE:
        return ok("Everything that was written is in the store.")
    told = f"What was written after {found.reach.until:%H:%M:%S} UTC would be lost: {_span(exposure)} of {rpo:.0f} s."
    if exposure.total_seconds() > rpo:
        return fail(
            told,
            "See backups.log; then that a scheduler runs, or `banyan backup ship --continuous` with a server of yours.",
        )
    return ok(told)


@check("backups.log", "A base backup alone brings back yesterday. The log brings back the last minute.", seconds=30)
async def log(installation: Installation) -> Verdict:
    """How PostgreSQL hands over its log: by its archiver or to a receiver, whether that works, and what waits."""
    found = await _standing(installation)
    if isinstance(found, Verdict):
        return found
    archiver = found.archiver
    if not archiver.on:
        return fail(
            "PostgreSQL hands over no log.",
            "Start Banyan again, which sets its own server up for it; for a server of your own run "
            "`banyan backup ship --continuous`.",
        )
    if archiver.failing:
        return fail(
            f"PostgreSQL cannot hand over its log, and keeps {archiver.held >> 20} MiB of it.",
            "Its own log says why, or `banyan backup ship --continuous` does not run.",
        )
    waits = found.waiting
    age = found.now.timestamp() - waits.since if waits.since is not None else 0
    told = f"It is handed over; {waits.files} files wait to be brought into the store."
    if age > installation.settings.backup.rpo_seconds:
        return fail(
            told, "See that a scheduler runs and that the store takes them; `banyan backup ship` says what is wrong."
        )
    return ok(told)


@check(
    "backups.restorable",
    "A backup that was never restored is a hope. The seeds ask for 5 minutes lost and 15 until it runs.",
    seconds=30,
)
async def restorable(installation: Installation) -> Verdict:
    """What the last `banyan backup drill` found, against BANYAN_BACKUP_RPO_SECONDS and BANYAN_BACKUP_RTO_SECONDS."""
    found = await _standing(installation)
    if isinstance(found, Verdict):
        return found
    if found.drill is None:
        return warn(
            "No restore has been tried.", "Run `banyan backup drill`: it restores beside what runs, and compares."
        )
    return _drilled(found.drill, found.now - found.drill.at, installation.settings.backup)


def _drilled(drill: Drill, ago: timedelta, wanted: BackupSettings) -> Verdict:
    told = f"On {drill.at:%Y-%m-%d} RPO was {drill.rpo:.0f} s, RTO {drill.rto:.0f} s."
    if problems := drill.problems(rpo=wanted.rpo_seconds, rto=wanted.rto_seconds):
        return fail(
            f"On {drill.at:%Y-%m-%d}: {'; '.join(problems[:5])}.",
            "Of a table: `banyan backup verify`, `create`, then `drill` again. Of RPO or RTO: docs/operate/backups.md "
            "tells what makes it quicker.",
        )
    if ago > _UNTRIED:
        return warn(told, "That is more than a month ago: run `banyan backup drill`.")
    return ok(told)


@check("backups.elsewhere", "A copy on the same disk is lost with it.")
async def elsewhere(installation: Installation) -> Verdict:
    """Whether the place of the backups is on another disk than the data folder."""
    settings = installation.settings
    if not settings.backup.archiving:
        return _nowhere(installation)
    store = Backups(settings).store
    if store.folder is None:
        return ok(f"{store.name} is an object store.")
    if not store.folder.exists():
        return fail(f"{store.folder} is not there.", "Is its disk mounted?")
    if installation.embedded and store.folder.stat().st_dev == settings.data.stat().st_dev:
        return warn(f"{store.folder} is on the disk of the data folder.", _NAME)
    return ok(f"{store.folder} is on another disk than the database.")


async def _standing(installation: Installation) -> Standing | Verdict:
    if not installation.settings.backup.archiving:
        return _nowhere(installation)

    async def look() -> Standing | Verdict:
        await installation.connected()
        try:
            return await standing(Backups(installation.settings))
        except OneOfMany as trouble:
            return fail(str(trouble), "Back up every node as docs/operate/citus.md says.")
        except (Trouble, StoreUnreachable) as trouble:
            return fail(str(trouble), "Correct BANYAN_BACKUP_URL or its credentials, or bring the place back.")

    return await installation.once("backups", look)


def _nowhere(installation: Installation) -> Verdict:
    return skip("No place is named: see backups.fresh." if installation.public else _LAPTOP)


def _span(span: timedelta) -> str:
    return (
        f"{span.total_seconds():.0f} s"
        if span < timedelta(hours=1)
        else str(timedelta(seconds=round(span.total_seconds())))
    )


CHECKS = (fresh, log, restorable, elsewhere)
