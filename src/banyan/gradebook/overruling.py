"""What teachers decide about the grades of a course: what tests weigh, and results other than the attempts say."""

from datetime import UTC, datetime
from uuid import UUID

from msgspec import structs

from banyan import accounts, assessments, courses, enrolments
from banyan.assessments import Head
from banyan.courses import CourseHead
from banyan.gradebook import book, looking, policy, store_book, totals
from banyan.gradebook.model_book import Cell, SetOverride, SetWeights, Weights
from banyan.gradebook.problems import NoSuchTest
from banyan.gradebook.store_book import OverrideRow, WeightsRow
from banyan.gradebook.totals import Reached
from banyan.kit.actor import Actor
from banyan.kit.database import Writer
from banyan.kit.deeds import Deed, Detail
from banyan.kit.problems import FieldError, NotFound, StaleEdit
from banyan.kit.toolbox import Kit
from banyan.kit.wire import UnsetType

__all__ = ["overrule", "told", "weigh", "withdraw"]


async def weigh(kit: Kit, actor: Actor, course_id: UUID, wanted: SetWeights) -> Weights:
    """Say what the tests of a course weigh, all at once.

    Raises:
        NotFound, Forbidden: see `policy.may_weigh`.
        NoSuchTest: the course has none of an id.
        StaleEdit: the weights are of another version; `current` is how they are.
    """
    policy.may_weigh(actor, await courses.course_head(kit.db, kit.cache, course_id))
    async with kit.db.write() as tx:
        policy.may_weigh(actor, await courses.head_for_write(tx, course_id))
        rows = await assessments.tests_in(tx, course_id)
        tests = {row.id: row.title for row in rows}
        shown = {row.id for row in rows if row.revision is not None}
        for test_id in wanted.weights:
            if test_id not in tests:
                raise NoSuchTest(errors=[FieldError(f"/weights/{test_id}", "This course has no such test.")])
        row = await store_book.hold_weights(tx, course_id)
        if row.version != wanted.version:
            raise StaleEdit(current=_weights(row))
        after = structs.replace(
            row,
            version=row.version + 1,
            weights={key: weight for key, weight in row.weights.items() if key not in shown} | wanted.weights,
            missing=row.missing if isinstance(wanted.missing, UnsetType) else wanted.missing,
        )
        await store_book.put_weights(tx, course_id, after)
        details: dict[str, Detail] = {
            "before": [f"{tests.get(key, '')}: {weight:g}" for key, weight in row.weights.items()],
            "after": [f"{tests.get(key, '')}: {weight:g}" for key, weight in after.weights.items()],
            "missing": after.missing,
        }
        await tx.emit(Deed(actor, "gradebook.weighed", f"course:{course_id}", course_id, details))
    return _weights(after)


async def overrule(
    kit: Kit, actor: Actor, course_id: UUID, account_id: UUID, test_id: UUID, wanted: SetOverride
) -> Cell:
    """Write another result of a learner than their attempts say, and why.

    Raises:
        NotFound: nobody of this id learns in the course, it has no such published test, or see `policy.may_overrule`.
        Forbidden: see there.
    """
    course, test = await _found(kit, actor, course_id, test_id)
    if test.deleted or test.revision is None:
        raise NotFound
    settings = await looking.settings_of(kit, test)
    async with kit.db.write() as tx:
        policy.may_overrule(actor, await courses.head_for_write(tx, course.id))
        if not await enrolments.enrolled_among(tx, course_id, [account_id]):
            raise NotFound
        rows = await store_book.attempts_among(tx, [account_id], [test_id])
        found = totals.reached(settings, rows)
        before = await store_book.override(tx, course_id, account_id, test_id)
        author = await accounts.account_of(tx, actor.id)
        given = OverrideRow(
            account_id, test_id, wanted.percent, wanted.reason, actor.id, author.name, datetime.now(UTC)
        )
        after = await store_book.put_override(tx, course_id, given)
        await _note(tx, actor, "gradebook.overruled", test, account_id, found, before, after)
        marks = await book.marks_of(tx, [(test_id, found)])
    return book.cell(test_id, settings, found, after, marks)


async def withdraw(kit: Kit, actor: Actor, course_id: UUID, account_id: UUID, test_id: UUID) -> None:
    """Let a learner's attempts count again.

    Raises:
        NotFound: nothing was written, or see `policy.may_overrule`.
        Forbidden: see there.
    """
    course, test = await _found(kit, actor, course_id, test_id)
    settings = await looking.settings_of(kit, test)
    async with kit.db.write() as tx:
        policy.may_overrule(actor, await courses.head_for_write(tx, course.id))
        before = await store_book.remove_override(tx, course_id, account_id, test_id)
        if before is None:
            raise NotFound
        found = totals.reached(settings, await store_book.attempts_among(tx, [account_id], [test_id]))
        await _note(tx, actor, "gradebook.override_withdrawn", test, account_id, found, before, None)


async def told(kit: Kit, course_id: UUID, test_id: UUID, learner_id: UUID) -> float | None:
    """The percent that a learner gets instead of what their attempts say, for themselves: without the reason."""
    return await store_book.overridden(kit.db.read(), course_id, test_id, learner_id)


async def _found(kit: Kit, actor: Actor, course_id: UUID, test_id: UUID) -> tuple[CourseHead, Head]:
    course = await courses.course_head(kit.db, kit.cache, course_id)
    policy.may_overrule(actor, course)
    test = await assessments.head(kit, test_id)
    if test.course_id != course_id:
        raise NotFound
    return course, test


async def _note(
    tx: Writer,
    actor: Actor,
    action: str,
    test: Head,
    account_id: UUID,
    found: Reached,
    before: OverrideRow | None,
    after: OverrideRow | None,
) -> None:
    learner = await accounts.account_of(tx, account_id)
    was, now = (one.percent if one else found.percent for one in (before, after))
    details: dict[str, Detail] = {
        "account": str(account_id),
        "learner": learner.name,
        "title": test.title,
        "before": None if was is None else f"{was:g}",
        "after": None if now is None else f"{now:g}",
        "reason": after.reason if after else None,
    }
    await tx.emit(Deed(actor, action, f"test:{test.id}", test.course_id, details))


def _weights(row: WeightsRow) -> Weights:
    return Weights(version=row.version, missing=row.missing, weights=row.weights)
