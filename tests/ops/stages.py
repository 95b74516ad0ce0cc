"""The stages of `ops/kubernetes/overlays`, put together as a cluster would get them."""

from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import TypeVar

from banyan.settings import Settings, load
from tests.ops.kustomize import render
from tests.ops.manifests import Autoscaler, ConfigMap, Deployment, Manifest, ScaledObject, StatefulSet, parse
from tests.ops.pods import PodSpec

__all__ = ["OPS", "STAGES", "Stage", "settings_of", "variables"]

OPS = Path(__file__).parents[2] / "ops"
M = TypeVar("M")
# What object stores are opened with has names of its own.
_OTHERS = {"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_REGION"}


def variables(file: Path) -> dict[str, str]:
    """The variables of an `.env` file."""
    lines = file.read_text(encoding="utf-8").splitlines()
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))


def settings_of(environment: Mapping[str, str]) -> Settings:
    """The settings of a process with these variables.

    Raises:
        SettingsError: Banyan would not start with them.
    """
    assert environment.keys() - _OTHERS <= {name for name in environment if name.startswith("BANYAN_")}
    return load(environment, data=Path("/var/lib/banyan"))


class Stage:
    """One of the four."""

    def __init__(self, number: int) -> None:
        self.folder = OPS / "kubernetes" / "overlays" / f"stage-{number}"

    @cached_property
    def manifests(self) -> list[Manifest]:
        """All of its manifests."""
        return [parse(each) for each in render(self.folder)]

    def each(self, kind: type[M]) -> list[M]:
        """Its manifests of a kind."""
        return [manifest for manifest in self.manifests if isinstance(manifest, kind)]

    def the(self, kind: type[M], name: str) -> M:
        """The manifest of a kind that has this name."""
        (found,) = [each for each in self.each(kind) if each.metadata.name == name]  # type: ignore[attr-defined]
        return found

    @cached_property
    def environment(self) -> dict[str, str]:
        """The variables of Banyan's processes: the ConfigMap's, and those of the Secret as its example has them."""
        return self.the(ConfigMap, "banyan").data | variables(self.folder / "secret.env.example")

    @cached_property
    def settings(self) -> Settings:
        """What they mean."""
        return settings_of(self.environment)

    @property
    def processes(self) -> list[Deployment]:
        """The deployments of Banyan itself."""
        return [each for each in self.each(Deployment) if each.spec.template.metadata.labels.get("banyan/process")]

    @property
    def pods(self) -> Iterator[tuple[str, PodSpec]]:
        """What runs, by the name of what runs it."""
        for manifest in self.manifests:
            if isinstance(manifest, Deployment | StatefulSet):
                yield manifest.metadata.name, manifest.spec.template.spec

    def labels(self, name: str) -> dict[str, str]:
        """The labels of the pods of what has this name."""
        (found,) = [each for each in (*self.each(Deployment), *self.each(StatefulSet)) if each.metadata.name == name]
        return found.spec.template.metadata.labels

    def most(self, name: str) -> int:
        """How many pods a deployment may have."""
        for each in self.manifests:
            if isinstance(each, Autoscaler) and each.spec.scale_target_ref.name == name:
                return each.spec.max_replicas
            if isinstance(each, ScaledObject) and each.spec.scale_target_ref.name == name:
                return each.spec.max_replica_count
        return self.the(Deployment, name).spec.replicas or 0

    def roles(self, deployment: Deployment) -> list[str]:
        """What its processes do."""
        _, _, roles = deployment.spec.template.spec.containers[0].args
        return roles.split(",")


STAGES = [Stage(number) for number in (1, 2, 3, 4)]
