"""`banyan questions`: banks of questions as files of other programs."""

import asyncio
import sys
from pathlib import Path
from typing import Annotated, Literal
from uuid import UUID

from cyclopts import App, Parameter

from banyan import accounts, formats, schools
from banyan.cli.application import opened
from banyan.cli.installation import Data
from banyan.formats import Format, ImportResult, Written
from banyan.kit.actor import Actor
from banyan.kit.problems import NotFound

__all__ = ["app"]

app = App(name="questions")
Host = Annotated[str, Parameter(help="The school's host name; the default school unless given.")]


@app.command(name="import")
def import_(
    course: UUID,
    path: Path,
    *,
    teacher: Annotated[str, Parameter(help="The address of the teacher of the course in whose name this is done.")],
    format: Annotated[  # noqa: A002 -- as the interface calls it
        Format | Literal["auto"], Parameter(help="What the file is; seen from its content unless given.")
    ] = "auto",
    preview: Annotated[bool, Parameter(negative="", help="Only say what would come in.")] = False,
    host: Host = "",
    data: Data = None,
) -> None:
    """Put the questions of a GIFT, Aiken, Moodle XML or CSV file into a course's bank. What cannot be read is told."""
    try:
        content = path.read_bytes()
    except OSError as error:
        sys.exit(f"banyan: {error}")
    result = asyncio.run(_import(data, host, teacher, course, path.name, content, format, preview=preview))
    for problem in result.problems:
        print(f"{path}:{problem.line}: {problem.severity}: {problem.detail} [{problem.code}]")
    if preview:
        for question in result.questions:
            print(f"{path}:{question.line}: {question.kind}: {question.title}")
    print(f"{len(result.questions) if preview else result.created} questions, {len(result.problems)} remarks")


async def _import(
    data: Path | None,
    host: str,
    teacher: str,
    course: UUID,
    name: str,
    content: bytes,
    format_name: Format | Literal["auto"],
    *,
    preview: bool,
) -> ImportResult:
    async with opened(data) as kit:
        school = await schools.school_of_host(kit.db, kit.cache, host)
        found = (await accounts.accounts_by_email(kit.db.read(), school.id, [teacher])).values()
        for account in found:
            actor = Actor(account.id, school.id, account.role, UUID(int=0))
            if preview:
                return await formats.preview_questions(kit, actor, course, name, content, format_name)
            return await formats.import_questions(kit, actor, course, name, content, format_name)
        raise NotFound(f"Nobody at {school.name} has the address {teacher}.")


@app.command
def export(
    course: UUID,
    path: Path,
    *,
    format: Annotated[Format, Parameter(help="What to write.")] = "moodle_xml",  # noqa: A002 -- as above
    host: Host = "",
    data: Data = None,
) -> None:
    """Write the bank of a course to a new file. What the format cannot hold is told."""
    if path.exists():
        sys.exit(f"banyan: there is something at {path} already")
    written = asyncio.run(_export(data, host, course, format))
    try:
        path.write_bytes(written.content)
    except OSError as error:
        sys.exit(f"banyan: {error}")
    for problem in written.problems:
        print(f"{problem.question}: {problem.severity}: {problem.detail}")
    print(path)


async def _export(data: Path | None, host: str, course: UUID, format_name: Format) -> Written:
    async with opened(data) as kit:
        school = await schools.school_of_host(kit.db, kit.cache, host)
        operator = Actor(UUID(int=0), school.id, "admin", UUID(int=0))
        return await formats.export_questions(kit, operator, course, format_name)
