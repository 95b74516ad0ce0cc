"""Banyan on one machine with Compose: valid, complete, and fit for Banyan as it is."""

import re
import shutil
import subprocess
from ipaddress import ip_address, ip_network
from pathlib import Path

import pytest

from banyan.app import ROLES
from banyan.cli import app as command_line
from banyan.settings import Settings
from tests.ops.compose import Compose, Service, read
from tests.ops.entrance import check, placed
from tests.ops.stages import OPS, settings_of, variables

FOLDER = OPS / "compose"
FINISHING = 20.0  # seconds that a process gives requests under way, and then its jobs


@pytest.fixture(scope="module")
def compose() -> Compose:
    return read(FOLDER / "compose.yaml")


def processes(compose: Compose) -> dict[str, Service]:
    """Those of Banyan itself."""
    return {name: each for name, each in compose.services.items() if each.command[:1] == ["serve"]}


def settings(service: Service) -> Settings:
    """A process's."""
    return settings_of(service.environment | variables(FOLDER / f"{service.env_file}.example"))


def test_what_it_names_is_there(compose: Compose) -> None:
    for service in compose.services.values():
        for other, wanted in service.depends_on.items():
            awaited = compose.services[other]
            assert awaited.healthcheck.disable == (wanted.condition == "service_completed_successfully")
        assert set(service.networks) <= compose.networks.keys()
        for volume in service.volumes:
            source = re.sub(r"\$\{\w+:-(\w+)\}", r"\1", volume).split(":")[0]
            # The certificate is what operators bring.
            assert source in {*compose.volumes, "./tls", "./acme"} or (FOLDER / source).exists()
        if service.env_file:
            assert (FOLDER / f"{service.env_file}.example").exists()
        if service.build:
            assert (FOLDER / service.build.context / service.build.dockerfile).exists()


def docker_compose(file: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Let Docker Compose itself look at a file, with the examples of settings beside it."""
    for beside in filter(Path.is_file, FOLDER.iterdir()):
        shutil.copy(beside, folder / beside.name.removesuffix(".example"))
    command = ["docker", "compose"]
    asked = shutil.which("docker") and subprocess.run([*command, "version"], capture_output=True, check=False)
    if not asked or asked.returncode:
        command = ["docker-compose"]
        assert shutil.which("docker-compose"), (
            "There is no Docker Compose. Install it (Debian: apt install docker-compose)."
        )
        if subprocess.run([*command, "version", "--short"], capture_output=True, check=True).stdout.startswith(b"1."):
            file = file.replace("name: banyan\n", "", 1)  # Debian 12's is told on its command line alone
            command += ["-p", "banyan"]
    (folder / "compose.yaml").write_text(file, encoding="utf-8")
    return subprocess.run([*command, "config", "-q"], cwd=folder, capture_output=True, text=True, check=False)


def test_docker_compose_takes_it(tmp_path: Path) -> None:
    assert read(FOLDER / "compose.yaml").name == "banyan"
    said = docker_compose((FOLDER / "compose.yaml").read_text(encoding="utf-8"), tmp_path)
    assert (said.returncode, said.stderr) == (0, "")


def test_docker_compose_finds_what_is_misspelt(tmp_path: Path) -> None:
    file = (FOLDER / "compose.yaml").read_text(encoding="utf-8")
    said = docker_compose(file.replace("stop_grace_period: 45s", "stop_grace_peroid: 45s"), tmp_path)
    assert said.returncode
    assert "stop_grace_peroid" in said.stderr


def test_banyan_starts_with_the_settings(compose: Compose) -> None:
    for service in processes(compose).values():
        assert settings(service).redis.url == "redis://redis:6379/0"
        assert "redis" in compose.services


def test_the_password_of_the_database_is_the_same_on_both_sides(compose: Compose) -> None:
    theirs = variables(FOLDER / "postgres.env.example")
    for service in processes(compose).values():
        login = f"{theirs['POSTGRES_USER']}:{theirs['POSTGRES_PASSWORD']}"
        assert settings(service).database.url == f"postgresql://{login}@postgres:5432/{theirs['POSTGRES_DB']}"


def test_every_role_is_taken(compose: Compose) -> None:
    roles = [str(each.command[2]).split(",") for name, each in processes(compose).items() if name != "admin"]
    assert {role for each in roles for role in each} == ROLES
    assert sum("web" in each for each in roles) == 2  # one serves while the other is replaced


def test_the_command_line_knows_what_it_is_told(compose: Compose) -> None:
    for service in (compose.services["migrate"], compose.services["backup"], *processes(compose).values()):
        command_line.parse_args([str(word) for word in service.command], exit_on_error=False, print_error=False)


def test_an_update_leaves_nothing_old_behind(compose: Compose) -> None:
    (named,) = re.findall(
        r"^for each in (.*); do docker", (FOLDER / "README.md").read_text(encoding="utf-8"), re.MULTILINE
    )
    assert {*named.split(), "migrate"} == {name for name, each in compose.services.items() if each.build}


def test_nginx_finds_the_processes_where_they_are(compose: Compose, tmp_path: Path) -> None:
    at = {}
    for name, service in processes(compose).items():
        if isinstance(service.networks, dict):
            at[name] = service.networks["inside"].ipv4_address
    text = (FOLDER / "upstreams.conf").read_text(encoding="utf-8")
    named = dict(re.findall(r"upstream (\w+) \{(.*?)\}", text, re.DOTALL))
    assert re.findall(r"server ([\d.]+):8000", named["web"]) == [at["web-1"], at["web-2"]]
    assert re.findall(r"server ([\d.]+):8000", named["realtime"]) == [at["realtime"]]
    check(placed(tmp_path, "plain.conf", upstreams=FOLDER / "upstreams.conf"))


def test_nginx_has_all_of_its_files(compose: Compose) -> None:
    mounted = {volume.split(":")[-2] for volume in compose.services["nginx"].volumes}
    included = {
        f"/etc/nginx/{name}"
        for file in (OPS / "nginx").glob("*.conf")
        for name in re.findall(r"include (\S+);", file.read_text(encoding="utf-8"))
    }
    assert included | {"/etc/nginx/nginx.conf", "/etc/nginx/tls"} <= mounted


def test_addresses_given_by_hand_are_given_to_nobody_else_and_believed_as_proxies(compose: Compose) -> None:
    inside = compose.networks["inside"]
    assert inside
    assert inside.ipam
    (pool,) = inside.ipam.config
    for service in processes(compose).values():
        assert settings(service).server.proxies == pool.subnet
        if isinstance(service.networks, dict):
            address = ip_address(service.networks["inside"].ipv4_address)
            assert address in ip_network(pool.subnet)
            assert address not in ip_network(pool.ip_range)


def test_a_process_that_is_stopped_has_time_to_finish(compose: Compose) -> None:
    for service in processes(compose).values():
        ours = settings(service)
        drain = max(ours.server.drain_seconds, ours.realtime.drain_seconds)
        assert int(service.stop_grace_period.removesuffix("s")) > drain + FINISHING


def test_backups_are_kept_elsewhere_and_may_read_the_log(compose: Compose) -> None:
    assert settings(compose.services["backup"]).backup.archiving
    assert "host replication" in (FOLDER / "replication.sh").read_text(encoding="utf-8")


def test_only_nginx_is_open_to_the_world(compose: Compose) -> None:
    opened = {name: each.ports for name, each in compose.services.items() if each.ports}
    assert {name for name, ports in opened.items() if not all(port.startswith("127.0.0.1:") for port in ports)} == {
        "nginx"
    }
    assert [name for name, each in compose.services.items() if "outside" in each.networks] == ["nginx"]


def test_administration_and_figures_are_for_this_machine_alone(compose: Compose) -> None:
    admins = settings(compose.services["admin"]).admin
    assert {settings(each).admin.port for each in processes(compose).values()} == {admins.port}
    (opened,) = compose.services["admin"].ports
    address, ours, theirs = re.sub(r"\$\{\w+:-(\w+)\}", r"\1", opened).split(":")
    assert (address, int(theirs)) == ("127.0.0.1", admins.port)
    assert settings(compose.services["admin"]).admin_url == f"http://localhost:{ours}"
    assert str(admins.port) not in (FOLDER / "upstreams.conf").read_text(encoding="utf-8")
    # Whoever works there needs the gateway at the same address.
    assert set(str(compose.services["admin"].command[2]).split(",")) == {"web", "realtime"}


def test_no_container_may_do_more_than_it_must(compose: Compose) -> None:
    for name, service in compose.services.items():
        if name != "postgres":  # its image begins as root, and then becomes nobody
            assert service.cap_drop == ["ALL"], name
            assert service.read_only, name
            assert service.build or not service.user.startswith("0"), name
    assert "change-me" not in (FOLDER / "compose.yaml").read_text(encoding="utf-8")


def test_connections_fit_into_the_database(compose: Compose) -> None:
    """At most 70 % of its connections: seed 000 warns there."""
    (limit,) = [word for word in map(str, compose.services["postgres"].command) if word.startswith("-cmax_connections")]
    needed = sum(settings(each).database.connections + 1 for each in processes(compose).values()) + 2
    assert needed <= 0.7 * int(limit.partition("=")[2])
