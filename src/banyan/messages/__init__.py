"""Messages: what is said in study groups."""

from collections.abc import Awaitable, Callable

from banyan.kit.domain import Domain
from banyan.kit.toolbox import Kit
from banyan.messages import jobs, routes, routes_besides
from banyan.messages.changes import pin
from banyan.messages.inbox import MarkBatcher
from banyan.messages.model import SendMessage
from banyan.messages.rooms import GROUP
from banyan.messages.sending import MessageBatcher, send

__all__ = ["DOMAIN", "SendMessage", "pin", "send"]


async def _start(kit: Kit) -> Callable[[], Awaitable[None]]:
    messages = kit.parts[MessageBatcher] = MessageBatcher(kit)
    marks = kit.parts[MarkBatcher] = MarkBatcher(kit)

    async def close() -> None:
        await messages.close()
        await marks.close()

    return close


DOMAIN = Domain(
    name="messages",
    routes=[*routes.ROUTES, *routes_besides.ROUTES],
    jobs=(jobs.tell,),
    periodic=(jobs.wipe, jobs.forget_files),
    rooms=(GROUP,),
    start=_start,
)
