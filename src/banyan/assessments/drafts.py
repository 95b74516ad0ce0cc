"""Beginning tests, and changing them."""

from uuid import UUID

import msgspec

from banyan import courses
from banyan.assessments import editions, planning, policy, store
from banyan.assessments.model import (
    ChangeTest,
    CopyTest,
    Drawable,
    FixedQuestion,
    NewTest,
    Section,
    Settings,
    TestDraft,
)
from banyan.assessments.problems import UnfitTest
from banyan.assessments.standing import standing
from banyan.assessments.store import Row
from banyan.courses import CourseHead, NewItem
from banyan.kit.actor import Actor
from banyan.kit.database import Reader
from banyan.kit.deeds import Deed
from banyan.kit.ids import new_id
from banyan.kit.problems import StaleEdit
from banyan.kit.toolbox import Kit
from banyan.kit.wire import UNSET

__all__ = ["begin_test", "change_test", "copy_test", "draft_of"]

# What a module is called that is made for a test, where a course has none.
_MODULE = {"en": "Tests", "ar": "الاختبارات", "de": "Tests", "es": "Pruebas", "fr": "Tests", "pt": "Testes"}


async def begin_test(kit: Kit, actor: Actor, course_id: UUID, new: NewTest) -> TestDraft:
    """Begin a test, as an item of a course.

    Raises:
        NotFound, Forbidden: see `policy.may_begin_test`.
        UnfitTest: it cannot be like this; `errors` says why.
        NoSuchNeighbour: the course has no such module.
        CourseTooLarge: the course has no room for it.
    """
    async with kit.db.write() as tx:
        course = await courses.head_for_write(tx, course_id)
        policy.may_begin_test(actor, course)
        settings = _settled(new.settings)
        await _check(tx, course, settings, new.sections)
        test_id = new_id()
        named = _MODULE.get(course.language.partition("-")[0], _MODULE["en"])
        await courses.place_item(tx, course, new.module_id, NewItem(id=test_id, kind="test", title=new.title), named)
        await store.add_test(tx, test_id, course.school_id, course_id, settings, new.sections)
        await tx.emit(Deed(actor, "assessments.created", f"test:{test_id}", course_id, {"title": new.title}))
        return await draft_of(tx, course, await store.test(tx, test_id))


async def copy_test(kit: Kit, actor: Actor, test_id: UUID, command: CopyTest) -> TestDraft:
    """Begin a test with the draft of another one of the same course, right behind it.

    It asks the same questions. Revisions, attempts and accommodations stay with the original.

    Raises:
        NotFound, Forbidden: see `policy.may_write_test`.
        CourseTooLarge: the course has no room for it.
    """
    head, course, enrolled = await standing(kit, actor, test_id)
    policy.may_write_test(actor, head, course, enrolled=enrolled)
    async with kit.db.write() as tx:
        course = await courses.head_for_write(tx, head.course_id)
        test = await store.test(tx, test_id)
        policy.may_write_test(actor, test, course, enrolled=enrolled)
        title = command.title if isinstance(command.title, str) else courses.title_of_copy(test.title)
        copy_id = new_id()
        await courses.place_item_after(tx, course, test_id, NewItem(id=copy_id, kind="test", title=title))
        await store.add_test(tx, copy_id, course.school_id, course.id, test.settings, test.sections)
        await tx.emit(Deed(actor, "assessments.created", f"test:{copy_id}", course.id, {"title": title}))
        return await draft_of(tx, course, await store.test(tx, copy_id))


async def change_test(kit: Kit, actor: Actor, test_id: UUID, change: ChangeTest) -> TestDraft:
    """Change a test; learners take it so once it is published.

    Raises:
        NotFound, Forbidden: see `policy.may_write_test`.
        StaleEdit: someone changed it since; `current` is how it is now.
        UnfitTest: it cannot be like this; `errors` says why.
    """
    head, course, enrolled = await standing(kit, actor, test_id)
    policy.may_write_test(actor, head, course, enrolled=enrolled)
    async with kit.db.write() as tx:
        course = await courses.head_for_write(tx, head.course_id)
        test = await store.test(tx, test_id)
        policy.may_write_test(actor, test, course, enrolled=enrolled)
        if test.version != change.version:
            raise StaleEdit(current=await draft_of(tx, course, test))
        settings = test.settings if change.settings is UNSET else _settled(change.settings)
        sections = test.sections if change.sections is UNSET else change.sections
        if change.sections is not UNSET or change.settings is not UNSET:
            # Of what is not sent nothing can be said: a question may be gone since.
            await _check(tx, course, settings, [] if change.sections is UNSET else sections)
        if change.title is not UNSET:
            await courses.rename_item(tx, test_id, change.title)
        await store.change_test(tx, test_id, settings, sections)
        editions.changed(tx, kit, test_id)
        return await draft_of(tx, course, await store.test(tx, test_id))


async def draft_of(db: Reader, course: CourseHead, test: Row) -> TestDraft:
    """A test as its staff write it; the actor may see it.

    A statement for its questions, one for each different draw, and one for what learners take.
    """
    plan = await planning.plan(db, course, test.sections)
    digest = planning.digest_of(course, test.title, test.settings, test.sections, plan)
    return TestDraft(
        id=test.id,
        course_id=test.course_id,
        title=test.title,
        version=test.version,
        settings=test.settings,
        sections=test.sections,
        revision=test.revision,
        published_at=test.published_at,
        differs=test.revision is None or await store.digest_of(db, test.id, test.revision) != digest,
        questions=[
            FixedQuestion(
                id=kept.id,
                title=kept.title,
                kind=str(kept.body.__struct_config__.tag),
                points=kept.points,
                version=kept.version,
                archived=kept.archived,
            )
            for kept in plan.fixed.values()
        ],
        drawable=[
            Drawable(entry_id=one.entry.id, available=len(one.pool), gives=one.gives)
            for one in planning.supplies(test.sections, plan).values()
        ],
    )


async def _check(db: Reader, course: CourseHead, settings: Settings, sections: list[Section]) -> None:
    wanted = await planning.plan(db, course, _named(sections))
    if wrong := planning.unfit(settings, sections, wanted.fixed):
        raise UnfitTest(wrong[0].detail, errors=wrong)


def _named(sections: list[Section]) -> list[Section]:
    """The sections without their draws, which a draft may well have before the bank is filled."""
    return [
        msgspec.structs.replace(section, entries=[entry for entry in section.entries if entry.draw is None])
        for section in sections
    ]


def _settled(settings: Settings) -> Settings:
    code = settings.access_code
    return settings if code is None else msgspec.structs.replace(settings, access_code=code.upper())
