"""The statement that saves answers, and those about who is at work."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from banyan.attempts.model import State
from banyan.attempts.store import GRACE
from banyan.kit.database import Writer

__all__ = ["GivenAnswer", "SaveOutcome", "note_seen", "save"]


class GivenAnswer(msgspec.Struct, frozen=True):
    """An answer about to be saved.

    Attributes:
        place: of the question in the attempt.
        flagged: None leaves it as it is.
        forward: the test has no way back.
    """

    learner_id: UUID
    attempt_id: UUID
    question_id: UUID
    place: int
    number: int
    response: Any
    flagged: bool | None
    forward: bool


class SaveOutcome(msgspec.Struct, frozen=True):
    """What became of an answer. `number` and `saved_at` are those on disk, None when nothing is.

    Attributes:
        row: of the answer among all that were given, from 1.
        open: the attempt runs, and is in time; otherwise nothing was saved.
        left: nothing was saved because a later question had been begun before.
    """

    row: int
    now: datetime
    state: State
    deadline_at: datetime | None
    submitted_at: datetime | None
    open: bool
    left: bool
    number: int | None
    saved_at: datetime | None


async def save(tx: Writer, answers: Sequence[GivenAnswer]) -> dict[int, SaveOutcome]:
    """Save answers of many attempts, and tell what became of each, by its place from 1: one statement.

    It holds the attempts until the commit, so that none is closed and graded without an answer that is told as saved;
    whoever closes one waits for that, and what comes later finds it closed. The clock is the database's. An attempt
    that is not the learner's is left out. What is stored already and newer stays, and is told instead.

    Rows are looked up one by one (`lateral`): its plan is made when the first answer comes, and must be right for the
    hundred thousandth.
    """
    outcomes = await tx.all(
        SaveOutcome,
        f"""
        with given as materialized (
            select * from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::smallint[], $5::bigint[], $6::jsonb[],
                                 $7::boolean[], $8::boolean[]) with ordinality
                as n (learner_id, attempt_id, question_id, place, number, response, flagged, forward, row)
        ), held as materialized (
            select n.*, a.state, a.deadline_at, a.submitted_at
              from (select * from given order by learner_id, attempt_id, question_id offset 0) n
              cross join lateral (
                    select state, deadline_at, submitted_at from attempt
                     where learner_id = n.learner_id and id = n.attempt_id /* sharded: and learner_id = any($1) */
                       for key share) a
        ), looked as materialized (
            select h.*, clock_timestamp() as now,
                   h.state = 'running' and coalesce(h.deadline_at + {GRACE} >= clock_timestamp(), true)
                   as open,
                   h.forward and exists (
                       select from answer l
                        where l.learner_id = h.learner_id and l.attempt_id = h.attempt_id and l.place > h.place
                          /* sharded: and l.learner_id = any($1) */
                          and l.begun_at < clock_timestamp() - interval '60 seconds') as left
              from held h
        ), saved as (
            insert into answer as w (learner_id, attempt_id, question_id, place, number, response, flagged, begun_at,
                                     saved_at)
            select l.learner_id, l.attempt_id, l.question_id, l.place, l.number, l.response, l.flagged, l.now, l.now
              from looked l
             where l.open and not l.left
             order by l.learner_id, l.attempt_id, l.question_id
                on conflict (learner_id, attempt_id, question_id) do update
               set number = greatest(w.number, excluded.number),
                   response = case when excluded.number > w.number then excluded.response else w.response end,
                   flagged = case when excluded.number > w.number then coalesce(excluded.flagged, w.flagged)
                                  else w.flagged end,
                   saved_at = case when excluded.number > w.number then excluded.saved_at else w.saved_at end
            returning learner_id, attempt_id, question_id, number, saved_at
        )
        select l.row::integer as row, l.now, l.state, l.deadline_at, l.submitted_at, l.open, l.left,
               coalesce(s.number, k.number) as number, coalesce(s.saved_at, k.saved_at) as saved_at
          from looked l
          left join saved s on s.learner_id = l.learner_id and s.attempt_id = l.attempt_id
                           and s.question_id = l.question_id
          left join lateral (
               select number, saved_at from answer
                where (l.left or not l.open) and learner_id = l.learner_id /* sharded: and learner_id = any($1) */
                  and attempt_id = l.attempt_id and question_id = l.question_id
               offset 0) k on true
        """,
        [one.learner_id for one in answers],
        [one.attempt_id for one in answers],
        [one.question_id for one in answers],
        [one.place for one in answers],
        [one.number for one in answers],
        # As JSON already: a list among the values of an array would be taken for another dimension of it.
        [None if one.response is None else msgspec.json.encode(one.response) for one in answers],
        [one.flagged for one in answers],
        [one.forward for one in answers],
    )
    return {outcome.row: outcome for outcome in outcomes}


async def note_seen(
    tx: Writer, tests: Sequence[UUID], attempts: Sequence[UUID], learners: Sequence[UUID], seen: Sequence[datetime]
) -> None:
    """Tell the tests when their attempts were last worked at, and how much is answered.

    An attempt that is being closed at this moment is passed over: whoever closes it counts its answers.
    """
    counts = await tx.all(
        int,
        """
        select c.count::integer
          from unnest($1::uuid[], $2::uuid[]) with ordinality as n (learner_id, attempt_id, row)
          cross join lateral (
                select count(response) from answer
                 where learner_id = n.learner_id and attempt_id = n.attempt_id
                   /* sharded: and learner_id = any($1) */) c
         order by n.row
        """,
        learners,
        attempts,
    )
    await tx.execute(
        """
        with held as materialized (
            select r.assessment_id, r.attempt_id, n.seen_at, n.answered
              from unnest($1::uuid[], $2::uuid[], $3::timestamptz[], $4::integer[])
                as n (assessment_id, attempt_id, seen_at, answered)
              join attempt_result r on r.assessment_id = n.assessment_id and r.attempt_id = n.attempt_id
             where r.state = 'running' /* sharded: and r.assessment_id = any($1) */
               for no key update of r skip locked)
        update attempt_result r
           set seen_at = greatest(r.seen_at, h.seen_at), answered = greatest(r.answered, h.answered)
          from held h
         where r.assessment_id = h.assessment_id and r.attempt_id = h.attempt_id
           /* sharded: and r.assessment_id = any($1) */
        """,
        tests,
        attempts,
        seen,
        counts,
    )
