"""A Citus cluster that is not as it should be, one fault at a time."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from banyan.distribution import distribute
from banyan.kit import migrations
from banyan.settings import Settings, load
from tests.citus import ClusterDatabases
from tests.doctor.conftest import look, words

_DATABASE = "banyan_doctor"
_BADGE = """
    create table badge (learner_id uuid primary key);
    comment on table badge is 'distribution: learner (learner_id)'
"""
_ITS_OWN = {"citus.override_table_visibility": "off", "citus.enable_manual_changes_to_shards": "on"}
_ASIDE = "insert into foreign_key_aside (child, name, definition) values ('progress', 'lost', 'foreign key …')"


@dataclass(frozen=True)
class Patient:
    """A database on the cluster, migrated, whose nodes do not know each other yet."""

    cluster: ClusterDatabases
    url: str
    settings: Settings
    connection: asyncpg.Connection

    async def nodes(self) -> str:
        """What is said of the nodes."""
        return await self.said("distribution.nodes")

    async def tables(self) -> str:
        """What is said of the tables."""
        return await self.said("distribution.tables")

    async def said(self, name: str, url: str = "") -> str:
        """What a check says, of the coordinator unless told."""
        found = (await look(self.settings, url or self.url, name))[name]
        assert bool(found.mend) == (found.verdict in ("warn", "fail"))
        return f"{found.verdict}: {found.found}"

    async def run(self, sql: str, *args: Any) -> None:
        """Run something on the coordinator."""
        await self.connection.execute(sql, *args)


@pytest.fixture
async def patient(cluster: ClusterDatabases, tmp_path: Path) -> AsyncIterator[Patient]:
    cluster.make(_DATABASE)
    url = cluster.url(_DATABASE)
    await migrations.migrate(url)
    connection = await asyncpg.connect(url)
    yield Patient(cluster, url, load({}, data=tmp_path, database={"url": url}), connection)
    await connection.close()
    cluster.drop(_DATABASE)


async def test_where_there_is_no_cluster_nothing_is_asked_of_it(database_url: str, tmp_path: Path) -> None:
    found = await look(load({}, data=tmp_path), database_url, "distribution")
    assert {each.found for each in found.values()} == {"There is no Citus cluster."}
    assert len(words(found, "skip")) == 2


@pytest.mark.citus
async def test_each_fault_of_a_cluster_is_found(patient: Patient) -> None:
    cluster = patient.cluster
    assert await patient.nodes() == await patient.tables() == "skip: There is no Citus cluster."
    cluster.join(_DATABASE, workers=1)
    assert await patient.tables() == "warn: Nothing is distributed: the workers do nothing."
    await distribute(patient.url, lambda _: None, shards=2)
    assert (await patient.nodes()).startswith("ok: The coordinator reaches all")
    assert (await patient.tables()).startswith("ok: All ")

    cluster.join(_DATABASE)
    second = cluster.nodes[2].rpartition("@")[2]
    assert await patient.nodes() == f"warn: Nothing lies on {second}."

    await patient.run(_BADGE)
    assert await patient.tables() == "warn: Not distributed: badge."
    await patient.run("comment on table badge is null")
    assert (await patient.tables()).startswith("fail: These tables do not say how they are distributed: badge.")
    await patient.run("drop table badge")
    await patient.run(_ASIDE)
    assert (await patient.tables()).startswith("fail: 1 foreign keys are not put back, such as progress.lost")
    await patient.run("delete from foreign_key_aside")
    assert (await patient.tables()).startswith("ok")

    host, _, port = second.rpartition(":")
    await patient.run("select citus_disable_node($1, $2, synchronous => true)", host, int(port))
    assert await patient.nodes() == f"fail: Not in use: {second}."
    await patient.run("select citus_activate_node($1, $2)", host, int(port))
    await patient.run("update pg_dist_node set nodeport = 1 where nodeport = $1", int(port))
    assert await patient.nodes() == f"fail: The coordinator does not reach {host}:1."


@pytest.mark.citus
async def test_a_worker_is_no_place_to_ask_but_for_what_lies_on_it(patient: Patient) -> None:
    patient.cluster.join(_DATABASE)
    await distribute(patient.url, lambda _: None, shards=2)
    whole = await look(patient.settings, patient.url, "indexes", "upkeep", "jobs", "database.migrations")
    assert {name: whole[name].found for name in words(whole, "warn", "fail")} == {}
    assert "Ask each worker" in whole["indexes.used"].found

    worker = patient.cluster.url(_DATABASE, patient.cluster.nodes[1])
    assert (await patient.said("distribution.nodes", worker)).startswith("fail: This is a worker")
    own = await asyncpg.connect(worker, server_settings=_ITS_OWN)
    shard = await own.fetchval("select min(relname) from pg_class where relname ~ '^course_[0-9]+$'")
    await own.execute(f"alter table {shard} set (autovacuum_enabled = off)")
    await own.close()
    assert f"It is off for {shard}" in await patient.said("upkeep.vacuum", worker)
