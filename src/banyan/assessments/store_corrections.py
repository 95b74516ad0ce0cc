"""Every statement about corrections of published keys."""

from collections.abc import Mapping, Sequence
from uuid import UUID

import msgspec

from banyan.assessments.document import Correction, CorrectionKind
from banyan.kit.database import Reader, Writer
from banyan.questions import Body, Key

__all__ = ["corrections", "count_up", "put", "remove"]


class Row(msgspec.Struct, frozen=True):
    """A correction with the question that it is of."""

    question_id: UUID
    kind: CorrectionKind
    body: Body | None
    key: Key | None


async def corrections(db: Reader, test_id: UUID, number: int) -> dict[UUID, Correction]:
    """What is corrected in a revision, by question."""
    rows = await db.all(
        Row,
        "select question_id, kind, body, key from question_correction where assessment_id = $1 and revision = $2",
        test_id,
        number,
    )
    return {row.question_id: Correction(row.kind, row.body, row.key) for row in rows}


async def remove(tx: Writer, test_id: UUID, question_id: UUID, revisions: Sequence[int]) -> None:
    """Take back what was corrected in a question in these revisions."""
    await tx.execute(
        """
        delete from question_correction
         where assessment_id = $1 and revision = any($2::integer[]) and question_id = $3
        """,
        test_id,
        revisions,
        question_id,
    )


async def put(tx: Writer, test_id: UUID, question_id: UUID, given: Mapping[int, Correction]) -> None:
    """Keep corrections of a question, by revision; there are none of it."""
    await tx.execute(
        """
        insert into question_correction (assessment_id, revision, question_id, kind, body, key)
        select $1, n.revision, $2, n.kind, n.body, n.key
          from unnest($3::integer[], $4::text[], $5::jsonb[], $6::jsonb[]) as n (revision, kind, body, key)
        """,
        test_id,
        question_id,
        list(given),
        [one.kind for one in given.values()],
        [one.body for one in given.values()],
        [one.key for one in given.values()],
    )


async def count_up(tx: Writer, test_id: UUID) -> None:
    """Something about the keys of a test was corrected: it is read anew."""
    await tx.execute("update assessment set corrections = corrections + 1 where id = $1", test_id)
