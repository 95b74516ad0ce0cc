"""Every statement about files."""

from collections.abc import Collection, Sequence
from uuid import UUID

from banyan.files.model import FileInfo, Received
from banyan.kit.database import Reader, Writer

__all__ = ["add_files", "copy_files", "file_info", "files_by_id"]

_COLUMNS = "id, course_id, name, media_type, size, digest"


async def file_info(db: Reader, file_id: UUID) -> FileInfo:
    """One file."""
    return await db.one(FileInfo, f"select {_COLUMNS} from file where id = $1", file_id)


async def files_by_id(db: Reader, course_id: UUID, ids: Collection[UUID]) -> list[FileInfo]:
    """Those of `ids` that are files of the course."""
    return await db.all(
        FileInfo,
        f"select {_COLUMNS} from file where id = any($2::uuid[]) and course_id = $1",
        course_id,
        list(ids),
    )


async def add_files(
    tx: Writer, school_id: UUID, course_id: UUID, ids: Sequence[UUID], files: Sequence[Received]
) -> None:
    """New files of a course."""
    await tx.execute(
        """
        insert into file (id, school_id, course_id, name, media_type, size, digest)
        select id, $1, $2, name, media_type, size, digest
          from unnest($3::uuid[], $4::text[], $5::text[], $6::bigint[], $7::bytea[])
            as _ (id, name, media_type, size, digest)
        """,
        school_id,
        course_id,
        ids,
        [file.name for file in files],
        [file.media_type for file in files],
        [file.size for file in files],
        [file.digest for file in files],
    )


async def copy_files(
    tx: Writer, course_id: UUID, target_id: UUID, ids: Sequence[UUID], new_ids: Sequence[UUID]
) -> list[FileInfo]:
    """Files of one course again in another of the same school, under new ids in the same order; the bytes stay."""
    return await tx.all(
        FileInfo,
        f"""
        insert into file as f (id, school_id, course_id, name, media_type, size, digest)
        select new_id, school_id, $2, name, media_type, size, digest
          from unnest($3::uuid[], $4::uuid[]) as _ (old_id, new_id)
          join file on file.id = old_id and file.course_id = $1
        returning {_COLUMNS}
        """,
        course_id,
        target_id,
        ids,
        new_ids,
    )
