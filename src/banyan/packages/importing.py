"""From a package to a course: its files taken in, its links led to where things are now, its draft written."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from functools import partial
from pathlib import PurePosixPath
from typing import NamedTuple
from uuid import UUID

import msgspec

from banyan import assessments, courses, files, questions, revisions
from banyan.assessments import DraftRow
from banyan.courses import NewCourse, NewItem, NewModule
from banyan.files import FileInfo, Received
from banyan.kit.actor import Actor
from banyan.kit.database import Writer
from banyan.kit.ids import new_id
from banyan.kit.markdown import retarget
from banyan.kit.problems import Problem
from banyan.kit.toolbox import Kit
from banyan.packages.bank import BANK, categories_drawn, leads, sections_of, with_texts
from banyan.packages.model import Asset, Package, PackageItem, ReportLine
from banyan.packages.model_tests import PackageQuestion, PackageTest
from banyan.packages.references import References

__all__ = ["Imported", "import_package"]

_CHUNK = 1 << 20
_LONGEST_TITLE = 200
_LONGEST_SUMMARY = 2_000


class Imported(NamedTuple):
    """The course that came of a package, and everything that was odd about it."""

    course_id: UUID
    report: list[ReportLine]


async def import_package(kit: Kit, actor: Actor, package: Package, *, publish: bool = False) -> Imported:
    """Make a package a course of the actor's: all of it in one transaction, or nothing.

    A file that Banyan does not accept is reported and left out. With `publish` the draft is published then;
    tests are still to be published one by one.

    Raises:
        Forbidden: the actor may not make courses.
        CourseTooLarge, BankFull: the package holds more than a course can.
    """
    courses.may_create(actor)
    received, refused = await _receive(kit, package)
    async with kit.db.write() as tx:
        course_id = await courses.add_course(tx, actor, _settings(package))
        infos = await files.add_files(tx, actor.school_id, course_id, list(received.values()))
        taken_in = dict(zip(received, infos, strict=True))
        made = await asyncio.to_thread(_made, package, taken_in)
        await courses.write_draft(tx, kit.cache, course_id, made.modules, new_tests=made.tests)
        await _assess(tx, actor, course_id, made, list(package.bank.categories.values()))
        cover = taken_in.get(package.cover or "")
        if cover is not None and cover.media_type.startswith("image/"):
            await courses.set_cover(tx, kit.cache, course_id, cover.id)
    if publish and any(module.items for module in made.modules):
        await revisions.publish(kit.db, kit.cache, actor, course_id, "")
    return Imported(course_id, sorted([*package.report, *refused], key=lambda line: (line.file, line.line or 0)))


async def _receive(kit: Kit, package: Package) -> tuple[dict[str, Received], list[ReportLine]]:
    """Take the files in, by their paths; those that are not accepted are lines of the report."""
    received: dict[str, Received] = {}
    refused: list[ReportLine] = []
    for path, asset in package.assets.items():
        try:
            received[path] = await files.receive(kit, PurePosixPath(path).name, _chunks(asset))
        except Problem as problem:
            refused.append(ReportLine(path, None, "error", problem.code, problem.detail or problem.title))
    return received, refused


async def _chunks(asset: Asset) -> AsyncIterator[bytes]:
    with asset.open() as content:
        while chunk := await asyncio.to_thread(content.read, _CHUNK):
            yield chunk


def _settings(package: Package) -> NewCourse:
    return NewCourse(
        title=package.title[:_LONGEST_TITLE],
        summary=package.summary[:_LONGEST_SUMMARY],
        category=package.category,
        difficulty=package.difficulty,
        language=package.language,
    )


class _Made(NamedTuple):
    """What becomes of a package: the draft, tests by the ids of their items, and questions by their lines."""

    modules: list[NewModule]
    tests: dict[UUID, PackageTest]
    questions: dict[int, PackageQuestion]


def _made(package: Package, infos: Mapping[str, FileInfo]) -> _Made:
    ids = {id(item): new_id() for module in package.modules for item in module.items}
    by_path = {item.path: ids[id(item)] for module in package.modules for item in module.items if item.path}
    lead = partial(_led, References.of(package), by_path, infos)
    modules: list[NewModule] = []
    tests: dict[UUID, PackageTest] = {}
    for module in package.modules:
        kept = [item for item in module.items if item.asset is None or item.asset in infos]
        items = [_item(item, ids[id(item)], lead, infos) for item in kept]
        modules.append(NewModule(id=new_id(), title=module.title[:_LONGEST_TITLE], items=items))
        tests |= {ids[id(item)]: with_texts(item.test, partial(lead, item.path or "")) for item in kept if item.test}
    asked = {
        line: msgspec.structs.replace(question, body=questions.with_markdown(question.body, partial(lead, BANK)))
        for line, question in package.bank.questions.items()
    }
    return _Made(modules, tests, asked)


async def _assess(tx: Writer, actor: Actor, course_id: UUID, made: _Made, categories: list[list[str]]) -> None:
    """Fill the bank of a course, and make its tests of it; their items are there."""
    course = await courses.head_for_write(tx, course_id)
    paths = [questions.category_path(names) for names in [*categories, *categories_drawn(made.tests.values())]]
    category_of = await questions.categories_at(tx, course, paths) if paths else {}
    question_of: dict[int, UUID] = {}
    if made.questions:
        added = await questions.add_questions(tx, actor, course, list(made.questions.values()))
        question_of = dict(zip(made.questions, added, strict=True))
        aside = [question_of[line] for line, question in made.questions.items() if question.archived]
        await questions.archive_questions(tx, *aside)
    if made.tests:
        drafts = [
            DraftRow(test_id, test.settings, sections_of(test, question_of, category_of))
            for test_id, test in made.tests.items()
        ]
        await assessments.add_tests(tx, course.school_id, course_id, drafts)


def _led(
    references: References, by_path: Mapping[str, UUID], infos: Mapping[str, FileInfo], origin: str, source: str
) -> str:
    """A text that stands at `origin`, with its links leading to where things are now."""

    def lead(target: str) -> str | None:
        found = references.locate(target, origin)
        if found is None:
            return None
        fragment = f"#{found.fragment}" if found.fragment else ""
        if found.is_item:
            return f"item:{by_path[found.path]}{fragment}"
        info = infos.get(found.path)
        return files.url(info.id, info.name) + fragment if info else None

    return retarget(source, lead) if leads(source) else source


def _item(item: PackageItem, item_id: UUID, lead: Callable[[str, str], str], infos: Mapping[str, FileInfo]) -> NewItem:
    if item.test is not None:
        return NewItem(id=item_id, kind="test", title=item.title[:_LONGEST_TITLE])
    return NewItem(
        id=item_id,
        kind=item.kind,
        title=item.title[:_LONGEST_TITLE],
        source=lead(item.path or "", item.source),
        url=item.url,
        file_id=infos[item.asset].id if item.asset else None,
        minutes=item.minutes or courses.minutes_for(len(item.source.split())),
        release_at=item.release_at,
        due_at=item.due_at,
    )
