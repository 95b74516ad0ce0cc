"""From a course to a package: the draft as files that anyone can keep, read, and import again."""

import asyncio
from collections.abc import Iterable, Mapping
from functools import partial
from pathlib import PurePosixPath
from posixpath import dirname, relpath
from typing import NamedTuple
from urllib.parse import unquote, urlsplit
from uuid import UUID

import msgspec

from banyan import assessments, courses, files, questions
from banyan.assessments import DraftRow
from banyan.courses import CourseHead, Draft, DraftItemRow
from banyan.files import FileInfo
from banyan.kit.actor import Actor
from banyan.kit.markdown import retarget
from banyan.kit.storage import Storage
from banyan.kit.toolbox import Kit
from banyan.packages.bank import leads, test_of, texts_of_question, with_texts
from banyan.packages.model import Asset, Package, PackageItem, PackageModule
from banyan.packages.model_tests import PackageBank, PackageQuestion, PackageTest
from banyan.packages.writing import name_paths
from banyan.questions import BankContents, BankEntry

__all__ = ["export_course"]


async def export_course(kit: Kit, actor: Actor, course_id: UUID) -> Package:
    """The draft of a course as a package, with its tests, its questions, and every file that is shown.

    What its tests use of other courses comes along as questions of its own. Archived questions stay behind unless a
    test has them; so does what a test was when it was published.

    Raises:
        NotFound, Forbidden: the actor is not on its staff.
    """
    course = await courses.course_head(kit.db, kit.cache, course_id)
    courses.may_see_draft(actor, course)
    db = kit.db.read()
    draft = await courses.draft(db, course_id)
    ids = [item.id for module in draft.modules for item in module.items if item.kind == "test"]
    tests = {test.id: test for test in await assessments.drafts_in(db, course_id, ids)} if ids else {}
    asked = [entry for test in tests.values() for section in test.sections for entry in section.entries]
    named = {(entry.question_id, entry.version) for entry in asked if entry.question_id is not None}
    drawn = {entry.draw.category_id for entry in asked if entry.draw and entry.draw.category_id is not None}
    bank = await questions.bank_contents(db, course, named, drawn)
    infos = await files.files_by_id(db, course_id, courses.files_shown(course, draft) | _shown(tests, bank, course_id))
    for other in {one.course_id for one in bank.entries} - {course_id}:
        infos |= await files.files_by_id(db, other, _shown({}, bank, other))
    return await asyncio.to_thread(_package, kit.storage, course, draft, _Assessed(tests, bank), infos)


class _Assessed(NamedTuple):
    """The tests of a course, by their ids, and its bank."""

    tests: Mapping[UUID, DraftRow]
    bank: BankContents


def _shown(tests: Mapping[UUID, DraftRow], bank: BankContents, course_id: UUID) -> set[UUID]:
    """The files of a course that these tests and questions show."""
    texts = [text for test in tests.values() for text in assessments.texts_of(test.settings, test.sections)]
    for entry in bank.entries:
        if entry.course_id == course_id:
            texts += texts_of_question(entry.question)
    return {file_id for text in texts for file_id in courses.file_ids_in(text)}


def _package(
    storage: Storage, course: CourseHead, draft: Draft, assessed: _Assessed, infos: Mapping[UUID, FileInfo]
) -> Package:
    paths = _paths(infos.values())
    rows = [
        item for module in draft.modules for item in module.items if item.kind != "test" or item.id in assessed.tests
    ]
    known = {row.id for row in rows}
    categories = dict(enumerate(assessed.bank.categories.values(), 1))
    lines = dict(enumerate(assessed.bank.entries, len(categories) + 1))
    line_of = _lines(lines)
    tests = {test_id: test_of(test, line_of, assessed.bank.categories) for test_id, test in assessed.tests.items()}
    named = name_paths(
        Package(
            course.title,
            course.summary,
            course.category,
            course.difficulty,
            course.language,
            paths.get(course.cover_id) if course.cover_id else None,
            [
                PackageModule(module.title, [_item(item, paths, tests) for item in module.items if item.id in known])
                for module in draft.modules
            ],
            {
                paths[info.id]: Asset(paths[info.id], info.size, partial(storage.open, info.digest))
                for info in infos.values()
            },
        )
    )
    items = [item for module in named.modules for item in module.items]
    path_of = {str(row.id): item.path for row, item in zip(rows, items, strict=True) if item.path}
    path_of |= {str(file_id): path for file_id, path in paths.items()}
    modules = [PackageModule(module.title, [_led(item, path_of) for item in module.items]) for module in named.modules]
    asked = {number: _question(entry, path_of) for number, entry in lines.items()}
    return msgspec.structs.replace(named, modules=modules, bank=PackageBank(categories, asked))


def _lines(lines: Mapping[int, BankEntry]) -> dict[tuple[UUID, int | None], int]:
    """Where a question is, at a version or (None) at its newest."""
    found: dict[tuple[UUID, int | None], int] = {}
    newest: dict[UUID, int] = {}
    for number, entry in lines.items():
        found[entry.id, entry.version] = number
        if entry.version >= newest.get(entry.id, 0):
            newest[entry.id] = entry.version
            found[entry.id, None] = number
    return found


def _question(entry: BankEntry, path_of: Mapping[str, str]) -> PackageQuestion:
    asked = msgspec.structs.asdict(entry.question)
    asked["body"] = questions.with_markdown(entry.question.body, partial(_leading, path_of, ""))
    return PackageQuestion(**asked, archived=entry.archived)


def _paths(infos: Iterable[FileInfo]) -> dict[UUID, str]:
    """A path for each file: its own name below `files/`, with a number where two have the same."""
    taken: set[str] = set()
    paths: dict[UUID, str] = {}
    for info in sorted(infos, key=lambda info: info.id):
        name = PurePosixPath(info.name)
        path, again = f"files/{name}", 1
        while path.casefold() in taken:
            again += 1
            path = f"files/{name.stem}-{again}{name.suffix}"
        taken.add(path.casefold())
        paths[info.id] = path
    return paths


def _item(row: DraftItemRow, paths: Mapping[UUID, str], tests: Mapping[UUID, PackageTest]) -> PackageItem:
    return PackageItem(
        row.kind,
        row.title,
        row.source,
        row.url,
        paths.get(row.file_id) if row.file_id else None,
        row.release_at,
        row.due_at,
        row.minutes if row.kind != "test" else None,
        test=tests.get(row.id),
    )


def _led(item: PackageItem, path_of: Mapping[str, str]) -> PackageItem:
    """The item with its links leading to paths of the package, relative to where its text is."""
    if item.path is None:
        return item
    lead = partial(_leading, path_of, dirname(item.path))
    if item.test is not None:
        return msgspec.structs.replace(item, test=with_texts(item.test, lead))
    return msgspec.structs.replace(item, source=lead(item.source))


def _leading(path_of: Mapping[str, str], folder: str, text: str) -> str:
    def lead(target: str) -> str | None:
        parts = urlsplit(target)
        name = parts.path if parts.scheme == "item" else parts.path.removeprefix("/api/v1/files/").partition("/")[0]
        path = path_of.get(unquote(name).lower())
        if path is None:
            return None
        return relpath(path, folder or ".") + (f"#{parts.fragment}" if parts.fragment else "")

    return retarget(text, lead) if leads(text) else text
