"""The image: what it is made of, who it runs as, and what it does when it is told nothing."""

import json
import re
from fnmatch import fnmatch
from pathlib import Path

import pytest

from banyan.cli import app as command_line
from tests.ops.stages import OPS, settings_of

ROOT = OPS.parent


class Stage:
    """From one `FROM` to the next: its instructions, in their order."""

    def __init__(self, origin: str, name: str) -> None:
        self.origin = origin
        self.name = name
        self.instructions: list[tuple[str, str]] = []

    def last(self, instruction: str) -> str:
        """What the last of these instructions says."""
        return [rest for word, rest in self.instructions if word == instruction][-1]


def stages() -> list[Stage]:
    """Of the Containerfile."""
    text = (ROOT / "Containerfile").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    found: list[Stage] = []
    for line in re.sub(r"\\\n\s*", "", "\n".join(lines)).splitlines():
        word, _, rest = line.partition(" ")
        if word == "FROM":
            origin, _, name = rest.partition(" AS ")
            found.append(Stage(origin, name))
        elif found:
            found[-1].instructions.append((word, rest))
    return found


@pytest.fixture(scope="module")
def image() -> Stage:
    (found,) = [each for each in stages() if each.name == "banyan"]
    return found


def environment(stage: Stage) -> dict[str, str]:
    return dict(re.findall(r"(BANYAN_\w+)=(\S+)", stage.last("ENV")))


def test_instructions_are_known_ones() -> None:
    known = {"ARG", "CMD", "COPY", "ENTRYPOINT", "ENV", "EXPOSE", "HEALTHCHECK", "RUN", "STOPSIGNAL", "USER", "VOLUME",
             "WORKDIR"}  # fmt: skip
    assert {word for stage in stages() for word, _ in stage.instructions} <= known


def test_whoever_names_no_stage_gets_banyan() -> None:
    last = stages()[-1]
    assert (last.origin, last.instructions) == ("banyan", [])


def test_it_has_what_the_lock_names_and_nothing_else() -> None:
    (build,) = [each for each in stages() if each.name == "build"]
    commands = " && ".join(rest for word, rest in build.instructions if word == "RUN")
    assert "pip download --quiet --require-hashes --no-deps --dest wheels -r requirements.lock" in commands
    (installed,) = re.findall(r"/opt/banyan/bin/pip install (.*)$", commands)
    assert "--no-index" in installed


def test_what_is_copied_is_there_and_not_ignored() -> None:
    ignored = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    rules = [line for line in ignored if line and not line.startswith("#")]
    assert rules[0] == "*"
    for word, rest in (pair for stage in stages() for pair in stage.instructions):
        if word != "COPY" or rest.startswith("--from"):
            continue
        for name in rest.split(" ")[:-1]:
            assert (ROOT / name).exists()
            assert any(rule == f"!{name.split('/')[0]}" for rule in rules)
            assert not any(fnmatch(name, rule) for rule in rules[1:])


def test_what_is_built_on_this_machine_stays_here() -> None:
    rules = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    assert {"src/banyan/static", "web/node_modules", "**/__pycache__"} <= set(rules)


def test_it_runs_as_nobody_in_particular(image: Stage) -> None:
    assert image.last("USER") == "10001:10001"
    after = [word for word, _ in image.instructions[[word for word, _ in image.instructions].index("USER") :]]
    assert "RUN" not in after


@pytest.mark.parametrize(
    ("stage", "manifest"), [("banyan", "base/process.yaml"), ("pgbouncer", "components/pooler/pooler.yaml")]
)
def test_kubernetes_runs_it_as_its_own_user(stage: str, manifest: str) -> None:
    (found,) = [each for each in stages() if each.name == stage]
    user = found.last("USER").partition(":")[0]
    assert f"runAsUser: {user}\n" in (OPS / "kubernetes" / manifest).read_text(encoding="utf-8")


def test_its_settings_are_banyans(image: Stage) -> None:
    told = environment(image)
    ours = settings_of(told)
    assert ours.server.host == "0.0.0.0"
    assert image.last("EXPOSE") == str(ours.server.port)
    assert image.last("VOLUME") == told["BANYAN_DATA"]


def test_it_looks_after_its_own_health(image: Stage) -> None:
    command = image.last("HEALTHCHECK").partition("CMD ")[2]
    *_, script = json.loads(command)
    compile(script, "healthcheck", "exec")
    assert f"http://127.0.0.1:{environment(image)['BANYAN_SERVER_PORT']}/health" in script


def test_told_nothing_it_sets_itself_up(image: Stage) -> None:
    assert json.loads(image.last("ENTRYPOINT")) == ["banyan"]
    command_line.parse_args(json.loads(image.last("CMD")), exit_on_error=False, print_error=False)


def test_it_has_the_python_that_the_tests_run_on(image: Stage) -> None:
    text = (ROOT / "Containerfile").read_text(encoding="utf-8")
    version = re.search(r"ARG PYTHON=docker\.io/library/python:(\d+\.\d+)-", text)
    assert version
    assert f'python_version = "{version[1]}"' in (ROOT / "pyproject.toml").read_text(encoding="utf-8")


@pytest.mark.parametrize("file", sorted(OPS.rglob("*.yaml")), ids=lambda file: str(file.relative_to(OPS)))
def test_images_of_others_are_pinned(file: Path) -> None:
    for name in re.findall(r"image: (\S+)", file.read_text(encoding="utf-8")):
        assert name in {"banyan", "banyan-pgbouncer", "${IMAGE:-banyan:latest}"} or re.search(r":\d", name), name
