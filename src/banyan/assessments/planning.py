"""A draft with the questions that it would have now: what it names and what its draws find in the bank."""

from collections.abc import Container, Iterator, Sequence
from hashlib import sha256
from uuid import UUID

import msgspec

from banyan import questions
from banyan.assessments.drawing import most_drawn
from banyan.assessments.model import DrawRule, Section, SectionEntry, Settings
from banyan.courses import CourseHead
from banyan.kit.database import Reader
from banyan.kit.problems import FieldError
from banyan.questions import Draw, Kept

__all__ = ["Plan", "digest_of", "entries", "is_open_to", "plan", "shortages", "supplies", "unfit"]

_MOST_IN_REVISION = 3_000  # questions, those that are only drawn by some too
_MOST_AT_ONCE = 500  # questions of an attempt
_EARLIEST, _LATEST = 1970, 8999  # years that every clock can show
# Part of every digest. Count it up when the same question is shown otherwise: tests can then be published anew.
_RENDERER = 1
# Instead of it in the digest of a test with hints: they were not told once.
_WITH_HINTS = 2


class Plan(msgspec.Struct, frozen=True):
    """The questions of a draft.

    Attributes:
        fixed: those that entries name, by id; what is not there is left out.
        pools: by the place of a draw (section, entry), all that it could give: not what an entry names.
    """

    fixed: dict[UUID, Kept]
    pools: dict[tuple[int, int], list[Kept]]

    def asked(self, sections: Sequence[Section]) -> list[tuple[Kept, float]]:
        """Every question that an attempt could get once, with what it is worth there."""
        found: dict[UUID, tuple[Kept, float]] = {}
        for place, entry in entries(sections):
            named = [self.fixed[entry.question_id]] if entry.question_id in self.fixed else []
            for kept in self.pools[place] if entry.draw else named:
                found[kept.id] = (kept, kept.points if entry.points is None else entry.points)
        return list(found.values())


async def plan(db: Reader, course: CourseHead, sections: Sequence[Section]) -> Plan:
    """The questions of a draft: a statement for those that it names, and one for each different draw."""
    wanted = {entry.question_id: entry.version for _, entry in entries(sections) if entry.question_id is not None}
    fixed = await questions.questions_by_id(db, course, wanted)
    found: dict[bytes, list[Kept]] = {}
    pools: dict[tuple[int, int], list[Kept]] = {}
    for place, entry in entries(sections):
        if entry.draw is not None:
            rule = _rule(entry.draw)
            key = msgspec.json.encode(rule)
            if key not in found:
                found[key] = [kept for kept in await questions.drawable(db, course, rule) if kept.id not in wanted]
            pools[place] = found[key]
    return Plan(fixed, pools)


class Supply(msgspec.Struct, frozen=True):
    """How much a draw finds: all that it could give, and how much an attempt gets, as no two draws give the same."""

    entry: SectionEntry
    pool: list[Kept]
    gives: int


def supplies(sections: Sequence[Section], plan: Plan) -> dict[tuple[int, int], Supply]:
    """What each draw finds, by its place."""
    draws = {place: entry for place, entry in entries(sections) if entry.draw}
    wanted = [(entry.draw.count, [kept.id for kept in plan.pools[at]]) for at, entry in draws.items() if entry.draw]
    return {
        place: Supply(entry, plan.pools[place], gives)
        for (place, entry), gives in zip(draws.items(), most_drawn(wanted), strict=True)
    }


def entries(sections: Sequence[Section]) -> Iterator[tuple[tuple[int, int], SectionEntry]]:
    """Every entry, with the numbers of its section and of itself in it."""
    for section_number, section in enumerate(sections):
        for number, entry in enumerate(section.entries):
            yield (section_number, number), entry


def unfit(settings: Settings, sections: Sequence[Section], fixed: Container[UUID]) -> list[FieldError]:
    """What not even a draft can be, with JSON pointers into the request; `fixed` are the questions that there are."""
    return [*_unfit_settings(settings), *_unfit_entries(sections, fixed)]


def shortages(sections: Sequence[Section], plan: Plan) -> list[FieldError]:
    """What a draft may lack, but no test that learners take: with JSON pointers into the draft."""
    found: list[FieldError] = []
    supply = supplies(sections, plan)
    for place, one in supply.items():
        count = one.entry.draw.count if one.entry.draw else 0
        if one.gives < count:
            there = f"There are only {len(one.pool)} questions to draw from."
            shared = "Other draws need the questions that this one could give."
            found.append(FieldError(f"{_pointer(place)}/draw/count", there if len(one.pool) < count else shared))
    worth: dict[UUID, float] = {}
    for place, one in supply.items():
        for kept in one.pool:
            points = kept.points if one.entry.points is None else one.entry.points
            if worth.setdefault(kept.id, points) != points:
                detail = "Another draw may give the same questions and has them count otherwise."
                found.append(FieldError(f"{_pointer(place)}/points", detail))
                break
    if sum(entry.draw.count if entry.draw else 1 for _, entry in entries(sections)) > _MOST_AT_ONCE:
        found.append(FieldError("/sections", f"A test asks at most {_MOST_AT_ONCE} questions."))
    if not found and len(plan.asked(sections)) > _MOST_IN_REVISION:
        detail = f"A test has at most {_MOST_IN_REVISION} questions, with all that could be drawn."
        found.append(FieldError("/sections", detail))
    return found


def digest_of(course: CourseHead, title: str, settings: Settings, sections: Sequence[Section], plan: Plan) -> bytes:
    """A digest of all that a revision would be made of: with the same one there is nothing to publish."""

    def told(kept: Kept) -> tuple[UUID, int]:
        return kept.id, kept.version

    fixed = sorted(told(kept) for kept in plan.fixed.values())
    pools = [[told(kept) for kept in plan.pools[place]] for place, entry in entries(sections) if entry.draw]
    # Points follow from the versions: those of a version never change.
    renderer = _WITH_HINTS if any(kept.body.hints for kept, _ in plan.asked(sections)) else _RENDERER
    made_of = [renderer, course.language, title, settings, list(sections), fixed, pools]
    return sha256(msgspec.json.encode(made_of)).digest()


def _unfit_settings(settings: Settings) -> Iterator[FieldError]:
    opens, closes = settings.opens_at, settings.closes_at
    for name, moment in (("opens_at", opens), ("closes_at", closes)):
        if not is_open_to(moment):
            yield FieldError(f"/settings/{name}", "Choose a date from 1970 on.")
    if opens is not None and closes is not None and opens >= closes:
        yield FieldError("/settings/closes_at", "The test must open before it closes.")


def is_open_to(moment: object) -> bool:
    """Whether a date, if there is one, is in years that every clock can show."""
    year = getattr(moment, "year", _EARLIEST)
    return _EARLIEST <= year <= _LATEST


def _unfit_entries(sections: Sequence[Section], fixed: Container[UUID]) -> Iterator[FieldError]:
    known_sections: set[str] = set()
    known_entries: set[str] = set()
    known_questions: set[UUID] = set()
    for number, section in enumerate(sections):
        if section.id in known_sections:
            yield FieldError(f"/sections/{number}/id", "Another section has this id.")
        known_sections.add(section.id)
    for place, entry in entries(sections):
        pointer = _pointer(place)
        if entry.id in known_entries:
            yield FieldError(f"{pointer}/id", "Another entry has this id.")
        known_entries.add(entry.id)
        if (entry.question_id is None) == (entry.draw is None):
            yield FieldError(pointer, "An entry is either a question or a draw.")
        elif entry.draw is not None and entry.version is not None:
            yield FieldError(f"{pointer}/version", "A draw gives questions as they are when the test is published.")
        elif entry.question_id in known_questions:
            yield FieldError(f"{pointer}/question_id", "This question is in the test already.")
        elif entry.question_id is not None and entry.question_id not in fixed:
            detail = "This course has no such question, in this version, and none is shared with it."
            yield FieldError(f"{pointer}/question_id", detail)
        if entry.question_id is not None:
            known_questions.add(entry.question_id)


def _pointer(place: tuple[int, int]) -> str:
    return f"/sections/{place[0]}/entries/{place[1]}"


def _rule(draw: DrawRule) -> Draw:
    return Draw(category_id=draw.category_id, tags=sorted(set(draw.tags)), difficulty=draw.difficulty)
