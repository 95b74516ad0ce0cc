"""Every statement about what previews are at: revisions with negative numbers, which nothing else asks for."""

from uuid import UUID

from banyan.assessments.document import Document
from banyan.kit.database import Reader, Writer

__all__ = ["add", "forget_others", "like"]


async def like(db: Reader, test_id: UUID, author_id: UUID, digest: bytes) -> int | None:
    """What someone previewed of a test that was made from the same."""
    return await db.maybe(
        int,
        """
        select number from assessment_revision
         where assessment_id = $1 and number < 0 and author_id = $2 and digest = $3
        """,
        test_id,
        author_id,
        digest,
    )


async def add(tx: Writer, test_id: UUID, author_id: UUID, *, questions: int, digest: bytes, document: Document) -> int:
    """Keep what someone previews; its number, which was never another's.

    Whoever calls this holds the course, and forgets others afterwards and not before: so the lowest number that there
    ever was is always there to count down from.
    """
    return await tx.one(
        int,
        """
        insert into assessment_revision as r (assessment_id, number, author_id, author, title, questions, digest,
                                              document)
        select $1, least(min(number), 0) - 1, $2, '', $3, $4, $5, $6
          from assessment_revision
         where assessment_id = $1
        returning number
        """,
        test_id,
        author_id,
        document.title,
        questions,
        digest,
        document,
    )


async def forget_others(tx: Writer, test_id: UUID, author_id: UUID, number: int) -> None:
    """Delete all that someone previewed of a test but this."""
    await tx.execute(
        "delete from assessment_revision where assessment_id = $1 and number < 0 and author_id = $2 and number <> $3",
        test_id,
        author_id,
        number,
    )
