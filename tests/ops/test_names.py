"""What operators are told to set and to type exists."""

import re
from pathlib import Path

import asyncpg
import prometheus_client
import pytest

from banyan.backup.receiving import SLOT
from banyan.cli import app as command_line
from banyan.settings import load, masked
from tests.ops.stages import OPS

ROOT = OPS.parent
GUIDES = sorted((ROOT / "docs" / "operate").rglob("*.md"))
FILES = [file for file in (*sorted(OPS.rglob("*")), ROOT / "Containerfile", *GUIDES) if file.is_file()]
WRITTEN = [file for file in FILES if file.suffix == ".md"]
KNOWN = {
    f"BANYAN_{concern}_{name}".upper()
    for concern, values in masked(load({}, data=Path("data"))).items()
    if isinstance(values, dict)
    for name in values
} | {"BANYAN_DATA", "BANYAN_CONFIG", "BANYAN_TEST_CITUS"}


def of(file: Path) -> str:
    return str(file.relative_to(ROOT))


@pytest.mark.parametrize("file", FILES, ids=of)
def test_every_setting_that_is_named_exists(file: Path) -> None:
    named = set(re.findall(r"\bBANYAN_[A-Z_]*[A-Z]\b", file.read_text(encoding="utf-8")))
    assert named <= KNOWN


@pytest.mark.parametrize("file", WRITTEN, ids=of)
def test_every_command_that_is_told_exists(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    typed = re.findall(r"`banyan ([a-z][^`…]*?)`", text) + re.findall(
        r"^banyan (.*?)(?:\s{2,}#.*)?$", text, re.MULTILINE
    )
    for line in typed:
        words = [word for word in line.split() if not word.startswith("-")]
        command = command_line
        for word in words:
            if word not in command:
                break
            command = command[word]
        assert command is not command_line, line


@pytest.mark.parametrize("file", WRITTEN, ids=of)
def test_every_link_leads_somewhere(file: Path) -> None:
    for target in re.findall(r"\]\((?!https?:)([^)#]*)", file.read_text(encoding="utf-8")):
        assert (file.parent / target).exists(), target


@pytest.mark.parametrize("file", GUIDES, ids=of)
def test_every_figure_that_is_named_is_measured(file: Path) -> None:
    named = {
        name.removesuffix("_total") for name in re.findall(r"`(banyan_[a-z_]+)`", file.read_text(encoding="utf-8"))
    }
    assert named - {SLOT} <= {family.name for family in prometheus_client.REGISTRY.collect()}


async def test_postgresql_takes_every_statement_of_the_runbook(database_url: str) -> None:
    text = (ROOT / "docs" / "operate" / "when-it-breaks.md").read_text(encoding="utf-8")
    told = re.findall(r"`((?:select|delete|update) [^`]+)`", text) + re.findall(
        r"^(update [^;]+);$", text, re.MULTILINE
    )
    connection = await asyncpg.connect(database_url)
    try:
        for statement in (each for line in told for each in line.split(";") if each.strip()):
            await connection.prepare(statement.replace("(pid)", "(1)"))
    finally:
        await connection.close()
    assert len(told) >= 6


async def test_jobs_that_were_given_up_run_again_as_the_runbook_says(database_url: str) -> None:
    text = (ROOT / "docs" / "operate" / "when-it-breaks.md").read_text(encoding="utf-8")
    (again,) = re.findall(r"^(update pgqueuer [^;]+);$", text, re.MULTILINE)
    connection = await asyncpg.connect(database_url)
    try:
        await connection.execute(
            "insert into pgqueuer (priority, status, entrypoint, attempts) values (0, 'failed', 'mail', 8)"
        )
        await connection.execute(again)
        due = "select status::text, attempts from pgqueuer where execute_after <= now()"
        assert await connection.fetchrow(due) == ("queued", 0)
    finally:
        await connection.close()
