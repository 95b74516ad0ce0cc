"""From what is stored to what takers see."""

from collections.abc import Iterable
from typing import cast
from urllib.parse import quote
from uuid import UUID

from banyan import assessments
from banyan.assessments import PublishedTest
from banyan.attempts.model import (
    AttemptCard,
    AttemptFileInfo,
    AttemptView,
    HeadRow,
    SavedView,
    SectionView,
    StoredAnswer,
    TestRef,
)
from banyan.files import File
from banyan.questions import Shown, show

__all__ = ["attempt_view", "card", "file_view", "test_ref"]


def attempt_view(
    test: PublishedTest, head: HeadRow, answers: Iterable[StoredAnswer], files: Iterable[AttemptFileInfo] = ()
) -> AttemptView:
    """An attempt with everything that taking it needs. What questions look like was rendered and encoded before."""
    laid_out = assessments.layout(test, head.seed) if head.state == "running" else []
    return AttemptView(
        id=head.id,
        test=test_ref(test),
        revision=head.revision,
        number=abs(head.number),
        state=head.state,
        preview=head.number < 0,
        started_at=head.started_at,
        deadline_at=head.deadline_at,
        now=head.now,
        submitted_at=head.submitted_at,
        page=test.settings.page,
        go_back=test.settings.go_back,
        sections=[
            SectionView(
                id=section.id,
                title=section.title,
                html=section.html,
                # Pieces of JSON, joined in the order of this attempt.
                questions=cast(
                    "list[Shown]", [show(test.questions[one].prepared, head.seed) for one in section.questions]
                ),
            )
            for section in laid_out
        ],
        answers={
            one.question_id: SavedView(
                response=one.response, number=one.number, flagged=one.flagged, saved_at=one.saved_at
            )
            for one in answers
        },
        files=[file_view(head.id, file) for file in files],
    )


def card(head: HeadRow) -> AttemptCard:
    """How an attempt stands."""
    return AttemptCard(
        id=head.id,
        number=abs(head.number),
        state=head.state,
        preview=head.number < 0,
        started_at=head.started_at,
        deadline_at=head.deadline_at,
        submitted_at=head.submitted_at,
        now=head.now,
    )


def test_ref(test: PublishedTest) -> TestRef:
    """The test of an attempt."""
    return TestRef(id=test.id, title=test.title, course_id=test.course_id)


def file_view(attempt_id: UUID, file: AttemptFileInfo) -> File:
    """A file of an attempt, with its address."""
    address = f"/api/v1/attempts/{attempt_id}/files/{file.id}/{quote(file.name, safe='')}"
    return File(id=file.id, name=file.name, media_type=file.media_type, size=file.size, url=address)
