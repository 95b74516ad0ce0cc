"""What staff can do with revisions: publish, look back, go back."""

from uuid import UUID

import msgspec

from banyan import accounts, courses
from banyan.accounts import Person
from banyan.courses import CourseHead, NewItem, NewModule
from banyan.kit.actor import Actor
from banyan.kit.cache import Cache
from banyan.kit.database import Database, Writer
from banyan.kit.deeds import Deed, Detail
from banyan.kit.wire import Page, cursor, read_cursor
from banyan.revisions import store
from banyan.revisions.model import CoursePublished, NothingInIt, NothingToPublish, Revision
from banyan.revisions.outline import Modules, OutlineModule
from banyan.revisions.pages import Layout, lay_out, render, unrendered
from banyan.revisions.store import Rendition, RevisionRow

__all__ = ["publish", "restore", "revisions_of"]

_ATTEMPTS = 4
_MOST_CONTENTS = 50_000  # characters of titles to be searched


async def publish(db: Database, cache: Cache, actor: Actor, course_id: UUID, note: str) -> Revision:
    """Make the draft a revision, and let learners read it from now on.

    What has changed is rendered before the course is locked, and what somebody edits meanwhile in another round. Only
    the last round renders under the lock; by then there is next to nothing left.

    Raises:
        NothingInIt: the draft has no items.
        NothingToPublish: it is what learners already read.
    """
    courses.may_teach(actor, await courses.fresh_head(db.read(), course_id))
    author = await accounts.account_of(db.read(), actor.id)
    rendered: dict[str, Rendition] = {}
    for rounds_left in reversed(range(_ATTEMPTS)):
        layout = await lay_out(db.read(), await courses.fresh_head(db.read(), course_id))
        rendered |= await render(layout, await unrendered(db.read(), course_id, layout, rendered))
        async with db.write() as tx:
            course = await courses.head_for_write(tx, course_id)
            courses.may_teach(actor, course)
            layout = await lay_out(tx, course)
            missing = await unrendered(tx, course_id, layout, rendered)
            if missing and rounds_left:
                continue
            rendered |= await render(layout, missing)
            revision = await _store(tx, course, layout, rendered, author.id, author.name, note)
            await courses.mark_published(tx, cache, course_id)
            await tx.emit(CoursePublished(course_id, course.school_id, revision.number))
            details: dict[str, Detail] = {"revision": revision.number, "title": course.title}
            await tx.emit(Deed(actor, "revisions.published", f"course:{course_id}", course_id, details))
        break
    return _view(revision)


async def revisions_of(db: Database, actor: Actor, course_id: UUID, after: str | None, limit: int) -> Page[Revision]:
    """The revisions of a course, the newest first.

    Raises:
        NotFound, Forbidden: the actor is not on the course's staff.
        Malformed: `after` is not a cursor of such a list.
    """
    below = read_cursor(after, int)
    courses.may_see_draft(actor, await courses.fresh_head(db.read(), course_id))
    rows = await store.revisions(db.read(), course_id, below[0] if below else None, limit + 1)
    following = cursor(rows[limit - 1].number) if len(rows) > limit else None
    return Page([_view(row) for row in rows[:limit]], following)


async def restore(db: Database, cache: Cache, actor: Actor, course_id: UUID, number: int) -> None:
    """Make a revision the draft again, with the same ids, so that the progress of learners stays theirs.

    Learners read it once it is published. What the draft had more goes into the bin.

    Raises:
        NotFound, Forbidden: the actor does not teach the course, or it has no such revision.
    """
    async with db.write() as tx:
        courses.may_teach(actor, await courses.head_for_write(tx, course_id))
        edition = await store.edition(tx, course_id, number)
        items = [item for module in edition.outline.modules for item in module.items]
        rows = await store.contents(tx, course_id, {item.digest for item in items})
        contents = {row.digest: row.content for row in rows}
        new = {
            item.id: NewItem(
                id=item.id,
                kind=item.kind,
                title=item.title,
                source=contents[item.digest].source,
                url=contents[item.digest].url,
                file_id=contents[item.digest].file_id,
                minutes=item.minutes,
                release_at=item.release_at,
                due_at=item.due_at,
            )
            for item in items
        }
        modules = [
            NewModule(id=module.id, title=module.title, items=[new[item.id] for item in module.items])
            for module in edition.outline.modules
        ]
        await courses.write_draft(tx, cache, course_id, modules)
        await store.restore_card(tx, course_id, edition.card)


async def _store(
    tx: Writer,
    course: CourseHead,
    layout: Layout,
    rendered: dict[str, Rendition],
    author_id: UUID,
    author: str,
    note: str,
) -> RevisionRow:
    items = [item for module in layout.modules for item in module.items]
    if not items:
        raise NothingInIt
    current = await store.current(tx, course.id)
    if current and current.card == layout.card and _same(current.outline.modules, layout.modules):
        raise NothingToPublish
    new = {digest: rendered[digest] for digest in layout.sheets if digest in rendered}
    if new:
        await store.add_renditions(tx, course.id, new)
    revision = await store.add_revision(tx, course.id, author_id, author, note, layout.card, Modules(layout.modules))
    titles = [title for module in layout.modules for title in (module.title, *(item.title for item in module.items))]
    await store.publish(
        tx,
        course.id,
        course.school_id,
        revision,
        layout.card,
        lessons=len(items),
        contents="\n".join(titles)[:_MOST_CONTENTS],
    )
    return revision


def _same(one: list[OutlineModule], other: list[OutlineModule]) -> bool:
    """Whether learners would see no difference: a version also counts up for an edit and its undoing."""

    def unversioned(modules: list[OutlineModule]) -> list[OutlineModule]:
        return [
            msgspec.structs.replace(module, items=[msgspec.structs.replace(item, version=0) for item in module.items])
            for module in modules
        ]

    return unversioned(one) == unversioned(other)


def _view(row: RevisionRow) -> Revision:
    return Revision(
        number=row.number,
        created_at=row.created_at,
        author=Person(id=row.author_id, name=row.author),
        note=row.note,
        title=row.title,
    )
