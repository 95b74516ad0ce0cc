"""Where a file is found over HTTP."""

from urllib.parse import quote
from uuid import UUID

from banyan.files.model import File, FileInfo

__all__ = ["url", "view"]


def url(file_id: UUID, name: str) -> str:
    """The address of a file's bytes."""
    return f"/api/v1/files/{file_id}/{quote(name, safe='')}"


def view(info: FileInfo) -> File:
    """A file, as people see it."""
    return File(id=info.id, name=info.name, media_type=info.media_type, size=info.size, url=url(info.id, info.name))
