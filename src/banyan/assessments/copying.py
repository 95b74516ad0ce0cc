"""Tests again, in the copy of a course."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from uuid import UUID

from msgspec.structs import replace

from banyan import courses, files, questions
from banyan.assessments import store
from banyan.assessments.model import Section, SectionEntry, Settings
from banyan.assessments.store import DraftRow
from banyan.courses import CourseCopied
from banyan.kit.database import Writer
from banyan.kit.toolbox import Kit

__all__ = ["on_course_copied", "texts_of", "with_questions", "with_texts"]


async def on_course_copied(kit: Kit, tx: Writer, event: CourseCopied) -> None:
    """Reaction: a copy of a course has its bank and its tests, as drafts that ask questions of the copy.

    What learners had of them stays with the original, and so do revisions. Questions and categories that another course
    shares are used by the copy, too.
    """
    drafts = await store.drafts(tx, event.course_id, event.items)
    entries = [entry for draft in drafts for section in draft.sections for entry in section.entries]
    named = {entry.question_id for entry in entries if entry.question_id is not None}
    pinned = {(entry.question_id, entry.version) for entry in entries if entry.question_id and entry.version}
    bank = await questions.copy_bank(
        tx,
        event.by,
        event.course_id,
        event.copy_id,
        versions=pinned,
        named=named,
        items=event.items,
        copied=event.files,
    )
    shown = {
        file_id
        for draft in drafts
        for text in texts_of(draft.settings, draft.sections)
        for file_id in courses.file_ids_in(text)
    }
    added = await files.copy_files(tx, event.course_id, event.copy_id, shown - set(bank.files))
    new_files = {**bank.files, **{old: file.id for old, file in added.items()}}

    def lead(text: str) -> str:
        return courses.rewrite_links(text, new_files, event.items)

    if drafts:
        copies = []
        for draft in drafts:
            settings, sections = with_texts(draft.settings, draft.sections, lead)
            sections = with_questions(sections, bank.questions, bank.categories)
            copies.append(DraftRow(event.items[draft.id], settings, sections))
        await store.add_tests(tx, event.by.school_id, event.copy_id, copies)


def texts_of(settings: Settings, sections: Sequence[Section]) -> Iterator[str]:
    """Every text of a test that is Markdown."""
    yield settings.description
    yield from (section.text for section in sections)


def with_texts(
    settings: Settings, sections: Sequence[Section], change: Callable[[str], str]
) -> tuple[Settings, list[Section]]:
    """A test with each of its texts changed."""
    changed = [replace(section, text=change(section.text)) for section in sections]
    return replace(settings, description=change(settings.description)), changed


def with_questions(
    sections: Sequence[Section], new_questions: Mapping[UUID, UUID], new_categories: Mapping[UUID, UUID]
) -> list[Section]:
    """The sections with other questions and categories in place of these; what is none of them stays."""

    def changed(entry: SectionEntry) -> SectionEntry:
        if entry.question_id is not None:
            return replace(entry, question_id=new_questions.get(entry.question_id, entry.question_id))
        if entry.draw is not None and entry.draw.category_id is not None:
            category_id = new_categories.get(entry.draw.category_id, entry.draw.category_id)
            return replace(entry, draw=replace(entry.draw, category_id=category_id))
        return entry

    return [replace(section, entries=[changed(entry) for entry in section.entries]) for section in sections]
