"""A good cluster, and what is found when it is broken in one place after another."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress

import asyncpg
import msgspec
import pytest

from banyan import demo
from banyan.backup import Backups
from banyan.doctor import Installation, chosen, examine, status_of
from banyan.kit.security import hash_password
from banyan.settings import load
from tests.doctor.cluster import HOST, Whole, whole
from tests.doctor.conftest import look, words

# Each with a word that tells that it was found for its own sake.
FAULTS = {
    "database.durability": "fsync off",
    "database.migrations": "1 wait: 0022_active_learners",
    "indexes.valid": "Not valid: twice_a_key",
    "indexes.used": "session (30,0",
    "connections.free": "of 97 are open",
    "upkeep.vacuum": "It is off for enrolment.",
    "replicas.read": "does not answer",
    "replicas.synchronous": "writes hang",
    "backups.fresh": "would be lost",
    "backups.log": "cannot hand over its log",
    "backups.restorable": ": progress",
    "cache.answers": "It does not answer",
    "jobs.dead": "Given up: 1 accounts.mail_link",
    "files.store": "File exists",
    "archive.place": "The archive's place",
    "mail.server": "A letter would not be taken",
    "site.base_url": "unencrypted",
    "sessions.limits": "4 wrong passwords in a row were all taken",
    "secrets.settings": "Everybody on this machine may read",
    "secrets.accounts": "opens learner@demo.school (learner)",
    "metrics.told": "Everybody can read /metrics",
}

_STATEMENTS = (
    "delete from _yoyo_migration where migration_id = '0022_active_learners'",
    "create table twice (key integer)",
    "insert into twice values (1), (1)",
    "create unique index concurrently twice_a_key on twice (key)",
    "drop index session_expiry",
    """
    insert into session select sha256(n::text::bytea), gen_random_uuid(), gen_random_uuid(), school.id, 'learner',
                               'browser', now() + interval '1 day'
      from generate_series(1, 30000) as n, school
    """,
    "analyze session",
    "alter table enrolment set (autovacuum_enabled = off)",
    "alter system set fsync = off",
    "select pg_reload_conf()",
    """
    insert into pgqueuer (priority, status, entrypoint, created, updated, execute_after, heartbeat)
    values (0, 'failed', 'accounts.mail_link', now(), now(), now(), now())
    """,
)


@pytest.fixture
async def cluster() -> AsyncIterator[Whole]:
    async with whole() as made:
        yield made


async def test_a_good_cluster_is_well_and_of_twenty_one_faults_none_is_missed(cluster: Whole) -> None:
    settings = cluster.settings
    good = await look(settings, settings.database.url)
    assert {name: good[name].found for name in words(good, "warn", "fail")} == {}
    assert set(words(good, "skip")) == {
        "connections.pools",
        "distribution.nodes",
        "distribution.tables",
        "log.archived",
        "cache.nodes",
        "archive.place",
        "secrets.passwords",
    }

    await by_other_ways(cluster)
    lines = await plant(cluster)
    settings = cluster.settings
    findings = await examine(Installation(settings, settings.database.url), chosen([]))
    for line in lines:
        line.terminate()
    found = {each.name: each.found for each in findings if each.verdict in ("warn", "fail")}
    assert found.keys() == FAULTS.keys(), {name: text for name, text in found.items() if name not in FAULTS}
    for name, told in FAULTS.items():
        assert told in found[name], name
    assert all(each.mend for each in findings if each.name in FAULTS)
    assert status_of(findings) == 2


async def by_other_ways(cluster: Whole) -> None:
    """What settings may say of the pooler, and it is not so."""
    pooler, direct = cluster.settings.database.url, cluster.settings.database.direct_url

    async def said(**database: object) -> str:
        settings = load({}, data=cluster.data / "other", database=database)
        found = (await look(settings, settings.database.url, "connections.pooler"))["connections.pooler"]
        return f"{found.verdict} {found.found}"

    assert (await said(url=direct)).startswith("ok ")
    assert "fail The URL leads through a pooler in transaction mode, and Banyan" in await said(url=pooler)
    assert "fail What needs a session of its own" in await said(url=pooler, pooler="transaction")
    assert "URL leads through a pooler too" in await said(url=pooler, direct_url=pooler, pooler="transaction")
    assert "warn No two clients shared" in await said(url=direct, direct_url=direct, pooler="transaction")
    elsewhere = direct.removesuffix("banyan") + "postgres"
    assert "plan_cache_mode" in await said(url=elsewhere, direct_url=direct, pooler="transaction")
    assert "Nothing answers at BANYAN_DATABASE_URL" in await said(
        url="postgresql://127.0.0.1:1/banyan", direct_url=direct, pooler="transaction"
    )


async def plant(cluster: Whole) -> list[asyncpg.Connection]:
    """Break nearly everything; the connections that fill the server."""
    for sql in _STATEMENTS:
        with suppress(asyncpg.UniqueViolationError):
            await cluster.run(sql)
    await cluster.run(
        """
        insert into account (id, school_id, email, name, role, password_hash, locale, time_zone)
        select gen_random_uuid(), id, 'learner@demo.school', 'Lena', 'learner', $1, 'en', 'UTC' from school
        """,
        await hash_password(demo.PASSWORD),
    )
    store = Backups(cluster.settings).store
    drill = await store.last_drill()
    assert drill
    await store.put("drill.json", msgspec.json.encode(msgspec.structs.replace(drill, different=["progress"])))
    cluster.receiving.cancel()
    await asyncio.wait([cluster.receiving])
    await cluster.run("update school set name = 'Valley School'")
    await asyncio.sleep(1.1)  # as much may be lost, of one second
    cluster.set("backup", rpo_seconds=1)
    cluster.set("server", base_url=f"http://{HOST}:{cluster.port}")
    cluster.set("accounts", sign_in_per_account="3 per minute")
    cluster.set("mail", url="smtp://hill:a-long-password@127.0.0.1:1")
    cluster.set("storage", url=str(cluster.data / "banyan.toml"))
    cluster.set("archive", url=str(cluster.data / "banyan.toml" / "archive"), after_months=24)
    (cluster.data / "banyan.toml").chmod(0o644)
    cluster.redis.kill()
    lines = await cluster.fill(0.92)
    await asyncio.to_thread(cluster.standby.kill)
    return lines
