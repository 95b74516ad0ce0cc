"""Assessments: tests as items of courses, written as drafts and taken as revisions."""

from banyan.assessments.accommodations import accommodation_of, accommodations_of
from banyan.assessments.chance import Dice
from banyan.assessments.document import Asked, PublishedSection, PublishedTest, Window, window
from banyan.assessments.layout import SectionLayout, layout
from banyan.assessments.model import (
    Accommodation,
    Head,
    OwnAttempt,
    Section,
    SectionEntry,
    Settings,
    TestPublished,
)
from banyan.assessments.policy import has_access_code, may_preview, may_see_results, may_see_test, may_take
from banyan.assessments.published import head, published, revision_of

__all__ = [
    "Accommodation",
    "Asked",
    "Dice",
    "Head",
    "OwnAttempt",
    "PublishedSection",
    "PublishedTest",
    "Section",
    "SectionEntry",
    "SectionLayout",
    "Settings",
    "TestPublished",
    "Window",
    "accommodation_of",
    "accommodations_of",
    "has_access_code",
    "head",
    "layout",
    "may_preview",
    "may_see_results",
    "may_see_test",
    "may_take",
    "published",
    "revision_of",
    "window",
]
