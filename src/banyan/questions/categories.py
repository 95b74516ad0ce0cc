"""What can be done with the categories of a bank. Whoever changes them holds the course, so they stay a tree."""

from collections.abc import Sequence
from uuid import UUID

import msgspec

from banyan import courses
from banyan.kit.actor import Actor
from banyan.kit.database import Reader, Writer
from banyan.kit.deeds import Deed
from banyan.kit.ids import new_id
from banyan.kit.problems import FieldError, NotFound, StaleEdit
from banyan.kit.toolbox import Kit
from banyan.kit.wire import UNSET, Page
from banyan.questions import policy, store_categories
from banyan.questions.adding import MOST_CATEGORIES, MOST_DEEP
from banyan.questions.bank import AddCategory, Category, CategoryRow, ChangeCategory
from banyan.questions.problems import BankFull, CategoryInItself, CategoryInUse, NoSuchCategory
from banyan.questions.views import categories_of, in_order

__all__ = ["add_category", "categories", "change_category", "delete_category"]


async def categories(kit: Kit, actor: Actor, course_id: UUID) -> Page[Category]:
    """All categories of a course's bank, each behind the one that it is in.

    Raises:
        NotFound, Forbidden: see `policy.may_browse`.
    """
    course = await courses.course_head(kit.db, kit.cache, course_id)
    policy.may_browse(actor, course)
    return Page(categories_of(await store_categories.of_course(kit.db.read(), course_id)), None)


async def add_category(kit: Kit, actor: Actor, course_id: UUID, new: AddCategory) -> Category:
    """Add a category, last among its siblings.

    Raises:
        NotFound, Forbidden: the actor does not teach the course.
        NoSuchCategory: the one that it is to be in.
        CategoryInItself: it would be more than ten deep.
        BankFull: there are a thousand.
    """
    async with kit.db.write() as tx:
        course = await courses.head_for_write(tx, course_id)
        policy.may_write(actor, course)
        rows = await store_categories.of_course(tx, course_id)
        if len(rows) >= MOST_CATEGORIES:
            raise BankFull(f"A bank holds at most {MOST_CATEGORIES} categories.")
        parent = _parent(rows, new.parent_id)
        row = CategoryRow(
            id=new_id(),
            school_id=course.school_id,
            course_id=course_id,
            parent_id=new.parent_id,
            name=new.name.strip(),
            shared=(parent is not None and parent.shared) if new.shared is UNSET else bool(new.shared),
            position=max((one.position + 1 for one in rows if one.parent_id == new.parent_id), default=0),
            version=1,
            questions=0,
        )
        _check_depth([*rows, row])
        await store_categories.add(tx, [row])
        if row.shared:
            await _note_sharing(tx, actor, row, shared=True)
        return await _view(tx, row)


async def change_category(kit: Kit, actor: Actor, category_id: UUID, change: ChangeCategory) -> Category:
    """Change a category: its name, where it is, and whether it and all below are shared.

    Raises:
        NotFound, Forbidden: see `policy.may_change_category`.
        StaleEdit: someone changed it since; `current` is how it is now.
        NoSuchCategory: the one that it is to be in.
        CategoryInItself: it would be inside of itself, or more than ten deep.
    """
    async with kit.db.write() as tx:
        row = await _for_change(tx, actor, category_id)
        rows = await store_categories.of_course(tx, row.course_id)
        if row.version != change.version:
            raise StaleEdit(current=await _view(tx, row))
        parent_id = row.parent_id if change.parent_id is UNSET else change.parent_id
        _parent(rows, parent_id)
        if parent_id in _below(rows, category_id):
            raise CategoryInItself(errors=[FieldError("/parent_id", "This is the category itself, or inside of it.")])
        name = row.name if change.name is UNSET else str(change.name).strip()
        changed = msgspec.structs.replace(row, name=name, parent_id=parent_id)
        others = [one for one in rows if one.id != category_id]
        _check_depth([*others, changed])
        await store_categories.change(tx, changed)
        if change.position is not UNSET or parent_id != row.parent_id:
            siblings = [one.id for one in others if one.parent_id == parent_id]
            place = change.position if isinstance(change.position, int) else len(siblings)
            await store_categories.shift(tx, [*siblings[:place], category_id, *siblings[place:]])
        if isinstance(change.shared, bool):
            await store_categories.set_shared(tx, sorted(_below(rows, category_id)), shared=change.shared)
            if change.shared != row.shared:
                await _note_sharing(tx, actor, changed, shared=change.shared)
        return await _view(tx, row)


async def delete_category(kit: Kit, actor: Actor, category_id: UUID) -> None:
    """Delete a category that is empty; archived questions in it are in none from now on.

    Raises:
        NotFound, Forbidden: see `policy.may_change_category`.
        CategoryInUse: there are questions in it, or other categories.
    """
    async with kit.db.write() as tx:
        row = await _for_change(tx, actor, category_id)
        if await store_categories.is_used(tx, row.id):
            raise CategoryInUse("Move or archive what is in it first.")
        await store_categories.remove(tx, row.id)


async def _for_change(tx: Writer, actor: Actor, category_id: UUID) -> CategoryRow:
    """A category that the actor may change, as it is while the transaction holds its course."""
    row = await store_categories.category(tx, category_id)
    course = await courses.head_for_write(tx, row.course_id)
    policy.may_change_category(actor, course, shared=row.shared)
    return await store_categories.category(tx, category_id)


def _parent(rows: Sequence[CategoryRow], parent_id: UUID | None) -> CategoryRow | None:
    if parent_id is None:
        return None
    for row in rows:
        if row.id == parent_id:
            return row
    raise NoSuchCategory(errors=[FieldError("/parent_id", "This course has no such category.")])


def _below(rows: Sequence[CategoryRow], category_id: UUID) -> set[UUID]:
    """A category and all that are in it."""
    found, waiting = {category_id}, [category_id]
    while waiting:
        inside = waiting.pop()
        new = [row.id for row in rows if row.parent_id == inside]
        found.update(new)
        waiting += new
    return found


def _check_depth(rows: Sequence[CategoryRow]) -> None:
    if max(len(path) for _, path in in_order(rows)) > MOST_DEEP:
        raise CategoryInItself(f"Categories are at most {MOST_DEEP} deep.")


async def _view(db: Reader, row: CategoryRow) -> Category:
    for view in categories_of(await store_categories.of_course(db, row.course_id)):
        if view.id == row.id:
            return view
    raise NotFound


async def _note_sharing(tx: Writer, actor: Actor, row: CategoryRow, *, shared: bool) -> None:
    action = "questions.category_shared" if shared else "questions.category_unshared"
    await tx.emit(Deed(actor, action, f"question_category:{row.id}", row.course_id, {"name": row.name}))
