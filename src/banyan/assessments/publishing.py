"""Publishing: from a draft to a revision that never changes, with every question as it was, rendered."""

from uuid import UUID

from banyan import accounts, courses, questions
from banyan.accounts import Person
from banyan.assessments import editions, making, policy, store
from banyan.assessments.model import TestPublished, TestRevision
from banyan.assessments.problems import NothingToPublishAnew
from banyan.assessments.standing import standing
from banyan.assessments.store import RevisionRow
from banyan.kit.actor import Actor
from banyan.kit.deeds import Deed, Detail
from banyan.kit.toolbox import Kit
from banyan.kit.wire import Page, cursor, read_cursor

__all__ = ["publish", "revisions_of"]


async def publish(kit: Kit, actor: Actor, test_id: UUID, note: str) -> TestRevision:
    """Make the draft a revision; attempts that begin from now on are at it, those that run stay at theirs.

    What can be is rendered before the course is held.

    Raises:
        NotFound, Forbidden: see `policy.may_write_test`.
        NothingToAsk: there is not one question in it.
        NothingToPublishAnew: learners take it as it is.
        UnfitTest: a draw asks for more than there are, and the like; `errors` says where.
    """
    db = kit.db.read()
    head, course, enrolled = await standing(kit, actor, test_id)
    policy.may_write_test(actor, head, course, enrolled=enrolled)
    rendered = await making.rendered(db, course, await store.test(db, test_id))
    author = await accounts.account_of(db, actor.id)
    async with kit.db.write() as tx:
        course = await courses.head_for_write(tx, head.course_id)
        test = await store.test(tx, test_id)
        policy.may_write_test(actor, test, course, enrolled=enrolled)
        draft = await making.checked(tx, course, test)
        if test.revision is not None and await store.digest_of(tx, test_id, test.revision) == draft.digest:
            raise NothingToPublishAnew
        made = await making.edition(tx, draft, rendered)
        row = await store.add_revision(
            tx, test_id, actor.id, author.name, note,
            questions=made.size, digest=draft.digest, document=made.document,
        )  # fmt: skip
        await store.publish(tx, test_id, row.number)
        await questions.note_uses(tx, test_id, [question.id for question in made.document.questions])
        editions.changed(tx, kit, test_id)
        await tx.emit(TestPublished(test_id, course.id, row.number))
        details: dict[str, Detail] = {"revision": row.number, "title": test.title, "note": note}
        await tx.emit(Deed(actor, "assessments.published", f"test:{test_id}", course.id, details))
    return _view(row)


async def revisions_of(kit: Kit, actor: Actor, test_id: UUID, after: str | None, limit: int) -> Page[TestRevision]:
    """The revisions of a test, the newest first.

    Raises:
        NotFound, Forbidden: see `policy.may_see_revisions`.
        Malformed: `after` is not a cursor of such a list.
    """
    below = read_cursor(after, int)
    test, course, enrolled = await standing(kit, actor, test_id)
    policy.may_see_revisions(actor, test, course, enrolled=enrolled)
    rows = await store.revisions(kit.db.read(), test_id, below[0] if below else None, limit + 1)
    following = cursor(rows[limit - 1].number) if len(rows) > limit else None
    return Page([_view(row) for row in rows[:limit]], following)


def _view(row: RevisionRow) -> TestRevision:
    return TestRevision(
        number=row.number,
        created_at=row.created_at,
        author=Person(id=row.author_id, name=row.author),
        note=row.note,
        title=row.title,
        questions=row.questions,
    )
