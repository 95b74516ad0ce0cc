"""Banyan stops when it is told to, and leaves nothing behind."""

import asyncio
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.faults.installation import Installation


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_told_to_stop_it_leaves_nothing_running(installation: Installation, number: signal.Signals) -> None:
    installation.start()
    assert len(installation.processes()) > 3
    assert installation.stop(number) == 0
    assert "Traceback" not in installation.output
    assert installation.output.rstrip().endswith("Banyan has stopped.")
    assert installation.processes() == []
    assert not (installation.data / "postgres" / "data" / "postmaster.pid").exists()


def test_told_twice_it_stops_all_the_same(installation: Installation) -> None:
    installation.start()
    assert installation.process is not None
    installation.process.send_signal(signal.SIGINT)
    time.sleep(0.05)
    installation.process.send_signal(signal.SIGINT)
    assert installation.process.wait(30) == 0
    assert "Traceback" not in installation.output
    assert installation.processes() == []


def test_interrupted_while_it_starts_it_leaves_nothing_running(installation: Installation) -> None:
    process = subprocess.Popen(
        [Path(sys.executable).with_name("banyan"), "up", "--port", "0", "--data", installation.data],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert "Starting PostgreSQL" in process.stdout.readline()
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=30)
    assert process.returncode == 130
    assert installation.processes() == []


async def test_requests_under_way_are_answered_before_it_stops(installation: Installation) -> None:
    await asyncio.to_thread(installation.start)
    client = installation.client()
    asking = [
        asyncio.create_task(client.post("/sessions", json={"email": f"{n}@demo.school", "password": "wrong-password"}))
        for n in range(6)
    ]  # passwords take their time
    await asyncio.sleep(0.05)
    assert await asyncio.to_thread(installation.stop) == 0
    answers = await asyncio.gather(*asking)
    assert {answer.status_code for answer in answers} == {401}
    await client.aclose()


def test_what_a_killed_server_left_running_is_taken_over_and_stopped(installation: Installation) -> None:
    installation.start()
    postmaster = installation.postmaster().pid
    installation.kill()
    installation.start()
    assert installation.postmaster().pid == postmaster
    assert installation.stop() == 0
    assert installation.processes() == []


def test_a_second_server_on_the_same_data_is_refused(installation: Installation) -> None:
    installation.start()
    other = subprocess.run(
        [Path(sys.executable).with_name("banyan"), "up", "--port", "0", "--data", installation.data],
        capture_output=True,
        text=True,
        check=False,
        timeout=30,
    )
    assert other.returncode == 1
    assert other.stderr.startswith("banyan: Another Banyan already serves the data folder")
    assert installation.ready()
    assert installation.stop() == 0


def test_a_command_beside_a_running_server_leaves_it_alone(installation: Installation) -> None:
    installation.start()
    done = subprocess.run(
        [Path(sys.executable).with_name("banyan"), "db", "status", "--data", installation.data],
        capture_output=True,
        text=True,
        check=False,
        timeout=30,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "applied  0001_schools" in done.stdout
    assert installation.ready()
    assert installation.stop() == 0
