"""What `kubectl kustomize` makes of a folder, for as much of Kustomize as `ops/kubernetes` uses.

Machines without kubectl look at the manifests all the same; where there is one, a test holds this against it. What is
not understood here is refused, so nothing is passed over. Names of ConfigMaps have no hash behind them.
"""

import copy
import re
from pathlib import Path
from typing import Any

import msgspec
import yaml

__all__ = ["render"]

Manifest = dict[str, Any]
# By what the entries of a list are told apart, where a patch changes single ones; other lists are replaced.
_KEYS = {
    "containers": "name",
    "volumes": "name",
    "env": "name",
    "volumeMounts": "mountPath",
    "ports": "containerPort",
}


class Generator(msgspec.Struct, forbid_unknown_fields=True):
    """Of a ConfigMap."""

    name: str
    behavior: str = "create"
    files: list[str] = []
    envs: list[str] = []
    literals: list[str] = []


class Target(msgspec.Struct, forbid_unknown_fields=True):
    """What a patch is for; names are regular expressions."""

    kind: str = ".*"
    name: str = ".*"
    labels: str = msgspec.field(name="labelSelector", default="")

    def matches(self, manifest: Manifest) -> bool:
        """Whether it is for this one."""
        meta = manifest["metadata"]
        label, _, value = self.labels.partition("=")
        return bool(
            re.fullmatch(self.kind, manifest["kind"])
            and re.fullmatch(self.name, meta["name"])
            and (not label or meta.get("labels", {}).get(label) == value)
        )


class Patch(msgspec.Struct, forbid_unknown_fields=True):
    """A change of what is there: part of a manifest, or operations of RFC 6902."""

    target: Target
    path: str = ""
    patch: str = ""


class Image(msgspec.Struct, forbid_unknown_fields=True):
    """Which image a name stands for."""

    name: str
    tag: str = msgspec.field(name="newTag")


class Replicas(msgspec.Struct, forbid_unknown_fields=True):
    """How many there are of something."""

    name: str
    count: int


class Kustomization(msgspec.Struct, forbid_unknown_fields=True):
    """A `kustomization.yaml`."""

    api: str = msgspec.field(name="apiVersion")
    kind: str
    namespace: str = ""
    resources: list[str] = []
    components: list[str] = []
    generators: list[Generator] = msgspec.field(name="configMapGenerator", default_factory=list)
    patches: list[Patch] = []
    images: list[Image] = []
    replicas: list[Replicas] = []


def render(folder: Path) -> list[Manifest]:
    """All manifests of a folder."""
    return _apply(folder, [])


def _apply(folder: Path, manifests: list[Manifest]) -> list[Manifest]:
    text = (folder / "kustomization.yaml").read_text(encoding="utf-8")
    told = msgspec.convert(yaml.safe_load(text), Kustomization)
    for name in told.resources:
        found = folder / name
        manifests += render(found) if found.is_dir() else _documents(found.read_text(encoding="utf-8"))
    for name in told.components:
        manifests = _apply(folder / name, manifests)
    for generator in told.generators:
        _generate(folder, generator, manifests)
    for patch in told.patches:
        text = patch.patch or (folder / patch.path).read_text(encoding="utf-8")
        manifests = _patched(manifests, patch.target, yaml.safe_load(text))
    for manifest in manifests:
        if told.namespace and manifest["kind"] != "Namespace":
            manifest["metadata"]["namespace"] = told.namespace
        for wanted in told.replicas:
            if manifest["kind"] in {"Deployment", "StatefulSet"} and manifest["metadata"]["name"] == wanted.name:
                manifest["spec"]["replicas"] = wanted.count
        for image in told.images:
            _name_image(manifest, image)
    return manifests


def _documents(text: str) -> list[Manifest]:
    return [document for document in yaml.safe_load_all(text) if document]


def _generate(folder: Path, generator: Generator, manifests: list[Manifest]) -> None:
    values = dict(line.split("=", 1) for line in generator.literals)
    for entry in generator.files:
        key, _, name = entry.rpartition("=")
        values[key or name] = (folder / name).read_text(encoding="utf-8")
    for name in generator.envs:
        lines = (folder / name).read_text(encoding="utf-8").splitlines()
        values |= dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))
    if generator.behavior == "merge":
        (there,) = [
            each for each in manifests if (each["kind"], each["metadata"]["name"]) == ("ConfigMap", generator.name)
        ]
        there["data"] |= values
    else:
        assert generator.behavior == "create"
        manifests.append(
            {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": generator.name}, "data": values}
        )


def _named(manifest: Manifest, kind: str, name: str) -> bool:
    return bool(manifest["kind"] == kind and manifest["metadata"]["name"] == name)


def _patched(manifests: list[Manifest], target: Target, patch: Any) -> list[Manifest]:
    chosen = [each for each in manifests if target.matches(each)]
    assert chosen, f"there is nothing that {target} means"
    if isinstance(patch, list):
        for manifest in chosen:
            for operation in patch:
                _operate(manifest, **operation)
        return manifests
    if patch.get("$patch") == "delete":
        return [each for each in manifests if each not in chosen]
    return [_merged(each, {**patch, "metadata": {}}) if each in chosen else each for each in manifests]


def _operate(manifest: Manifest, op: str, path: str, value: Any = None) -> None:
    *way, last = [step.replace("~1", "/") for step in path.strip("/").split("/")]
    there: Any = manifest
    for step in way:
        there = there[int(step) if isinstance(there, list) else step]
    if last not in there:
        raise KeyError(path)
    if op == "remove":
        del there[last]
    else:
        assert op == "replace"
        there[last] = value


def _merged(old: Any, new: Any, name: str = "") -> Any:
    if isinstance(old, dict) and isinstance(new, dict):
        merged = {key: value for key, value in old.items() if key not in new}
        for key, value in new.items():
            if value is not None:
                merged[key] = _merged(old.get(key), value, key)
        return merged
    if isinstance(old, list) and name in _KEYS:
        key = _KEYS[name]
        changes = {entry[key]: entry for entry in new}
        kept = [_merged(entry, changes.pop(entry[key], {})) for entry in old]
        return [*changes.values(), *kept]
    return copy.deepcopy(new)


def _name_image(manifest: Manifest, image: Image) -> None:
    pod = manifest.get("spec", {}).get("template", {}).get("spec", {})
    for container in pod.get("containers", []):
        if container["image"] == image.name:
            container["image"] = f"{image.name}:{image.tag}"
