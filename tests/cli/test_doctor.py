"""`banyan doctor` on a laptop: what everybody has who has just begun."""

import io
import json
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import pytest
from rich.console import Console

from banyan.cli.doctor import _word
from banyan.doctor import Word
from tests.cli.conftest import Banyan
from tests.services import free_port


@pytest.fixture
def port(monkeypatch: pytest.MonkeyPatch) -> int:
    """Where this laptop's Banyan listens."""
    chosen = free_port()
    monkeypatch.setenv("BANYAN_SERVER_PORT", str(chosen))
    return chosen


@pytest.fixture
def laptop(data: Path, port: int) -> Iterator["subprocess.Popen[bytes]"]:
    """`banyan up`, with the demo school, as it is out of the box."""
    command = [sys.executable, "-m", "banyan", "up", "--data", str(data)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    for _ in range(600):
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/ready", timeout=5).close()
        except OSError:
            assert process.poll() is None, "it has stopped"
            time.sleep(0.1)
        else:
            break
    yield process
    if process.poll() is None:
        process.send_signal(signal.SIGINT)
        process.wait(30)


def test_nothing_is_wrong_with_a_laptop(banyan: Banyan, laptop: "subprocess.Popen[bytes]") -> None:
    served = banyan("doctor", "--json")
    told = json.loads(served.out)
    words = {each["name"]: each["verdict"] for each in told["checks"]}
    assert (served.status, told["status"], told["count"]["warn"], told["count"]["fail"]) == (0, 0, 0, 0), served.out
    assert {words[name] for name in ("sessions.cookies", "sessions.limits", "site.answers", "metrics.told")} == {"ok"}
    assert all(each["found"] for each in told["checks"]), "what is skipped has its reason"

    laptop.send_signal(signal.SIGINT)
    laptop.wait(30)
    stopped = banyan("doctor")
    assert stopped.status == 0, stopped.out
    assert "✓ ok" in stopped.out
    assert "· skipped" in stopped.out
    assert "To mend" not in stopped.out


def test_what_is_wrong_comes_first_what_is_worse_with_how_to_mend_it(
    banyan: Banyan, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BANYAN_DATABASE_URL", "postgresql://banyan:Tr33-pass@127.0.0.1:1/banyan")
    monkeypatch.setenv("BANYAN_REDIS_URL", "redis://:secret@cache.example")
    monkeypatch.setenv("BANYAN_SERVER_PROXIES", "*")
    outcome = banyan("doctor", "--only", "secrets.passwords", "--only", "database.answers", "--only", "site")
    assert outcome.status == 2
    assert "Tr33-pass" not in outcome.out
    table, _, mending = outcome.out.partition("To mend, the most serious first")
    assert [line.strip() for line in table.splitlines() if line and not line.startswith(" ")] == [
        "Database",
        "Site",
        "Secrets",
    ]
    order = [mending.index(name) for name in ("database.answers", "site.proxies", "secrets.passwords")]
    assert order == sorted(order)
    assert mending.count("✗ failure") == 2
    assert mending.count("! warning") == 1
    assert mending.count("mend ") == 3
    assert "1 to look after, 2 broken." in mending
    assert not data.exists(), "looking begins nothing"


def test_a_folder_without_an_installation_is_left_as_it_is(banyan: Banyan, data: Path, port: int) -> None:
    outcome = banyan("doctor")
    assert outcome.status == 2
    assert "There is no database in" in outcome.out
    assert not data.exists()


def test_what_is_asked_for_wrongly_is_one_line(banyan: Banyan, monkeypatch: pytest.MonkeyPatch) -> None:
    unknown = banyan("doctor", "--only", "backup")
    assert (unknown.status, unknown.err) == (2, "banyan: There is no check backup. Did you mean backups?\n")
    monkeypatch.setenv("BANYAN_SERVER_PROT", "1")
    wrong = banyan("doctor")
    assert wrong.status == 2
    assert "Did you mean BANYAN_SERVER_PORT?" in wrong.err


def test_a_terminal_that_knows_no_signs_gets_letters() -> None:
    plain = Console(file=io.TextIOWrapper(io.BytesIO(), encoding="ascii"))
    assert [str(_word(plain, word)) for word in get_args(Word)] == ["+ ok", "- skipped", "! warning", "x failure"]
