"""What operators are told to set and to type exists."""

import re
import shlex
from pathlib import Path

import asyncpg
import prometheus_client
import pytest
from cyclopts import CycloptsError, MissingArgumentError

from banyan.backup.receiving import SLOT
from banyan.cli import app as command_line
from banyan.settings import load, masked
from tests.ops.stages import OPS

ROOT = OPS.parent
GUIDES = sorted((ROOT / "docs" / "operate").rglob("*.md"))
FILES = [file for file in (*sorted(OPS.rglob("*")), ROOT / "Containerfile", *GUIDES) if file.is_file()]
WRITTEN = [file for file in (*FILES, ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))) if file.suffix == ".md"]
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


def told(text: str) -> list[tuple[str, bool]]:
    """What a guide says to type after `banyan`; and whether it is on a line of its own, and so whole."""
    blocks = re.findall(r"```\n(.*?)```", text, re.DOTALL)
    lines = [(line.strip(), True) for block in blocks for line in block.splitlines()]
    prose = re.sub(r"```.*?```", "", text, flags=re.DOTALL)
    lines += [(" ".join(code.split()), False) for code in re.findall(r"`([^`]+)`", prose)]
    begun = re.compile(r"(?:\S+=\S+ |kubectl .* -- |\S*/bin/)*banyan (?=[a-z])|docker compose run --rm worker ")
    found = [(line[begins.end() :], whole) for line, whole in lines if (begins := begun.match(line))]
    return [(re.split(r"\s+# | \| | > ", line)[0], whole) for line, whole in found]


def variants(line: str) -> list[list[str]]:
    """What may be typed where `[…]` may be left out, `a|b` chosen, and words in capitals are stood for."""
    bare = re.sub(r"\[[^\]]*\]", "", line)
    full = re.sub(r"[\[\]]", "", line)
    several = [re.sub(r"(\w+)\\?\|\S+", r"\1", each) for each in {bare, full}]
    return [["7" if word == "N" else word for word in shlex.split(each.removesuffix("…"))] for each in several]


def test_these_tests_see_what_cannot_be_typed() -> None:
    assert told("`banyan mode\n  status`, `banyan.toml`") == [("mode status", False)]
    assert told("```\ndocker compose run --rm worker backup drill   # now\nBANYAN_X=1 banyan up\n```") == [
        ("backup drill", True),
        ("up", True),
    ]
    assert sorted(variants("backup verify [ID] [--format json\\|csv] …")) == [
        ["backup", "verify"],
        ["backup", "verify", "ID", "--format", "json"],
    ]
    for wrong in ("backup drll", "backup restore --att x", "mode readonly", "serve --workers many"):
        with pytest.raises(CycloptsError):
            command_line.parse_args(wrong.split(), exit_on_error=False, print_error=False)


@pytest.mark.parametrize("file", WRITTEN, ids=of)
def test_every_command_that_is_told_can_be_typed(file: Path) -> None:
    for line, whole in told(file.read_text(encoding="utf-8")):
        for words in variants(line):
            try:
                command_line.parse_args(words, exit_on_error=False, print_error=False)
            except MissingArgumentError:
                assert not whole, line


@pytest.mark.parametrize("file", WRITTEN, ids=of)
def test_every_link_leads_somewhere(file: Path) -> None:
    prose = re.sub(r"```.*?```|`[^`]+`", "", file.read_text(encoding="utf-8"), flags=re.DOTALL)
    for path, anchor in re.findall(r"\]\((?!https?:)([^)#]*)#?([^)]*)\)", prose):
        there = file.parent / path if path else file
        assert there.exists(), path
        assert not anchor or anchor in anchors(there), f"{path}#{anchor}"


def anchors(page: Path) -> set[str]:
    """What its headings are called in links."""
    headings = re.findall(r"^#+ (.*)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", each.lower()).replace(" ", "-") for each in headings}


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
        assert [tuple(job) for job in await connection.fetch(due)] == [("queued", 0)]
    finally:
        await connection.close()
