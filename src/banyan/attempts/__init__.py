"""Attempts: taking tests, and what becomes of it."""

import asyncio
from collections.abc import Awaitable, Callable

from banyan.accounts import Renamed
from banyan.assessments import Accommodated, Attempts, TestPublished
from banyan.attempts import jobs, metrics, progress
from banyan.attempts.activity import Activity
from banyan.attempts.attached import nameless
from banyan.attempts.closing import ClosingBatcher
from banyan.attempts.counting import Counted, counted, percent_of
from banyan.attempts.disclosing import disclosure
from banyan.attempts.jobs import close_overdue_of
from banyan.attempts.marking import Regraded, by_key, hold, reckoned, regrade
from banyan.attempts.memory import Lookups, Memory
from banyan.attempts.model import AttemptFileInfo, AttemptHead, GradeRow, ResultRow, SaveAnswer, StartAttempt
from banyan.attempts.overrides import Overrides
from banyan.attempts.policy import may_read_result
from banyan.attempts.problems import AttemptRunning, QuestionNotInAttempt
from banyan.attempts.reading import submit as hand_in
from banyan.attempts.results import own_attempts
from banyan.attempts.routes import ROUTES
from banyan.attempts.saving import AnswerBatcher, files_in
from banyan.attempts.saving import save as save_answer
from banyan.attempts.shortcuts import SHORTCUTS
from banyan.attempts.starting import StartBatcher
from banyan.attempts.starting import start as start_attempt
from banyan.attempts.store import attempts_of, place_of, result, result_rows
from banyan.attempts.store_files import files_of
from banyan.attempts.store_starting import date_back
from banyan.attempts.views import file_view
from banyan.courses import CoursePurged
from banyan.kit.domain import Domain
from banyan.kit.toolbox import Kit

__all__ = [
    "DOMAIN",
    "AttemptFileInfo",
    "AttemptHead",
    "AttemptRunning",
    "Counted",
    "GradeRow",
    "Overrides",
    "QuestionNotInAttempt",
    "Regraded",
    "ResultRow",
    "SaveAnswer",
    "StartAttempt",
    "attempts_of",
    "by_key",
    "close_overdue_of",
    "counted",
    "date_back",
    "disclosure",
    "file_view",
    "files_in",
    "files_of",
    "hand_in",
    "hold",
    "may_read_result",
    "nameless",
    "percent_of",
    "place_of",
    "reckoned",
    "regrade",
    "result",
    "result_rows",
    "save_answer",
    "start_attempt",
]


async def _start(kit: Kit) -> Callable[[], Awaitable[None]]:
    kit.parts[Memory] = Memory()
    kit.parts[Attempts] = Attempts(own_attempts)
    batchers = (StartBatcher(kit), AnswerBatcher(kit.db), ClosingBatcher(kit), Lookups(kit))
    for batcher in batchers:
        kit.parts[type(batcher)] = batcher
    activity = kit.parts[Activity] = Activity(kit.db)
    noting = asyncio.create_task(activity.run())

    async def close() -> None:
        for batcher in batchers:
            await batcher.close()
        await activity.close(noting)

    return close


DOMAIN = Domain(
    name="attempts",
    routes=ROUTES,
    shortcuts=SHORTCUTS,
    jobs=(progress.note_taken, progress.reconsider, jobs.bring_forward),
    periodic=(jobs.close_overdue,),
    figures=metrics.FIGURES,
    reactions={
        TestPublished: jobs.on_test_published,
        Accommodated: jobs.on_accommodated,
        Renamed: jobs.on_renamed,
        CoursePurged: jobs.on_course_purged,
    },
    start=_start,
)
