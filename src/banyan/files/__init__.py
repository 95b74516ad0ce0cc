"""Files: what a course's uploads are; their bytes are in the kit's storage."""

from banyan.files.links import url, view
from banyan.files.model import File, FileInfo, MislabelledFile, Received, RefusedFile, UnsafeSvg
from banyan.files.service import add_file, add_files, copy_files, file_info, files_by_id, receive
from banyan.kit.domain import Domain

__all__ = [
    "DOMAIN",
    "File",
    "FileInfo",
    "MislabelledFile",
    "Received",
    "RefusedFile",
    "UnsafeSvg",
    "add_file",
    "add_files",
    "copy_files",
    "file_info",
    "files_by_id",
    "receive",
    "url",
    "view",
]

DOMAIN = Domain(name="files")
