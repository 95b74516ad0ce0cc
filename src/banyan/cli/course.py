"""`banyan course`: courses as folders and zips of Markdown."""

import asyncio
import sys
from pathlib import Path
from typing import Annotated
from uuid import UUID

from cyclopts import App, Parameter

from banyan import accounts, packages, schools
from banyan.cli.application import opened
from banyan.cli.installation import Data
from banyan.kit.actor import Actor
from banyan.kit.problems import NotFound
from banyan.packages import PackageUnreadable

__all__ = ["app"]

app = App(name="course")
Host = Annotated[str, Parameter(help="The school's host name; the default school unless given.")]


@app.command(name="import")
def import_(
    path: Path,
    *,
    teacher: Annotated[str, Parameter(help="The address of the teacher whose course it will be.")],
    publish: Annotated[bool, Parameter(negative="", help="Let learners read it at once.")] = False,
    host: Host = "",
    data: Data = None,
) -> None:
    """Make a course of a folder or a zip of Markdown. What is odd is reported line by line and stops nothing."""
    try:
        package = packages.read_folder(path) if path.is_dir() else packages.read_zip(path)
    except (PackageUnreadable, OSError) as error:
        sys.exit(f"banyan: {error}")
    imported = asyncio.run(_import(data, host, teacher, package, publish=publish))
    for line in imported.report:
        place = f"{line.file}:{line.line}" if line.line else line.file
        print(f"{place}: {line.severity}: {line.detail} [{line.code}]")
    lessons = sum(item.kind == "lesson" for module in package.modules for item in module.items)
    print(f"{package.title}: {lessons} lessons, {len(package.assets)} files, {len(imported.report)} remarks")
    print(imported.course_id)


async def _import(
    data: Path | None, host: str, teacher: str, package: packages.Package, *, publish: bool
) -> packages.Imported:
    async with opened(data) as kit:
        school = await schools.school_of_host(kit.db, kit.cache, host)
        found = (await accounts.accounts_by_email(kit.db.read(), school.id, [teacher])).values()
        for account in found:
            actor = Actor(account.id, school.id, account.role, UUID(int=0))
            return await packages.import_package(kit, actor, package, publish=publish)
        raise NotFound(f"Nobody at {school.name} has the address {teacher}.")


@app.command
def export(course: UUID, path: Path, *, host: Host = "", data: Data = None) -> None:
    """Write a course's draft to a new folder, or to a file whose name ends in .zip."""
    if path.exists() and (path.is_file() or any(path.iterdir())):
        sys.exit(f"banyan: there is something at {path} already")
    asyncio.run(_export(data, host, course, path))
    print(path)


async def _export(data: Path | None, host: str, course: UUID, path: Path) -> None:
    async with opened(data) as kit:
        school = await schools.school_of_host(kit.db, kit.cache, host)
        operator = Actor(UUID(int=0), school.id, "admin", UUID(int=0))
        package = await packages.export_course(kit, operator, course)
        if path.suffix == ".zip":
            with path.open("xb") as file:
                await asyncio.to_thread(packages.write_zip, package, file)
        else:
            await asyncio.to_thread(packages.write_folder, package, path)
