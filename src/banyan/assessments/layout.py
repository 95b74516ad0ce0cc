"""Which questions an attempt has, in which order."""

from uuid import UUID

import msgspec

from banyan.assessments.chance import Dice
from banyan.assessments.document import PublishedTest
from banyan.assessments.drawing import draw

__all__ = ["SectionLayout", "layout"]


class SectionLayout(msgspec.Struct, frozen=True):
    """A part of an attempt: its questions, in their order."""

    id: str
    title: str
    html: str
    questions: list[UUID]


def layout(test: PublishedTest, seed: int) -> list[SectionLayout]:
    """The questions that an attempt with this seed has: pure, and the same for ever (see `chance`).

    No question is there twice. Of the seed the lowest 64 bits count.
    """
    dice = Dice(seed)
    draws = [entry for section in test.sections for entry in section.entries if entry.drawn]
    drawn = iter(draw([(entry.count, dice.shuffled(entry.questions)) for entry in draws]))
    laid_out = []
    for section in test.sections:
        questions = [
            question
            for entry in section.entries
            for question in (dice.shuffled(next(drawn)) if entry.drawn else entry.questions)
        ]
        if section.shuffle or test.settings.shuffle:
            questions = dice.shuffled(questions)
        laid_out.append(SectionLayout(section.id, section.title, section.html, questions))
    return laid_out
