"""Parts that are not as they should be, one at a time."""

import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import asyncpg
import pytest
from redis.asyncio import Redis

from banyan.doctor import clocks, disk, processes
from banyan.settings import Settings, load
from tests.doctor.conftest import look, said, words
from tests.services import RedisServer, reachable_folder


@pytest.fixture
async def base(database_url: str) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(database_url)
    yield connection
    await connection.close()


@pytest.fixture
def laptop(tmp_path: Path) -> Settings:
    return load({}, data=tmp_path)


def public(folder: Path, **concerns: dict[str, Any]) -> Settings:
    return load({}, data=folder, **({"server": {"base_url": "https://learn.example"}} | concerns))


async def test_what_postgresql_promises_is_asked_of_it(database_url: str, laptop: Settings) -> None:
    found = await said(laptop, database_url, "database.durability")
    assert found.startswith("fail: fsync, full_page_writes, synchronous_commit off"), "the tests' own server is hasty"


async def test_a_database_of_a_newer_banyan_is_told(
    base: asyncpg.Connection, database_url: str, laptop: Settings
) -> None:
    assert (await said(laptop, database_url, "database.migrations")).startswith("ok: All ")
    await base.execute("insert into _yoyo_migration (migration_hash, migration_id) values ('x', '9999_later')")
    assert "9999_later, which this Banyan does not know" in await said(laptop, database_url, "database.migrations")


async def test_statements_that_do_not_fit_the_tables_are_told(
    base: asyncpg.Connection, database_url: str, laptop: Settings
) -> None:
    await base.execute("alter table session rename column kind to sort")
    assert "accounts.store_sessions" in await said(laptop, database_url, "indexes.used")


async def test_what_banyans_role_may_not_see_is_no_fault_of_the_server(
    base: asyncpg.Connection, database_url: str, tmp_path: Path
) -> None:
    """A role without `pg_monitor` sees standbys without a state, and no transactions of others."""
    await base.execute("create role plain_banyan login")
    url = database_url.replace("banyan@", "plain_banyan@", 1)
    try:
        await base.execute("grant all on all tables in schema public to plain_banyan")
        found = await look(public(tmp_path), url, "database", "connections", "upkeep", "log", "replicas", "jobs")
        skipped = [name for name, each in found.items() if "see database.role" in each.found]
        assert skipped == ["connections.free", "upkeep.transactions", "log.archived", "replicas.synchronous"]
        assert [name for name in words(found, "warn", "fail") if "may not" in found[name].found] == ["database.role"]
        assert not any("look itself failed" in each.found for each in found.values()), found
        await base.execute("grant pg_monitor to plain_banyan")
        assert (await said(public(tmp_path), url, "log.archived")).startswith("skip: archive_mode is off")
        assert (await said(public(tmp_path), url, "database.role")).startswith("ok: plain_banyan may look")
    finally:
        await base.execute("drop owned by plain_banyan")
        await base.execute("drop role plain_banyan")


async def test_statistics_that_are_old_are_told(base: asyncpg.Connection, database_url: str, laptop: Settings) -> None:
    await base.execute("create table many as select generate_series(1, 30000) as n")
    await base.execute("select pg_stat_force_next_flush()")
    assert "Changed more than they were: many" in await said(laptop, database_url, "upkeep.statistics")
    await base.execute("analyze many")
    await base.execute("select pg_stat_force_next_flush()")
    assert (await said(laptop, database_url, "upkeep.statistics")).startswith("ok")


async def test_pools_that_may_want_too_much_are_told(database_url: str, tmp_path: Path) -> None:
    many = load({}, data=tmp_path, database={"connections": 500})
    assert "fail: 1 process of 500 and 3 connections may want 503" in await said(
        many, database_url, "connections.pools"
    )


async def test_jobs_that_nobody_does_are_told(base: asyncpg.Connection, database_url: str, tmp_path: Path) -> None:
    assert await said(public(tmp_path), database_url, "jobs.waiting") == "ok: None is due."
    await base.execute(
        """
        insert into pgqueuer (priority, status, entrypoint, created, updated, execute_after, heartbeat)
        values (0, 'queued', 'accounts.mail_link', now(), now(), now() - interval '1 hour', now())
        """
    )
    assert (await said(public(tmp_path), database_url, "jobs.waiting")).startswith("fail: 1 are due, the oldest for 36")
    assert (await said(load({}, data=tmp_path), database_url, "jobs.waiting")).endswith("Nobody is serving right now.")
    assert await said(public(tmp_path), database_url, "jobs.clock") == "fail: No scheduler has ever run."


async def test_who_may_read_what_is_secret_is_told(database_url: str) -> None:
    with reachable_folder() as outer:
        data = outer / "data"
        (data / "files").mkdir(parents=True)
        file = data / "banyan.toml"
        file.write_text('[mail]\nurl = "smtp://me:a-long-password@mail.example"\n')
        for path, mode in ((data, 0o700), (data / "files", 0o755), (file, 0o640)):
            path.chmod(mode)
        found = await look(load({}, data=data), database_url, "secrets.settings", "secrets.folders")
        assert [each.verdict for each in found.values()] == ["ok", "ok"], "a closed folder closes what is in it"
        data.chmod(0o711)
        file.chmod(0o644)
        found = await look(load({}, data=data), database_url, "secrets.settings", "secrets.folders")
        assert [each.verdict for each in found.values()] == ["fail", "fail"]
        assert found["secrets.settings"].mend.startswith(f"chmod 600 {file}")
        assert found["secrets.folders"].mend == f"chmod 700 {data / 'files'}."
        file.write_text('[log]\nlevel = "info"\n')
        assert (await said(load({}, data=data), database_url, "secrets.settings")).startswith("ok")
        file.chmod(0o666)
        assert "may change" in await said(load({}, data=data), database_url, "secrets.settings")


async def test_a_folder_that_is_named_as_a_url_is_a_folder_too(database_url: str) -> None:
    with reachable_folder() as outer:
        store = outer / "the store"
        for folder, mode in ((outer / "data", 0o700), (store, 0o755)):
            folder.mkdir()
            folder.chmod(mode)
        settings = load({}, data=outer / "data", storage={"url": store.as_uri()})
        assert f"may go into {store} (0755)" in await said(settings, database_url, "secrets.folders")
        assert disk._nearest(store.as_uri()) == store


@pytest.mark.parametrize(
    ("database", "verdict"),
    [
        ("postgresql://banyan:change-me@db.example/banyan", "fail: Of an example, or none: BANYAN_DATABASE_URL."),
        ("postgresql://banyan:@db.example/banyan", "fail"),
        ("postgresql://banyan:x9.Kq-77fw@one.example:5432,two.example:5432/banyan", "ok"),
        ("postgresql://banyan@db.example/banyan", "skip"),
        ("postgresql://banyan@/banyan?host=/run/postgresql", "skip"),
    ],
)
async def test_passwords_of_examples_are_told(tmp_path: Path, database: str, verdict: str) -> None:
    assert (await said(public(tmp_path, database={"url": database}), "", "secrets.passwords")).startswith(verdict)


async def test_a_redis_that_may_take_everything_or_keeps_what_nobody_needs_is_told(tmp_path: Path) -> None:
    with reachable_folder() as folder:
        server = RedisServer(folder)
        server.start()
        settings = load({}, data=tmp_path, redis={"url": server.url})
        assert (await said(settings, "", "cache.answers")).startswith("ok: Redis ")
        assert (await said(settings, "", "cache.memory")).startswith("warn: It has no limit")
        assert await said(settings, "", "cache.persistence") == "ok: It keeps nothing on a disk."
        async with Redis.from_url(server.url) as client:
            await client.config_set("maxmemory", "64mb")
            assert "noeviction" in await said(settings, "", "cache.memory")
            await client.config_set("maxmemory", "500kb")
            assert (await said(settings, "", "cache.memory")).startswith("fail")
            await client.config_set("maxmemory", "64mb")
            await client.config_set("maxmemory-policy", "volatile-lru")
            assert (await said(settings, "", "cache.memory")).startswith("warn")
            await client.config_set("save", "3600 1")
            assert (await said(settings, "", "cache.persistence")).startswith("warn: It writes snapshots (save 3600 1)")
        server.kill()
        assert await said(settings, "", "cache.memory") == "skip: Redis does not answer."


async def test_without_a_mail_server_a_laptop_is_well_and_a_school_is_not(database_url: str, tmp_path: Path) -> None:
    assert (await said(load({}, data=tmp_path), database_url, "mail.server")).startswith("ok: Letters are written into")
    assert "fail: No letter leaves" in await said(public(tmp_path), database_url, "mail.server")
    assert await said(public(tmp_path), database_url, "mail.sender") == "fail: It is Banyan <banyan@localhost>."
    assert list((tmp_path / "mail").iterdir()) == [], "nothing is left behind"


async def test_what_is_written_into_the_store_does_not_stay(database_url: str, tmp_path: Path) -> None:
    assert await said(load({}, data=tmp_path), database_url, "files.store") == "ok: What is written comes back."
    assert [path for path in (tmp_path / "files").rglob("*") if path.is_file()] == []


async def test_a_school_without_a_place_for_backups_is_told_and_a_laptop_is_not(
    database_url: str, tmp_path: Path
) -> None:
    assert (await said(public(tmp_path), database_url, "backups.fresh")).startswith("fail: The settings name no place")
    assert (await said(load({}, data=tmp_path), database_url, "backups.fresh")).startswith("skip")
    missing = public(tmp_path, backup={"url": str(tmp_path / "not-mounted")}, database={"url": database_url})
    assert "is not there" in await said(missing, database_url, "backups.elsewhere")
    assert await said(missing, database_url, "backups.fresh") == "fail: There is no backup."


def test_a_clock_is_off_by_no_less_than_what_the_way_there_cannot_explain() -> None:
    assert clocks._judged("It", 100.0, 102.0, 103.0).word == "ok"
    assert clocks._judged("It", 100.0, 105.0, 103.0).found == "It is 2.0 s off."
    assert [clocks._judged("It", 100.0, theirs, 100.0).word for theirs in (99.5, 98.0, 50.0)] == ["ok", "warn", "fail"]


def test_of_several_processes_the_one_that_is_nearest_to_its_limit_counts() -> None:
    figures = [
        (f"process_{what}_fds", {"pid": pid}, value)
        for pid, opened, most in (("1", 900.0, 1000.0), ("2", 50.0, 1000.0))
        for what, value in (("open", opened), ("max", most))
    ]
    assert processes.fullest(figures) == (900.0, 1000.0)
    assert processes.fullest([("process_open_fds", {}, 7.0), ("process_max_fds", {}, 10.0)]) == (7.0, 10.0)
    assert processes.fullest([]) == (None, None)


def test_a_disk_is_judged_by_what_is_left_of_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def left(free: float, total: float) -> str:
        usage = SimpleNamespace(total=total * (1 << 30), free=free * (1 << 30))
        monkeypatch.setattr(shutil, "disk_usage", lambda _: usage)
        return disk.judge(tmp_path).word

    assert [left(50, 100), left(14, 100), left(4, 100), left(80, 2000)] == ["ok", "warn", "fail", "ok"]
