"""Assessments: tests as items of courses, written as drafts and taken as revisions."""

from banyan.accounts import Renamed
from banyan.assessments import accommodating, copying, reactions
from banyan.assessments.accommodations import accommodation_of, accommodations_of
from banyan.assessments.cards import Attempts
from banyan.assessments.chance import Dice
from banyan.assessments.copying import texts_of, with_texts
from banyan.assessments.corrections import answerable_alike, correct, corrected, corrections_of, with_corrections
from banyan.assessments.document import (
    Asked,
    Correction,
    CorrectionKind,
    PublishedSection,
    PublishedTest,
    Window,
    window,
)
from banyan.assessments.editions import forget, head, published, revision_of
from banyan.assessments.layout import SectionLayout, layout
from banyan.assessments.model import (
    Accommodated,
    Accommodation,
    DrawRule,
    EntryId,
    Head,
    Heading,
    OwnAttempt,
    Points,
    Prose,
    Section,
    SectionEntry,
    Settings,
    TestPublished,
)
from banyan.assessments.planning import unfit
from banyan.assessments.policy import (
    has_access_code,
    may_preview,
    may_see_results,
    may_see_test,
    may_take,
    may_write_test,
)
from banyan.assessments.previewing import begin_preview, keep_preview
from banyan.assessments.publishing import publish as publish_test
from banyan.assessments.routes import ROUTES
from banyan.assessments.standing import standing
from banyan.assessments.store import Dates, DraftRow, RowInList, add_tests, dates_for, pass_marks
from banyan.assessments.store import drafts as drafts_in
from banyan.assessments.store import tests as tests_in
from banyan.courses import CourseCopied, CoursePurged, ItemsChanged
from banyan.kit.domain import Domain

__all__ = [
    "DOMAIN",
    "Accommodated",
    "Accommodation",
    "Asked",
    "Attempts",
    "Correction",
    "CorrectionKind",
    "Dates",
    "Dice",
    "DraftRow",
    "DrawRule",
    "EntryId",
    "Head",
    "Heading",
    "OwnAttempt",
    "Points",
    "Prose",
    "PublishedSection",
    "PublishedTest",
    "RowInList",
    "Section",
    "SectionEntry",
    "SectionLayout",
    "Settings",
    "TestPublished",
    "Window",
    "accommodation_of",
    "accommodations_of",
    "add_tests",
    "answerable_alike",
    "begin_preview",
    "correct",
    "corrected",
    "corrections_of",
    "dates_for",
    "drafts_in",
    "forget",
    "has_access_code",
    "head",
    "keep_preview",
    "layout",
    "may_preview",
    "may_see_results",
    "may_see_test",
    "may_take",
    "may_write_test",
    "pass_marks",
    "publish_test",
    "published",
    "revision_of",
    "standing",
    "tests_in",
    "texts_of",
    "unfit",
    "window",
    "with_corrections",
    "with_texts",
]

DOMAIN = Domain(
    name="assessments",
    routes=ROUTES,
    reactions={
        CourseCopied: copying.on_course_copied,
        CoursePurged: reactions.on_course_purged,
        ItemsChanged: reactions.on_items_changed,
        Renamed: accommodating.on_renamed,
    },
)
