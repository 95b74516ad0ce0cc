"""What a pod is in the manifests of `ops/kubernetes`, with the fields that they use: no other is let pass.

After the API of Kubernetes 1.32.
"""

from typing import Annotated, Literal

import msgspec

__all__ = [
    "Container",
    "Count",
    "Labels",
    "Metadata",
    "Name",
    "Part",
    "Pod",
    "PodSpec",
    "Port",
    "Quantity",
    "Selector",
    "bytes_of",
]

Name = Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$")]
Quantity = Annotated[str, msgspec.Meta(pattern=r"^\d+(\.\d+)?(m|[KMGT]i)?$")]
Port = Annotated[int, msgspec.Meta(ge=1, le=65535)]
Count = Annotated[int, msgspec.Meta(ge=0)]
Labels = dict[str, str]


class Part(msgspec.Struct, forbid_unknown_fields=True, rename="camel"):
    """A part of a manifest."""


class Metadata(Part):
    name: Name
    namespace: Name = ""
    labels: Labels = {}
    annotations: dict[str, str] = {}


class Expression(Part):
    key: str
    operator: Literal["In", "NotIn", "Exists", "DoesNotExist"]
    values: list[str] = []


class Selector(Part):
    match_labels: Labels = {}
    match_expressions: list[Expression] = []

    def takes(self, labels: Labels) -> bool:
        """Whether something with these labels is meant."""
        assert all(each.operator == "In" for each in self.match_expressions)
        return self.match_labels.items() <= labels.items() and all(
            labels.get(each.key) in each.values for each in self.match_expressions
        )


class HttpGet(Part):
    path: str
    port: str


class TcpSocket(Part):
    port: str


class Exec(Part):
    command: list[str]


class Probe(Part):
    http_get: HttpGet | None = None
    tcp_socket: TcpSocket | None = None
    exec: Exec | None = None
    period_seconds: Count = 10
    timeout_seconds: Count = 1
    failure_threshold: Count = 3


class Hook(Part):
    exec: Exec


class Lifecycle(Part):
    pre_stop: Hook


class ContainerPort(Part):
    name: Name
    container_port: Port


class Reference(Part):
    name: Name
    key: str = ""


class Source(Part):
    config_map_ref: Reference | None = None
    secret_ref: Reference | None = None


class ValueFrom(Part):
    secret_key_ref: Reference


class Variable(Part):
    name: str
    value: str = ""
    value_from: ValueFrom | None = None


class Amounts(Part):
    memory: Quantity
    cpu: Quantity = ""


class Resources(Part):
    requests: Amounts
    limits: Amounts


class Capabilities(Part):
    drop: list[str]


class ContainerSecurity(Part):
    allow_privilege_escalation: bool
    read_only_root_filesystem: bool
    capabilities: Capabilities


class Mount(Part):
    name: Name
    mount_path: str
    read_only: bool = False


class Container(Part):
    name: Name
    image: str
    resources: Resources
    security_context: ContainerSecurity
    args: list[str] = []
    ports: list[ContainerPort] = []
    env: list[Variable] = []
    env_from: list[Source] = []
    lifecycle: Lifecycle | None = None
    startup_probe: Probe | None = None
    liveness_probe: Probe | None = None
    readiness_probe: Probe | None = None
    volume_mounts: list[Mount] = []


class Item(Part):
    key: str
    path: str


class Projection(Part):
    name: Name
    items: list[Item] = []


class ProjectedSource(Part):
    config_map: Projection | None = None
    secret: Projection | None = None


class Projected(Part):
    sources: list[ProjectedSource]


class EmptyDir(Part):
    medium: Literal["", "Memory"] = ""
    size_limit: Quantity = ""


class Claim(Part):
    claim_name: Name


class Volume(Part):
    name: Name
    empty_dir: EmptyDir | None = None
    projected: Projected | None = None
    config_map: Projection | None = None
    persistent_volume_claim: Claim | None = None


class Seccomp(Part):
    type: Literal["RuntimeDefault"]


class PodSecurity(Part):
    run_as_non_root: bool
    run_as_user: Annotated[int, msgspec.Meta(ge=1)]
    seccomp_profile: Seccomp
    run_as_group: Annotated[int, msgspec.Meta(ge=1)] | None = None
    fs_group: int | None = None
    fs_group_change_policy: Literal["OnRootMismatch", "Always"] = "Always"


class Term(Part):
    topology_key: str
    label_selector: Selector


class Weighted(Part):
    weight: Annotated[int, msgspec.Meta(ge=1, le=100)]
    pod_affinity_term: Term


class AntiAffinity(Part):
    preferred_during_scheduling_ignored_during_execution: list[Weighted]


class Affinity(Part):
    pod_anti_affinity: AntiAffinity


class Spread(Part):
    topology_key: str
    max_skew: Count
    when_unsatisfiable: Literal["ScheduleAnyway", "DoNotSchedule"]
    label_selector: Selector
    match_label_keys: list[str] = []


class PodSpec(Part):
    automount_service_account_token: bool
    enable_service_links: bool
    security_context: PodSecurity
    containers: Annotated[list[Container], msgspec.Meta(min_length=1, max_length=1)]
    termination_grace_period_seconds: Count = 30
    restart_policy: Literal["Always", "OnFailure", "Never"] = "Always"
    affinity: Affinity | None = None
    topology_spread_constraints: list[Spread] = []
    volumes: list[Volume] = []


class PodMetadata(Part):
    labels: Labels
    annotations: dict[str, str] = {}


class Pod(Part):
    metadata: PodMetadata
    spec: PodSpec


def bytes_of(quantity: str) -> int:
    """The bytes that a quantity such as `512Mi` means."""
    units = {"Ki": 10, "Mi": 20, "Gi": 30, "Ti": 40}
    return int(quantity[:-2]) << units[quantity[-2:]] if quantity[-2:] in units else int(quantity)
