"""`banyan account`: people."""

import asyncio
import getpass
import sys
from pathlib import Path
from typing import Annotated, Literal

from cyclopts import App, Parameter

from banyan import accounts, schools
from banyan.cli.application import opened
from banyan.cli.installation import Data

__all__ = ["app"]

app = App(name="account")


@app.command
def create(
    email: str,
    *,
    name: str,
    role: Literal["admin", "teacher", "learner"] = "learner",
    password: Annotated[str | None, Parameter(help="Asked for, or read from standard input, unless given.")] = None,
    host: Annotated[str, Parameter(help="The school's host name; the default school unless given.")] = "",
    data: Data = None,
) -> None:
    """Create an account whose address counts as verified, or give an existing one this name, role and password."""
    if password is None:
        password = getpass.getpass("Password: ") if sys.stdin.isatty() else sys.stdin.readline().rstrip("\n")
    account = asyncio.run(_create(data, host, email, name, password, role))
    print(f"{account.email} is {account.role} ({account.id})")


async def _create(
    data: Path | None, host: str, email: str, name: str, password: str, role: Literal["admin", "teacher", "learner"]
) -> accounts.Account:
    async with opened(data) as kit:
        school = await schools.school_of_host(kit.db, kit.cache, host)
        return await accounts.ensure_account(kit.db, school.id, email, name, password, role)
