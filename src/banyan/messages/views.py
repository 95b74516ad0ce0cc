"""From what is stored to what people see."""

from urllib.parse import quote
from uuid import UUID

from banyan.files import File
from banyan.messages.model import AttachmentInfo, Message
from banyan.messages.store import FileRow, MessageRow

__all__ = ["file_view", "message_view"]


def message_view(group_id: UUID, row: MessageRow) -> Message:
    """A message as everyone in its group sees it: of a deleted one only that it was there."""
    gone = row.deleted_at is not None
    return Message(
        seq=row.seq,
        author=row.author,
        at=row.at,
        text="" if gone else row.text,
        html="" if gone else row.html,
        reply_to=row.reply_to,
        quoted=row.quoted,
        files=[] if gone else [file_view(group_id, file) for file in row.files],
        mentions=[] if gone else row.mentions,
        reactions=[] if gone else row.reactions,
        edited_at=row.edited_at,
        deleted_at=row.deleted_at,
        pinned=row.pinned,
    )


def file_view(group_id: UUID, file: FileRow | AttachmentInfo) -> File:
    """A file of a group, with its address."""
    address = f"/api/v1/groups/{group_id}/files/{file.id}/{quote(file.name, safe='')}"
    return File(id=file.id, name=file.name, media_type=file.media_type, size=file.size, url=address)
