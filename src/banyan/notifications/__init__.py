"""Notifications: what people should know of, in the app and by mail."""

from banyan.kit.domain import Domain
from banyan.notifications import jobs
from banyan.notifications.model import GroupName, Notice, NoticeData, Seen
from banyan.notifications.rooms import ACCOUNT
from banyan.notifications.routes import ROUTES
from banyan.notifications.service import mark_seen, notify, withdraw

__all__ = ["DOMAIN", "GroupName", "Notice", "NoticeData", "Seen", "mark_seen", "notify", "withdraw"]

DOMAIN = Domain(
    name="notifications",
    routes=ROUTES,
    jobs=(jobs.mail_at_once, jobs.mail_digest),
    periodic=(jobs.purge,),
    rooms=(ACCOUNT,),
)
