"""The consumer: one for each connection."""

import hashlib
import json
from typing import Any

from channels.generic.websocket import AsyncWebsocketConsumer
from django.utils import timezone

from bench.baselines.channels_app.models import Account, Member, Message, Token


class RoomConsumer(AsyncWebsocketConsumer):
    """A member's connection."""

    rooms: set[str]
    account: Account

    async def connect(self) -> None:
        """Let in whom the token belongs to."""
        given = next((value for name, value in self.scope["headers"] if name == b"authorization"), b"")
        digest = hashlib.sha256(given[7:]).hexdigest()
        found = await (
            Token.objects.select_related("account").filter(digest=digest, expires_at__gt=timezone.now()).afirst()
        )
        if found is None:
            await self.close(4401)
            return
        self.rooms = set()
        self.account = found.account
        await self.accept()

    async def disconnect(self, _code: int) -> None:
        """Leave the rooms."""
        for room in getattr(self, "rooms", ()):
            await self.channel_layer.group_discard(_group(room), self.channel_name)

    async def receive(self, text_data: str | None = None, _bytes_data: bytes | None = None) -> None:
        """Do what a frame asks."""
        frame = json.loads(text_data or "")
        if frame["op"] == "join":
            await self._join(frame["room"])
        elif frame["op"] == "send" and frame["room"] in self.rooms:
            await self._send(frame)
        else:
            await self.send(json.dumps({"op": "error", "code": "forbidden", "room": frame.get("room")}))

    async def room_event(self, event: dict[str, Any]) -> None:
        """Hand on what was said in a room."""
        await self.send(event["frame"])

    async def _join(self, room: str) -> None:
        if not await Member.objects.filter(room_id=_id(room), account=self.account).aexists():
            await self.send(json.dumps({"op": "error", "code": "not_found", "room": room}))
            return
        await self.channel_layer.group_add(_group(room), self.channel_name)
        self.rooms.add(room)
        await self.send(json.dumps({"op": "joined", "room": room, "epoch": 0, "seq": 0}))

    async def _send(self, frame: dict[str, Any]) -> None:
        room, text = frame["room"], frame["data"]["text"]
        message = await Message.objects.acreate(room_id=_id(room), author=self.account, text=text)
        event = {
            "op": "event",
            "room": room,
            "seq": message.id,
            "type": "message",
            "data": {
                "seq": message.id,
                "author": {"id": str(self.account.id), "name": self.account.name},
                "at": message.at.isoformat(),
                "text": text,
            },
        }
        # Encoded here once, not by each of those who get it.
        await self.channel_layer.group_send(_group(room), {"type": "room.event", "frame": json.dumps(event)})
        await self.send(json.dumps({"op": "ack", "room": room, "key": frame["key"], "seq": message.id}))


def _id(room: str) -> str:
    return room.partition(":")[2]


def _group(room: str) -> str:
    return room.replace(":", ".")
