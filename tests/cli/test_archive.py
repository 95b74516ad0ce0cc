"""The archive from the command line."""

import csv
import io
import json
from pathlib import Path

import psycopg
import pytest

from banyan.kit.embedded import EmbeddedPostgres
from tests.cli.conftest import Banyan


@pytest.fixture
def begun(banyan: Banyan, data: Path) -> None:
    """An installation whose rooms have a past."""
    assert banyan("db", "migrate").status == 0
    with EmbeddedPostgres(data / "postgres").in_use() as url, psycopg.connect(url, autocommit=True) as connection:
        connection.execute("insert into room (id) select (repeat('0', 31) || n)::uuid from generate_series(1, 2) n")
        connection.execute("""
            insert into room_event (room_id, seq, type, data, about, at)
            select (repeat('0', 31) || n)::uuid, seq, '=1+1', '{"text": "Between us"}', nullif(seq, 1),
                   timestamptz '2020-02-03 10:00+00' + seq * interval '1 day'
              from generate_series(1, 2) n, generate_series(1, 3) seq
        """)


@pytest.mark.usefixtures("begun")
def test_what_is_old_is_taken_out_listed_checked_and_read(banyan: Banyan, data: Path) -> None:
    assert banyan("archive", "list").out == f"Nothing has been archived; it would be in {data / 'files' / 'archive'}.\n"
    assert banyan("archive", "run").out.startswith("Nothing is archived: set [archive] after_months")
    made = banyan("archive", "run", "--after-months", "6")
    assert made.status == 0, made.err
    assert made.out.startswith("room_event  2020-02-04 to 2020-02-07  6 rows, ")
    assert banyan("archive", "list", "room_event").out == made.out
    assert banyan("archive", "run", "--after-months", "6").out == "Nothing is older than 6 months.\n"
    assert "--after-months takes 1200 at most" in banyan("archive", "run", "--after-months", "99999").err
    checked = banyan("archive", "verify")
    assert (checked.status, checked.out.count("all is as it was put there")) == (0, 1)

    rows = [json.loads(line) for line in banyan("archive", "read", "room_event").out.splitlines()]
    assert [(row["room_id"][-1], row["seq"], row["about"]) for row in rows] == [
        (room, seq, seq if seq > 1 else None) for room in "12" for seq in (1, 2, 3)
    ]
    assert (rows[0]["at"], rows[0]["type"]) == ("2020-02-04T10:00:00Z", "=1+1")
    some = banyan(
        "archive", "read", "room_event", "--format", "csv", "--since", "2020-02-05", "--until", "2020-02-06T12:00+00"
    )
    lines = list(csv.DictReader(io.StringIO(some.out)))
    assert [(line["room_id"][-1], line["seq"]) for line in lines] == [("1", "2"), ("1", "3"), ("2", "2"), ("2", "3")]
    assert lines[0]["type"] == "'=1+1", "no spreadsheet takes it for a formula"

    (file,) = (data / "files" / "archive").rglob("*.parquet")
    file.unlink()
    checked = banyan("archive", "verify")
    assert (checked.status, "It is missing from" in checked.out) == (1, True)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("list",), "There is no database in"),
        (("read", "room_event", "--since", "noon"), "is not a time"),
    ],
)
def test_what_cannot_be_done_is_one_line(banyan: Banyan, words: tuple[str, ...], told: str) -> None:
    outcome = banyan("archive", *words)
    assert (outcome.status, outcome.err.startswith("banyan: "), told in outcome.err) == (1, True, True), outcome.err


@pytest.mark.usefixtures("begun")
def test_a_table_that_is_not_archived_is_told(banyan: Banyan) -> None:
    outcome = banyan("archive", "read", "account")
    assert (outcome.status, outcome.out) == (1, "")
    assert "Nothing of account is archived. There are: audit_entry, room_event." in outcome.err
