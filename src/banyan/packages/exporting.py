"""From a course to a package: the draft as files that anyone can keep, read, and import again."""

import asyncio
from collections.abc import Iterable, Mapping
from functools import partial
from pathlib import PurePosixPath
from posixpath import dirname, relpath
from typing import cast
from urllib.parse import unquote, urlsplit
from uuid import UUID

import msgspec

from banyan import courses, files
from banyan.courses import CourseHead, Draft, DraftItemRow
from banyan.files import FileInfo
from banyan.kit.actor import Actor
from banyan.kit.markdown import retarget
from banyan.kit.storage import Storage
from banyan.kit.toolbox import Kit
from banyan.packages.model import Asset, Kind, Package, PackageItem, PackageModule
from banyan.packages.writing import name_paths

__all__ = ["export_course"]


async def export_course(kit: Kit, actor: Actor, course_id: UUID) -> Package:
    """The draft of a course as a package, with every file that it shows. Its tests are left out.

    Raises:
        NotFound, Forbidden: the actor is not on its staff.
    """
    course = await courses.course_head(kit.db, kit.cache, course_id)
    courses.may_see_draft(actor, course)
    draft = _without_tests(await courses.draft(kit.db.read(), course_id))
    infos = await files.files_by_id(kit.db.read(), course_id, courses.files_shown(course, draft))
    return await asyncio.to_thread(_package, kit.storage, course, draft, infos)


def _without_tests(draft: Draft) -> Draft:
    modules = [
        msgspec.structs.replace(module, items=[item for item in module.items if item.kind != "test"])
        for module in draft.modules
    ]
    return Draft(modules)


def _package(storage: Storage, course: CourseHead, draft: Draft, infos: Mapping[UUID, FileInfo]) -> Package:
    paths = _paths(infos.values())
    named = name_paths(
        Package(
            course.title,
            course.summary,
            course.category,
            course.difficulty,
            course.language,
            paths.get(course.cover_id) if course.cover_id else None,
            [PackageModule(module.title, [_item(item, paths) for item in module.items]) for module in draft.modules],
            {
                paths[info.id]: Asset(paths[info.id], info.size, partial(storage.open, info.digest))
                for info in infos.values()
            },
        )
    )
    rows = [item for module in draft.modules for item in module.items]
    items = [item for module in named.modules for item in module.items]
    path_of = {str(row.id): item.path for row, item in zip(rows, items, strict=True) if item.path}
    path_of |= {str(file_id): path for file_id, path in paths.items()}
    modules = [PackageModule(module.title, [_led(item, path_of) for item in module.items]) for module in named.modules]
    return msgspec.structs.replace(named, modules=modules)


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


def _item(row: DraftItemRow, paths: Mapping[UUID, str]) -> PackageItem:
    return PackageItem(
        cast("Kind", row.kind),  # of those that are not tests
        row.title,
        row.source,
        row.url,
        paths.get(row.file_id) if row.file_id else None,
        row.release_at,
        row.due_at,
        row.minutes,
    )


def _led(item: PackageItem, path_of: Mapping[str, str]) -> PackageItem:
    """The item with its links leading to paths of the package, relative to where its text is."""
    if item.path is None:
        return item
    folder = dirname(item.path)

    def lead(target: str) -> str | None:
        parts = urlsplit(target)
        name = parts.path if parts.scheme == "item" else parts.path.removeprefix("/api/v1/files/").partition("/")[0]
        path = path_of.get(unquote(name).lower())
        if path is None:
            return None
        return relpath(path, folder or ".") + (f"#{parts.fragment}" if parts.fragment else "")

    return msgspec.structs.replace(item, source=retarget(item.source, lead))
