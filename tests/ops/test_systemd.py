"""Banyan as a service of the machine: systemd takes it, and it fits Banyan as it is."""

import shlex
import shutil
import subprocess
import sys
from configparser import ConfigParser
from pathlib import Path

import pytest

from banyan.cli import app as command_line
from banyan.settings import load
from tests.ops.stages import OPS

UNIT = OPS / "systemd" / "banyan.service"
FINISHING = 20.0  # seconds that a process gives requests under way, and then its jobs


@pytest.fixture
def service() -> dict[str, str]:
    """What the unit says of the process."""
    parsed = ConfigParser(interpolation=None)
    parsed.optionxform = str  # type: ignore[assignment,method-assign]  # as it is written
    parsed.read(UNIT, encoding="utf-8")
    return dict(parsed["Service"])


def verify(unit: Path) -> str:
    """What systemd itself has to say of a unit."""
    assert shutil.which("systemd-analyze"), "There is no systemd-analyze on PATH (Debian: apt install systemd)."
    command = ["systemd-analyze", "verify", "--man=no", str(unit)]
    return subprocess.run(command, capture_output=True, text=True, check=False).stderr


def test_systemd_takes_it_and_finds_what_is_misspelt(service: dict[str, str], tmp_path: Path) -> None:
    here = UNIT.read_text(encoding="utf-8").replace(service["ExecStart"].split()[0], sys.executable)
    (tmp_path / "banyan.service").write_text(here, encoding="utf-8")
    assert "banyan.service" not in verify(tmp_path / "banyan.service")
    (tmp_path / "banyan.service").write_text(here.replace("KillMode", "KillMod"), encoding="utf-8")
    assert "'KillMod'" in verify(tmp_path / "banyan.service")


def test_the_command_line_knows_what_it_is_told(service: dict[str, str]) -> None:
    program, *words = shlex.split(service["ExecStart"])
    assert Path(program).name == "banyan"
    command_line.parse_args(words, exit_on_error=False, print_error=False)


def test_its_data_is_where_it_may_write(service: dict[str, str]) -> None:
    assert service["Environment"] == f"BANYAN_DATA=/var/lib/{service['StateDirectory']}"


def test_it_has_time_to_finish_and_stops_its_database_itself(service: dict[str, str]) -> None:
    settings = load({}, data=Path("/var/lib/banyan"))
    drain = max(settings.server.drain_seconds, settings.realtime.drain_seconds)
    assert int(service["TimeoutStopSec"]) > drain + 2 * FINISHING
    assert service["KillMode"] == "mixed"
