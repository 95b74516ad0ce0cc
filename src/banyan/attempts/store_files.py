"""Statements about files that are sent to attempts."""

from collections.abc import Sequence
from uuid import UUID

import msgspec

from banyan.attempts.model import AttemptFileInfo
from banyan.files import Received
from banyan.kit.database import Reader, Writer

__all__ = ["add_file", "count", "file", "files_of", "names_of"]

_COLUMNS = "id, name, media_type, size, digest"


async def add_file(tx: Writer, learner_id: UUID, attempt_id: UUID, file_id: UUID, received: Received) -> None:
    """Make what was received a file of an attempt."""
    await tx.execute(
        """
        insert into attempt_file (learner_id, attempt_id, id, name, media_type, size, digest)
        values ($1, $2, $3, $4, $5, $6, $7)
        """,
        learner_id,
        attempt_id,
        file_id,
        received.name,
        received.media_type,
        received.size,
        received.digest,
    )


async def count(db: Reader, learner_id: UUID, attempt_id: UUID) -> int:
    """How many files an attempt has."""
    return await db.one(
        int,
        "select count(*)::integer from attempt_file where learner_id = $1 and attempt_id = $2",
        learner_id,
        attempt_id,
    )


async def file(db: Reader, learner_id: UUID, attempt_id: UUID, file_id: UUID) -> AttemptFileInfo | None:
    """A file of an attempt."""
    return await db.maybe(
        AttemptFileInfo,
        f"select {_COLUMNS} from attempt_file where learner_id = $1 and attempt_id = $2 and id = $3",
        learner_id,
        attempt_id,
        file_id,
    )


async def files_of(db: Reader, learner_id: UUID, attempt_id: UUID) -> list[AttemptFileInfo]:
    """The files of an attempt, the oldest first."""
    return await db.all(
        AttemptFileInfo,
        f"select {_COLUMNS} from attempt_file where learner_id = $1 and attempt_id = $2 order by id",
        learner_id,
        attempt_id,
    )


async def names_of(db: Reader, learner_id: UUID, attempt_id: UUID, ids: Sequence[UUID]) -> dict[UUID, str]:
    """What those of `ids` are called that are files of the attempt."""
    rows = await db.all(
        _Named,
        "select id, name from attempt_file where learner_id = $1 and attempt_id = $2 and id = any($3::uuid[])",
        learner_id,
        attempt_id,
        ids,
    )
    return {row.id: row.name for row in rows}


class _Named(msgspec.Struct, frozen=True):
    id: UUID
    name: str
