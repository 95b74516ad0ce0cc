"""The scheduler looks after backups by itself, and only where it is asked to."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import cast

import msgspec
import pytest
from prometheus_client import REGISTRY

from banyan.backup import DOMAIN, standing
from banyan.backup.jobs import due, make_base, ship_log
from banyan.kit.cache import Cache
from banyan.kit.figures import Figures
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
        cache = Cache()

    return cast("Kit", Some())


async def figures(installation: Installation) -> Callable[[str], float]:
    """What a scheduler tells that has just started, and has done nothing yet."""
    await Figures(kit_of(installation), DOMAIN.figures).look()

    def metric(name: str) -> float:
        value = REGISTRY.get_sample_value(f"banyan_backup_{name}")
        assert value is not None
        return value

    return metric


async def test_a_base_backup_is_made_at_once_and_then_once_a_day(quick: Installation) -> None:
    await make_base.run(kit_of(quick))
    await make_base.run(kit_of(quick))
    (backup,) = await quick.backups.store.backups()
    metric = await figures(quick)
    assert metric("newest_base_timestamp_seconds") == backup.ended_at.timestamp()
    assert metric("drill_timestamp_seconds") == 0
    found = await standing(quick.backups)
    assert due(found, datetime.now(UTC)) is None
    assert due(found, datetime.now(UTC) + timedelta(days=1)) == "the last one is a day old"


async def test_what_is_handed_over_is_shipped_and_measured(quick: Installation) -> None:
    moment = await quick.note("one")
    await quick.hand_over()
    metric = await figures(quick)
    assert metric("waiting_files") >= 1
    assert metric("waiting_bytes") > 0
    await ship_log.run(kit_of(quick))
    metric = await figures(quick)
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
    assert (await figures(quick))("gaps") > 0
    await make_base.run(kit_of(quick))
    assert (await figures(quick))("gaps") == 0
    assert len(await quick.backups.store.backups()) == 2


async def test_a_drill_measures_what_the_installation_does(quick: Installation) -> None:
    told: list[str] = []
    found = await quick.backups.drill(pace=0.2, tell=told.append)
    assert found.different == []
    assert 0 < found.rpo < 60
    assert len(told) == 3
    assert found.problems(rpo=60, rto=600) == []
    assert found.problems(rpo=0, rto=0) == [f"RPO is {found.rpo:.0f} s of 0", f"RTO is {found.rto:.0f} s of 0"]
    assert msgspec.structs.replace(found, different=["note is missing"]).problems(rpo=60, rto=600) == [
        "note is missing"
    ]
    metric = await figures(quick)
    assert metric("drill_rpo_seconds") == found.rpo
    assert metric("drill_differences") == 0


async def test_a_backup_of_which_something_is_missing_is_told(quick: Installation) -> None:
    newest = (await quick.backups.store.backups())[-1]
    await quick.backups.store.delete(f"base/{newest.id}/base.tar.gz")
    found = await standing(quick.backups)
    assert found.incomplete == [newest.id]
    assert found.reach is not None
    assert found.reach.backup.id != newest.id
    assert found.base_age is not None
    assert found.base_age > datetime.now(UTC) - newest.ended_at
    lacks = {reach.backup.id: reach.lacks for reach in await quick.backups.reaches()}
    assert [each for each in lacks.values() if each] == [["base.tar.gz"]]
    done = await quick.backups.restore(quick.folder / "from-the-one-before")
    assert done.backup.id == found.reach.backup.id
    assert due(replace(found, reach=None), datetime.now(UTC)) == "there is none"


async def test_where_nobody_asked_for_it_nothing_happens() -> None:
    with begun(continuous=False) as alone:
        await make_base.run(kit_of(alone))
        await ship_log.run(kit_of(alone))
        assert (await figures(alone))("waiting_files") == 0
        assert not (alone.settings.data / "backups").exists()
        assert (await standing(alone.backups)).exposure is None
