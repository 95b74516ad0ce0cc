"""A response as those who grade it see it."""

from collections.abc import Sequence
from typing import cast
from uuid import UUID

from banyan import attempts, courses, questions
from banyan.accounts import Person
from banyan.assessments import Asked, Head
from banyan.attempts import ResultRow
from banyan.courses import CourseHead
from banyan.files import File
from banyan.gradebook.model_grading import GradeView, PersonGrade, Sheet, TestOfSheet
from banyan.kit.database import Reader
from banyan.kit.problems import NotFound
from banyan.questions import Essay, FileUpload, Shown

__all__ = ["sheet"]


async def sheet(
    db: Reader,
    test: Head,
    course: CourseHead,
    row: ResultRow,
    asked: Asked,
    people: Sequence[PersonGrade],
    pseudonym: str | None,
) -> Sheet:
    """A response with its files, the question, and what people say of it; with a pseudonym without names.

    The names of files may tell whose they are, so without names they have none of their own.
    """
    grade = row.grades[asked.id]
    body, response = asked.body, grade.response
    by_hand = body if isinstance(body, Essay | FileUpload) else None
    if row.submitted_at is None:
        raise NotFound
    settlement = next((one for one in people if one.settles), None)
    return Sheet(
        attempt_id=row.attempt_id,
        learner=None if pseudonym else Person(id=row.learner_id, name=row.name),
        pseudonym=pseudonym,
        submitted_at=row.submitted_at,
        state="waiting" if grade.points is None else "graded",
        points=grade.points,
        graders=sum(not one.settles for one in people),
        test=TestOfSheet(id=test.id, title=test.title, course_id=test.course_id),
        question=cast("Shown", questions.show(asked.prepared, row.seed)),
        worth=asked.points,
        correction=asked.correction,
        response=response,
        html=await _rendered(db, course, response["text"]) if isinstance(body, Essay) and response else None,
        files=await _files(db, row, attempts.files_in(body, response), nameless=pseudonym is not None),
        for_graders=await _rendered(db, course, by_hand.for_graders) if by_hand and by_hand.for_graders else "",
        rubric=by_hand.rubric if by_hand else [],
        grades=[_view(one) for one in people if not one.settles],
        settlement=_view(settlement) if settlement else None,
        comment=grade.comment,
    )


async def _rendered(db: Reader, course: CourseHead, text: str) -> str:
    links = await courses.links_of(db, course.id, [text])
    return (await courses.render_text(text, links, course.language)).html


async def _files(db: Reader, row: ResultRow, wanted: Sequence[UUID], *, nameless: bool) -> list[File]:
    if not wanted:
        return []
    known = {file.id: file for file in await attempts.files_of(db, row.learner_id, row.attempt_id)}
    there = [known[one] for one in wanted if one in known]
    return [attempts.file_view(row.attempt_id, attempts.nameless(file) if nameless else file) for file in there]


def _view(grade: PersonGrade) -> GradeView:
    return GradeView(
        grader=Person(id=grade.grader_id, name=grade.grader),
        points=grade.points,
        comment=grade.comment,
        rubric=grade.rubric,
        version=grade.version,
        at=grade.at,
    )
