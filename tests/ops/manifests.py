"""The manifests of Kubernetes that `ops/kubernetes` has, with the fields that it uses: no other is let pass.

After the API of Kubernetes 1.32 and KEDA 2.
"""

from typing import Annotated, Any, Literal

import msgspec

from tests.ops.pods import Count, Labels, Metadata, Name, Part, Pod, Port, Quantity, Selector

__all__ = [
    "Autoscaler",
    "Budget",
    "ConfigMap",
    "Deployment",
    "Job",
    "Manifest",
    "NetworkPolicy",
    "ScaledObject",
    "Service",
    "StatefulSet",
    "TriggerAuthentication",
    "parse",
]


class RollingUpdate(Part):
    max_surge: int | str
    max_unavailable: int | str


class Strategy(Part):
    type: Literal["RollingUpdate", "Recreate"]
    rolling_update: RollingUpdate | None = None


class DeploymentSpec(Part):
    revision_history_limit: Count
    strategy: Strategy
    selector: Selector
    template: Pod
    replicas: Count | None = None
    progress_deadline_seconds: Count = 600


class Whole(Part, tag_field="kind"):
    """A manifest."""

    api_version: str
    metadata: Metadata


class Deployment(Whole, tag="Deployment"):
    api_version: Literal["apps/v1"]
    spec: DeploymentSpec


class Retention(Part):
    when_deleted: Literal["Retain", "Delete"]
    when_scaled: Literal["Retain", "Delete"]


class Request(Part):
    storage: Quantity


class Requests(Part):
    requests: Request


class ClaimSpec(Part):
    access_modes: list[Literal["ReadWriteOnce", "ReadWriteMany"]]
    resources: Requests


class ClaimTemplate(Part):
    metadata: Metadata
    spec: ClaimSpec


class StatefulSetSpec(Part):
    service_name: Name
    replicas: Count
    selector: Selector
    template: Pod
    persistent_volume_claim_retention_policy: Retention
    volume_claim_templates: list[ClaimTemplate]


class StatefulSet(Whole, tag="StatefulSet"):
    api_version: Literal["apps/v1"]
    spec: StatefulSetSpec


class PersistentVolumeClaim(Whole, tag="PersistentVolumeClaim"):
    api_version: Literal["v1"]
    spec: ClaimSpec


class JobSpec(Part):
    backoff_limit: Count
    ttl_seconds_after_finished: Count
    template: Pod


class Job(Whole, tag="Job"):
    api_version: Literal["batch/v1"]
    spec: JobSpec


class ServicePort(Part):
    name: Name
    port: Port
    target_port: Name


class ServiceSpec(Part):
    selector: Labels
    ports: list[ServicePort]
    type: Literal["ClusterIP", "LoadBalancer"] = "ClusterIP"
    external_traffic_policy: Literal["Local", "Cluster"] = "Cluster"


class Service(Whole, tag="Service"):
    api_version: Literal["v1"]
    spec: ServiceSpec


class BudgetSpec(Part):
    max_unavailable: int | str
    unhealthy_pod_eviction_policy: Literal["AlwaysAllow", "IfHealthyBudget"]
    selector: Selector


class Budget(Whole, tag="PodDisruptionBudget"):
    api_version: Literal["policy/v1"]
    spec: BudgetSpec


class Peer(Part):
    pod_selector: Selector | None = None
    namespace_selector: Selector | None = None


class PolicyPort(Part):
    port: Port


class Ingress(Part):
    ports: list[PolicyPort]
    from_: list[Peer] = msgspec.field(name="from", default_factory=list)


class PolicySpec(Part):
    pod_selector: Selector
    policy_types: list[Literal["Ingress", "Egress"]]
    ingress: list[Ingress] = msgspec.field(default_factory=list)


class NetworkPolicy(Whole, tag="NetworkPolicy"):
    api_version: Literal["networking.k8s.io/v1"]
    spec: PolicySpec


class Goal(Part):
    type: Literal["Utilization", "AverageValue", "Value"]
    average_utilization: Annotated[int, msgspec.Meta(ge=1, le=100)] | None = None
    average_value: Quantity | None = None


class ResourceMetric(Part):
    name: Literal["cpu", "memory"]
    target: Goal


class Named(Part):
    name: str


class PodsMetric(Part):
    metric: Named
    target: Goal


class Metric(Part):
    type: Literal["Resource", "Pods"]
    resource: ResourceMetric | None = None
    pods: PodsMetric | None = None


class Pace(Part):
    type: Literal["Pods", "Percent"]
    value: Annotated[int, msgspec.Meta(ge=1)]
    period_seconds: Annotated[int, msgspec.Meta(ge=1, le=1800)]


class Scaling(Part):
    stabilization_window_seconds: Annotated[int, msgspec.Meta(ge=0, le=3600)]
    policies: Annotated[list[Pace], msgspec.Meta(min_length=1)]
    select_policy: Literal["Max", "Min"] = "Max"


class Behavior(Part):
    scale_down: Scaling
    scale_up: Scaling | None = None


class Scaled(Part):
    name: Name
    api_version: Literal["apps/v1"] = "apps/v1"
    kind: Literal["Deployment"] = "Deployment"


class AutoscalerSpec(Part):
    scale_target_ref: Scaled
    min_replicas: Annotated[int, msgspec.Meta(ge=1)]
    max_replicas: Annotated[int, msgspec.Meta(ge=1)]
    metrics: Annotated[list[Metric], msgspec.Meta(min_length=1)]
    behavior: Behavior


class Autoscaler(Whole, tag="HorizontalPodAutoscaler"):
    api_version: Literal["autoscaling/v2"]
    spec: AutoscalerSpec


class Postgres(Part):
    query: str
    target_query_value: Annotated[str, msgspec.Meta(pattern=r"^\d+$")]


class Trigger(Part):
    type: Literal["postgresql"]
    metric_type: Literal["Value", "AverageValue"]
    metadata: Postgres
    authentication_ref: Named


class AutoscalerConfig(Part):
    behavior: Behavior


class Advanced(Part):
    horizontal_pod_autoscaler_config: AutoscalerConfig


class ScaledObjectSpec(Part):
    scale_target_ref: Scaled
    min_replica_count: Annotated[int, msgspec.Meta(ge=1)]
    max_replica_count: Annotated[int, msgspec.Meta(ge=1)]
    polling_interval: Annotated[int, msgspec.Meta(ge=1)]
    advanced: Advanced
    triggers: Annotated[list[Trigger], msgspec.Meta(min_length=1)]


class ScaledObject(Whole, tag="ScaledObject"):
    api_version: Literal["keda.sh/v1alpha1"]
    spec: ScaledObjectSpec


class Target(Part):
    parameter: Literal["connection"]
    name: Name
    key: str


class AuthenticationSpec(Part):
    secret_target_ref: list[Target]


class TriggerAuthentication(Whole, tag="TriggerAuthentication"):
    api_version: Literal["keda.sh/v1alpha1"]
    spec: AuthenticationSpec


class ConfigMap(Whole, tag="ConfigMap"):
    api_version: Literal["v1"]
    data: dict[str, str]


class Namespace(Whole, tag="Namespace"):
    api_version: Literal["v1"]


Manifest = (
    Deployment
    | StatefulSet
    | Job
    | Service
    | Budget
    | NetworkPolicy
    | Autoscaler
    | ScaledObject
    | TriggerAuthentication
    | ConfigMap
    | Namespace
    | PersistentVolumeClaim
)


def parse(document: dict[str, Any]) -> Manifest:
    """One manifest.

    Raises:
        msgspec.ValidationError: it has a field that is not known here, lacks one, or has a wrong value.
    """
    found: Manifest = msgspec.convert(document, Manifest)
    return found
