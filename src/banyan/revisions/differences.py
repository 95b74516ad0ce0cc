"""How a course's draft differs from what it was in a revision."""

from collections.abc import Sequence
from uuid import UUID

from banyan import courses, files
from banyan.files import File
from banyan.kit.actor import Actor
from banyan.kit.database import Database, Reader
from banyan.revisions import store
from banyan.revisions.comparison import Part, Section, State, compare
from banyan.revisions.model import Card, Change, Changes, Content, DocumentFile
from banyan.revisions.outline import OutlineItem
from banyan.revisions.pages import card_of, content_digest
from banyan.revisions.store import DraftModuleRow, DraftRow, Edition

__all__ = ["changes", "draft_changes"]

_MOST_TEXT = 400_000  # characters of all sources in one answer


async def changes(db: Database, actor: Actor, course_id: UUID, number: int | None) -> Changes:
    """How the draft differs from a revision, or from the one that learners read; six statements at most.

    Raises:
        NotFound, Forbidden: the actor is not on the course's staff, or it has no such revision.
    """
    reader = db.read()
    course = await courses.fresh_head(reader, course_id)
    courses.may_see_draft(actor, course)
    since = await (store.current(reader, course_id) if number is None else store.edition(reader, course_id, number))
    found, rows = await _compared(reader, course_id, card_of(course), since)
    await _show_contents(reader, course_id, found, since, rows)
    return Changes(since=since.number if since else None, items=found)


async def draft_changes(db: Reader, course_id: UUID) -> int:
    """How many changes the next publication brings; four small statements."""
    course = await courses.fresh_head(db, course_id)
    found, _ = await _compared(db, course_id, card_of(course), await store.current(db, course_id))
    return len(found)


async def _compared(
    db: Reader, course_id: UUID, card: Card, since: Edition | None
) -> tuple[list[Change], list[DraftRow]]:
    modules = await store.draft_modules(db, course_id)
    rows = await store.draft_items(db, course_id, {item.id: item.version for item in _items(since)})
    return compare(_published(since), _drafted(card, modules, rows, since)), rows


def _items(edition: Edition | None) -> list[OutlineItem]:
    return [item for module in edition.outline.modules for item in module.items] if edition else []


def _published(edition: Edition | None) -> State:
    if edition is None:
        return State(None, [])

    def part(item: OutlineItem) -> Part:
        return Part(item.id, item.kind, item.title, item.release_at, item.due_at, item.content)

    modules = edition.outline.modules
    return State(edition.card, [Section(one.id, one.title, [part(item) for item in one.items]) for one in modules])


def _drafted(card: Card, modules: Sequence[DraftModuleRow], rows: Sequence[DraftRow], since: Edition | None) -> State:
    known = {item.id: item.content for item in _items(since)}

    def part(row: DraftRow) -> Part:
        content = known[row.id] if row.same else content_digest(_content(row))
        return Part(row.id, row.kind, row.title, row.release_at, row.due_at, content)

    inside: dict[UUID, list[Part]] = {module.id: [] for module in modules}
    for row in rows:
        if row.module_id in inside:  # else the module is in the bin
            inside[row.module_id].append(part(row))
    return State(card, [Section(module.id, module.title, inside[module.id]) for module in modules])


def _content(row: DraftRow) -> Content:
    return Content(row.kind, row.source, row.url, row.file_id)


async def _show_contents(
    db: Reader, course_id: UUID, found: Sequence[Change], since: Edition | None, rows: Sequence[DraftRow]
) -> None:
    """Add to the changed items what was written before and what is written now, as far as it is not too long."""
    digests = {item.id: item.digest for item in _items(since)}
    drafted = {row.id: row for row in rows if not row.same and row.id in digests}
    changed = [change for change in found if change.kind == "changed" and change.item_id in drafted]
    if not changed:
        return
    wanted = {digests[change.item_id] for change in changed if change.item_id}
    written = {row.digest: row for row in await store.contents(db, course_id, wanted)}
    own_files = await files.files_by_id(db, course_id, {row.file_id for row in drafted.values() if row.file_id})
    text_left = _MOST_TEXT
    for change in changed:
        if change.item_id and change.before and change.after:
            old, new = written[digests[change.item_id]], drafted[change.item_id]
            length = len(old.content.source) + len(new.source)
            if old.content.source != new.source and length <= text_left:
                text_left -= length
                change.before.source, change.after.source = old.content.source, new.source
            if old.content.url != new.url:
                change.before.url, change.after.url = old.content.url, new.url
            if old.content.file_id != new.file_id:
                info = own_files.get(new.file_id) if new.file_id else None
                change.before.file, change.after.file = _file(old.file), files.view(info) if info else None


def _file(shown: DocumentFile | None) -> File | None:
    if shown is None:
        return None
    address = files.url(shown.id, shown.name)
    return File(id=shown.id, name=shown.name, media_type=shown.media_type, size=shown.size, url=address)
