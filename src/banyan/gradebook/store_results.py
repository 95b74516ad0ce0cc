"""Every statement about the results of a test; each reads the test's own rows, and those who learn in its course."""

from collections.abc import Mapping
from datetime import datetime
from typing import Literal
from uuid import UUID

import msgspec

from banyan.gradebook.model import Standing, Wanted
from banyan.kit.database import Reader

__all__ = [
    "AttemptRow",
    "PartRow",
    "QuestionRow",
    "ResultRow",
    "SpreadRow",
    "Worth",
    "distribution",
    "place_after",
    "questions",
    "results",
    "spread",
]

# What someone's attempts come to, as `attempts.counted` has it; $2 is which of them counts. `revision` is that of the
# attempt that counts, or of the newest of several.
_PERCENT = "case when state = 'graded' then case when max_points > 0 then 100 * points / max_points else 100 end end"
_TAKERS = f"""
    takers as materialized (
        select learner_id, max(name) as name, (array_agg(state order by number desc))[1] as state,
               case $2::text
                   when 'average' then avg(percent)
                   when 'first' then (array_agg(percent order by number) filter (where state <> 'running'))[1]
                   when 'last' then (array_agg(percent order by number desc) filter (where state <> 'running'))[1]
                   else max(percent)
               end as percent,
               case $2::text
                   when 'average' then max(revision) filter (where percent is not null)
                   when 'first' then (array_agg(revision order by number) filter (where state <> 'running'))[1]
                   when 'last' then (array_agg(revision order by number desc) filter (where state <> 'running'))[1]
                   else (array_agg(revision order by percent desc nulls last, number))[1]
               end as revision
          from (select learner_id, name, number, revision, state, {_PERCENT} as percent
                  from attempt_result
                 where assessment_id = $1 and number > 0) a
         group by learner_id)
"""
# Each response that was graded, with what its question is worth in its revision.
_RESPONSES = """
    responses as materialized (
        select r.attempt_id, r.state, r.revision, w.question_id, w.kind, w.worth, e.value -> 'response' as response,
               (e.value ->> 'fraction')::float8 as fraction
          from attempt_result r
         cross join lateral jsonb_each(r.grades) e
          join unnest($2::integer[], $3::uuid[], $4::text[], $5::float8[]) as w (revision, question_id, kind, worth)
            on w.revision = r.revision and w.question_id = e.key::uuid
         where r.assessment_id = $1 and r.number > 0 and r.state <> 'running')
"""
_UNRANKED = 1e9  # above every percent


class Worth(msgspec.Struct, frozen=True):
    """Every question of every revision that somebody took, column by column: what it is, and what it is worth."""

    revisions: list[int]
    questions: list[UUID]
    kinds: list[str]
    points: list[float]


class AttemptRow(msgspec.Struct, frozen=True):
    """One attempt of a learner."""

    id: UUID
    number: int
    revision: int
    state: Literal["running", "submitted", "graded"]
    points: float | None
    max_points: float
    started_at: datetime
    deadline_at: datetime | None
    submitted_at: datetime | None


class ResultRow(msgspec.Struct, frozen=True):
    """A learner with their attempts; `rank` is what the list is sorted by before names."""

    learner_id: UUID
    name: str
    email: str | None
    enrolled: bool
    state: Standing
    percent: float | None
    rank: float
    attempts: list[AttemptRow]


class SpreadRow(msgspec.Struct, frozen=True):
    """How results are spread; `bars` by tens of percent."""

    learners: int
    bars: list[int]
    mean: float | None
    median: float | None
    deviation: float | None
    lowest: float | None
    highest: float | None
    passed: int
    median_seconds: float | None


class QuestionRow(msgspec.Struct, frozen=True):
    """How a question did; `revision` is the newest that somebody was asked it in."""

    question_id: UUID
    revision: int
    attempts: int
    waiting: int
    unanswered: int
    facility: float | None
    discrimination: float | None


class PartRow(msgspec.Struct, frozen=True):
    """How often something was given; None as `value` is the sum of what is not listed."""

    question_id: UUID
    part: str | None
    value: str | None
    count: int


def place_after(row: ResultRow) -> tuple[float, str, UUID]:
    """Where the list goes on behind a row."""
    return row.rank, row.name, row.learner_id


async def results(
    db: Reader,
    test_id: UUID,
    counts: str,
    course_id: UUID,
    wanted: Wanted,
    after: tuple[float, str, UUID] | None,
    limit: int,
) -> list[ResultRow]:
    """Learners of the course and all who have begun the test, those after a place in the list: one statement."""
    return await db.all(
        ResultRow,
        f"""
        with {_TAKERS}, people as materialized (
            select learner_id, name, email from roster where course_id = $3 and state = 'active'
        ), everyone as (
            select learner_id, coalesce(p.name, t.name) as name, p.email, p.name is not null as enrolled,
                   coalesce(t.state, 'not_begun') as state, t.percent::float8 as percent,
                   case when $4 = 0 then 0 else coalesce($4 * t.percent, {_UNRANKED}) end::float8 as rank
              from takers t
              full join people p using (learner_id)
        ), page as (
            select *
              from everyone
             where strpos(lower(name), lower($5)) > 0 and (rank, name, learner_id) > ($6, $7, $8)
               and ($10::text is null or state = $10)
             order by rank, name, learner_id
             limit $9)
        select p.learner_id, p.name, p.email, p.enrolled, p.state, p.percent, p.rank, a.attempts
          from page p
         cross join lateral (
               select coalesce(jsonb_agg(jsonb_build_object(
                          'id', attempt_id, 'number', number, 'revision', revision, 'state', state,
                          'points', case when state = 'graded' then points end, 'max_points', max_points,
                          'started_at', started_at, 'deadline_at', deadline_at,
                          'submitted_at', submitted_at) order by number), '[]') as attempts
                 from attempt_result
                where assessment_id = $1 and learner_id = p.learner_id and number > 0) a
         order by p.rank, p.name, p.learner_id
        """,
        test_id,
        counts,
        course_id,
        {"name": 0.0, "score": 1.0, "-score": -1.0}[wanted.sort],
        wanted.query,
        *(after or (-_UNRANKED, "", UUID(int=0))),
        limit,
        wanted.state,
    )


async def spread(db: Reader, test_id: UUID, counts: str, marks: Mapping[int, float]) -> SpreadRow:
    """How the results of a test are spread, given the pass marks of the revisions that have one: one statement."""
    return await db.one(
        SpreadRow,
        f"""
        with {_TAKERS}
        select count(percent)::integer as learners,
               array(select count(t.percent)::integer
                       from generate_series(0, 9) as n
                       left join takers t on least(9, floor(t.percent / 10)) = n
                      group by n order by n) as bars,
               avg(percent)::float8 as mean, percentile_cont(0.5) within group (order by percent)::float8 as median,
               stddev_pop(percent)::float8 as deviation, min(percent)::float8 as lowest,
               max(percent)::float8 as highest, (count(*) filter (where percent >= m.mark))::integer as passed,
               (select percentile_cont(0.5) within group (order by extract(epoch from submitted_at - started_at))
                  from attempt_result
                 where assessment_id = $1 and number > 0 and submitted_at is not null)::float8 as median_seconds
          from takers
          left join unnest($3::integer[], $4::float8[]) as m (revision, mark) using (revision)
        """,
        test_id,
        counts,
        list(marks),
        list(marks.values()),
    )


async def questions(db: Reader, test_id: UUID, worth: Worth) -> list[QuestionRow]:
    """How each question did, given what each is worth in each revision: one statement.

    Discrimination is the corrected item-total correlation: of the share of the points of a question with the share of
    all other points of the same attempt, over attempts that are wholly graded (S. Henrysson, Correction of item-total
    correlations in item analysis, Psychometrika 28, 1963). Sums of shares are rounded, so that what never varies does
    not seem to.
    """
    return await db.all(
        QuestionRow,
        f"""
        with {_RESPONSES}, beside as (
            select question_id, revision, state, fraction, response, worth,
                   sum(fraction * worth) over attempt - fraction * worth as others,
                   sum(worth) over attempt - worth as most
              from responses
            window attempt as (partition by attempt_id))
        select question_id, max(revision) as revision, count(fraction)::integer as attempts,
               (count(*) filter (where fraction is null))::integer as waiting,
               (count(*) filter (where response is null))::integer as unanswered,
               avg(fraction)::float8 as facility,
               corr(fraction, round((others / most)::numeric, 9)::float8)
                   filter (where state = 'graded' and worth > 0 and most > 0) as discrimination
          from beside
         group by question_id
        """,
        test_id,
        worth.revisions,
        worth.questions,
        worth.kinds,
        worth.points,
    )


async def distribution(db: Reader, test_id: UUID, worth: Worth, most: int) -> list[PartRow]:
    """What was given to each question, or to each part of it, the most frequent first: one statement.

    Of every part at most so many values; what is not listed comes last.
    """
    return await db.all(
        PartRow,
        f"""
        with {_RESPONSES}, parts as (
            select r.question_id, null::text as part, r.response #>> '{{}}' as value
              from responses r
             where jsonb_typeof(r.response) in ('string', 'boolean', 'number')
            union all
            select r.question_id, null, e.value
              from responses r
             cross join lateral jsonb_array_elements_text(r.response) e
             where r.kind = 'multiple_choice' and jsonb_typeof(r.response) = 'array'
            union all
            select r.question_id, null,
                   (select string_agg(e.value, ',' order by e.place)
                      from jsonb_array_elements_text(r.response) with ordinality as e (value, place))
              from responses r
             where r.kind = 'ordering' and jsonb_typeof(r.response) = 'array'
            union all
            select r.question_id, e.key, v.value
              from responses r
             cross join lateral jsonb_each(r.response) e
             cross join lateral jsonb_array_elements_text(
                   case jsonb_typeof(e.value)
                       when 'array' then e.value when 'null' then '[]' else jsonb_build_array(e.value) end) as v (value)
             where r.kind in ('matching', 'cloze') and jsonb_typeof(r.response) = 'object'
        ), counted as (
            select question_id, part, value, count(*) as count,
                   row_number() over (partition by question_id, part order by count(*) desc, value) as place
              from parts
             group by question_id, part, value)
        select question_id, part, case when place <= $6 then value end as value, sum(count)::integer as count
          from counted
         group by question_id, part, case when place <= $6 then value end, least(place, $6 + 1)
         order by question_id, part nulls first, least(place, $6 + 1)
        """,
        test_id,
        worth.revisions,
        worth.questions,
        worth.kinds,
        worth.points,
        most,
    )
