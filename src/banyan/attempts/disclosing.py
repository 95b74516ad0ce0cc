"""What takers are told of the results of their attempts, and when."""

from datetime import datetime
from uuid import UUID

import msgspec

from banyan import assessments
from banyan.assessments import Settings
from banyan.attempts.model import HeadRow
from banyan.kit.problems import NotFound
from banyan.kit.toolbox import Kit
from banyan.questions import Disclosure

__all__ = ["EVERYTHING", "Disclosed", "disclosed", "disclosure", "for_learner"]

EVERYTHING = Disclosure(score=True, answers=True, feedback=True)


class Disclosed(msgspec.Struct, frozen=True):
    """What is told `now`; `more_at` is when there will be more."""

    now: Disclosure
    more_at: datetime | None
    settings: Settings


async def disclosed(kit: Kit, head: HeadRow) -> Disclosed:
    """What the taker of an attempt is told of it; of a preview everything."""
    if head.number < 0:
        previewed = await assessments.revision_of(kit, head.test_id, head.revision)
        return Disclosed(EVERYTHING, None, previewed.settings)
    return await for_learner(kit, head.test_id, head.learner_id, head.revision, head.now)


async def for_learner(kit: Kit, test_id: UUID, learner_id: UUID, revision: int, now: datetime) -> Disclosed:
    """What a learner is told of attempts at a test: as its newest revision says, so that the staff can change it."""
    try:
        test = await assessments.published(kit, test_id)
    except NotFound:  # the test is in the bin
        test = await assessments.revision_of(kit, test_id, revision)
    own = assessments.window(test.settings, await assessments.accommodation_of(kit, test_id, learner_id))
    return disclosure(test.settings, own.closes_at, now)


def disclosure(settings: Settings, closes_at: datetime | None, now: datetime) -> Disclosed:
    """What is told at a time to someone for whom the test closes then. Where nothing closes, after the close is now."""
    closed = closes_at is None or now >= closes_at
    wishes = (settings.show_score, settings.show_answers, settings.show_feedback)
    score, answers, feedback = (wish == "at_once" or (wish == "after_close" and closed) for wish in wishes)
    more = not closed and "after_close" in wishes
    return Disclosed(Disclosure(score=score, answers=answers, feedback=feedback), closes_at if more else None, settings)
