"""Who may read what of a course."""

from datetime import datetime

from banyan.courses import may_see_draft, may_see_published
from banyan.kit.actor import Actor
from banyan.learning.model import NotReleased
from banyan.revisions import OutlineItem

__all__ = ["is_locked", "may_read_draft", "may_read_item", "may_read_own", "may_see_course"]

may_see_course = may_see_published
may_read_draft = may_see_draft


def is_locked(item: OutlineItem, now: datetime) -> bool:
    """Whether an item opens later than `now`."""
    return item.release_at is not None and item.release_at > now


def may_read_item(item: OutlineItem, now: datetime, *, staff: bool) -> None:
    """Staff read everything, learners what has been released.

    Raises:
        NotReleased: it opens later.
    """
    if not staff and is_locked(item, now):
        raise NotReleased(f"It opens on {item.release_at:%Y-%m-%d %H:%M} UTC.")


def may_read_own(actor: Actor) -> None:
    """Everyone signed in sees their own courses, progress and dates: every statement behind it is keyed by them."""
