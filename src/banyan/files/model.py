"""What a file is, to the program and to the people who see it."""

from uuid import UUID

import msgspec

from banyan.kit.problems import Unprocessable, UnsupportedMedia
from banyan.kit.wire import View

__all__ = ["File", "FileInfo", "MislabelledFile", "Received", "RefusedFile", "UnsafeSvg"]


class FileInfo(msgspec.Struct, frozen=True):
    """A file of a course; `size` in bytes, `digest` the SHA-256 under which its bytes are stored. It never changes."""

    id: UUID
    course_id: UUID
    name: str
    media_type: str
    size: int
    digest: bytes


class Received(msgspec.Struct, frozen=True):
    """An upload that has been looked at and stored, and belongs to no course yet."""

    name: str
    media_type: str
    size: int
    digest: bytes


class File(View):
    """A file, as people see it."""

    id: UUID
    name: str
    media_type: str
    size: int
    url: str


class MislabelledFile(UnsupportedMedia):
    """The content is not what the name says."""

    code = "mislabelled_file"
    title = "The file is not what its name says"


class RefusedFile(UnsupportedMedia):
    """A program or a web page: nothing that a course should hand to its learners."""

    code = "refused_file"
    title = "Files of this kind are not accepted"


class UnsafeSvg(Unprocessable):
    """The picture could do more than show itself."""

    code = "unsafe_svg"
    title = "This SVG could do more than show a picture"
