"""Notifications over HTTP."""

from typing import Annotated

from litestar import get, post, put
from litestar.di import NamedDependency
from litestar.params import JSONBody, QueryParameter

from banyan.kit.actor import Actor
from banyan.kit.toolbox import Kit
from banyan.notifications import policy, service
from banyan.notifications.model import MarkRead, NotificationPage, NotificationSettings, SetNotifications

__all__ = ["ROUTES"]


@get("/notifications", policy=policy.is_oneself)
async def notifications(
    kit: NamedDependency[Kit],
    actor: NamedDependency[Actor],
    unread: Annotated[bool, QueryParameter()] = False,
    after: Annotated[str | None, QueryParameter(max_length=400)] = None,
    limit: Annotated[int, QueryParameter(ge=1, le=100)] = 50,
) -> NotificationPage:
    """What the caller should know of, newest first; with `unread=true` only what they have not read."""
    return await service.notifications_of(kit, actor, after, limit, unread=unread)


@post("/notifications/read", policy=policy.is_oneself, status_code=204)
async def mark_notifications_read(
    kit: NamedDependency[Kit], actor: NamedDependency[Actor], data: JSONBody[MarkRead]
) -> None:
    """Mark these notifications of the caller as read, or all; those of others are passed over."""
    await service.mark_read(kit, actor, data)


@get("/me/notifications", policy=policy.is_oneself)
async def notification_settings(kit: NamedDependency[Kit], actor: NamedDependency[Actor]) -> NotificationSettings:
    """What the caller is told by mail."""
    return await service.settings_of(kit, actor)


@put("/me/notifications", policy=policy.is_oneself)
async def set_notification_settings(
    kit: NamedDependency[Kit], actor: NamedDependency[Actor], data: JSONBody[SetNotifications]
) -> NotificationSettings:
    """Say what the caller wants to be told by mail: nothing, a digest, or everything at once."""
    return await service.set_settings(kit, actor, data)


ROUTES = [notifications, mark_notifications_read, notification_settings, set_notification_settings]
