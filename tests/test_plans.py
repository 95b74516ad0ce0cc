"""Every statement that ran while the tests ran is explained against a large school, and none scans a large table.

This file comes last (see `together`); run alone it looks at the statements of its own tour.
"""

import re
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any, LiteralString, cast

import psycopg
import pytest

from banyan.doctor import Installation, chosen, examine
from banyan.settings import load
from bench import large_school
from tests.conftest import Databases
from tests.story import School, published_course
from tests.together import statements_of_all

_LARGE = {
    "accommodation", "account", "account_session", "address", "answer", "assessment", "assessment_revision", "attempt",
    "attempt_file", "attempt_result", "audit_entry", "awaited_enrolment", "class", "class_member", "class_membership",
    "enrolment", "file", "grade_override", "group_member", "group_membership", "group_places", "idempotent_answer",
    "item", "mailed_link", "message", "message_attachment", "message_call", "message_file", "message_reaction",
    "message_report", "module", "notification", "notification_settings", "places", "progress", "publication",
    "question", "question_category", "question_correction", "question_grade", "question_statistics", "question_use",
    "question_version", "regrade", "regrade_change", "rendition", "revision", "room", "room_event", "roster",
    "session", "study_group",
}  # fmt: skip
_EXPLAINED = ("select", "insert", "update", "delete", "with")
# What lies ahead of all months is nothing, or brought to where it belongs, all of it.
_AHEAD_OF_MONTHS = re.compile(r"\b(from|table) audit_entry_(early|later)\b")
_MANY = 20_000  # rows; fewer may well be scanned


class Planner:
    """Explains statements, for parameters that are not known."""

    def __init__(self, connection: "psycopg.Connection[Any]", url: str) -> None:
        self._connection = connection
        self.url = url
        self._rows = dict(connection.execute("select relname, reltuples::bigint from pg_class where relkind = 'r'"))
        self._partitions = dict(
            connection.execute("select inhrelid::regclass::text, inhparent::regclass::text from pg_inherits")
        )
        self._indexes = {
            name: (table, leading)
            for name, table, leading in connection.execute(
                """
                select i.relname, t.relname, pg_get_indexdef(x.indexrelid, 1, true)
                  from pg_index x
                  join pg_class i on i.oid = x.indexrelid
                  join pg_class t on t.oid = x.indrelid
                """
            )
        }

    def whole_scans(self, sql: str) -> Iterator[str]:
        """The scans of whole large tables, or of whole indexes on them, in the plan of a statement.

        Where a table has few pages the planner rightly scans it, though a larger one would suffer. So it is also asked
        to do without that, and what it then does must ask an index for its first column.
        """
        if not sql.split(None, 1)[0].lower().startswith(_EXPLAINED) or _AHEAD_OF_MONTHS.search(sql):
            return
        for sequential, least in (("on", _MANY), ("off", 0)):
            for node in self._plan(sql, sequential):
                table = self._scanned_whole(node)
                if table and self._partitions.get(table, table) in _LARGE and self._rows[table] >= least:
                    yield f"{node['Node Type']} on {table}, {node['Plan Rows']} rows"

    def _scanned_whole(self, node: dict[str, Any]) -> str | None:
        if node["Node Type"] == "Seq Scan":
            return str(node["Relation Name"])
        if "Index Name" not in node or node["Node Type"] == "ModifyTable":
            return None
        table, leading = self._indexes[node["Index Name"]]
        asked = re.search(rf"(?<![\w.]){re.escape(leading)}(?!\w)", node.get("Index Cond", ""))
        return None if asked else table

    def _plan(self, sql: str, sequential: str) -> Iterator[dict[str, Any]]:
        self._connection.execute(cast("LiteralString", f"set enable_seqscan = {sequential}"))
        explained = self._connection.execute(cast("LiteralString", f"explain (generic_plan, format json) {sql}"))
        [[[entire]]] = explained.fetchall()
        waiting = [entire["Plan"]]
        while waiting:
            node = waiting.pop()
            yield node
            waiting += node.get("Plans", [])


@pytest.fixture(scope="module")
async def planner(databases: Databases) -> AsyncIterator[Planner]:
    """Plans for a school of 100,000 learners and 1,000 courses."""
    async with databases.fresh() as url:
        await large_school.fill(url)
        with psycopg.connect(url, autocommit=True) as connection:
            yield Planner(connection, url)


@pytest.fixture
async def tour(school: School) -> None:
    """What people do every day."""
    teacher, learner = await school.teacher(), await school.learner()
    course = await published_course(teacher)
    await course.change(summary="Changed.")
    await course.publish()
    for path in ("/revisions", "/changes"):
        await teacher.get(course.path + path)
    for query in ("", "?q=tr", "?teaching=true", "/facets"):
        await learner.get(f"/courses{query}")
    await course.enrol(learner)
    await learner.get(course.path)
    await learner.get(f"{course.path}/items/{course.items[0]}")
    await course.done(learner, course.items[0])
    for path in ("/enrolments", "/timeline", "/me", "/sessions"):
        await learner.get(path)


async def test_no_statement_scans_a_large_table(tour: None, planner: Planner, pytestconfig: pytest.Config) -> None:
    ran = await statements_of_all(pytestconfig)
    assert len(ran) > 20, "the tour alone runs more"
    found = [f"{issuer}\n{scan}\n{sql}" for sql, issuer in sorted(ran.items()) for scan in planner.whole_scans(sql)]
    assert not found, f"{len(found)} scans of large tables\n\n" + "\n\n".join(found)


async def test_the_doctor_finds_nothing_to_mend_in_a_large_school(planner: Planner, tmp_path: Path) -> None:
    settings = load({}, data=tmp_path)
    found = await examine(Installation(settings, planner.url), chosen(["indexes", "upkeep"]))
    assert {each.name: each.found for each in found if each.verdict != "ok"} == {}


@pytest.mark.parametrize(
    "sql",
    [
        "select account_id from session where account_id = $1",
        "select count(*) from progress",
        "delete from enrolment where course_id = $1",
        "select learner_id from roster where learner_id = $1 order by course_id, learner_id",
        "select p.title from publication p where p.title = $1 order by p.course_id limit 5",
        "with late as (select learner_id from progress where updated_at < $1) select count(*) from late",
    ],
)
async def test_a_statement_that_no_index_serves_is_found(planner: Planner, sql: str) -> None:
    assert list(planner.whole_scans(sql))
