"""From what a teacher says was wrong with a question to what is kept beside the revisions that have it."""

import asyncio
from collections.abc import Mapping
from uuid import UUID

import msgspec

from banyan import assessments, courses, questions
from banyan.assessments import Asked, Correction, PublishedTest
from banyan.courses import CourseHead
from banyan.gradebook import store_regrading
from banyan.gradebook.model_grading import BeginRegrade, Kind
from banyan.gradebook.problems import UnfitCorrection
from banyan.kit.database import Reader
from banyan.kit.problems import FieldError
from banyan.kit.toolbox import Kit
from banyan.kit.wire import UNSET
from banyan.questions import Body, Essay, FileUpload, Question, Rendering

__all__ = ["Planned", "planned"]


class Planned(msgspec.Struct, frozen=True):
    """A correction that can be made: in these revisions this; None takes back what was corrected."""

    kind: Kind
    title: str
    wanted: Mapping[int, Correction | None]
    editions: Mapping[int, PublishedTest]


async def planned(kit: Kit, db: Reader, course: CourseHead, test_id: UUID, command: BeginRegrade) -> Planned:
    """What a teacher wants to be corrected, held against what takers were shown.

    Raises:
        UnfitCorrection: the question is in none of the revisions, or responses to what was shown could not be graded;
            `errors` says where.
    """
    if sum((command.body is not UNSET, command.void, command.full_marks)) > 1:
        raise UnfitCorrection(errors=[FieldError("", "Say one thing: another key, void, or full marks.")])
    having = await store_regrading.revisions_with(db, test_id, command.question_id)
    if not having:
        raise UnfitCorrection(errors=[FieldError("/question_id", "No revision of this test has the question.")])
    chosen = having if command.revisions is UNSET else sorted(set(command.revisions), reverse=True)
    for number in chosen:
        if number not in having:
            raise UnfitCorrection(errors=[FieldError("/revisions", f"Revision {number} does not have the question.")])
    editions = {number: await assessments.revision_of(kit, test_id, number) for number in chosen}
    asked = {number: edition.questions[command.question_id] for number, edition in editions.items()}
    kind = _kind(command)
    correction = None if kind == "published" else Correction(kind)
    if not isinstance(command.body, msgspec.UnsetType):
        _check(asked, command.body)
        key = await _rendered(db, course, command.question_id, command.body)
        correction = Correction("key", command.body, key)
    return Planned(kind, asked[chosen[0]].title, dict.fromkeys(chosen, correction), editions)


def _kind(command: BeginRegrade) -> Kind:
    if command.void:
        return "void"
    if command.full_marks:
        return "full_marks"
    return "published" if command.body is UNSET else "key"


def _check(asked: Mapping[int, Asked], body: Body) -> None:
    if isinstance(body, Essay | FileUpload):
        raise UnfitCorrection(errors=[FieldError("/body", "People grade this question: there is no key to correct.")])
    wrong = questions.faults(Question(title="", body=body))
    if wrong:
        raise UnfitCorrection(wrong[0].detail, errors=wrong)
    for number, one in asked.items():
        if not assessments.answerable_alike(one.body, body):
            detail = f"Revision {number} showed a question with other parts; keep its choices, pairs, items and gaps."
            raise UnfitCorrection(detail, errors=[FieldError("/body", detail)])


async def _rendered(db: Reader, course: CourseHead, question_id: UUID, body: Body) -> questions.Key:
    links = await courses.links_of(db, course.id, [text for _, text in questions.markdown_of(body)])
    rendering = Rendering(links.resolve, course.language)
    return await asyncio.to_thread(questions.prepare_key, question_id, body, rendering)
