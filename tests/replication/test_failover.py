"""The primary dies: reading goes on, writing is told when to come back, and finds the new primary by itself."""

import asyncio
import time
from pathlib import Path

from banyan.app import Banyan
from banyan.settings import load
from tests.replication.cluster import Cluster
from tests.replication.test_replicas import eventually, in_use, name_of
from tests.story import School


async def test_writes_find_the_new_primary(nodes: Cluster, reader: School) -> None:
    person = await reader.learner()
    db = reader.banyan.kit.db
    await eventually(lambda: in_use(db) == [True])
    assert (await person.patch("/me", {"name": "Before"})).status_code == 200
    await eventually(lambda: db.replicas.each[0].replayed >= db.replicas.position)

    nodes.primary.kill()
    assert (await person.get("/enrolments")).status_code == 200, "what the primary would answer a replica does"
    refused = await person.patch("/me", {"name": "During"})
    assert refused.status_code == 503
    assert int(refused.headers["retry-after"]) <= 5
    await eventually(lambda: db.mode.read_only)
    refused = await person.patch("/me", {"name": "During"})
    assert (refused.status_code, refused.json()["code"]) == (503, "read_only")
    assert refused.headers["banyan-mode"] == "read-only"
    assert await name_of(person) == "Before"
    assert (await person.get("/enrolments")).status_code == 200

    nodes.standbys[0].promote()
    began = time.monotonic()
    async with asyncio.timeout(20):
        while (answer := await person.patch("/me", {"name": "After"})).status_code == 503:  # noqa: ASYNC110 -- as clients do
            await asyncio.sleep(0.1)
    assert answer.status_code == 200, answer.text
    assert await name_of(person) == "After"
    assert not db.mode.read_only
    assert time.monotonic() - began < 20


async def test_operators_pause_writing(nodes: Cluster, reader: School) -> None:
    person = await reader.learner()
    mode = reader.banyan.kit.db.mode
    await nodes.primary.ask("update installation set read_only = true, reason = 'We move house.' returning 1")
    await eventually(lambda: mode.read_only)
    refused = await person.patch("/me", {"name": "During"})
    assert (refused.status_code, refused.json()["code"]) == (503, "read_only")
    assert "We move house." in refused.json()["detail"]
    assert await name_of(person) != "During"
    await nodes.primary.ask("update installation set read_only = false, reason = '' returning 1")
    await eventually(lambda: not mode.read_only)
    assert (await person.patch("/me", {"name": "Afterwards"})).status_code == 200


async def test_a_former_primary_with_a_history_of_its_own_is_not_read(nodes: Cluster, tmp_path: Path) -> None:
    former, new = nodes.primary, nodes.standbys[0]
    settings = load({}, data=tmp_path, database={"url": nodes.several, "replicas": f"{former.address} {new.address}"})
    new.promote()
    await former.ask("insert into school (id, slug, name) values (gen_random_uuid(), 'lost', 'Lost') returning 1")
    await former.ask("select pg_switch_wal()")  # it has a longer log than the new one
    former.kill()
    former.follow(new)
    former.start()
    banyan = Banyan(settings, settings.database.url, roles=frozenset({"web"}))
    await banyan.start()
    try:
        db = banyan.kit.db
        await eventually(lambda: "timeline" in str(db.replicas.each[0].trouble))
        assert db.replicas.each[0].replayed > db.replicas.position, "by its position alone it would be read"
    finally:
        await banyan.stop()
