"""Every table says how it is distributed, and obeys what that asks of it (the design, "Data"; Citus' own rules)."""

import ast
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import asyncpg
import pytest

import banyan
from banyan.distribution import parse_declared
from banyan.kit.migrations import MIGRATIONS

_SOURCE = Path(banyan.__file__).parent
_INSERT_SELECT = re.compile(r"insert into\b.*?\bselect\b", re.IGNORECASE | re.DOTALL)


@dataclass(frozen=True)
class Table:
    """A table and what its comment declares."""

    name: str
    kind: str
    key: str | None
    sound: bool


@pytest.fixture
async def catalogue(database_url: str) -> AsyncIterator[Any]:
    connection = await asyncpg.connect(database_url)
    yield connection
    await connection.close()


async def tables_of(catalogue: Any) -> dict[str, Table]:
    rows = await catalogue.fetch("""
        select relname, obj_description(oid, 'pg_class') as comment
          from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and not relispartition
    """)
    found = {}
    for row in rows:
        declared = parse_declared(row["comment"])
        found[row["relname"]] = Table(row["relname"], declared.kind, declared.key, declared.sound)
    return found


def undeclared(tables: dict[str, Table]) -> list[str]:
    return [table.name for table in tables.values() if not table.sound]


async def keyless(catalogue: Any, tables: dict[str, Table]) -> list[str]:
    """Primary keys and unique constraints or indexes of a distributed table without its key, and tables without one."""
    rows = await catalogue.fetch("""
        select t.relname as table, i.relname as index, x.indisprimary as primary,
               array(select attname::text from pg_attribute
                      where attrelid = t.oid and attnum = any (x.indkey)) as columns
          from pg_index x join pg_class t on t.oid = x.indrelid join pg_class i on i.oid = x.indexrelid
         where t.relnamespace = 'public'::regnamespace and x.indisunique
    """)
    wrong = []
    for table in tables.values():
        unique = [row for row in rows if row["table"] == table.name]
        if table.kind != "local" and not any(row["primary"] for row in unique):
            wrong.append(f"{table.name} has no primary key")
        if table.key:
            wrong += [row["index"] for row in unique if table.key not in row["columns"]]
    return wrong


async def forbidden_references(catalogue: Any, tables: dict[str, Table]) -> list[str]:
    rows = await catalogue.fetch("""
        select conname, child.relname as child, parent.relname as parent,
               array(select attname::text from unnest(conkey) with ordinality k (n, o)
                       join pg_attribute on attrelid = conrelid and attnum = n order by o) as from_columns,
               array(select attname::text from unnest(confkey) with ordinality k (n, o)
                       join pg_attribute on attrelid = confrelid and attnum = n order by o) as to_columns
          from pg_constraint join pg_class child on child.oid = conrelid join pg_class parent on parent.oid = confrelid
         where contype = 'f' and child.relnamespace = 'public'::regnamespace
    """)
    wrong = []
    for row in rows:
        child, parent = tables[row["child"]], tables[row["parent"]]
        if parent.kind == "reference" or (child.kind == parent.kind == "local"):
            continue
        with_key = (child.key, parent.key) in zip(row["from_columns"], row["to_columns"], strict=True)
        if child.kind != parent.kind or not with_key:
            wrong.append(row["conname"])
    return wrong


async def test_every_table_declares_its_distribution(catalogue: Any) -> None:
    tables = await tables_of(catalogue)
    assert len(tables) > 15
    assert undeclared(tables) == []


async def test_the_key_is_in_the_primary_key_and_every_unique_constraint(catalogue: Any) -> None:
    assert await keyless(catalogue, await tables_of(catalogue)) == []


async def test_the_key_of_a_table_is_one_of_its_columns_and_never_null(catalogue: Any) -> None:
    for table in (await tables_of(catalogue)).values():
        if table.key:
            required = await catalogue.fetchval(
                "select attnotnull from pg_attribute where attrelid = $1::text::regclass and attname = $2",
                table.name, table.key,
            )  # fmt: skip
            assert required is True, f"{table.name} ({table.key})"


async def test_foreign_keys_stay_within_a_group_or_lead_to_a_reference_table(catalogue: Any) -> None:
    assert await forbidden_references(catalogue, await tables_of(catalogue)) == []


async def test_a_reference_table_leads_to_no_distributed_one(catalogue: Any) -> None:
    tables = await tables_of(catalogue)
    rows = await catalogue.fetch("""
        select conname, conrelid::regclass::text as child, confrelid::regclass::text as parent
          from pg_constraint where contype = 'f' and connamespace = 'public'::regnamespace
    """)
    wrong = [r["conname"] for r in rows if tables[r["child"]].kind == "reference" and tables[r["parent"]].key]
    assert wrong == []


def unnamed_constraints(migration: str) -> list[str]:
    """Columns that are added with a constraint: Citus wants its name, in a statement of its own."""
    found = re.findall(r"add column (\w+)([^;]*)", migration, re.IGNORECASE)
    return [name for name, rest in found if re.search(r"\b(check|unique|references|primary)\b", rest, re.IGNORECASE)]


def test_what_is_added_to_a_table_that_may_be_distributed_has_a_name() -> None:
    # Those before the twenty-fourth have been applied before anything is distributed.
    later = [path for path in MIGRATIONS.glob("*.sql") if path.name >= "0024"]
    assert later
    assert {path.name: wrong for path in later if (wrong := unnamed_constraints(path.read_text()))} == {}
    assert unnamed_constraints("alter table a add column b integer check (b > 0), add column c text;") == ["b"]


def miscounted(source: str) -> list[int]:
    """Lines that use the count of an `insert … select`: Citus counts what was selected, also what was not let in."""
    tree = ast.parse(source)
    thrown_away = {
        id(node.value.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Await)
    }
    return [
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "execute"
        if id(node) not in thrown_away
        if _INSERT_SELECT.search(ast.get_source_segment(source, node) or "")
    ]


def test_nobody_counts_what_an_insert_from_a_select_has_stored() -> None:
    sources = [path for path in _SOURCE.rglob("*.py") if "distribution" not in path.parts]
    assert len(sources) > 200
    assert {path.name: lines for path in sources if (lines := miscounted(path.read_text(encoding="utf-8")))} == {}
    insert = 'tx.execute("insert into a (b) select b from unnest($1) b on conflict do nothing")'
    assert miscounted(f"async def add(tx):\n    await {insert}\n    return await {insert}") == [3]


async def test_these_tests_see_what_is_wrong(catalogue: Any) -> None:
    await catalogue.execute("""
        create table silent (id uuid primary key);
        create table misspelt (id uuid primary key);
        comment on table misspelt is 'distribution: lerner (id)';
        create table keyless (learner_id uuid not null, id uuid primary key, code text unique);
        comment on table keyless is 'distribution: learner (learner_id)';
        create table astray (id uuid primary key, room_id uuid references keyless (id));
        comment on table astray is 'distribution: room (id)';
        create table across (learner_id uuid not null, id uuid references account (id), primary key (learner_id));
        comment on table across is 'distribution: learner (learner_id)';
    """)
    tables = await tables_of(catalogue)
    assert sorted(undeclared(tables)) == ["misspelt", "silent"]
    assert sorted(await keyless(catalogue, tables)) == ["keyless_code_key", "keyless_pkey"]
    assert sorted(await forbidden_references(catalogue, tables)) == ["across_id_fkey", "astray_room_id_fkey"]
