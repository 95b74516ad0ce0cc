"""How the questions of a test did, for its staff and for the bank that they came from."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import cast
from uuid import UUID

import msgspec

from banyan import assessments, questions
from banyan.assessments import Asked, Head, PublishedTest
from banyan.gradebook import looking, store_results, store_statistics
from banyan.gradebook.model import Given, QuestionStatistics
from banyan.gradebook.store_results import PartRow, Worth
from banyan.kit.actor import Actor
from banyan.kit.toolbox import Kit
from banyan.kit.wire import Page
from banyan.questions import (
    Body,
    Cloze,
    Essay,
    FileUpload,
    Matching,
    MultipleChoice,
    Ordering,
    Shown,
    SingleChoice,
    StatisticsOf,
    TrueFalse,
    grade,
)

__all__ = ["question_statistics", "tell_bank"]

_FOR = 5.0  # seconds
_MOST_VALUES = 50  # of a question, or of a part of it


async def question_statistics(kit: Kit, actor: Actor, test_id: UUID) -> Page[QuestionStatistics]:
    """How the questions of a test did, in its order, those that it no longer has last; a few seconds old at most.

    Raises:
        NotFound, Forbidden: see `policy.may_see_results`.
    """
    test = await looking.seen_by_staff(kit, actor, test_id)
    key = f"question_statistics:{test_id}:{test.revision}:{test.corrections}"
    return Page(await kit.cache.get(key, _FOR, list[QuestionStatistics], lambda: _load(kit, test)), None)


async def tell_bank(kit: Kit, test_id: UUID) -> None:
    """Tell the bank how the questions of a test did, in all attempts so far."""
    graded = await store_statistics.graded(kit.db.read(), test_id)
    editions = await _editions(kit, test_id)
    rows = await store_results.questions(kit.db.read(), test_id, _worth(editions))
    told = [StatisticsOf(row.question_id, row.attempts, row.facility, row.discrimination) for row in rows]
    async with kit.db.write() as tx:
        await questions.note_statistics(tx, test_id, told)
        await store_statistics.note_told(tx, test_id, graded)


async def _load(kit: Kit, test: Head) -> list[QuestionStatistics]:
    editions = await _editions(kit, test.id)
    worth = _worth(editions)
    rows = {row.question_id: row for row in await store_results.questions(kit.db.read(), test.id, worth)}
    given: dict[UUID, list[PartRow]] = defaultdict(list)
    for part in await store_results.distribution(kit.db.read(), test.id, worth, _MOST_VALUES):
        given[part.question_id].append(part)
    newest = await looking.edition_of(kit, test)
    order = [*(newest.questions if newest else ()), *rows]
    found = []
    for question_id in dict.fromkeys(order):
        row = rows.get(question_id)
        edition = editions[row.revision] if row else newest
        if edition is None:
            continue
        asked = edition.questions[question_id]
        found.append(
            QuestionStatistics(
                question=msgspec.convert(msgspec.json.decode(msgspec.json.encode(_shown(asked))), Shown),
                title=asked.title,
                points=asked.points,
                attempts=row.attempts if row else 0,
                waiting=row.waiting if row else 0,
                unanswered=row.unanswered if row else 0,
                facility=row.facility if row else None,
                discrimination=row.discrimination if row else None,
                distribution=_distribution(asked, given[question_id]),
            )
        )
    return found


async def _editions(kit: Kit, test_id: UUID) -> dict[int, PublishedTest]:
    taken = await store_statistics.revisions_taken(kit.db.read(), test_id)
    return {number: await assessments.corrected(kit, test_id, number) for number in taken}


def _worth(editions: dict[int, PublishedTest]) -> Worth:
    every = [(number, asked) for number, edition in editions.items() for asked in edition.questions.values()]
    return Worth(
        revisions=[number for number, _ in every],
        questions=[asked.id for _, asked in every],
        kinds=[str(asked.body.__struct_config__.tag) for _, asked in every],
        points=[asked.points for _, asked in every],
    )


def _shown(asked: Asked) -> Shown:
    return cast("Shown", questions.show(asked.prepared, 0))


def _distribution(asked: Asked, rows: Sequence[PartRow]) -> list[Given]:
    """What was given, and of what can be chosen what is right and nobody gave."""
    known = {(row.part, row.value) for row in rows}
    summed_up = {row.part for row in rows if row.value is None}
    missed = [
        Given(part=part, value=value, count=0, right=True)
        for part, value in _right_choices(asked.body)
        if (part, value) not in known and part not in summed_up
    ]
    return [*(_given(asked, row) for row in rows), *missed]


def _right_choices(body: Body) -> Iterator[tuple[str | None, str]]:
    """Of what can be chosen, all that is right: the part that it is given to, and the value."""
    match body:
        case MultipleChoice() | SingleChoice():
            yield from ((None, choice.id) for choice in body.choices if choice.weight > 0)
        case TrueFalse():
            yield None, str(body.answer).lower()
        case Matching():
            yield from ((pair.id, pair.match) for pair in body.pairs)
        case Ordering():
            yield None, ",".join(item.id for item in body.items)
        case Cloze():
            for gap in body.gaps:
                yield from ((gap.id, value) for _, value in _right_choices(gap.question))


def _given(asked: Asked, row: PartRow) -> Given:
    return Given(part=row.part, value=row.value, count=row.count, right=_is_right(asked, row.part, row.value))


def _is_right(  # noqa: PLR0911 -- a table, one line a kind
    asked: Asked, part: str | None, value: str | None
) -> bool | None:
    """Whether a value earns all that there is for it, or for a choice of several: anything. None if nobody can say."""
    body = asked.body
    if value is None:
        return None
    match body:
        case MultipleChoice() | SingleChoice():
            return any(choice.id == value and choice.weight > 0 for choice in body.choices)
        case Matching():
            return any(pair.id == part and pair.match == value for pair in body.pairs)
        case Cloze():
            gap = next((gap.question for gap in body.gaps if gap.id == part), None)
            if isinstance(gap, MultipleChoice):
                return any(choice.id == value and choice.weight > 0 for choice in gap.choices)
            return None if gap is None else grade(gap, value).correct == "right"
        case Essay() | FileUpload():
            return None
        case _:
            response = {"true_false": value == "true", "ordering": value.split(",")}
            return grade(body, response.get(str(body.__struct_config__.tag), value)).correct == "right"
