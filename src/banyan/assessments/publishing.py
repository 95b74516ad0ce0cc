"""Publishing: from a draft to a revision that never changes, with every question as it was, rendered."""

import asyncio
from collections.abc import Collection, Mapping
from uuid import UUID

from banyan import accounts, courses, questions
from banyan.accounts import Person
from banyan.assessments import editions, planning, policy, store
from banyan.assessments.document import Asked, Document, PublishedEntry, PublishedSection
from banyan.assessments.model import Section, TestPublished, TestRevision
from banyan.assessments.planning import Plan
from banyan.assessments.problems import NothingToAsk, NothingToPublishAnew, UnfitTest
from banyan.assessments.standing import standing
from banyan.assessments.store import RevisionRow, Row
from banyan.courses import CourseHead
from banyan.kit.actor import Actor
from banyan.kit.database import Reader
from banyan.kit.deeds import Deed, Detail
from banyan.kit.toolbox import Kit
from banyan.kit.wire import Page, cursor, read_cursor
from banyan.questions import Kept, Rendering

__all__ = ["publish", "revisions_of"]

_Rendered = dict[tuple[UUID, int, float], Asked]


async def publish(kit: Kit, actor: Actor, test_id: UUID, note: str) -> TestRevision:
    """Make the draft a revision; attempts that begin from now on are at it, those that run stay at theirs.

    What can be is rendered before the course is held.

    Raises:
        NotFound, Forbidden: see `policy.may_write_test`.
        NothingToAsk: there is not one question in it.
        NothingToPublishAnew: learners take it as it is.
        UnfitTest: a draw asks for more than there are, and the like; `errors` says where.
    """
    db = kit.db.read()
    head, course, enrolled = await standing(kit, actor, test_id)
    policy.may_write_test(actor, head, course, enrolled=enrolled)
    test = await store.test(db, test_id)
    plan = await planning.plan(db, course, test.sections)
    own = {key: kept for key, kept in _wanted(test, plan).items() if kept.course_id == course.id}
    rendered = await _render(db, course, own)
    author = await accounts.account_of(db, actor.id)
    async with kit.db.write() as tx:
        course = await courses.head_for_write(tx, test.course_id)
        test = await store.test(tx, test_id)
        policy.may_write_test(actor, test, course, enrolled=enrolled)
        plan = await planning.plan(tx, course, test.sections)
        _check(test, plan)
        digest = planning.digest_of(course, test.title, test.settings, test.sections, plan)
        if test.revision is not None and await store.digest_of(tx, test_id, test.revision) == digest:
            raise NothingToPublishAnew
        wanted = _wanted(test, plan)
        missing = {key: kept for key, kept in wanted.items() if key not in rendered}
        brought = await questions.brought_in(tx, course.id, list(missing.values()))
        rendered |= await _render(tx, course, dict(zip(missing, brought, strict=True)))
        document = await _document(tx, course, test, plan, [rendered[key] for key in wanted])
        size = sum(entry.count for section in document.sections for entry in section.entries)
        row = await store.add_revision(
            tx, test_id, actor.id, author.name, note, questions=size, digest=digest, document=document
        )
        await store.publish(tx, test_id, row.number)
        await questions.note_uses(tx, test_id, [question.id for question in document.questions])
        editions.changed(tx, kit, test_id)
        await tx.emit(TestPublished(test_id, course.id, row.number))
        details: dict[str, Detail] = {"revision": row.number, "title": test.title, "note": note}
        await tx.emit(Deed(actor, "assessments.published", f"test:{test_id}", course.id, details))
    return _view(row)


async def revisions_of(kit: Kit, actor: Actor, test_id: UUID, after: str | None, limit: int) -> Page[TestRevision]:
    """The revisions of a test, the newest first.

    Raises:
        NotFound, Forbidden: see `policy.may_see_revisions`.
        Malformed: `after` is not a cursor of such a list.
    """
    below = read_cursor(after, int)
    test, course, enrolled = await standing(kit, actor, test_id)
    policy.may_see_revisions(actor, test, course, enrolled=enrolled)
    rows = await store.revisions(kit.db.read(), test_id, below[0] if below else None, limit + 1)
    following = cursor(rows[limit - 1].number) if len(rows) > limit else None
    return Page([_view(row) for row in rows[:limit]], following)


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


async def _render(db: Reader, course: CourseHead, wanted: Mapping[tuple[UUID, int, float], Kept]) -> _Rendered:
    """Render questions whose files are the course's: two statements, whatever their number."""
    texts = [text for kept in wanted.values() for _, text in questions.markdown_of(kept.body)]
    links = await courses.links_of(db, course.id, texts)

    def work() -> _Rendered:
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


def _view(row: RevisionRow) -> TestRevision:
    return TestRevision(
        number=row.number,
        created_at=row.created_at,
        author=Person(id=row.author_id, name=row.author),
        note=row.note,
        title=row.title,
        questions=row.questions,
    )
