"""`banyan school`: the schools of an installation."""

import asyncio
import re
import unicodedata
from pathlib import Path
from typing import Annotated

from cyclopts import App, Parameter

from banyan import schools
from banyan.cli.application import opened
from banyan.cli.installation import Data
from banyan.settings import SettingsError

__all__ = ["app"]

app = App(name="school")
_HOST = re.compile(r"(?=.{1,253}\Z)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")


@app.command
def create(
    name: str,
    *,
    host: Annotated[str, Parameter(help="Where it is found; the first school answers every other name.")] = "",
    data: Data = None,
) -> None:
    """Create a school, or give the one of this name another host name."""
    host = host.strip().lower()
    if host and not _HOST.fullmatch(host):
        raise SettingsError(f"“{host}” is not a host name. Write it without a port, such as learn.hill.example.")
    letters = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    slug = re.sub(r"[^a-z0-9]+", "-", letters).strip("-") or host
    if not slug or not name.strip():
        raise SettingsError("A school needs a name, or a host name.")
    school = asyncio.run(_create(data, slug, " ".join(name.split()), host))
    print(f"{school.name} ({school.id}){f' is at {host}' if host else ''}")


async def _create(data: Path | None, slug: str, name: str, host: str) -> schools.School:
    async with opened(data) as kit:
        return await schools.ensure_school(kit.db, slug, name, host=host or None)
