"""Each node of a Citus cluster has backups of its own, and all come back to one moment."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import asyncpg
import pytest

from banyan.backup import Backups, NotCovered, OneOfMany, Receiver, points
from banyan.backup.cluster import make_point, moment_of, path_of
from banyan.backup.receiving import SLOT
from banyan.backup.restore import recovered
from banyan.backup.retention import trim
from banyan.distribution import distribute
from banyan.kit import migrations
from banyan.kit.endings import end
from banyan.kit.trouble import Trouble
from banyan.settings import load
from tests.backup.conftest import Installation, ask, notes_in
from tests.citus import ClusterDatabases
from tests.services import reachable_folder

_DATABASE = "banyan_backup"
_COURSE = UUID(int=7)
_SHARDS = "select oid::regclass::text from pg_class where relkind = 'r' and relname ~ '^roster_[0-9]+$'"


def test_the_name_of_a_point_says_when_it_was_made() -> None:
    assert moment_of("banyan-20261122T131500Z") == datetime(2026, 11, 22, 13, 15, tzinfo=UTC)
    for wrong in ("", "before the move", "banyan-20261322T131500Z"):
        with pytest.raises(NotCovered, match="is not the name of a point"):
            moment_of(wrong)


async def test_a_database_comes_back_to_a_point_in_its_log(installation: Installation) -> None:
    backups = installation.backups
    with pytest.raises(Trouble, match="Only the coordinator"):
        await backups.point()
    await installation.note("base")
    backup = await backups.create()
    assert backup.node == ""
    await installation.note("before")
    connection = await asyncpg.connect(installation.server.url)
    await connection.execute("begin; insert into note values ('on two nodes'); prepare transaction 'half'")
    await asyncio.sleep(1)  # a name has whole seconds
    name = f"banyan-{datetime.now(UTC):%Y%m%dT%H%M%SZ}"
    await installation.ask("select pg_create_restore_point($1)", name)
    await connection.execute("commit prepared 'half'")
    await connection.close()
    await installation.note("later")
    await installation.keep_log()
    await backups.restore(installation.folder / "point", point=name)
    assert await notes_in(installation.folder / "point") == ["base", "before"]
    with pytest.raises(NotCovered, match="no backup of before"):
        await backups.restore(installation.folder / "early", point="banyan-20200101T000000Z")


async def test_points_go_with_the_backups_that_lead_to_them(installation: Installation) -> None:
    store = installation.backups.store
    newest = (await store.backups())[-1]
    for name in ("banyan-20200101T000000Z", "banyan-29990101T000000Z"):
        await store.put(path_of(name), name.encode())
    await store.put(path_of("banyan-20200199T000000Z"), b"of no day")
    await store.put(path_of("read-me.txt"), b"somebody's")
    await trim(store, newest.identity, timedelta(days=14), datetime.now(UTC))
    assert await points(store) == ["banyan-29990101T000000Z"]


@pytest.fixture
async def distributed(cluster: ClusterDatabases) -> AsyncIterator[ClusterDatabases]:
    """The cluster, with a distributed database."""
    cluster.make(_DATABASE)
    cluster.join(_DATABASE)
    url = cluster.url(_DATABASE)
    await migrations.migrate(url)
    await distribute(url, lambda _: None, shards=4)
    await ask(url, "insert into school (id, slug, name) values ($1, 'hill', 'Hill')", _COURSE)
    await ask(url, "insert into course (id, school_id, title) values ($1, $1, 'Trees')", _COURSE)
    yield cluster
    cluster.drop(_DATABASE)


def backups_of(cluster: ClusterDatabases, node: str, folder: Path, *, one_node: bool = True) -> Backups:
    """The backups of a node, in a folder of its own."""
    data = folder / "data"
    data.mkdir(mode=0o711, parents=True, exist_ok=True)
    there = {"url": str(folder / "store"), "one_node": one_node}
    return Backups(load({}, data=data, database={"url": cluster.url(_DATABASE, node)}, backup=there))


@pytest.mark.citus
async def test_a_backup_that_would_lack_the_other_nodes_is_refused(
    distributed: ClusterDatabases, tmp_path: Path
) -> None:
    for number, node in enumerate(distributed.nodes):
        backups = backups_of(distributed, node, tmp_path / str(number), one_node=False)
        who = "coordinator" if number == 0 else f"worker {node.rpartition('@')[2]}"
        for attempt in (backups.create, backups.shelf, backups.drill):
            with pytest.raises(OneOfMany, match=rf"the {who} of a Citus cluster.*BANYAN_BACKUP_ONE_NODE=true"):
                await attempt()
        assert not (tmp_path / str(number) / "store").exists()


@pytest.mark.citus
async def test_a_role_that_may_not_make_points_is_told_who_may(distributed: ClusterDatabases, tmp_path: Path) -> None:
    await ask(distributed.url(_DATABASE), "create role banyan_without_rights")
    try:
        backups = backups_of(distributed, distributed.nodes[0], tmp_path)
        humble = replace(backups.source, url=f"{backups.source.url}?role=banyan_without_rights")
        with pytest.raises(Trouble, match="Citus lets superusers alone make points"):
            await make_point(humble, backups.store, datetime.now(UTC))
        assert await points(backups.store) == []
    finally:
        await ask(distributed.url(_DATABASE), "drop role banyan_without_rights")


@pytest.mark.citus
async def test_every_node_comes_back_to_one_moment(distributed: ClusterDatabases) -> None:
    url = distributed.url(_DATABASE)
    with reachable_folder(in_memory=True) as folder:
        nodes = [backups_of(distributed, node, folder / str(number)) for number, node in enumerate(distributed.nodes)]
        async with received(nodes):
            await enrol(url, 40)
            made = [await backups.create() for backups in nodes]
            assert [backup.node.partition(" ")[0] for backup in made] == ["coordinator", "worker", "worker"]
            for backup in made:
                assert backup.tables
                assert "public.roster" not in backup.tables, "that stands for what lies on all nodes"
            await enrol(url, 30)
            await asyncio.sleep(1)  # a point's name has whole seconds
            name = await nodes[0].point()
            await enrol(url, 20)
            for backups in nodes:
                await reached(backups)
            found = [await backups.drill(pace=0.1) for backups in nodes]
            assert [drill.different for drill in found] == [[], [], []]
        assert await points(nodes[0].store) == [name]
        rosters = [
            await rosters_at(backups, name, folder / "back" / str(number)) for number, backups in enumerate(nodes)
        ]
        assert rosters[0] == 0
        assert all(rosters[1:]), "each worker has some"
        assert sum(rosters) == 70
        with pytest.raises(Trouble, match="Only the coordinator"):
            await nodes[1].point()


@asynccontextmanager
async def received(nodes: Sequence[Backups]) -> AsyncIterator[None]:
    """While the log of each node is brought to its store."""
    tasks = []
    for backups in nodes:
        receiver = Receiver(backups.source, await backups.shelf(), backups.settings.data / "wal-received", 0.2)
        tasks.append(asyncio.create_task(receiver.run()))
    try:
        yield
    finally:
        for task in tasks:
            await end(task)
        for backups in nodes:
            await ask(backups.source.url, "select pg_drop_replication_slot($1)", SLOT)


async def enrol(url: str, count: int) -> None:
    """Put so many on rosters, in one transaction on all nodes."""
    connection = await asyncpg.connect(url)
    async with connection.transaction():
        for _ in range(count):
            course = uuid4()
            await connection.execute(
                "insert into course (id, school_id, title) values ($1, $2, 'Trees')", course, _COURSE
            )
            await connection.execute(
                "insert into roster (course_id, learner_id, name, email) values ($1, $1, 'Ann', 'ann@hill.example')",
                course,
            )
    await connection.close()


async def reached(backups: Backups) -> None:
    """Wait until all that is in the log by now is in the store."""
    lsn = await ask(backups.source.url, "select (pg_switch_wal() - '0/0')::bigint")
    async with asyncio.timeout(60):
        while (await backups.reaches())[-1].end < lsn:  # noqa: ASYNC110 -- the store says so, not an event
            await asyncio.sleep(0.1)


async def rosters_at(backups: Backups, point: str, place: Path) -> int:
    """How many lines of rosters a node has that was restored to a point."""
    plan = await backups.plan(point=point)
    url = backups.source.url
    async with recovered(plan, backups.store, backups.programs, url, place) as (server, _):
        connection = await asyncpg.connect(server.url)
        shards = [row[0] for row in await connection.fetch(_SHARDS)]
        rows = [await connection.fetchval(f"select count(*) from {shard}") for shard in shards]  # noqa: S608
        await connection.close()
    return sum(rows)
