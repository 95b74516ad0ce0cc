"""PostgreSQL of one's own starts by itself, is shared, and comes back after whatever happened to it."""

import asyncio
import os
import shutil
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import asyncpg
import psutil
import pytest

from banyan.kit import embedded
from banyan.kit.embedded import EmbeddedPostgres, NotReachable
from banyan.kit.problems import Unavailable
from tests.conftest import HASTY
from tests.services import reachable_folder

AS_ROOT = os.geteuid() == 0
BUSY = "select count(*) from generate_series(1, 20000000)"  # takes a second or two, and looks at nothing else


def server_in(folder: Path) -> EmbeddedPostgres:
    return EmbeddedPostgres(folder, settings=HASTY)


@pytest.fixture(scope="module")
def made() -> Iterator[Path]:
    """A server's folder, made once: making one takes longer than all the rest."""
    with reachable_folder() as outer:
        server = server_in(outer / "postgres")
        server.start()
        server.stop()
        yield outer / "postgres"


@pytest.fixture
def folder(made: Path) -> Iterator[Path]:
    """A folder with a server in it, which is stopped in the end."""
    with reachable_folder() as outer:
        (outer / "data").mkdir()
        subprocess.run(["cp", "-a", made, outer / "data" / "postgres"], check=True)
        yield outer / "data" / "postgres"
        server = server_in(outer / "data" / "postgres")
        if server.running:
            server.stop()


def ask(server: EmbeddedPostgres, sql: str = "select 1") -> object:
    async def once() -> object:
        connection = await asyncpg.connect(server.url)
        try:
            return await connection.fetchval(sql)
        finally:
            await connection.close()

    return asyncio.run(once())


def postmaster(folder: Path) -> psutil.Process:
    return psutil.Process(int((folder / "data" / "postmaster.pid").read_text().split()[0]))


def test_it_is_made_started_stopped_and_started_again(folder: Path) -> None:
    shutil.rmtree(folder)
    server = server_in(folder)
    assert not server.running
    assert server.start() is True
    assert server.running
    ask(server, "create table note ()")
    assert server.start() is False
    server.stop()
    server.stop()
    assert not server.running
    assert server.start() is True
    assert ask(server, "select count(*) from note") == 0


def test_a_server_that_a_killed_process_left_behind_is_taken_over(folder: Path) -> None:
    code = f"from tests.kit.test_embedded import *; server_in(Path({str(folder)!r})).start(); os.kill(os.getpid(), 9)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == -signal.SIGKILL
    server = server_in(folder)
    assert server.running
    assert server.start() is False
    assert ask(server) == 1
    server.stop()
    assert not server.running


def test_it_recovers_from_the_death_of_its_postmaster(folder: Path) -> None:
    server = server_in(folder)
    server.start()
    ask(server, "create table note ()")
    code = f"from tests.kit.test_embedded import *; ask(server_in(Path({str(folder)!r})), {BUSY!r})"
    busy = subprocess.Popen([sys.executable, "-c", code], stderr=subprocess.DEVNULL)
    try:
        while ask(server, "select count(*) from pg_stat_activity where query like '%20000000%'") == 1:  # itself
            time.sleep(0.05)
        postmaster(folder).send_signal(signal.SIGKILL)
        while server.running:  # a signal takes its time
            time.sleep(0.01)
        assert server.start() is True
        assert ask(server, "select count(*) from note") == 0
    finally:
        busy.wait(30)


def test_a_number_that_another_program_has_now_is_not_taken_for_the_server(folder: Path) -> None:
    server = server_in(folder)
    server.start()
    pid_file = folder / "data" / "postmaster.pid"
    text = pid_file.read_text()
    process = postmaster(folder)
    process.send_signal(signal.SIGKILL)
    process.wait(10)
    other = subprocess.Popen(["sleep", "60"], user=(folder.stat().st_uid if AS_ROOT else None))
    try:
        pid_file.write_text("\n".join([str(other.pid), *text.split("\n")[1:]]))
        assert not server.running
        assert server.start() is True
        assert ask(server) == 1
        assert other.poll() is None, "it must not be stopped in the server's stead"
    finally:
        other.kill()
        other.wait()


def test_an_interrupted_beginning_is_begun_again(folder: Path) -> None:
    shutil.rmtree(folder)
    draft = folder / "data.new"
    draft.mkdir(parents=True)
    (draft / "PG_VERSION").write_text("18\n")
    server = server_in(folder)
    server.start()
    assert ask(server) == 1
    assert not draft.exists()


def test_data_of_another_version_is_told_and_left_alone(folder: Path) -> None:
    (folder / "data" / "PG_VERSION").write_text("17\n")
    with pytest.raises(Unavailable, match="made by PostgreSQL 17"):
        server_in(folder).start()
    assert (folder / "data" / "PG_VERSION").read_text() == "17\n"


def test_a_server_that_does_not_start_shows_the_end_of_its_log(folder: Path) -> None:
    with pytest.raises(Unavailable, match="no_such_setting"):
        EmbeddedPostgres(folder, settings={"no_such_setting": "1"}).start()


@pytest.mark.parametrize("name", ["plain", "with space", "quo'te\"s $(touch x)", "ümlaut #1 & 100%", "x" * 120])
def test_any_path_will_do(made: Path, name: str) -> None:
    with reachable_folder() as outer:
        (outer / name).mkdir()
        subprocess.run(["cp", "-a", made, outer / name / "postgres"], check=True)
        server = server_in(outer / name / "postgres")
        server.start()
        try:
            assert ask(server) == 1
        finally:
            server.stop()


def test_nobody_else_can_enter(folder: Path) -> None:
    server = server_in(folder)
    server.start()
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE((folder / "data").stat().st_mode) == 0o700
    connections = postmaster(folder).net_connections(kind="inet")
    assert connections == [], "it listens on no network"


def test_somebody_elses_folder_is_not_used_for_the_socket(folder: Path, tmp_path: Path) -> None:
    server = server_in(folder)
    trap, victim = tmp_path / "trap", tmp_path / "victim"
    victim.mkdir()
    trap.symlink_to(victim)
    server._socket = trap
    before = victim.stat()
    with pytest.raises(NotReachable, match="belongs to somebody else"):
        server.start()
    assert (victim.stat().st_uid, victim.stat().st_mode) == (before.st_uid, before.st_mode)


def test_a_folder_that_cannot_be_made_is_told(folder: Path) -> None:
    server = server_in(folder)
    server._socket = folder / "data" / "PG_VERSION" / "socket"
    with pytest.raises(NotReachable, match=r"socket cannot be made: Not a directory\. Choose another"):
        server.start()


def test_it_runs_for_as_long_as_anybody_uses_it(folder: Path) -> None:
    server = server_in(folder)
    with server.in_use():
        code = f"from tests.kit.test_embedded import *\nwith server_in(Path({str(folder)!r})).in_use(): pass"
        subprocess.run([sys.executable, "-c", code], check=True)
        assert ask(server) == 1
        with server_in(folder).in_use():
            pass
        assert ask(server) == 1
    assert not server.running


def test_who_leaves_last_stops_also_what_another_started(folder: Path) -> None:
    server = server_in(folder)
    server.start()  # by a process that was killed, say
    with server.in_use():
        assert ask(server) == 1
    assert not server.running


def test_an_interrupted_start_leaves_nothing_running(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    server = server_in(folder)
    launch = server._launch

    def interrupted() -> None:
        launch()
        raise KeyboardInterrupt

    monkeypatch.setattr(server, "_launch", interrupted)
    with pytest.raises(KeyboardInterrupt), server.in_use():
        pytest.fail("it was interrupted before this")
    assert not server.running


def test_two_that_start_at_once_start_one(folder: Path) -> None:
    code = f"from tests.kit.test_embedded import *; print(server_in(Path({str(folder)!r})).start())"
    both = [subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) for _ in range(2)]
    assert sorted(process.communicate(timeout=60)[0].strip() for process in both) == ["False", "True"]
    assert ask(server_in(folder)) == 1


def test_of_two_that_make_its_user_at_once_both_have_it(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[Any] = []

    def known(_name: str) -> Any:
        return made[0] if made else {}["not yet"]

    def make(command: list[str], **_options: Any) -> None:
        made.append("the user")
        raise subprocess.CalledProcessError(9, command, stderr="useradd: user exists")

    monkeypatch.setattr(embedded.pwd, "getpwnam", known)
    monkeypatch.setattr(embedded.subprocess, "run", make)
    assert embedded._service_user() == "the user"


if AS_ROOT:

    def test_as_root_it_runs_as_a_user_of_its_own(folder: Path) -> None:
        server_in(folder).start()
        assert postmaster(folder).username() == "banyan-postgres"

    def test_a_folder_that_its_user_cannot_reach_is_told_with_what_to_do() -> None:
        with reachable_folder() as outer:
            (outer / "closed").mkdir(mode=0o700)
            with pytest.raises(NotReachable) as caught:
                server_in(outer / "closed" / "data" / "postgres").start()
            message = str(caught.value)
            assert f"cannot enter {outer / 'closed'}" in message
            assert "/var/lib/banyan" in message
            assert f"chmod o+x {outer / 'closed'}" in message

    def test_programs_that_its_user_cannot_reach_are_copied(
        folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        package = embedded.wheel_programs().parents[1]
        closed = tmp_path / "venv"
        closed.mkdir(mode=0o700)
        subprocess.run(["cp", "-r", package, f"{package}.libs", closed], check=True)
        subprocess.run(["chmod", "-R", "go-rwx", closed], check=True)
        bin_folder = closed / package.name / "pginstall18" / "bin"
        monkeypatch.setattr(embedded, "wheel_programs", lambda: bin_folder)
        for _ in range(2):
            server = server_in(folder)
            server.start()
            assert ask(server) == 1
            assert not postmaster(folder).exe().startswith(str(closed))
            server.stop()
        assert len(list(folder.with_name("postgres-programs").iterdir())) == 1
