"""Who on this machine may read what is secret: the settings and the data. Banyan has no key file of its own."""

import os
import stat
from pathlib import Path

from banyan.doctor.installation import Installation
from banyan.doctor.model import Verdict, check, fail, ok, skip, warn, worst
from banyan.kit.objects import folder_of
from banyan.settings import SECRETS, hidden

__all__ = ["CHECKS"]

_OTHERS, _OTHERS_READ, _OTHERS_WRITE, _GROUP_WRITES = 0o007, 0o004, 0o002, 0o020
_PASS = 0o011  # what PostgreSQL's own user needs of the data folder


@check("secrets.settings", "Passwords of the database, mail and stores are in it: who reads them has them.")
async def settings_file(installation: Installation) -> Verdict:
    """The permissions of banyan.toml (or of what BANYAN_CONFIG names), and of a file that a password is read from."""
    files = [_settings_file(installation)]
    if pgpass := os.environ.get("PGPASSFILE"):
        files.append(Path(pgpass))
    there = [file for file in files if file.is_file()]
    if not there:
        return skip("There is none: the settings come from the environment.")
    urls = [getattr(getattr(installation.settings, concern), name) for concern, name in SECRETS]
    secret = any(hidden(url) != url for url in urls)
    return worst(*(_judged(file, secret=secret) for file in there))


def _judged(file: Path, *, secret: bool) -> Verdict:
    mode = stat.S_IMODE(file.stat().st_mode)
    mend = f"chmod 600 {file}, or 640 with a group of Banyan's own."
    if mode & _OTHERS_WRITE:
        return fail(f"Everybody on this machine may change {file} ({mode:04o}).", mend)
    if mode & _OTHERS_READ and secret:
        return fail(f"Everybody on this machine may read {file} ({mode:04o}).", mend)
    return ok(f"{file} is {mode:04o}.")


@check("secrets.folders", "The database and what people have uploaded lie in it, as files that can be copied.")
async def folders(installation: Installation) -> Verdict:
    """Whether others on this machine may read the data folder, or what is in it: database, files, mail, backups."""
    settings = installation.settings
    if not settings.data.is_dir():
        return skip(f"There is no {settings.data}.")
    kept = [settings.data / name for name in ("postgres", "files", "mail", "backups")]
    elsewhere = (settings.storage_url, settings.backup_url, settings.archive_url)
    kept += [folder for place in elsewhere if (folder := folder_of(place))]
    # What lies in a folder that nobody may enter needs no lock of its own.
    open_to = settings.data.stat().st_mode & _PASS
    verdicts = [_folder(settings.data, allowed=_PASS)]
    verdicts += [
        _folder(folder)
        for folder in dict.fromkeys(kept)
        if folder.is_dir() and (open_to or not folder.is_relative_to(settings.data))
    ]
    return worst(ok(f"{settings.data} and what is kept elsewhere is for its owner alone."), *verdicts)


def _folder(folder: Path, allowed: int = 0) -> Verdict:
    mode = stat.S_IMODE(folder.stat().st_mode)
    mend = f"chmod {0o700 | mode & allowed:o} {folder}."
    if mode & ~allowed & _OTHERS:
        return fail(f"Everybody on this machine may go into {folder} ({mode:04o}).", mend)
    if mode & _GROUP_WRITES:
        return warn(f"A group may change what is in {folder} ({mode:04o}).", mend)
    return ok("")


def _settings_file(installation: Installation) -> Path:
    named = os.environ.get("BANYAN_CONFIG")
    return Path(named) if named else installation.settings.data / "banyan.toml"


CHECKS = (settings_file, folders)
