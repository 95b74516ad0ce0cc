"""Backups from the command line: what an operator types when it matters, and what comes back."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from banyan.backup import recovery
from banyan.kit import embedded
from banyan.kit.embedded import ARCHIVING, EmbeddedPostgres
from tests.cli.conftest import Banyan
from tests.conftest import HASTY


@pytest.fixture(autouse=True)
def _hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("fsync", "full_page_writes", "synchronous_commit"):
        monkeypatch.setitem(recovery._SOBER, name, "off")
        monkeypatch.setitem(embedded._SETTINGS, name, HASTY[name])


def test_a_backup_is_made_listed_checked_drilled_and_restored(banyan: Banyan, data: Path) -> None:
    assert banyan("backup", "list").out.startswith("There is no backup in ")
    assert banyan("db", "migrate").status == 0
    made = banyan("backup", "create", "--files")
    assert made.status == 0, made.err
    assert "and to no later moment: set [backup] url for that" in made.out
    assert "files: 0 copied" in made.out
    name = made.out.split()[0]
    listed = banyan("backup", "list").out
    assert listed.startswith(name)
    assert " to " in listed
    checked = banyan("backup", "verify", name)
    assert (checked.status, "all is as it was put there" in checked.out) == (0, True)
    drilled = banyan("backup", "drill")
    assert drilled.status == 0, drilled.out + drilled.err
    assert "all as they were" in drilled.out
    assert "RPO" in drilled.out
    assert "RTO" in drilled.out
    assert "drill" in banyan("backup", "status").out
    assert "Only the coordinator of a Citus cluster makes points" in banyan("backup", "point").err

    refused = banyan("backup", "restore")
    assert (refused.status, "never overwrites anything" in refused.err) == (1, True)
    (data / "postgres").rename(data / "postgres.before")
    restored = banyan("backup", "restore")
    assert restored.status == 0, restored.err
    assert f"Restored {name} into {data / 'postgres'}" in restored.out
    assert "The database is up to date." in banyan("db", "migrate").out


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("verify",), "There is no backup in"),
        (("drill",), "There is no database in"),
        (("create",), "There is no database in"),
        (("restore",), "There is no backup in"),
        (("restore", "--at", "noon"), "is not a time"),
        (("restore", "--at", "2026-03-29T10:15Z", "--point", "banyan-20260329T101500Z"), "not both"),
        (("point",), "There is no database in"),
    ],
)
def test_what_cannot_be_done_is_one_line(banyan: Banyan, words: tuple[str, ...], told: str, data: Path) -> None:
    outcome = banyan("backup", *words)
    assert outcome.status == 1
    assert outcome.err.startswith("banyan: ")
    assert told in outcome.err
    assert not (data / "postgres").exists(), "nothing is begun"


def test_a_place_that_cannot_be_reached_is_told(
    banyan: Banyan, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "file").write_bytes(b"")
    monkeypatch.setenv("BANYAN_BACKUP_URL", str(tmp_path / "file" / "store"))
    assert "There is no backup in" in banyan("backup", "list").out
    assert banyan("db", "migrate").status == 0
    assert "cannot be used" in banyan("backup", "create").err
    monkeypatch.setenv("BANYAN_BACKUP_URL", "backups")
    assert "Expected something like /srv/backups or s3://bucket/banyan" in banyan("backup", "list").err


@contextmanager
def begun(banyan: Banyan, data: Path, **server_settings: str) -> Iterator[None]:
    """A database that runs meanwhile, so that no command has to start it."""
    with EmbeddedPostgres(data / "postgres", settings=server_settings).in_use():
        assert banyan("db", "migrate").status == 0
        yield


def test_how_backups_stand_is_told_at_every_step(banyan: Banyan, data: Path) -> None:
    with begun(banyan, data):
        nothing = banyan("backup", "status")
        assert nothing.status == 0
        assert "(no log: [backup] url is not set)" in nothing.out
        assert "nothing: there is no backup that is whole. Make one: banyan backup create" in nothing.out
        assert "drill     never: banyan backup drill" in nothing.out
        name = banyan("backup", "create").out.split()[0]
        made = banyan("backup", "status").out
        assert "newest    " in made
        assert "exposed   " in made
        (data / "backups" / "base" / name / "base.tar.gz").unlink()
        assert f"broken    {name}: some of its files are missing" in banyan("backup", "status").out
        assert "    missing: base.tar.gz" in banyan("backup", "list").out
        checked = banyan("backup", "verify")
        assert (checked.status, f"Of the backup {name} base.tar.gz is missing." in checked.out) == (1, True)
        drilled = banyan("backup", "drill")
        assert (drilled.status, "is missing in the store" in drilled.err) == (1, True)


def test_the_log_is_shipped_and_what_is_broken_is_told(
    banyan: Banyan, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BANYAN_BACKUP_URL", str(data.with_name("store")))
    with begun(banyan, data, **ARCHIVING):
        assert banyan("backup", "create").status == 0
        shipped = banyan("backup", "ship")
        assert shipped.status == 0, shipped.err
        assert " files shipped" in shipped.out
        broken = data / "postgres" / "archive" / f"{1:08X}{0:08X}{0xA0:08X}.gz"
        broken.write_bytes(b"nothing of the kind")
        refused = banyan("backup", "ship")
        assert (refused.status, f"{broken} is broken and stays where it is" in refused.out) == (1, True)
        broken.unlink()
        continuous = banyan("backup", "ship", "--continuous")
        assert (continuous.status, "for a server of your own" in continuous.err) == (1, True)


def test_a_place_that_is_none_is_told(banyan: Banyan, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BANYAN_BACKUP_URL", "s3:///nowhere")
    outcome = banyan("backup", "list")
    assert outcome.status == 1
    assert outcome.err.startswith("banyan: The backups' place s3:")
    assert "\n" not in outcome.err.strip()
