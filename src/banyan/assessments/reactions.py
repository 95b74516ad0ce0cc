"""What tests do when something happens to their courses."""

from banyan import questions
from banyan.assessments import editions, store
from banyan.courses import CoursePurged, ItemsChanged
from banyan.kit.database import Writer
from banyan.kit.toolbox import Kit

__all__ = ["on_course_purged", "on_items_changed"]


async def on_items_changed(kit: Kit, tx: Writer, event: ItemsChanged) -> None:
    """Reaction: a test whose item goes into the bin is gone at once, and there again when it comes out."""
    editions.changed(tx, kit, *await store.tests_of_course(tx, event.course_id))


async def on_course_purged(kit: Kit, tx: Writer, event: CoursePurged) -> None:
    """Reaction: tests go with their course, and what others' shared questions know of them."""
    gone = await store.tests_of_course(tx, event.course_id)
    if gone:
        await questions.forget_uses(tx, gone)
    editions.changed(tx, kit, *gone)
