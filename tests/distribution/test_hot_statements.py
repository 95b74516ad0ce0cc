"""What people do all the time goes to one shard: the statements of an ordinary day, explained on a real cluster."""

import json
from collections.abc import Sequence
from typing import Any

import pytest

from banyan.app import Banyan
from banyan.kit.statements import sharded
from tests.assessments.scene import Desk
from tests.attempts.scene import Exam
from tests.messages.talk import study_group
from tests.recorded import RECORDED
from tests.story import School, published_course

pytestmark = pytest.mark.citus
_EXPLAINED = ("select", "insert", "update", "delete", "with")


def tasks(plan: Any) -> list[int]:
    """To how many shards each part of a plan goes."""
    if isinstance(plan, list):
        return [number for part in plan for number in tasks(part)]
    if isinstance(plan, dict):
        own = [plan["Task Count"]] if "Task Count" in plan else []
        return own + [number for part in plan.values() for number in tasks(part)]
    return []


class Day:
    """Statements as they run, with the first values of each."""

    def __init__(self, banyan: Banyan) -> None:
        self._db = banyan.kit.db
        self._ran: dict[str, Sequence[Any]] = {}
        self._db.observers.append(self._see)

    def _see(self, sql: str, values: Sequence[Any]) -> None:
        self._ran.setdefault(sql, values)

    def forget(self) -> None:
        """Leave out what was done to get ready."""
        self._ran.clear()

    async def scattered(self) -> dict[str, list[int]]:
        """Those that go to several shards, by the function that issues them."""
        found = {}
        async with self._db.pool.acquire() as connection:
            for sql, values in list(self._ran.items()):
                if sql.split(None, 1)[0].lower() in _EXPLAINED and "pgqueuer" not in sql:
                    [row] = await connection.fetch(f"explain (format json) {sharded(sql)}", *values)
                    if max(tasks(json.loads(row[0])), default=0) > 1:
                        found[RECORDED[sql]] = tasks(json.loads(row[0]))
        return found


@pytest.fixture
def day(banyan: Banyan) -> Day:
    return Day(banyan)


async def test_connections_know_that_they_lead_to_a_cluster(school: School, day: Day) -> None:
    db = school.banyan.kit.db
    assert db.primary.sharded
    async with db.pool.acquire() as connection:
        assert await connection.fetchval("show plan_cache_mode") == "auto"
        assert await connection.fetchval("show citus.multi_shard_modify_mode") == "sequential"


async def test_reading_and_learning_ask_one_shard_at_a_time(school: School, day: Day) -> None:
    course = await published_course(await school.teacher())
    learner = await school.learner()
    await course.enrol(learner)
    day.forget()
    lesson = f"{course.path}/items/{course.items[0]}"
    for path in (course.path, lesson, "/me", "/sessions", "/notifications", "/courses", "/enrolments", "/timeline"):
        assert (await learner.get(path)).status_code == 200, path
    assert (await course.done(learner, course.items[0])).status_code == 200
    assert await day.scattered() == {}


async def test_taking_a_test_asks_one_shard_at_a_time(school: School, day: Day) -> None:
    exam = await Exam.set_up(await Desk.set_up(school))
    learner = await exam.desk.learner()
    day.forget()
    sitting = await exam.sit(learner)
    await sitting.answer()
    await sitting.read()
    await sitting.submit()
    await sitting.result()
    assert await day.scattered() == {}


async def test_talking_asks_one_shard_at_a_time(school: School, day: Day) -> None:
    group = await study_group(school)
    ann, ben = await group.member("Ann"), await group.member("Ben")
    day.forget()
    seq = await group.say(ann, "Good morning")
    await group.say(ben, "Good morning to you", reply_to=seq)
    assert len((await group.read(ben))["items"]) == 2
    assert (await ben.put(f"{group.path}/marker", {"seq": seq})).status_code == 204
    assert (await ann.get("/groups")).status_code == 200
    assert await day.scattered() == {}


async def test_this_test_sees_what_is_scattered(school: School, day: Day) -> None:
    admin = await school.admin()
    day.forget()
    assert (await admin.get("/accounts")).status_code == 200
    assert "banyan.accounts.store.members_page" in await day.scattered()
