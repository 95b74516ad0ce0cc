"""The versions of a question."""

from uuid import UUID

import msgspec

from banyan import courses
from banyan.accounts import Person
from banyan.kit.actor import Actor
from banyan.kit.toolbox import Kit
from banyan.kit.wire import Page, cursor, read_cursor
from banyan.questions import policy, service, store
from banyan.questions.bank import BankQuestion, QuestionVersion, VersionRow

__all__ = ["restore_version", "versions"]


async def versions(kit: Kit, actor: Actor, question_id: UUID, after: str | None, limit: int) -> Page[QuestionVersion]:
    """The versions of a question, the newest first.

    Raises:
        NotFound: see `policy.may_see_question`.
        Malformed: `after` is not a cursor of such a list.
    """
    db = kit.db.read()
    question = await store.question(db, question_id)
    course = await courses.course_head(kit.db, kit.cache, question.course_id)
    policy.may_see_question(actor, course, shared=question.shared)
    start = read_cursor(after, int)
    rows = await store.versions(db, question_id, start[0] if start else None, limit + 1)
    return Page([_view(row) for row in rows[:limit]], cursor(rows[limit - 1].number) if len(rows) > limit else None)


async def restore_version(kit: Kit, actor: Actor, question_id: UUID, number: int) -> BankQuestion:
    """Let a question be what it was in an old version; that is a new version.

    Raises:
        NotFound: there is no such version, or as for `policy.may_change_question`.
        Forbidden: see there.
        QuestionArchived: restore the question first.
        UnfitQuestion: a file that it shows is gone.
    """
    async with kit.db.write() as tx:
        row, course = await service.for_change(tx, actor, question_id)
        old = await store.version(tx, question_id, number)
        before = msgspec.structs.replace(
            service.as_question(row), title=old.title, points=old.points, penalty=old.penalty, body=old.body
        )
        # Its parts have the ids that they had: answers that named them still do.
        row = msgspec.structs.replace(row, body=old.body)
        return await service.change_to(tx, actor, course, row, row.category_id, before)


def _view(row: VersionRow) -> QuestionVersion:
    return QuestionVersion(
        number=row.number,
        title=row.title,
        points=row.points,
        penalty=row.penalty,
        body=row.body,
        author=Person(id=row.author_id, name=row.author),
        created_at=row.created_at,
    )
