"""`banyan backup`: make, look at, check and restore backups of the database."""

import asyncio
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from pathlib import Path

from cyclopts import App

from banyan.backup import Backup, Backups, Receiver, Verdict, copy_files, parse_moment, points, standing, written
from banyan.cli.installation import Data, begun, load_settings
from banyan.kit.problems import Unavailable
from banyan.kit.telemetry import set_up_logs
from banyan.kit.trouble import Trouble
from banyan.settings import Settings

__all__ = ["app"]

app = App(name="backup")
_PACE = 60.0  # seconds between two shipments


@app.command
def create(*, files: bool = False, data: Data = None) -> None:
    """Make a base backup, and throw away what is older than is to be kept.

    Parameters
    ----------
    files:
        Copy the files in storage too, those that are not there yet.
    """
    with _opened(data) as backups:
        backup = asyncio.run(backups.create())
        print(f"{backup.id}  {_size(backup.stored_size)} in {backups.store.name}{_of_node(backup)}")
        print(f"restores to {written(backup.ended_at)}" + ("" if backups.continuous else _NO_LOG))
        if files:
            done = asyncio.run(copy_files(backups))
            print(f"files: {done.copied} copied, {done.known} were there, {_size(done.size)} in all")
        else:
            print(f"Files in {backups.settings.storage_url} are not part of it (--files takes them along).")


@app.command(name="list")
def list_(*, data: Data = None) -> None:
    """Tell which backups there are, and which times can be restored to."""
    backups = Backups(_settings(data))
    found = asyncio.run(backups.reaches())
    for reach in found:
        backup = reach.backup
        times = f"{written(reach.since)} to {written(reach.until)}"
        print(f"{backup.id}  {_size(backup.stored_size):>9}  {times}{_of_node(backup)}")
        for lost in (*reach.lacks, *reach.gaps):
            print(f"    missing: {lost}")
    if not found:
        print(f"There is no backup in {backups.store.name}.")
    if names := asyncio.run(points(backups.store)):
        print(f"{len(names)} points of all nodes, from {names[0]} to {names[-1]}")


@app.command
def verify(name: str | None = None, /, *, every: bool = False, data: Data = None) -> None:
    """Read the newest backup and all the log after it, and say what is wrong; exit status 1 if anything is.

    Parameters
    ----------
    name:
        Another backup.
    every:
        All of them.
    """
    backups = Backups(_settings(data))
    verdicts = asyncio.run(backups.verify(name, every=every))
    for verdict in verdicts:
        _print_verdict(verdict)
    sys.exit(1 if any(verdict.problems for verdict in verdicts) else 0)


@app.command
def point(*, data: Data = None) -> None:
    """On the coordinator of a Citus cluster: make a moment that every node can be restored to, and name it."""
    with _opened(data) as backups:
        print(asyncio.run(backups.point()))


@app.command
def restore(
    *,
    at: str | None = None,
    point: str | None = None,
    to: Path | None = None,
    timeline: int | None = None,
    data: Data = None,
) -> None:
    """Put the database back as it was, into an empty folder.

    Parameters
    ----------
    at:
        A moment such as 2026-03-29T10:15:00+02:00 or "2026-03-29 10:15" in this machine's time zone; as far as the
        backups reach unless it is given.
    point:
        The name of a moment that the other nodes of a Citus cluster are restored to as well (banyan backup list).
    to:
        The folder; that of the embedded PostgreSQL unless another is named.
    timeline:
        Which of several histories to follow, when restores have made more than one; the newest unless told.
    """
    settings = _settings(data)
    backups = Backups(settings)
    if at and point:
        raise Trouble("Give --at or --point, not both.")
    moment = parse_moment(at) if at else None
    if moment:
        print(f"Restoring to {written(moment)}.", flush=True)
    done = asyncio.run(backups.restore((to or settings.data / "postgres").absolute(), moment, timeline, point))
    print(f"Restored {done.backup.id} into {done.folder} in {done.seconds:.0f} s.")
    if done.backup.node:
        print(f"It is one node of a Citus cluster, the {done.backup.node}. Restore every node to one --point.")
    print(f"The last change in it was made at {written(done.last_commit or done.backup.ended_at)}.")
    for gap in done.beyond:
        print(f"It ends there because of what is missing in the store: {gap}.")
    if to is None and backups.embedded:
        print("Files in storage are as they were. Start Banyan.")
    else:
        print(f"The database's files are in {done.folder / 'data'}.")


@app.command
def drill(*, data: Data = None) -> None:
    """Restore into a scratch server, compare, and measure RPO and RTO; exit status 1 if not all is well."""
    with _opened(data) as backups:
        wanted = backups.settings.backup
        found = asyncio.run(backups.drill(pace=_PACE, tell=lambda words: print(words, flush=True)))
    print(f"compared  {found.tables} tables, {found.rows} rows: {'; '.join(found.different) or 'all as they were'}")
    for name, measured, promised in (("RPO", found.rpo, wanted.rpo_seconds), ("RTO", found.rto, wanted.rto_seconds)):
        print(f"{name}  {_span(measured):>10}  of {_span(promised)}  {'ok' if measured <= promised else 'MISSED'}")
    if not found.continuous:
        print("RPO is the age of the newest backup: set [backup] url, and the log is kept too.")
    sys.exit(1 if found.problems(rpo=wanted.rpo_seconds, rto=wanted.rto_seconds) else 0)


@app.command
def ship(*, continuous: bool = False, data: Data = None) -> None:
    """Bring the log into the store: what waits, or with --continuous that of a server of your own until Ctrl-C."""
    with _opened(data) as backups:
        if continuous:
            if backups.embedded:
                raise Unavailable(
                    "The embedded PostgreSQL hands its log over by itself: set [backup] url, and Banyan ships it. "
                    "--continuous is for a server of your own."
                )
            set_up_logs(backups.settings.log.level, as_json=backups.settings.log.format == "json")
            with suppress(KeyboardInterrupt):
                asyncio.run(_receive(backups))
            return
        done = asyncio.run(backups.ship())
    reaching = f", up to {written(done.until)}" if done.until else ""
    print(f"{done.files} files shipped{reaching}")
    for name in done.broken:
        print(f"{backups.archive / name} is broken and stays where it is")
    sys.exit(1 if done.broken else 0)


@app.command
def status(*, data: Data = None) -> None:
    """Tell how backups stand now."""
    with _opened(data) as backups:
        found = asyncio.run(standing(backups))
    print(f"store     {backups.store.name}" + ("" if found.continuous else " (no log: [backup] url is not set)"))
    for since, until in found.spans:
        print(f"restores  {written(since)} to {written(until)}")
    if found.base_age is None or found.exposure is None:
        print("restores  nothing: there is no backup that is whole. Make one: banyan backup create")
    else:
        print(f"newest    {_span(found.base_age.total_seconds())} old")
        print(f"exposed   {_span(found.exposure.total_seconds())}")
    for name in found.incomplete:
        print(f"broken    {name}: some of its files are missing (banyan backup list)")
    for gap in found.reach.gaps if found.reach else ():
        print(f"missing   {gap}")
    print(f"waiting   {found.waiting.files} files, {_size(found.waiting.size)}")
    if found.archiver.failing:
        print(f"held      {_size(found.archiver.held)}: PostgreSQL cannot hand over its log; its own log says why")
    if found.drill:
        wanted = backups.settings.backup
        wrong = found.drill.problems(rpo=wanted.rpo_seconds, rto=wanted.rto_seconds)
        measured = f"RPO {_span(found.drill.rpo)}, RTO {_span(found.drill.rto)}"
        print(f"drill     {written(found.drill.at)}: {measured}, {'; '.join(wrong) or 'all well'}")
    else:
        print("drill     never: banyan backup drill")


_NO_LOG = ", and to no later moment: set [backup] url for that"


@contextmanager
def _opened(data: Path | None) -> Iterator[Backups]:
    """The backups, with the database running."""
    with begun(data) as (settings, _):
        yield Backups(settings)


def _settings(data: Path | None) -> Settings:
    settings = load_settings(data)
    set_up_logs("warning", as_json=False)
    return settings


async def _receive(backups: Backups) -> None:
    folder = backups.settings.data / "wal-received"
    await Receiver(backups.source, await backups.shelf(), folder, _PACE).run()


def _of_node(backup: Backup) -> str:
    return f"  the {backup.node} alone" if backup.node else ""


def _print_verdict(verdict: Verdict) -> None:
    reach = verdict.reach
    print(f"{verdict.backup.id}  {written(reach.since)} to {written(reach.until)}  {len(reach.line)} segments read")
    for problem in verdict.problems:
        print(f"    {problem}")
    if not verdict.problems:
        print("    all is as it was put there")


def _span(seconds: float) -> str:
    return f"{seconds:.1f} s" if seconds < 120 else str(timedelta(seconds=round(seconds)))


def _size(size: int) -> str:
    return f"{size / (1 << 20):.1f} MiB" if size < 1 << 30 else f"{size / (1 << 30):.1f} GiB"
