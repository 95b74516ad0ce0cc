"""From a draft to its pages: which there are, which are rendered already, and rendering the others."""

import asyncio
import re
from collections.abc import Collection, Iterable
from hashlib import sha256
from uuid import UUID

import msgspec

from banyan import courses, files
from banyan.courses import CourseHead, DraftItemRow, Links
from banyan.files import FileInfo
from banyan.kit.database import Reader
from banyan.revisions import store
from banyan.revisions.model import Card, Content, DocumentFile
from banyan.revisions.outline import OutlineItem, OutlineModule
from banyan.revisions.store import Rendition

__all__ = ["Layout", "Sheet", "card_of", "content_digest", "lay_out", "render", "unrendered"]

# Part of every page's digest. Count it up when the same source gives other HTML: courses then get their new pages with
# their next publication.
_RENDERER = 1
_NAMED = re.compile(r"(?:/api/v1/files/|\bitem:)[0-9A-Fa-f-]{36}")


class Sheet(msgspec.Struct, frozen=True):
    """What one page is made of."""

    digest: str
    content: Content
    file: DocumentFile | None


class Layout(msgspec.Struct, frozen=True):
    """A draft as it would be published."""

    card: Card
    modules: list[OutlineModule]
    sheets: dict[str, Sheet]
    links: Links


def card_of(course: CourseHead) -> Card:
    """What a course's settings say that learners see once it is published."""
    return Card(
        title=course.title,
        summary=course.summary,
        cover_id=course.cover_id,
        category=course.category,
        difficulty=course.difficulty,
        language=course.language,
    )


def content_digest(content: Content) -> str:
    """The digest of what an author wrote, in hexadecimal."""
    return sha256(msgspec.json.encode(content)).hexdigest()


async def lay_out(db: Reader, course: CourseHead) -> Layout:
    """The draft as it is now, in at most five statements whatever its size."""
    draft = await courses.draft(db, course.id)
    items = [item for module in draft.modules for item in module.items]
    links = await courses.links_of(db, course.id, [item.source for item in items])
    own_files = await files.files_by_id(db, course.id, {item.file_id for item in items if item.file_id})
    sheets = {item.id: _sheet(item, own_files, links, course.language) for item in items}
    return Layout(
        card=card_of(course),
        modules=[
            OutlineModule(module.id, module.title, [_entry(item, sheets[item.id]) for item in module.items])
            for module in draft.modules
        ],
        sheets={sheet.digest: sheet for sheet in sheets.values()},
        links=links,
    )


async def unrendered(db: Reader, course_id: UUID, layout: Layout, rendered: Collection[str]) -> list[Sheet]:
    """The pages that are neither stored nor among those `rendered`."""
    unknown = [digest for digest in layout.sheets if digest not in rendered]
    stored = await store.known_digests(db, course_id, unknown) if unknown else set()
    return [layout.sheets[digest] for digest in unknown if digest not in stored]


async def render(layout: Layout, sheets: Iterable[Sheet]) -> dict[str, Rendition]:
    """Render pages of a layout; by their digests."""
    rendered = {}
    for sheet in sheets:
        content = sheet.content
        page = await courses.render_text(content.source, layout.links, layout.card.language)
        rendered[sheet.digest] = Rendition(
            kind=content.kind,
            source=content.source,
            url=content.url,
            file_id=content.file_id,
            file=sheet.file,
            html=page.html,
            toc=page.toc,
            words=page.words,
        )
        await asyncio.sleep(0)  # short texts are rendered right here: let others have their turn in between
    return rendered


def _sheet(item: DraftItemRow, own_files: dict[UUID, FileInfo], links: Links, language: str) -> Sheet:
    content = Content(item.kind, item.source, item.url, item.file_id)
    info = own_files.get(item.file_id) if item.file_id else None
    shown = DocumentFile(info.id, info.name, info.media_type, info.size) if info else None
    # A page also depends on where its links lead: a link is broken once its item is deleted.
    leads = {named: links.resolve(named) for named in sorted(set(_NAMED.findall(item.source)))}
    made_of = msgspec.json.encode([_RENDERER, language, content, shown, leads])
    return Sheet(sha256(made_of).hexdigest(), content, shown)


def _entry(item: DraftItemRow, sheet: Sheet) -> OutlineItem:
    return OutlineItem(
        id=item.id,
        kind=item.kind,
        title=item.title,
        minutes=item.minutes,
        release_at=item.release_at,
        due_at=item.due_at,
        digest=sheet.digest,
        content=content_digest(sheet.content),
        version=item.version,
    )
