"""What is applied to a cluster is what Kubernetes and its own tool take it for, field by field."""

import re
import shutil
import subprocess
from functools import cache
from pathlib import Path
from typing import Any

import msgspec
import pytest
import yaml

from tests.ops.kustomize import render
from tests.ops.schemas import API_VERSIONS, validate
from tests.ops.stages import STAGES, Stage

each_stage = pytest.mark.parametrize("stage", STAGES, ids=lambda stage: stage.folder.name)


@each_stage
def test_every_field_is_one_that_kubernetes_knows(stage: Stage) -> None:
    for document in render(stage.folder):
        if document["apiVersion"] in API_VERSIONS:
            validate(document, document["apiVersion"], document["kind"])
        else:  # KEDA's, whose pace is that of Kubernetes' own autoscaler
            assert document["apiVersion"] == "keda.sh/v1alpha1"
            if document["kind"] == "ScaledObject":
                pace = document["spec"]["advanced"]["horizontalPodAutoscalerConfig"]["behavior"]
                validate(pace, "autoscaling/v2", "HorizontalPodAutoscalerBehavior")


@pytest.mark.parametrize(
    ("kind", "name", "path", "value"),
    [
        ("Deployment", "web", "spec.template.spec.containers.0.livenessProbe.periodSecond", 10),
        ("Deployment", "web", "spec.template.spec.containers.0.securityContext.readOnlyRootFileSystem", True),
        ("Deployment", "web", "spec.terminationGracePeriodSeconds", 60),
        ("Deployment", "web", "spec.template.spec.containers.0.ports.0.containerPort", "http"),
        ("Deployment", "web", "spec.selector", None),
        ("PodDisruptionBudget", "web", "spec.maxUnavailable", 0.1),
        ("HorizontalPodAutoscaler", "web", "spec.behavior.scaleDown.stabilisationWindowSeconds", 600),
        ("NetworkPolicy", "nginx-to-banyan", "spec.ingress.0.form", []),
        ("Job", "migrate", "spec.backoffLimit", "10"),
    ],
)
def test_a_field_that_is_misspelt_misplaced_or_wrong_is_found(kind: str, name: str, path: str, value: Any) -> None:
    (document,) = [
        each for each in render(STAGES[2].folder) if (each["kind"], each["metadata"]["name"]) == (kind, name)
    ]
    validate(document, document["apiVersion"], kind)
    *way, last = path.split(".")
    part: Any = document
    for step in way:
        part = part[int(step) if step.isdigit() else step]
    part[last] = value
    with pytest.raises(msgspec.ValidationError):
        validate(document, document["apiVersion"], kind)


@each_stage
def test_kubectl_makes_of_it_what_is_looked_at_here(stage: Stage) -> None:
    """Where there is one: Debian 12 has none that knows components. `render` stands in for it everywhere."""
    if _kubectl_knows_components():
        assert _by_name(_by_kubectl(stage.folder)) == _by_name(render(stage.folder))


@cache
def _kubectl_knows_components() -> bool:
    if shutil.which("kubectl") is None:
        return False
    command = ["kubectl", "version", "--client", "-o", "json"]
    said = subprocess.run(command, capture_output=True, check=True)
    return "kustomizeVersion" in msgspec.json.decode(said.stdout)  # which older ones do not tell


def _by_kubectl(folder: Path) -> list[dict[str, Any]]:
    said = subprocess.run(["kubectl", "kustomize", str(folder)], capture_output=True, text=True, check=True)
    hashed = re.findall(r"^kind: ConfigMap\nmetadata:\n  name: (([a-z]+)-[a-z0-9]{10})$", said.stdout, re.MULTILINE)
    text = said.stdout
    for name, plain in hashed:
        text = text.replace(name, plain)
    return list(yaml.safe_load_all(text))


def _by_name(documents: list[dict[str, Any]]) -> dict[tuple[str, str], Any]:
    return {(each["kind"], each["metadata"]["name"]): each for each in documents}
