"""Corrections of published keys: kept beside a revision, which stays as it is, for all who grade attempts at it."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from msgspec import structs

from banyan.assessments import editions, store_corrections
from banyan.assessments.document import Asked, Correction, PublishedTest
from banyan.kit.database import Reader, Writer
from banyan.kit.toolbox import Kit
from banyan.questions import Body, Cloze, Matching, MultipleChoice, Ordering, SingleChoice

__all__ = ["answerable_alike", "correct", "corrected", "corrections_of", "with_corrections"]


async def corrected(kit: Kit, test_id: UUID, number: int) -> PublishedTest:
    """One revision of a test as its attempts are graded, deleted or not: with what was wrong in it corrected.

    A correction is heard of at most five seconds after it was made; in memory, once it was asked for.

    Raises:
        NotFound: the test has no such revision.
    """
    test = await editions.revision_of(kit, test_id, number)
    count = (await editions.head(kit, test_id)).corrections
    if not count:
        return test

    async def load(db: Reader) -> PublishedTest:
        return with_corrections(test, await store_corrections.corrections(db, test_id, number))

    return await editions.kept(kit, test, count, load)


async def corrections_of(db: Reader, test_id: UUID, number: int) -> dict[UUID, Correction]:
    """What is corrected in a revision, by question, as it is now; one statement."""
    return await store_corrections.corrections(db, test_id, number)


async def correct(
    tx: Writer, kit: Kit, test_id: UUID, question_id: UUID, wanted: Mapping[int, Correction | None]
) -> None:
    """Correct a question in these revisions, or (None) take back what was corrected; two statements a kind.

    Who calls this grades again what is closed: what ends within the next seconds may still be graded as before.
    """
    await store_corrections.remove(tx, test_id, question_id, list(wanted))
    given = {number: one for number, one in wanted.items() if one is not None}
    if given:
        await store_corrections.put(tx, test_id, question_id, given)
    await store_corrections.count_up(tx, test_id)
    editions.changed(tx, kit, test_id)


def with_corrections(test: PublishedTest, found: Mapping[UUID, Correction]) -> PublishedTest:
    """A revision with questions corrected: what takers were shown stays, what it is worth and why changes."""
    return structs.replace(
        test, questions={key: _corrected(asked, found.get(key)) for key, asked in test.questions.items()}
    )


def answerable_alike(shown: Body, other: Body) -> bool:
    """Whether what was answered to one question can be graded as an answer to another: both have the same parts."""
    return type(shown) is type(other) and _parts(shown) == _parts(other)


def _corrected(asked: Asked, found: Correction | None) -> Asked:
    if found is None:
        return asked
    if found.kind == "void":
        return structs.replace(asked, points=0.0, correction="void")
    if found.kind == "full_marks" or found.body is None or found.key is None:
        return structs.replace(asked, correction=found.kind)
    return structs.replace(asked, body=found.body, key=found.key, correction=found.kind)


def _parts(body: Body) -> Sequence[object]:
    match body:
        case SingleChoice() | MultipleChoice():
            return sorted(choice.id for choice in body.choices)
        case Matching():
            return [
                sorted(pair.id for pair in body.pairs),
                sorted({*(pair.match for pair in body.pairs), *body.distractors}),
            ]
        case Ordering():
            return sorted(item.id for item in body.items)
        case Cloze():
            return sorted((gap.id, type(gap.question).__name__, repr(_parts(gap.question))) for gap in body.gaps)
        case _:
            return []
