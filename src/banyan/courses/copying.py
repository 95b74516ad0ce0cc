"""A course begun with all that another one's draft holds."""

from uuid import UUID

import msgspec

from banyan import files
from banyan.courses import heads, pages, policy, store
from banyan.courses.drafts import draft, write_draft
from banyan.courses.events import CourseCopied
from banyan.courses.links import files_shown, rewrite
from banyan.courses.model import CopyCourse, CourseHead, Draft, DraftPage, NewCourse, NewItem, NewModule
from banyan.courses.service import add_course, new_code
from banyan.kit.actor import Actor
from banyan.kit.ids import new_id
from banyan.kit.toolbox import Kit

__all__ = ["copy_course", "title_of_copy"]

_SUFFIX = " (copy)"
_LONGEST_TITLE = 200


async def copy_course(kit: Kit, actor: Actor, course_id: UUID, command: CopyCourse) -> DraftPage:
    """Begin a course with all that the draft of another one holds; whoever copies is its owner.

    Files are shared by their content, dates and settings are kept, links lead within the copy. Learners, staff and
    revisions stay with the original. The number of statements does not depend on the size. Tests and questions are
    copied by whom they belong to, see `CourseCopied`.

    Raises:
        NotFound, Forbidden: see `policy.may_copy`.
    """
    async with kit.db.write() as tx:
        original = await heads.fresh_head(tx, course_id)
        policy.may_copy(actor, original)
        contents = await draft(tx, course_id)
        new = NewCourse(
            title=_title(original, command),
            summary=original.summary,
            category=original.category,
            difficulty=original.difficulty,
            language=original.language,
        )
        copy_id = await add_course(tx, actor, new)
        copies = await files.copy_files(tx, course_id, copy_id, files_shown(original, contents))
        new_files = {old: file.id for old, file in copies.items()}
        new_items = {item.id: new_id() for module in contents.modules for item in module.items}
        modules = _modules(contents, new_items, new_files)
        await write_draft(tx, kit.cache, copy_id, modules, new_tests=new_items.values())
        copy = msgspec.structs.replace(
            await heads.fresh_head(tx, copy_id),
            cover_id=new_files.get(original.cover_id) if original.cover_id else None,
            enrolment=original.enrolment,
            enrolment_code=new_code() if original.enrolment == "code" else None,
            places=original.places,
        )
        await store.change_course(tx, copy)
        await tx.emit(CourseCopied(actor, course_id, copy_id, new_items, new_files))
    return await pages.draft_page(kit, actor, copy_id)


def _title(original: CourseHead, command: CopyCourse) -> str:
    return command.title if isinstance(command.title, str) else title_of_copy(original.title)


def title_of_copy(title: str) -> str:
    """What a copy is called unless its author says something else."""
    return title[: _LONGEST_TITLE - len(_SUFFIX)].rstrip() + _SUFFIX


def _modules(contents: Draft, new_items: dict[UUID, UUID], new_files: dict[UUID, UUID]) -> list[NewModule]:
    return [
        NewModule(
            id=new_id(),
            title=module.title,
            items=[
                NewItem(
                    id=new_items[item.id],
                    kind=item.kind,
                    title=item.title,
                    source=rewrite(item.source, new_files, new_items),
                    url=item.url,
                    file_id=new_files[item.file_id] if item.file_id else None,
                    minutes=item.minutes,
                    release_at=item.release_at,
                    due_at=item.due_at,
                )
                for item in module.items
            ],
        )
        for module in contents.modules
    ]
