"""To how many shards each statement goes whose text stands in the source; the operators' page has the figures."""

import ast
import json
import re
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, date, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
import pytest

import banyan
from banyan.kit.statements import sharded
from tests.distribution.test_hot_statements import tasks

_SOURCE = Path(banyan.__file__).parent
_PAGE = (Path(__file__).parents[2] / "docs" / "operate" / "citus.md").read_text(encoding="utf-8")
_STATEMENT = re.compile(r"\s*(?:select|insert into|update|delete from|with)\s", re.IGNORECASE)
# Those ask the catalogues of one node, most of them when an operator says so.
_CATALOGUES = {"archive", "backup", "cli", "distribution", "doctor", "kit.migrations", "kit.partitions"}
_VALUES: dict[str, Any] = {
    "bool": True,
    "bytea": b"x",
    "date": date(2026, 3, 29),
    "float4": 1.0,
    "float8": 1.0,
    "inet": ip_address("127.0.0.1"),
    "int2": 1,
    "int4": 1,
    "int8": 1,
    "interval": timedelta(1),
    "jsonb": "{}",
    "numeric": 1,
    "text": "UTC",
    "timestamptz": datetime(2026, 3, 29, tzinfo=UTC),
    "uuid": UUID(int=7),
    "varchar": "UTC",
}
# By what the page calls them.
_ASK_ALL = {
    "links to reset a password": {"accounts.store_links.drop_resets"},
    "an attempt by its number alone": {"attempts.store.place_of"},
    "a new name, in rosters, classes, results": {
        "assessments.store_accommodations.rename",
        "attempts.store.rename",
        "classes.store.rename",
        "enrolments.store.rename",
    },
    "deleting a course or a group for good": {
        "attempts.store.forget_course",
        "classes.store.forget_course",
        "enrolments.store.forget_course",
        "groups.store_members.forget",
        "learning.store.forget_course",
    },
    "what is too old, counts, statistics": {
        "accounts.store_links.purge_links",
        "accounts.store_sessions.active_learners",
        "accounts.store_sessions.purge_sessions",
        "attempts.store.running",
        "enrolments.store.places_by_state",
        "gradebook.store_statistics.to_tell",
        "kit.housekeeping.forget_answers",
        "messages.store_changes.forget_files",
        "messages.store_changes.wipe",
        "notifications.store.purge",
    },
}


def texts() -> Iterator[tuple[str, str]]:
    """Each statement that is issued as it stands there, and the module and function that it stands in."""
    for path in sorted(_SOURCE.rglob("*.py")):
        module = ".".join(path.relative_to(_SOURCE).with_suffix("").parts)
        if module in _CATALOGUES or module.partition(".")[0] in _CATALOGUES:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.AsyncFunctionDef):
                for call in ast.walk(node):
                    for given in call.args if isinstance(call, ast.Call) else ():
                        text = given.value if isinstance(given, ast.Constant) else None
                        if isinstance(text, str) and _STATEMENT.match(text):
                            yield text, f"{module}.{node.name}"


def value(kind: Any) -> Any:
    """Something of a type."""
    return [_VALUES[kind.name.removesuffix("[]")]] if kind.kind == "array" else _VALUES[kind.name]


@pytest.fixture
async def connection(database_url: str) -> AsyncIterator[asyncpg.Connection]:
    opened = await asyncpg.connect(database_url)
    await opened.execute("set citus.multi_shard_modify_mode = sequential")
    yield opened
    await opened.close()


async def where_to(connection: asyncpg.Connection, sql: str) -> str:
    """To `one` shard, `sent` on by the coordinator, to `all` shards, or to `none`: the coordinator has it all."""
    prepared = await connection.prepare(sharded(sql))
    given = [value(kind) for kind in prepared.get_parameters()]
    [row] = await connection.fetch(f"explain (format json) {sharded(sql)}", *given)
    if "INSERT/SELECT method" in row[0]:
        return "sent"
    asked = max(tasks(json.loads(row[0])), default=0)
    return "all" if asked > 1 else "one" if asked else "none"


@pytest.mark.citus
async def test_only_what_the_page_tells_of_asks_every_shard_and_its_figures_are_right(
    connection: asyncpg.Connection,
) -> None:
    found: dict[str, list[str]] = {"one": [], "sent": [], "all": [], "none": []}
    for sql, place in texts():
        found[await where_to(connection, sql)].append(place)
    assert set(found["all"]) == set().union(*_ASK_ALL.values())
    told = re.search(
        r"of (\d+), (\d+)\s+go to one shard, (\d+) are .*?, (\d+) insert .*? and (\d+) ask", _PAGE, re.DOTALL
    )
    assert told, "the page has the figures"
    counts = [len(found[where]) for where in ("one", "none", "sent", "all")]
    assert [int(figure) for figure in told.groups()] == [sum(counts), *counts]


def test_the_page_has_a_reason_for_what_asks_every_shard() -> None:
    for told in _ASK_ALL:
        assert f"\n| {told} |" in _PAGE
