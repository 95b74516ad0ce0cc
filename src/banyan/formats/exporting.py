"""From a bank to a file."""

import asyncio
import re
from collections.abc import Mapping
from pathlib import PurePosixPath
from uuid import UUID

import msgspec

from banyan import courses, files
from banyan.files import FileInfo
from banyan.formats.exchange import write_as
from banyan.formats.fitting import numbered
from banyan.formats.model import Format, Written
from banyan.kit.actor import Actor
from banyan.kit.storage import Storage
from banyan.kit.toolbox import Kit
from banyan.questions import Question, all_questions, markdown_of, may_browse, with_markdown

__all__ = ["export_questions"]

_ADDRESS = re.compile(r"/api/v1/files/([0-9a-fA-F-]{36})(?:/[^\s)\"'<>]*)?")
_UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")
_MOST_BYTES = 14 << 20  # of files in one file of questions: as base64 they and the questions can be read again


async def export_questions(
    kit: Kit, actor: Actor, course_id: UUID, format_name: Format, category_id: UUID | None = None
) -> Written:
    """The questions of a course's bank that are not archived, or those of a category and below, as a file.

    Raises:
        NotFound, Forbidden: the actor is not on the staff of the course.
    """
    may_browse(actor, await courses.course_head(kit.db, kit.cache, course_id))
    db = kit.db.read()
    found = await all_questions(db, course_id, category_id)
    infos: Mapping[UUID, FileInfo] = {}
    if format_name == "moodle_xml":
        named = {file_id for one in found for _, text in markdown_of(one.body) for file_id in courses.file_ids_in(text)}
        infos = await files.files_by_id(db, course_id, named)
    return await asyncio.to_thread(_written, kit.storage, format_name, found, infos)


def _written(storage: Storage, format_name: Format, found: list[Question], infos: Mapping[UUID, FileInfo]) -> Written:
    names = _names(infos)
    contents = {}
    for file_id, name in names.items():
        with storage.open(infos[file_id].digest) as content:
            contents[name] = content.read()

    def lead(text: str) -> str:
        return _ADDRESS.sub(lambda match: _led(match, names), text)

    plain = [
        msgspec.structs.replace(one, body=with_markdown(one.body, lead)) if names else one
        for one in map(numbered, found)
    ]
    return write_as(format_name, plain, contents)


def _led(match: re.Match[str], names: Mapping[UUID, str]) -> str:
    try:
        name = names.get(UUID(match[1]))
    except ValueError:
        return match[0]
    return f"@@{name}@@" if name else match[0]


def _names(infos: Mapping[UUID, FileInfo]) -> dict[UUID, str]:
    """A name for each file, as many as one file can carry; different ones for different files."""
    names: dict[UUID, str] = {}
    room = _MOST_BYTES
    for file_id, info in sorted(infos.items()):
        room -= info.size
        if room < 0:
            break
        path = PurePosixPath(_UNSAFE.sub("-", info.name).strip("-.") or "file")
        name, again = f"{path.stem[:80]}{path.suffix[:12]}", 1
        while name in names.values():
            again += 1
            name = f"{path.stem[:80]}-{again}{path.suffix[:12]}"
        names[file_id] = name
    return names
