"""What staff see of a course and its items while they write them."""

from uuid import UUID

from banyan import files
from banyan.courses import heads, policy, store, store_draft
from banyan.courses.drafts import draft_outline
from banyan.courses.links import links_of
from banyan.courses.model import CourseHead, DraftItem, DraftItemRow, DraftOutline, DraftPage, Preview, PreviewSource
from banyan.courses.rendering import render_text
from banyan.kit.actor import Actor
from banyan.kit.database import Reader
from banyan.kit.markdown import Rendered
from banyan.kit.problems import NotFound
from banyan.kit.toolbox import Kit

__all__ = ["draft_item", "draft_page", "item_of", "outline_of", "page_of", "preview", "rendered"]


async def draft_page(kit: Kit, actor: Actor, course_id: UUID) -> DraftPage:
    """A course with the outline of its draft: four statements, whatever its size.

    Raises:
        NotFound, Forbidden: see `policy.may_see_draft`.
    """
    db = kit.db.read()
    course = await heads.fresh_head(db, course_id)
    policy.may_see_draft(actor, course)
    return await page_of(db, actor, course)


async def draft_item(kit: Kit, actor: Actor, course_id: UUID, item_id: UUID) -> DraftItem:
    """An item of a draft with its source, rendered as learners would see it.

    Raises:
        NotFound, Forbidden: see `policy.may_see_draft`.
    """
    db = kit.db.read()
    course = await heads.course_head(kit.db, kit.cache, course_id)
    policy.may_see_draft(actor, course)
    if await store_draft.course_of_item(db, item_id) != course_id:
        raise NotFound
    row = await store_draft.item(db, item_id)
    return await item_of(db, course, row, await rendered(db, course, row.source))


async def preview(kit: Kit, actor: Actor, course_id: UUID, text: PreviewSource) -> Preview:
    """A text as learners of the course would see it.

    Raises:
        NotFound, Forbidden: see `policy.may_see_draft`.
    """
    course = await heads.course_head(kit.db, kit.cache, course_id)
    policy.may_see_draft(actor, course)
    page = await rendered(kit.db.read(), course, text.source)
    return Preview(html=page.html, toc=page.toc, warnings=page.warnings)


async def page_of(db: Reader, actor: Actor, course: CourseHead) -> DraftPage:
    """The page of a course that the actor may see."""
    standing = await store.standing(db, course.id)
    return DraftPage(
        id=course.id,
        title=course.title,
        summary=course.summary,
        cover=course.cover,
        category=course.category,
        difficulty=course.difficulty,
        language=course.language,
        state=course.state,
        enrolment=course.enrolment,
        enrolment_code=course.enrolment_code,
        places=course.places,
        places_left=None if course.places is None else max(0, course.places - standing.taken),
        teachers=course.teachers,
        version=course.version,
        role=policy.role_in(course, actor),
        outline=await draft_outline(db, course.id, course.version, standing.revision),
    )


async def outline_of(db: Reader, course: CourseHead) -> DraftOutline:
    """The outline of a course's draft."""
    standing = await store.standing(db, course.id)
    return await draft_outline(db, course.id, course.version, standing.revision)


async def rendered(db: Reader, course: CourseHead, source: str) -> Rendered:
    """A text of a course as learners would see it."""
    return await render_text(source, await links_of(db, course.id, [source]), course.language)


async def item_of(db: Reader, course: CourseHead, row: DraftItemRow, page: Rendered) -> DraftItem:
    """An item that the actor may see; `page` is its source, rendered."""
    found = await files.files_by_id(db, course.id, [row.file_id] if row.file_id else [])
    return DraftItem(
        id=row.id,
        module_id=row.module_id,
        kind=row.kind,
        title=row.title,
        minutes=row.minutes,
        release_at=row.release_at,
        due_at=row.due_at,
        locked=False,
        version=row.version,
        source=row.source,
        url=row.url,
        file=files.view(found[row.file_id]) if row.file_id in found else None,
        html=page.html,
        toc=page.toc,
        warnings=page.warnings,
    )
