"""A bank, again in another course."""

from collections.abc import Collection, Mapping
from uuid import UUID

import msgspec

from banyan import courses, files
from banyan.kit.actor import Actor
from banyan.kit.database import Writer
from banyan.kit.ids import new_id
from banyan.questions import store_categories, store_copying

__all__ = ["BankCopy", "copy_bank"]


class BankCopy(msgspec.Struct, frozen=True):
    """What became of what: the ids of the copies by those of the originals."""

    questions: Mapping[UUID, UUID]
    categories: Mapping[UUID, UUID]
    files: Mapping[UUID, UUID]


async def copy_bank(
    tx: Writer,
    actor: Actor,
    course_id: UUID,
    copy_id: UUID,
    *,
    versions: Collection[tuple[UUID, int]],
    named: Collection[UUID],
    items: Mapping[UUID, UUID],
    copied: Mapping[UUID, UUID],
) -> BankCopy:
    """Copy the bank of a course to one that was just begun; the number of statements does not depend on its size.

    Questions come in their newest version and in those `versions` that tests name. Archived ones stay behind unless
    they are `named`. Categories are shared no more: all teachers would see everything twice. Files that the questions
    show come along, but for those that were `copied` before; links to `items` lead to their copies.
    """
    rows = await store_categories.of_course(tx, course_id)
    categories = {row.id: new_id() for row in rows}
    new_of = {question_id: new_id() for question_id in await store_copying.questions(tx, course_id, named)}
    if categories:
        await store_copying.copy_categories(tx, copy_id, categories)
    new_files = dict(copied)
    if new_of:
        texts = await store_copying.with_links(tx, list(new_of), versions)
        shown = {file_id for text in texts for file_id in courses.file_ids_in(text.body)}
        added = await files.copy_files(tx, course_id, copy_id, shown - set(new_files))
        new_files |= {old: file.id for old, file in added.items()}
        # Ids are replaced in the JSON as it is: they read the same there, and a bank may be large.
        rewritten = [
            msgspec.structs.replace(text, body=courses.rewrite_links(text.body, new_files, items)) for text in texts
        ]
        await store_copying.copy_questions(tx, copy_id, actor.id, new_of, categories, rewritten)
        await store_copying.copy_versions(tx, new_of, versions, rewritten)
    return BankCopy(new_of, categories, new_files)
