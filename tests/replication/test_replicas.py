"""Reads go to replicas that have what the reader wrote; what is behind, broken or promoted is left out."""

import asyncio
from collections.abc import Callable

import asyncpg
from prometheus_client import REGISTRY
from structlog.testing import capture_logs

from banyan.kit.database import Database
from banyan.kit.replicas import Replicas, open_replicas
from tests.replication.cluster import Cluster
from tests.story import Person, School


def reads(source: str) -> float:
    return REGISTRY.get_sample_value("banyan_reads_total", {"from": source}) or 0


async def eventually(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(20):
        while not holds():  # noqa: ASYNC110 -- another process says so
            await asyncio.sleep(0.05)


def in_use(db: Database) -> list[bool]:
    return [replica.trouble is None for replica in db.replicas.each]


async def name_of(person: Person, **headers: str) -> str:
    answer = await person.client.get("/me", headers=headers)
    assert answer.status_code == 200, answer.text
    return str(answer.json()["name"])


async def test_a_commit_stays_one_though_nobody_can_say_where_the_log_is() -> None:
    """As behind a pooler, in the moment in which the primary becomes a standby."""

    class Demoted:
        async def fetchval(self, *_args: object, **_options: object) -> int:
            raise asyncpg.ObjectNotInPrerequisiteStateError("recovery is in progress")

    replicas = Replicas((), 0)
    await replicas.committed_on(Demoted())
    assert replicas.position > 1 << 62, "everything is read from the primary until that is known"


async def test_who_has_written_reads_it_and_others_read_from_the_replica(nodes: Cluster, reader: School) -> None:
    person, other = await reader.learner(), await reader.learner()
    db = reader.banyan.kit.db
    await eventually(lambda: in_use(db) == [True])
    assert (await other.get("/me")).status_code == 200
    await nodes.standbys[0].ask("select pg_wal_replay_pause()")
    written = await person.patch("/me", {"name": "Newly Named"})
    seen = written.headers["banyan-seen"]
    assert f"banyan_seen={seen}; Max-Age=60; Path=/; HttpOnly; SameSite=Lax" in written.headers["set-cookie"]

    from_replica, from_primary = reads("replica"), reads("primary")
    assert (await db.read().all(str, "select name from account where id = $1", person.id)) == ["Newly Named"]
    assert reads("replica") == from_replica, "outside of a request the primary is read"
    listed = await person.get("/enrolments", headers={"banyan-seen": seen})
    assert listed.status_code == 200
    assert reads("replica") == from_replica
    assert reads("primary") > from_primary

    await other.get("/enrolments", headers={"banyan-seen": "0"})
    assert reads("replica") > from_replica
    await nodes.standbys[0].ask("select pg_wal_replay_resume()")
    await eventually(lambda: db.replicas.each[0].replayed >= int(seen, 16))
    from_replica = reads("replica")
    await person.get("/enrolments", headers={"banyan-seen": seen})
    assert reads("replica") > from_replica


async def test_what_a_session_has_seen_never_goes_back(nodes: Cluster, reader: School) -> None:
    person = await reader.learner()
    later = "7fffffff0000"  # as told by another process
    refused = await person.client.patch("/me", json={"name": ""}, headers={"banyan-seen": later})
    assert refused.is_client_error, refused.text
    assert refused.headers["banyan-seen"] == later


async def test_a_program_that_tells_nothing_reads_from_the_primary(nodes: Cluster, reader: School) -> None:
    person = await reader.learner()
    await eventually(lambda: in_use(reader.banyan.kit.db) == [True])
    before = reads("replica")
    await person.get("/enrolments")
    assert reads("replica") == before


async def test_a_replica_far_behind_is_left_out_and_taken_back(nodes: Cluster, reader: School) -> None:
    db = reader.banyan.kit.db
    await eventually(lambda: in_use(db) == [True])
    await nodes.standbys[0].ask("select pg_wal_replay_pause()")
    await nodes.primary.ask("update installation set reason = 'x' returning 1")
    await eventually(lambda: in_use(db) == [False])
    assert "behind" in str(db.replicas.each[0].trouble)
    await nodes.standbys[0].ask("select pg_wal_replay_resume()")
    await eventually(lambda: in_use(db) == [True])


async def test_a_replica_that_dies_costs_no_reader_anything(nodes: Cluster, reader: School) -> None:
    person = await reader.learner()
    db = reader.banyan.kit.db
    await eventually(lambda: in_use(db) == [True])
    assert (await person.get("/enrolments", headers={"banyan-seen": "0"})).status_code == 200
    nodes.standbys[0].kill()
    answers = [await person.get("/enrolments", headers={"banyan-seen": "0"}) for _ in range(20)]
    assert {answer.status_code for answer in answers} == {200}
    await eventually(lambda: in_use(db) == [False])
    nodes.standbys[0].start()
    await eventually(lambda: in_use(db) == [True])


async def test_a_replica_that_was_never_there_is_told_once() -> None:
    urls = ["postgresql://banyan:Tr33-pass@127.0.0.1:1/banyan"]
    replicas = await open_replicas(urls, size=1, statement_timeout=1, pooler="none", lag=10)
    with capture_logs() as logs:
        for _ in range(3):
            replicas.each[0].left_out("nobody listens")
    await replicas.close()
    assert [(log["event"], log["replica"]) for log in logs] == [("replica_left_out", "127.0.0.1:1")]


async def test_a_replica_promoted_behind_our_back_is_left_out(nodes: Cluster, reader: School) -> None:
    db = reader.banyan.kit.db
    await eventually(lambda: in_use(db) == [True])
    nodes.standbys[0].promote()
    await eventually(lambda: in_use(db) == [False])
    assert "writes of its own" in str(db.replicas.each[0].trouble)

    # From now on it goes its own way; what it says there is never shown, and nothing is written to it.
    person = await reader.learner("Before")
    await nodes.standbys[0].ask("update school set name = 'Stray' returning 1")
    for number in range(10):
        assert (await person.patch("/me", {"name": f"After {number}"})).status_code == 200
        assert await name_of(person) == f"After {number}"
        assert (await person.get("/school", headers={"banyan-seen": "0"})).json()["name"] != "Stray"
    astray = "select count(*) from account where name like 'After %'"
    assert (await nodes.standbys[0].ask(astray), await nodes.primary.ask(astray)) == (0, 1)
    assert in_use(db) == [False]
