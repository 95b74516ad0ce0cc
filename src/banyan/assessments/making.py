"""What attempts are at, made of a draft: every question as it is now, rendered."""

import asyncio
from collections.abc import Collection, Mapping
from uuid import UUID

import msgspec

from banyan import courses, questions
from banyan.assessments import planning
from banyan.assessments.document import Asked, Document, PublishedEntry, PublishedSection
from banyan.assessments.model import Section
from banyan.assessments.planning import Plan
from banyan.assessments.problems import NothingToAsk, UnfitTest
from banyan.assessments.store import Row
from banyan.courses import CourseHead
from banyan.kit.database import Reader, Writer
from banyan.questions import Kept, Rendering

__all__ = ["Edition", "Rendered", "checked", "edition", "rendered"]

Rendered = dict[tuple[UUID, int, float], Asked]


class Edition(msgspec.Struct, frozen=True):
    """A draft as attempts could be at it; `size`: how many questions each has."""

    document: Document
    size: int


class Checked(msgspec.Struct, frozen=True):
    """A draft that can be taken, with the questions that it has now and a digest of both."""

    course: CourseHead
    test: Row
    plan: Plan
    digest: bytes


async def rendered(db: Reader, course: CourseHead, test: Row) -> Rendered:
    """What of a draft can be rendered before anything is held: the course's own questions."""
    plan = await planning.plan(db, course, test.sections)
    own = {key: kept for key, kept in _wanted(test, plan).items() if kept.course_id == course.id}
    return await _render(db, course, own)


async def checked(db: Reader, course: CourseHead, test: Row) -> Checked:
    """A draft, if it can be taken.

    Raises:
        NothingToAsk: there is not one question in it.
        UnfitTest: a draw asks for more than there are, and the like; `errors` says where.
    """
    plan = await planning.plan(db, course, test.sections)
    _check(test, plan)
    return Checked(course, test, plan, planning.digest_of(course, test.title, test.settings, test.sections, plan))


async def edition(tx: Writer, draft: Checked, known: Rendered) -> Edition:
    """A draft as attempts could be at it, with what was `rendered` of it; files of shared questions come along."""
    wanted = _wanted(draft.test, draft.plan)
    missing = {key: kept for key, kept in wanted.items() if key not in known}
    brought = await questions.brought_in(tx, draft.course.id, list(missing.values()))
    known = known | await _render(tx, draft.course, dict(zip(missing, brought, strict=True)))
    document = await _document(tx, draft.course, draft.test, draft.plan, [known[key] for key in wanted])
    return Edition(document, sum(entry.count for section in document.sections for entry in section.entries))


def _check(test: Row, plan: Plan) -> None:
    wrong = planning.unfit(test.settings, test.sections, plan.fixed)
    wrong = wrong or planning.shortages(test.sections, plan)
    if wrong:
        raise UnfitTest(wrong[0].detail, errors=wrong)
    if not any(section.entries for section in test.sections):
        raise NothingToAsk


def _wanted(test: Row, plan: Plan) -> dict[tuple[UUID, int, float], Kept]:
    """The questions that are to be in the revision, by all that what is made of them depends on."""
    return {(kept.id, kept.version, points): kept for kept, points in plan.asked(test.sections)}


async def _render(db: Reader, course: CourseHead, wanted: Mapping[tuple[UUID, int, float], Kept]) -> Rendered:
    """Render questions whose files are the course's: two statements, whatever their number."""
    texts = [text for kept in wanted.values() for _, text in questions.markdown_of(kept.body)]
    links = await courses.links_of(db, course.id, texts)

    def work() -> Rendered:
        rendering = Rendering(links.resolve, course.language)
        return {
            key: Asked(
                id=kept.id,
                version=kept.version,
                title=kept.title,
                points=key[2],
                body=kept.body,
                prepared=questions.prepare(kept.id, kept.version, key[2], kept.body, rendering),
                key=questions.prepare_key(kept.id, kept.body, rendering),
            )
            for key, kept in wanted.items()
        }

    return await asyncio.to_thread(work) if wanted else {}


async def _document(db: Reader, course: CourseHead, test: Row, plan: Plan, asked: Collection[Asked]) -> Document:
    texts = [test.settings.description, *(section.text for section in test.sections)]
    rendering = Rendering((await courses.links_of(db, course.id, texts)).resolve, course.language)
    return Document(
        title=test.title,
        settings=test.settings,
        html=rendering.html(test.settings.description),
        sections=[
            PublishedSection(
                id=section.id,
                title=section.title,
                html=rendering.html(section.text),
                shuffle=section.shuffle,
                entries=_entries(number, section, plan),
            )
            for number, section in enumerate(test.sections)
        ],
        questions=list(asked),
    )


def _entries(number: int, section: Section, plan: Plan) -> list[PublishedEntry]:
    found = []
    for place, entry in enumerate(section.entries):
        if entry.draw is not None:
            found.append(PublishedEntry(entry.draw.count, [kept.id for kept in plan.pools[number, place]], drawn=True))
        elif entry.question_id is not None:
            found.append(PublishedEntry(1, [entry.question_id], drawn=False))
    return found
