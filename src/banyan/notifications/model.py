"""Notifications, and what is asked and told of them."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

import msgspec

from banyan.accounts import Person
from banyan.kit.wire import UNSET, Command, UnsetType, View

__all__ = [
    "GroupName",
    "Kind",
    "MailPreference",
    "MarkRead",
    "Notice",
    "NoticeData",
    "Notification",
    "NotificationPage",
    "NotificationSettings",
    "Seen",
    "SetNotifications",
]

Kind = Literal["mention", "reply", "group_request", "group_admitted", "group_removed", "report", "report_decided"]
MailPreference = Literal["off", "digest", "immediate"]


class GroupName(View):
    """The study group that something happened in."""

    id: UUID
    name: str


class NoticeData(View):
    """What happened: who did it in which group, and for a message its seq and how it begins."""

    group: GroupName
    author: Person
    seq: int | UnsetType = UNSET
    text: str | UnsetType = UNSET


class Notice(msgspec.Struct, frozen=True):
    """Something that an account should know of. Of `text`, in Markdown, the beginning is kept in plain words."""

    account_id: UUID
    kind: Kind
    data: NoticeData


class Seen(msgspec.Struct, frozen=True):
    """An account has read a group up to a seq."""

    account_id: UUID
    group_id: UUID
    seq: int


class Notification(View):
    """A notification, as the one whom it is for sees it."""

    id: UUID
    kind: Kind
    data: NoticeData
    created_at: datetime
    read_at: datetime | None


class NotificationPage(View):
    """Part of the list, newest first. `unread` counts up to 100, which stands for many."""

    items: list[Notification]
    next: str | None
    unread: int


class MarkRead(Command):
    """Which notifications have been read; all that there are if it is left out."""

    ids: Annotated[list[UUID], msgspec.Meta(min_length=1, max_length=100)] | UnsetType = UNSET


class NotificationSettings(View):
    """What comes by mail: nothing, a letter with all that is unread after a quarter of an hour, or each at once."""

    mail: MailPreference


class SetNotifications(Command):
    """What is to come by mail."""

    mail: MailPreference
