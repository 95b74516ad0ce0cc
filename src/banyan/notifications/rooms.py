"""The room of an account, in which only its owner is: what they should know of at once."""

from collections.abc import Sequence

from banyan.kit.realtime import Admission, RoomKind
from banyan.kit.toolbox import Kit

__all__ = ["ACCOUNT"]


async def _only_oneself(_kit: Kit, requests: Sequence[Admission]) -> Sequence[bool]:
    return [request.id == request.actor.id for request in requests]


ACCOUNT = RoomKind(name="account", admit=_only_oneself, durable=False)
