"""What an operator types, and what comes back: one clear line when something is wrong."""

import asyncio
import errno
import json
import os
import re
import socket
import subprocess
import sys
import tomllib
from pathlib import Path

import asyncpg
import pytest

from banyan.cli.complaints import explain
from tests.cli.conftest import Banyan

AS_ROOT = os.geteuid() == 0


def complaint(banyan: Banyan, *words: str) -> str:
    """The one line that a command ends with."""
    outcome = banyan(*words)
    assert outcome.status == 1
    assert outcome.err.startswith("banyan: ")
    assert "Traceback" not in outcome.err
    return outcome.err


def test_help_lists_every_command(banyan: Banyan) -> None:
    outcome = banyan("--help")
    assert outcome.status == 0
    for command in ("up", "serve", "db", "course", "account", "config", "openapi"):
        assert f" {command} " in outcome.out
    assert banyan("--version").out.strip().count(".") == 2


def test_config_prints_toml_with_the_variables_and_hides_secrets(
    banyan: Banyan, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BANYAN_MAIL_URL", "smtp://me:s3cret@mail.example")
    outcome = banyan("config")
    assert outcome.status == 0
    printed = tomllib.loads(outcome.out)
    assert printed["data"] == str(data)
    assert printed["server"]["port"] == 8000
    assert printed["mail"]["url"] == "smtp://me:***@mail.example"
    assert "# BANYAN_SERVER_PORT" in outcome.out
    assert "s3cret" not in outcome.out
    assert not data.exists(), "looking changes nothing"


def test_what_config_prints_can_be_read_back(banyan: Banyan, data: Path) -> None:
    printed = banyan("config").out
    data.mkdir()
    (data / "banyan.toml").write_text("\n".join(line for line in printed.splitlines() if not line.startswith("data")))
    assert banyan("config").out == printed


def test_a_wrong_setting_stops_every_command(banyan: Banyan, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BANYAN_SERVER_PROT", "1")
    assert "Did you mean BANYAN_SERVER_PORT?" in complaint(banyan, "config")
    monkeypatch.delenv("BANYAN_SERVER_PROT")
    monkeypatch.setenv("BANYAN_SERVER_PORT", "many")
    assert "BANYAN_SERVER_PORT" in complaint(banyan, "up")


def test_a_database_is_migrated_and_says_so(banyan: Banyan) -> None:
    first = banyan("db", "migrate")
    assert first.status == 0
    assert "applied 0001_schools" in first.out
    assert banyan("db", "migrate").out == "The database is up to date.\n"
    after = banyan("db", "status")
    assert (after.status, "waiting" in after.out) == (0, False)
    assert "not up to date" not in banyan("account", "create", "a@b.example", "--name", "A", given="x").err


@pytest.mark.parametrize(
    "words",
    [
        ("db", "status"),
        ("db", "distribute", "--dry-run"),
        ("mode", "status"),
        ("mode", "read-only"),
        ("archive", "list"),
    ],
    ids=" ".join,
)
def test_looking_begins_nothing(banyan: Banyan, data: Path, words: tuple[str, ...]) -> None:
    """A folder's name is soon mistyped, and the answers of an empty database look like a loss of everything."""
    assert f"There is no database in {data}" in complaint(banyan, *words)
    assert not (data / "postgres").exists()


def test_what_waits_is_told_and_a_pause_needs_a_database_that_is_set_up(
    banyan: Banyan, migrated: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BANYAN_DATABASE_URL", re.sub(r"/\w+\?", "/postgres?", migrated))  # nothing is in that one
    found = banyan("db", "status")
    assert (found.status, found.out.splitlines()[0]) == (1, "waiting  0001_schools")
    assert "Run `banyan db migrate` first" in complaint(banyan, "mode", "read-only")


def test_the_command_line_begins_without_what_its_commands_need() -> None:
    heavy = {"litestar", "pgqueuer", "redis", "obstore", "banyan.app"}
    command = f"import sys, banyan.cli; sys.exit(' '.join({heavy} & sys.modules.keys()))"
    begun = subprocess.run([sys.executable, "-c", command], capture_output=True, text=True, check=False)
    assert begun.stderr.strip() == ""


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (OSError(errno.ENOSPC, "No space left on device", "/srv/x"), "/srv/x: No space left on device"),
        (OSError(errno.ENOSPC, "No space left on device"), "this machine: No space left on device"),
        (ConnectionRefusedError(111, "Connect call failed"), "the database does not answer: [Errno 111] Connect call"),
        (TimeoutError(), "the database does not answer: TimeoutError"),
        (asyncpg.CannotConnectNowError("it is starting up"), "the database refuses: it is starting up"),
        (asyncpg.InsufficientPrivilegeError("not for you"), "the database refuses: not for you"),
    ],
    ids=repr,
)
def test_what_has_failed_is_called_by_its_name(error: OSError | asyncpg.PostgresError, told: str) -> None:
    assert explain(error).startswith(told)


def test_commands_ask_for_a_migrated_database(banyan: Banyan) -> None:
    said = complaint(banyan, "account", "create", "a@b.example", "--name", "A", "--password", "grow-with-banyan")
    assert "banyan db migrate" in said
    assert "banyan db migrate" in complaint(banyan, "serve", "--port", "0")
    assert "banyan db migrate" in complaint(banyan, "mode", "status")


def school_in(url: str) -> None:
    async def make() -> None:
        connection = await asyncpg.connect(url)
        await connection.execute("insert into school (id, slug, name) values (gen_random_uuid(), 'demo', 'Demo')")
        await connection.close()

    asyncio.run(make())


def test_an_account_is_made_with_a_password_from_standard_input(banyan: Banyan, migrated: str) -> None:
    school_in(migrated)
    create = ("account", "create", "ada@demo.example", "--name", "Ada", "--role", "teacher")
    made = banyan(*create, given="a-long-enough-phrase\n")
    assert (made.status, made.err) == (0, "")
    assert made.out.startswith("ada@demo.example is teacher (")
    assert "phrase" not in made.out
    again = banyan(*create[:-1], "admin", given="another-long-phrase\n")
    assert again.out.startswith("ada@demo.example is admin (")
    assert again.out.split("(")[1] == made.out.split("(")[1]


@pytest.mark.parametrize(
    "words",
    [
        ("account", "create", "no-address", "--name", "A", "--password", "a-long-enough-phrase"),
        ("account", "create", "a@b.example", "--name", "", "--password", "a-long-enough-phrase"),
        ("account", "create", "a@b.example", "--name", "A", "--password", "short"),
    ],
)
def test_an_account_that_cannot_be_is_told(banyan: Banyan, migrated: str, words: tuple[str, ...]) -> None:
    school_in(migrated)
    complaint(banyan, *words)


@pytest.mark.usefixtures("migrated")
def test_a_school_is_made_and_given_a_host_name(banyan: Banyan) -> None:
    made = banyan("school", "create", "Hill  School")
    assert (made.status, made.out.split(" (")[0]) == (0, "Hill School")
    named = banyan("school", "create", "Hill School", "--host", "Learn.Hill.example")
    assert named.out.endswith("is at learn.hill.example\n")
    assert named.out.split(")")[0] == made.out.split(")")[0]
    own = ("account", "create", "a@b.example", "--name", "A", "--host", "learn.hill.example")
    assert banyan(*own, given="a-long-enough-phrase\n").status == 0
    assert "host name" in complaint(banyan, "school", "create", "Hill School", "--host", "hill.example:80")
    assert "needs a name" in complaint(banyan, "school", "create", " ")


@pytest.mark.usefixtures("migrated")
def test_operators_pause_writing_and_let_it_go_on(banyan: Banyan) -> None:
    assert banyan("mode", "status").out == "normal\n"
    assert banyan("mode", "read-only", "--reason", "We move house.").out == "read-only: We move house.\n"
    assert banyan("mode", "status").out == "read-only: We move house.\n"
    assert banyan("mode", "normal").out == "normal\n"
    assert banyan("mode", "status").out == "normal\n"


@pytest.mark.usefixtures("migrated")
def test_an_installation_without_a_school_says_so(banyan: Banyan) -> None:
    said = complaint(banyan, "account", "create", "a@b.example", "--name", "A", "--password", "a-long-enough-phrase")
    assert "no school yet" in said


def test_the_interface_is_printed_without_a_database(banyan: Banyan, data: Path) -> None:
    outcome = banyan("openapi")
    assert outcome.status == 0
    assert "/api/v1/school" in json.loads(outcome.out)["paths"]
    assert not data.exists()


def test_a_port_that_is_taken_is_told(banyan: Banyan) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert f"127.0.0.1:{port} is taken by another program" in complaint(banyan, "up", "--port", str(port))


def test_a_port_for_administration_that_is_taken_is_told(banyan: Banyan, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        monkeypatch.setenv("BANYAN_ADMIN_PORT", str(port))
        said = complaint(banyan, "up", "--port", "0")
    assert f"127.0.0.1:{port} is taken by another program" in said
    assert "BANYAN_ADMIN_PORT" in said


def test_an_address_that_is_not_ours_is_told(banyan: Banyan) -> None:
    assert "192.0.2.1:0 cannot be used" in complaint(banyan, "up", "--host", "192.0.2.1", "--port", "0")
    assert "nowhere.invalid:0 cannot be used" in complaint(banyan, "up", "--host", "nowhere.invalid", "--port", "0")


def test_an_unknown_role_is_told(banyan: Banyan) -> None:
    said = complaint(banyan, "serve", "--role", "web,cook")
    assert "no role cook" in said
    assert "scheduler" in said
    assert "no role without a name" in complaint(banyan, "serve", "--role", "web,")


@pytest.mark.parametrize(
    "url", ["postgresql://127.0.0.1:1/banyan", "postgresql://nowhere.invalid/banyan", "postgresql:///x?host=/nowhere"]
)
def test_a_database_that_does_not_answer_is_told(banyan: Banyan, monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setenv("BANYAN_DATABASE_URL", url)
    said = complaint(banyan, "db", "status")
    assert "the database does not answer" in said
    assert "BANYAN_DATABASE_URL" in said


def test_a_redis_that_is_none_is_told_without_its_password(
    banyan: Banyan, monkeypatch: pytest.MonkeyPatch, migrated: str
) -> None:
    school_in(migrated)
    monkeypatch.setenv("BANYAN_REDIS_URL", "redis+cluster://:s3cret@one:6379/?no_such_option=1")
    said = complaint(banyan, "account", "create", "a@b.example", "--name", "A", "--password", "a-long-enough-phrase")
    assert "BANYAN_REDIS_URL" in said
    assert "s3cret" not in said


def test_a_database_that_refuses_is_told(banyan: Banyan, migrated: str, monkeypatch: pytest.MonkeyPatch) -> None:
    server = migrated.partition("?")[2]
    monkeypatch.setenv("BANYAN_DATABASE_URL", f"postgresql://banyan@/nothing?{server}")
    assert '"nothing" does not exist. Make it (createdb)' in complaint(banyan, "db", "status")
    monkeypatch.setenv("BANYAN_DATABASE_URL", f"postgresql://stranger@/banyan?{server}")
    assert "Look at the name and the password" in complaint(banyan, "db", "status")


def test_a_file_that_cannot_be_written_is_not_blamed_on_the_database(banyan: Banyan, data: Path) -> None:
    data.mkdir()
    (data / "banyan.lock").mkdir()
    assert complaint(banyan, "up", "--port", "0") == f"banyan: {data}/banyan.lock: Is a directory."


def test_less_than_one_process_is_refused(banyan: Banyan) -> None:
    outcome = banyan("serve", "--workers", "0")
    assert outcome.status == 2
    assert "Must be >= 1" in outcome.out + outcome.err


def test_a_data_folder_that_cannot_be_made_is_told(banyan: Banyan, data: Path) -> None:
    data.write_text("a file")
    assert f"The data folder {data} cannot be made" in complaint(banyan, "db", "status")


def test_a_data_folder_that_postgresql_cannot_reach_is_told(banyan: Banyan, data: Path) -> None:
    data.parent.chmod(0o700 if AS_ROOT else 0o500)
    assert str(data.parent) in complaint(banyan, "db", "migrate")
    data.parent.chmod(0o755)
