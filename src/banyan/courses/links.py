"""Where the links in a course's texts lead: to files of the course and to its other items.

An author's text says `/api/v1/files/{id}/{name}` for a file and `item:{id}` for another item, either with a fragment.
"""

import re
from collections.abc import Collection, Iterable, Mapping
from uuid import UUID

from banyan import files
from banyan.courses import store_draft
from banyan.courses.model import CourseHead, Draft
from banyan.files import FileInfo
from banyan.kit.database import Reader
from banyan.kit.markdown import anchor

__all__ = ["Links", "file_ids_in", "files_shown", "links_of", "rewrite"]

_ID = r"[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12}"
_FILE = re.compile(rf"/api/v1/files/({_ID})")
_ITEM = re.compile(rf"\bitem:({_ID})")
_FILE_TARGET = re.compile(rf"/api/v1/files/({_ID})(?:/[^#?]*)?(#.*)?")
_ITEM_TARGET = re.compile(rf"item:({_ID})(?:#(.*))?")


class Links:
    """The links of one course that lead somewhere."""

    def __init__(self, course_id: UUID, own_files: Mapping[UUID, FileInfo], items: Collection[UUID]) -> None:
        self._course_id = course_id
        self._files = own_files
        self._items = items

    def resolve(self, target: str) -> str | None:
        """The address that a target as an author wrote it leads to; None when there is nothing."""
        if named := _FILE_TARGET.fullmatch(target):
            info = self._files.get(UUID(named[1]))
            return files.url(info.id, info.name) + (named[2] or "") if info else None
        if named := _ITEM_TARGET.fullmatch(target):
            item_id = UUID(named[1])
            fragment = f"#{anchor(named[2])}" if named[2] else ""
            return f"/courses/{self._course_id}/items/{item_id}{fragment}" if item_id in self._items else None
        return None


async def links_of(db: Reader, course_id: UUID, sources: Iterable[str]) -> Links:
    """The links that these texts of a course need: at most two statements, however many there are."""
    named_files: set[UUID] = set()
    named_items: set[UUID] = set()
    for source in sources:
        named_files |= file_ids_in(source)
        named_items |= _item_ids_in(source)
    items = await store_draft.items_among(db, course_id, list(named_items)) if named_items else []
    return Links(course_id, await files.files_by_id(db, course_id, named_files), frozenset(items))


def files_shown(course: CourseHead, draft: Draft) -> set[UUID]:
    """The files that a draft shows: the cover, those that are items, those that its texts name."""
    shown = {course.cover_id} if course.cover_id else set()
    for module in draft.modules:
        for item in module.items:
            shown |= file_ids_in(item.source) | ({item.file_id} if item.file_id else set())
    return shown


def rewrite(source: str, new_files: Mapping[UUID, UUID], new_items: Mapping[UUID, UUID]) -> str:
    """The text with the ids in its links replaced, for a copy of its course."""

    def replacing(new_of: Mapping[UUID, UUID], found: re.Match[str]) -> str:
        new = new_of.get(UUID(found[1]))
        return found[0] if new is None else found[0].replace(found[1], str(new))

    source = _FILE.sub(lambda found: replacing(new_files, found), source)
    return _ITEM.sub(lambda found: replacing(new_items, found), source)


def file_ids_in(source: str) -> set[UUID]:
    """The files that a text names."""
    return {UUID(found) for found in _FILE.findall(source)}


def _item_ids_in(source: str) -> set[UUID]:
    return {UUID(found) for found in _ITEM.findall(source)}
