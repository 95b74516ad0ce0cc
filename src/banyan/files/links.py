"""Where a file is found over HTTP."""

from typing import Protocol
from urllib.parse import quote
from uuid import UUID

from banyan.files.model import File

__all__ = ["url", "view"]


class Described(Protocol):
    """What is told of a file, wherever it is kept."""

    @property
    def id(self) -> UUID: ...

    @property
    def name(self) -> str: ...

    @property
    def media_type(self) -> str: ...

    @property
    def size(self) -> int: ...


def url(file_id: UUID, name: str) -> str:
    """The address of a file's bytes."""
    return f"/api/v1/files/{file_id}/{quote(name, safe='')}"


def view(info: Described) -> File:
    """A file, as people see it."""
    return File(id=info.id, name=info.name, media_type=info.media_type, size=info.size, url=url(info.id, info.name))
