"""Real time: one WebSocket a client for all its rooms. What goes over it is in docs/realtime.md."""

from banyan.kit.realtime.connection import Credential
from banyan.kit.realtime.rooms import Admission, Head, LoggedEvent, NewEvent, Room, RoomKind, Send
from banyan.kit.realtime.speaking import Rooms

__all__ = ["Admission", "Credential", "Head", "LoggedEvent", "NewEvent", "Room", "RoomKind", "Rooms", "Send"]
