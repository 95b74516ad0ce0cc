"""From a file to a bank: read, looked at, its pictures taken in, all of it in one transaction."""

import asyncio
import re
from collections.abc import AsyncIterator, Mapping
from typing import Literal
from uuid import UUID

import msgspec

from banyan import courses, files
from banyan.files import FileInfo, Received
from banyan.formats.exchange import detect, read_as
from banyan.formats.fitting import fitting
from banyan.formats.model import Format, TooLarge, Unreadable
from banyan.formats.results import BrokenImport, ImportResult, found
from banyan.kit import problems
from banyan.kit.actor import Actor
from banyan.kit.database import Reader
from banyan.kit.deeds import Deed, Detail
from banyan.kit.problems import Problem
from banyan.kit.toolbox import Kit
from banyan.questions import (
    ImportProblem,
    Question,
    Reading,
    add_questions,
    markdown_of,
    may_write,
    questions_in_bank,
    with_markdown,
)

__all__ = ["Choice", "import_questions", "preview_questions"]

Choice = Format | Literal["auto"]
_NAMED = re.compile(r"@@([A-Za-z0-9._-]{1,120})@@")
_SHOWN = 1_000
_LONGEST_NAME = 200
_IN_TURN = asyncio.Semaphore(2)  # reading a large file is work for a processor, which others need too


async def preview_questions(
    kit: Kit, actor: Actor, course_id: UUID, name: str, data: bytes, choice: Choice
) -> ImportResult:
    """What an import would bring; nothing is kept.

    Raises:
        NotFound, Forbidden: the actor does not teach the course.
        BrokenImport: nothing can be made of the file.
        TooLarge: it has too many bytes or questions.
    """
    may_write(actor, await courses.course_head(kit.db, kit.cache, course_id))
    reading = await _read(name, data, choice)
    return ImportResult(
        questions=[found(line, question) for line, question in reading.questions[:_SHOWN]],
        problems=reading.problems,
        created=0,
    )


async def import_questions(
    kit: Kit, actor: Actor, course_id: UUID, name: str, data: bytes, choice: Choice, category_id: UUID | None = None
) -> ImportResult:
    """Put the questions of a file into a course's bank: all that can be read, or nothing if the bank cannot take them.

    Raises:
        NotFound, Forbidden: the actor does not teach the course.
        BrokenImport: nothing can be made of the file.
        TooLarge: it has too many bytes or questions.
        NoSuchCategory, BankFull: see `questions.add_questions`.
    """
    may_write(actor, await courses.course_head(kit.db, kit.cache, course_id))
    reading = await _read(name, data, choice)
    received, refused = await _receive(kit, reading)
    async with kit.db.write() as tx:
        course = await courses.head_for_write(tx, course_id)
        may_write(actor, course)
        infos = await files.add_files(tx, course.school_id, course_id, list(received.values()))
        led = await asyncio.to_thread(_led, reading, dict(zip(received, infos, strict=True)))
        whole = await _with_own_files(tx, course_id, led)
        ids = await add_questions(tx, actor, course, [one for _, one in whole.questions], category_id=category_id)
        kept = await questions_in_bank(tx, ids[:_SHOWN])
        if ids:
            told: dict[str, Detail] = {"file": name[:_LONGEST_NAME], "questions": len(ids)}
            await tx.emit(Deed(actor, "questions.imported", f"course:{course_id}", course_id, told))
    shown = zip(whole.questions, kept, strict=False)
    return ImportResult(
        questions=[found(line, question, one) for (line, question), one in shown],
        problems=sorted([*whole.problems, *refused], key=lambda problem: problem.line),
        created=len(ids),
    )


async def _read(name: str, data: bytes, choice: Choice) -> Reading:
    async with _IN_TURN:
        return await asyncio.to_thread(_reading, name, data, choice)


def _reading(name: str, data: bytes, choice: Choice) -> Reading:
    try:
        return fitting(read_as(detect(name, data) if choice == "auto" else choice, data))
    except TooLarge as error:
        raise problems.TooLarge(error.detail) from None
    except Unreadable as error:
        raise BrokenImport(error.detail) from None


async def _receive(kit: Kit, reading: Reading) -> tuple[dict[str, Received], list[ImportProblem]]:
    """Take in the files that questions name; those that are not accepted are problems."""
    received: dict[str, Received] = {}
    refused: list[ImportProblem] = []
    for name, line in _names(reading).items():
        try:
            received[name] = await files.receive(kit, name, _chunk(reading.files[name]))
        except Problem as problem:
            detail = f"The file “{name}” was left out: {problem.detail or problem.title}"
            refused.append(ImportProblem(line, "warning", problem.code, detail))
    return received, refused


async def _chunk(content: bytes) -> AsyncIterator[bytes]:
    yield content


def _names(reading: Reading) -> dict[str, int]:
    """The files that came along and are named, each with the line of the first question that does."""
    named: dict[str, int] = {}
    if reading.files:
        for line, question in reading.questions:
            for _, text in markdown_of(question.body):
                for name in _NAMED.findall(text):
                    if name in reading.files:
                        named.setdefault(name, line)
    return named


def _led(reading: Reading, infos: Mapping[str, FileInfo]) -> Reading:
    """The questions with the addresses of their files."""
    if not infos:
        return reading
    urls = {name: files.url(info.id, info.name) for name, info in infos.items()}

    def lead(text: str) -> str:
        return _NAMED.sub(lambda match: urls.get(match[1], match[0]), text)

    questions = [
        (line, msgspec.structs.replace(question, body=with_markdown(question.body, lead)))
        for line, question in reading.questions
    ]
    return fitting(Reading(questions, reading.problems))


async def _with_own_files(db: Reader, course_id: UUID, reading: Reading) -> Reading:
    """The questions but those that show a file of Banyan which is not the course's."""
    named = [(line, question, _file_ids(question)) for line, question in reading.questions]
    wanted: set[UUID] = set().union(*(ids for _, _, ids in named))
    own = set(await files.files_by_id(db, course_id, wanted))
    foreign = [
        ImportProblem(line, "error", "missing_file", "It shows a file that this course has not.", question.title[:80])
        for line, question, ids in named
        if ids - own
    ]
    questions = [(line, question) for line, question, ids in named if not ids - own]
    return Reading(questions, [*reading.problems, *foreign])


def _file_ids(question: Question) -> set[UUID]:
    return {file_id for _, text in markdown_of(question.body) for file_id in courses.file_ids_in(text)}
