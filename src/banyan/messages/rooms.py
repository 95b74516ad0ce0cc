"""The room of a study group."""

from banyan.groups import admit
from banyan.kit.realtime import RoomKind, Send
from banyan.messages.inbox import mark_read
from banyan.messages.model import SendMessage
from banyan.messages.sending import send

__all__ = ["GROUP"]

GROUP = RoomKind(
    "group",
    admit=admit,
    sends={"message": Send(SendMessage, send)},
    read=mark_read,
    forgets=frozenset({"message_deleted"}),
)
