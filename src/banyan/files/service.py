"""What can be done with files."""

from collections.abc import AsyncIterable, Collection, Sequence
from uuid import UUID

from banyan.files import content, names, store
from banyan.files.model import FileInfo, Received
from banyan.kit.database import Reader, Writer
from banyan.kit.ids import new_id
from banyan.kit.toolbox import Kit

__all__ = ["add_file", "add_files", "copy_files", "file_info", "files_by_id", "receive"]

_MEBIBYTE = 1 << 20


async def receive(kit: Kit, name: str, chunks: AsyncIterable[bytes], *, limit: int | None = None) -> Received:
    """Look at an upload, and store its bytes if there is nothing against it; at most `limit` bytes if given.

    Raises:
        TooLarge: it is larger.
        MislabelledFile: its content is not what its name says.
        RefusedFile: it is a program or a web page.
        UnsafeSvg: it is an SVG with script or with references to elsewhere.
    """
    largest = kit.settings.storage.largest_upload * _MEBIBYTE
    name = names.clean(name)
    async with kit.storage.receive(chunks, limit=largest if limit is None else min(limit, largest)) as upload:
        media_type = await content.media_type(name, upload)
        await kit.storage.keep(upload)
    return Received(name, media_type, upload.size, upload.digest)


async def add_file(tx: Writer, school_id: UUID, course_id: UUID, received: Received) -> FileInfo:
    """Make what was received a file of a course."""
    return (await add_files(tx, school_id, course_id, [received]))[0]


async def add_files(tx: Writer, school_id: UUID, course_id: UUID, received: Sequence[Received]) -> list[FileInfo]:
    """Make what was received files of a course, in the same order; one statement however many."""
    added = [FileInfo(new_id(), course_id, one.name, one.media_type, one.size, one.digest) for one in received]
    if added:
        await store.add_files(tx, school_id, course_id, [file.id for file in added], received)
    return added


async def copy_files(tx: Writer, course_id: UUID, target_id: UUID, ids: Collection[UUID]) -> dict[UUID, FileInfo]:
    """Give another course of the same school these files of a course; the new ones by the ids of the old.

    The bytes are shared. An id that is no file of the course is left out.
    """
    if not ids:
        return {}
    new_of = {file_id: new_id() for file_id in ids}
    copied = await store.copy_files(tx, course_id, target_id, list(new_of), list(new_of.values()))
    copies = {file.id: file for file in copied}
    return {old: copies[new] for old, new in new_of.items() if new in copies}


async def file_info(db: Reader, file_id: UUID) -> FileInfo:
    """One file; what it is never changes.

    Raises:
        NotFound: there is none.
    """
    return await store.file_info(db, file_id)


async def files_by_id(db: Reader, course_id: UUID, ids: Collection[UUID]) -> dict[UUID, FileInfo]:
    """Those of `ids` that are files of the course. Without ids it asks nothing."""
    if not ids:
        return {}
    return {file.id: file for file in await store.files_by_id(db, course_id, ids)}
