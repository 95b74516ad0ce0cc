"""What previews are at: the draft as it is, kept like a revision, but with a negative number and for one person.

Learners never come to it: it is not listed, not counted, and no attempt but a preview is at it.
"""

from uuid import UUID

from banyan import courses
from banyan.assessments import editions, making, policy, store, store_previews
from banyan.assessments.document import PublishedTest
from banyan.assessments.making import Rendered
from banyan.assessments.standing import standing
from banyan.kit.actor import Actor
from banyan.kit.database import Writer
from banyan.kit.toolbox import Kit

__all__ = ["begin_preview", "keep_preview"]


async def begin_preview(kit: Kit, actor: Actor, test_id: UUID) -> Rendered:
    """What of a draft can be rendered before anything is held.

    Raises:
        NotFound, Forbidden: see `policy.may_preview`.
    """
    head, course, enrolled = await standing(kit, actor, test_id)
    policy.may_preview(actor, head, course, enrolled=enrolled)
    db = kit.db.read()
    return await making.rendered(db, course, await store.test(db, test_id))


async def keep_preview(tx: Writer, kit: Kit, actor: Actor, test_id: UUID, rendered: Rendered) -> PublishedTest:
    """The draft as attempts could be at it, for previews of the actor, who may have them; what was there before goes.

    Raises:
        NothingToAsk: there is not one question in it.
        UnfitTest: a draw asks for more than there are, and the like; `errors` says where.
    """
    head = await editions.head(kit, test_id)
    course = await courses.head_for_write(tx, head.course_id)
    draft = await making.checked(tx, course, await store.test(tx, test_id))
    number = await store_previews.like(tx, test_id, actor.id, draft.digest)
    if number is None:
        made = await making.edition(tx, draft, rendered)
        number = await store_previews.add(
            tx, test_id, actor.id, questions=made.size, digest=draft.digest, document=made.document
        )
    await store_previews.forget_others(tx, test_id, actor.id, number)
    return await editions.read(tx, test_id, number)
