"""The scheduler looks after backups by itself, and only where it is asked to."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import cast

import pytest
from prometheus_client import REGISTRY

from banyan.backup import standing
from banyan.backup.jobs import due, make_base, ship_log
from banyan.backup.standing import measure
from banyan.kit.toolbox import Kit
from tests.backup.conftest import Installation, begun


@pytest.fixture(scope="module")
def quick() -> Iterator[Installation]:
    """One that hands over its log a second after something is written."""
    with begun(archive_timeout="1") as made:
        yield made


def kit_of(installation: Installation) -> Kit:
    """All that these jobs look at."""

    class Some:
        settings = installation.settings

    return cast("Kit", Some())


def metric(name: str) -> float:
    value = REGISTRY.get_sample_value(f"banyan_backup_{name}")
    assert value is not None
    return value


async def test_a_base_backup_is_made_at_once_and_then_once_a_day(quick: Installation) -> None:
    await make_base.run(kit_of(quick))
    await make_base.run(kit_of(quick))
    (backup,) = await quick.backups.store.backups()
    assert metric("newest_base_timestamp_seconds") == backup.ended_at.timestamp()
    found = await standing(quick.backups)
    assert due(found, datetime.now(UTC)) is None
    assert due(found, datetime.now(UTC) + timedelta(days=1)) == "the last one is a day old"


async def test_what_is_handed_over_is_shipped_and_measured(quick: Installation) -> None:
    moment = await quick.note("one")
    await quick.hand_over()
    measure(await standing(quick.backups))
    assert metric("waiting_files") >= 1
    assert metric("waiting_bytes") > 0
    await ship_log.run(kit_of(quick))
    assert metric("waiting_files") == metric("waiting_seconds") == 0
    assert metric("covered_timestamp_seconds") == pytest.approx(moment.timestamp(), abs=5)
    assert metric("archiving_fails") == metric("gaps") == 0


async def test_a_gap_is_healed_by_a_new_base_backup(quick: Installation) -> None:
    await quick.hand_over()
    lost = sorted(quick.backups.archive.glob("*.gz"))
    for path in lost:
        path.unlink()
    await quick.note("two")
    await quick.keep_log()
    found = await standing(quick.backups)
    assert found.reach is not None
    assert "the log has a gap" in str(due(found, datetime.now(UTC)))
    await make_base.run(kit_of(quick))
    assert metric("gaps") == 0
    assert len(await quick.backups.store.backups()) == 2


async def test_a_drill_measures_what_the_installation_does(quick: Installation) -> None:
    told: list[str] = []
    found = await quick.backups.drill(pace=0.2, tell=told.append)
    assert found.different == []
    assert 0 < found.rpo < 60
    assert len(told) == 3
    measure(await standing(quick.backups))
    assert metric("drill_rpo_seconds") == found.rpo
    assert metric("drill_differences") == 0


async def test_a_backup_of_which_something_is_missing_is_told(quick: Installation) -> None:
    newest = (await quick.backups.store.backups())[-1]
    await quick.backups.store.delete(f"base/{newest.id}/base.tar.gz")
    found = await standing(quick.backups)
    assert found.incomplete == [newest.id]
    assert found.reach is not None
    assert found.reach.backup.id != newest.id
    assert due(replace(found, reach=None), datetime.now(UTC)) == "there is none"


async def test_where_nobody_asked_for_it_nothing_happens() -> None:
    with begun(continuous=False) as alone:
        await make_base.run(kit_of(alone))
        await ship_log.run(kit_of(alone))
        assert not (alone.settings.data / "backups").exists()
        assert (await standing(alone.backups)).exposure is None
