"""Kubernetes' own description of its objects, as `lightkube-models` has it from its OpenAPI document.

What is made of each class there is for its client, lightkube, to say. Here it is a struct that lets no field pass which
Kubernetes does not know: of an unknown one `kubectl apply` only warns, and others drop it without a word.
"""

import sys
from importlib import import_module
from types import ModuleType
from typing import Any

import msgspec

__all__ = ["API_VERSIONS", "validate"]

API_VERSIONS = {
    "v1": "core_v1",
    "apps/v1": "apps_v1",
    "autoscaling/v2": "autoscaling_v2",
    "batch/v1": "batch_v1",
    "networking.k8s.io/v1": "networking_v1",
    "policy/v1": "policy_v1",
}


class _Object(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """An object, or a part of one."""


def _field(*, metadata: dict[str, str], default: Any = msgspec.NODEFAULT) -> Any:
    """A field whose name Python does not allow, such as `from`."""
    return msgspec.field(name=metadata["json"], default=default)


def _prepare() -> None:
    """Be the part of lightkube that its models ask for."""
    ours = {"DictMixin": _Object, "dataclass": lambda each: each, "field": _field}
    for name, holds in (("lightkube.core", {}), ("lightkube.core.schema", ours)):
        module = ModuleType(name)
        vars(module).update(holds)
        sys.modules.setdefault(name, module)


_prepare()


def validate(part: Any, api_version: str, kind: str) -> None:
    """Hold an object, or a part of one, against the description of its kind.

    Raises:
        msgspec.ValidationError: Kubernetes does not know a field, misses one, or wants another type of value.
        KeyError: Kubernetes itself has no such API.
    """
    models = import_module(f"lightkube.models.{API_VERSIONS[api_version]}")
    msgspec.convert(part, getattr(models, kind))
