"""From a package to a course: its files taken in, its links led to where things are now, its draft written."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from pathlib import PurePosixPath
from typing import NamedTuple
from uuid import UUID

from banyan import courses, files, revisions
from banyan.courses import NewCourse, NewItem, NewModule
from banyan.files import FileInfo, Received
from banyan.kit.actor import Actor
from banyan.kit.ids import new_id
from banyan.kit.markdown import retarget
from banyan.kit.problems import Problem
from banyan.kit.toolbox import Kit
from banyan.packages.model import Asset, Package, PackageItem, ReportLine
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

    A file that Banyan does not accept is reported and left out. With `publish` the draft is published then.

    Raises:
        Forbidden: the actor may not make courses.
        CourseTooLarge: the package holds more than a course can.
    """
    courses.may_create(actor)
    received, refused = await _receive(kit, package)
    async with kit.db.write() as tx:
        course_id = await courses.add_course(tx, actor, _settings(package))
        infos = await files.add_files(tx, actor.school_id, course_id, list(received.values()))
        taken_in = dict(zip(received, infos, strict=True))
        modules = await asyncio.to_thread(_modules, package, taken_in)
        await courses.write_draft(tx, kit.cache, course_id, modules)
        cover = taken_in.get(package.cover or "")
        if cover is not None and cover.media_type.startswith("image/"):
            await courses.set_cover(tx, kit.cache, course_id, cover.id)
    if publish and any(module.items for module in modules):
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


def _modules(package: Package, infos: Mapping[str, FileInfo]) -> list[NewModule]:
    references = References.of(package)
    ids = {id(item): new_id() for module in package.modules for item in module.items}
    by_path = {item.path: ids[id(item)] for module in package.modules for item in module.items if item.path}
    made = []
    for module in package.modules:
        items = [
            _item(item, ids[id(item)], references, by_path, infos)
            for item in module.items
            if item.asset is None or item.asset in infos
        ]
        made.append(NewModule(id=new_id(), title=module.title[:_LONGEST_TITLE], items=items))
    return made


def _item(
    item: PackageItem, item_id: UUID, references: References, by_path: Mapping[str, UUID], infos: Mapping[str, FileInfo]
) -> NewItem:
    def lead(target: str) -> str | None:
        found = references.locate(target, item.path or "")
        if found is None:
            return None
        fragment = f"#{found.fragment}" if found.fragment else ""
        if found.is_item:
            return f"item:{by_path[found.path]}{fragment}"
        info = infos.get(found.path)
        return files.url(info.id, info.name) + fragment if info else None

    return NewItem(
        id=item_id,
        kind=item.kind,
        title=item.title[:_LONGEST_TITLE],
        source=retarget(item.source, lead),
        url=item.url,
        file_id=infos[item.asset].id if item.asset else None,
        minutes=item.minutes or courses.minutes_for(len(item.source.split())),
        release_at=item.release_at,
        due_at=item.due_at,
    )
