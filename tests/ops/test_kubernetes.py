"""The stages on Kubernetes: what is applied is valid, complete, and fits Banyan as it is."""

import re
import subprocess
from pathlib import Path
from urllib.parse import urlsplit

import asyncpg
import prometheus_client
import pytest
import yaml

from banyan.app import ROLES
from banyan.cli import app as command_line
from banyan.kit.nodes import each_node
from tests.ops.entrance import check
from tests.ops.manifests import (
    Autoscaler,
    Budget,
    ConfigMap,
    Deployment,
    Job,
    NetworkPolicy,
    ScaledObject,
    Service,
    StatefulSet,
    TriggerAuthentication,
)
from tests.ops.pods import bytes_of
from tests.ops.stages import OPS, STAGES, Stage

FINISHING = 20.0  # seconds that a process gives requests under way, and then its jobs
each_stage = pytest.mark.parametrize("stage", STAGES, ids=lambda stage: stage.folder.name)
larger_stages = pytest.mark.parametrize("stage", STAGES[1:], ids=lambda stage: stage.folder.name)


@each_stage
def test_every_manifest_is_one_that_kubernetes_takes(stage: Stage) -> None:
    names = [(type(each), each.metadata.name) for each in stage.manifests]
    assert len(names) == len(set(names))
    assert {each.metadata.namespace or each.metadata.name for each in stage.manifests} == {"banyan"}


@each_stage
def test_banyan_starts_with_the_settings(stage: Stage) -> None:
    assert stage.settings.database.url
    assert stage.settings.base_url.startswith("https:")


@each_stage
def test_every_role_is_taken_by_one_deployment(stage: Stage) -> None:
    learners = [each for each in stage.processes if each.metadata.name != "admin"]
    taken = [role for deployment in learners for role in stage.roles(deployment)]
    assert sorted(taken) == sorted(ROLES)


@each_stage
def test_the_command_line_knows_what_it_is_told(stage: Stage) -> None:
    jobs = [each.spec.template.spec for each in stage.each(Job)]
    jobs += [each.spec.template.spec for each in stage.each(StatefulSet) if each.metadata.name == "backup"]
    assert len(jobs) == 2
    for pod in (*jobs, *(each.spec.template.spec for each in stage.processes)):
        command_line.parse_args(pod.containers[0].args, exit_on_error=False, print_error=False)


@each_stage
def test_processes_that_need_each_other_have_redis(stage: Stage) -> None:
    several = sum(stage.most(each.metadata.name) for each in stage.processes) > 1
    assert bool(stage.settings.redis.url) == several


@each_stage
def test_one_process_alone_never_has_a_second_beside_it(stage: Stage) -> None:
    if not stage.settings.redis.url:
        (alone,) = stage.processes
        assert alone.spec.strategy.type == "Recreate"


@each_stage
def test_files_outlive_a_pod_and_all_processes_see_the_same(stage: Stage) -> None:
    kept = [
        volume
        for each in stage.processes
        for volume in each.spec.template.spec.volumes
        if volume.persistent_volume_claim
    ]
    assert stage.settings.storage.url or (len(kept) == 1 and len(stage.processes) == 1)


@each_stage
def test_backups_are_kept_elsewhere_and_may_read_the_log(stage: Stage) -> None:
    assert "://" in stage.settings.backup.url
    theirs = stage.labels("backup")
    if "postgres" in {each.metadata.name for each in stage.each(StatefulSet)}:
        assert _may(stage, theirs, "postgres", 5432)
        assert "host replication" in stage.the(ConfigMap, "postgres").data["replication.sh"]


@each_stage
def test_secrets_are_named_and_not_told(stage: Stage) -> None:
    for told in stage.each(ConfigMap):
        assert not re.search(r"://[^/\s]*:[^/\s]+@|password\s*=", "\n".join(told.data.values()))
    for deployment in stage.processes:
        sources = deployment.spec.template.spec.containers[0].env_from
        assert [each.secret_ref.name for each in sources if each.secret_ref] == ["banyan"]


@each_stage
def test_probes_ask_what_banyan_answers(stage: Stage) -> None:
    for deployment in stage.processes:
        (container,) = deployment.spec.template.spec.containers
        ports = {each.name: each.container_port for each in container.ports}
        startup, liveness, readiness = container.startup_probe, container.liveness_probe, container.readiness_probe
        assert startup
        assert liveness
        assert readiness
        assert [each.http_get and each.http_get.path for each in (startup, liveness, readiness)] == [
            "/health",
            "/health",
            "/ready",
        ]
        assert {ports[each.http_get.port] for each in (startup, liveness, readiness) if each.http_get} == {8000}
        assert readiness.timeout_seconds > 2  # for which /ready itself waits for the database


@each_stage
def test_a_pod_that_goes_has_time_to_finish(stage: Stage) -> None:
    settings = stage.settings
    for deployment in stage.processes:
        pod = deployment.spec.template.spec
        hook = pod.containers[0].lifecycle
        assert hook
        command, seconds = hook.pre_stop.exec.command
        assert command == "sleep"
        drain = max(settings.server.drain_seconds, settings.realtime.drain_seconds)
        assert pod.termination_grace_period_seconds > int(seconds) + drain + FINISHING


@larger_stages
def test_an_update_takes_no_pod_before_there_is_another(stage: Stage) -> None:
    for deployment in stage.processes:
        assert deployment.spec.strategy.rolling_update
        assert deployment.spec.strategy.rolling_update.max_unavailable == 0


@each_stage
def test_who_scales_a_deployment_is_one(stage: Stage) -> None:
    scaled = [each.spec.scale_target_ref.name for each in (*stage.each(Autoscaler), *stage.each(ScaledObject))]
    fixed = [each.metadata.name for each in stage.each(Deployment) if each.spec.replicas is not None]
    assert sorted(scaled + fixed) == sorted(each.metadata.name for each in stage.each(Deployment))
    for each in stage.each(Autoscaler):
        assert each.spec.min_replicas < each.spec.max_replicas
    for each in stage.each(ScaledObject):
        assert each.spec.min_replica_count < each.spec.max_replica_count


@pytest.mark.parametrize("stage", STAGES[2:], ids=lambda stage: stage.folder.name)
def test_gateways_go_slowly_and_workers_come_by_the_age_of_jobs(stage: Stage) -> None:
    down = stage.the(Autoscaler, "realtime").spec.behavior.scale_down
    assert down.stabilization_window_seconds >= 600
    assert [(pace.type, pace.value) for pace in down.policies] == [("Pods", 1)]
    assert down.policies[0].period_seconds >= 600
    (trigger,) = stage.the(ScaledObject, "worker").spec.triggers
    (reference,) = stage.the(TriggerAuthentication, trigger.authentication_ref.name).spec.secret_target_ref
    assert (reference.name, reference.key) == ("banyan", "BANYAN_DATABASE_DIRECT_URL")
    assert stage.environment[reference.key]


@pytest.mark.parametrize("stage", STAGES[2:], ids=lambda stage: stage.folder.name)
def test_autoscalers_ask_for_figures_that_there_are(stage: Stage) -> None:
    adapter = yaml.safe_load((OPS / "kubernetes" / "prometheus-adapter.yaml").read_text(encoding="utf-8"))
    offered = {rule["name"]["as"]: rule["seriesQuery"].split("{")[0] for rule in adapter["rules"]["custom"]}
    asked = {metric.pods.metric.name for each in stage.each(Autoscaler) for metric in each.spec.metrics if metric.pods}
    assert asked == offered.keys()
    measured = {family.name for family in prometheus_client.REGISTRY.collect()}
    assert {name.removesuffix("_total") for name in offered.values()} <= measured


async def test_the_age_of_the_oldest_job_is_what_workers_are_scaled_by(database_url: str) -> None:
    (trigger,) = STAGES[2].the(ScaledObject, "worker").spec.triggers
    connection = await asyncpg.connect(database_url)
    add = """
        insert into pgqueuer (priority, status, entrypoint, execute_after)
        values (0, $1, 'mail', now() + $2 * interval '1 minute')
    """
    try:
        assert await connection.fetchval(trigger.metadata.query) == 0
        for status, minutes in (("queued", 9), ("picked", -9), ("failed", -9)):
            await connection.execute(add, status, minutes)
        assert await connection.fetchval(trigger.metadata.query) == 0
        await connection.execute(add, "queued", -2)
        assert 120 <= await connection.fetchval(trigger.metadata.query) < 240
    finally:
        await connection.close()


@each_stage
def test_whoever_drains_a_node_leaves_enough_and_is_never_stuck(stage: Stage) -> None:
    budgets = stage.each(Budget)
    for deployment in stage.each(Deployment):
        labels = deployment.spec.template.metadata.labels
        over = [each for each in budgets if each.spec.selector.takes(labels)]
        assert len(over) == (deployment.metadata.name != "redis")
        assert all(each.spec.max_unavailable not in {0, "0%"} for each in over)


@each_stage
def test_pods_of_a_kind_keep_apart(stage: Stage) -> None:
    for deployment in stage.each(Deployment):
        if deployment.metadata.name == "redis":
            continue
        affinity = deployment.spec.template.spec.affinity
        assert affinity
        (term,) = affinity.pod_anti_affinity.preferred_during_scheduling_ignored_during_execution
        assert term.pod_affinity_term.topology_key == "kubernetes.io/hostname"
        assert term.pod_affinity_term.label_selector == deployment.spec.selector


@each_stage
def test_services_lead_to_what_listens(stage: Stage) -> None:
    for service in stage.each(Service):
        found = [
            each
            for each in stage.manifests
            if isinstance(each, Deployment | StatefulSet)
            and service.spec.selector.items() <= each.spec.template.metadata.labels.items()
        ]
        alone = service.metadata.name == "admin" and len(stage.processes) == 1
        assert [each.metadata.name for each in found] == ["web" if alone else service.metadata.name]
        ports = {port.name for port in found[0].spec.template.spec.containers[0].ports}
        assert {port.target_port for port in service.spec.ports} <= ports


@each_stage
def test_everything_that_banyan_talks_to_lets_it_in(stage: Stage) -> None:
    ports = {each.metadata.name: {port.port for port in each.spec.ports} for each in stage.each(Service)}
    for deployment in stage.processes:
        for host, port in _neighbours(stage):
            if host in ports:
                assert port in ports[host]
                assert _may(stage, stage.labels(deployment.metadata.name), host, port)
    for host, port in re.findall(r"server ([\w.-]+):(\d+)", stage.the(ConfigMap, "nginx").data["upstreams.conf"]):
        assert int(port) in ports[host]
        assert _may(stage, stage.labels("nginx"), host, int(port))
        assert not _may(stage, {"app.kubernetes.io/component": "another"}, host, int(port))


@each_stage
def test_nothing_public_leads_to_administration_or_figures(stage: Stage) -> None:
    port = stage.settings.admin.port
    assert port
    admins, figures = {"banyan/administration": "true"}, {"banyan/monitoring": "true"}
    serving = "web" if len(stage.processes) == 1 else "admin"
    for deployment in stage.processes:
        name = deployment.metadata.name
        ports = {each.name: each.container_port for each in deployment.spec.template.spec.containers[0].ports}
        assert ports["admin"] == port
        assert not _may(stage, stage.labels("nginx"), name, port)
        assert _may_namespace(stage, figures, name, port)
        assert not _may_namespace(stage, figures, name, ports["http"])
        assert _may_namespace(stage, admins, name, port) == (name == serving)
        assert not _may_namespace(stage, {"another": "true"}, name, port)
        told = deployment.spec.template.metadata.annotations
        assert (told["prometheus.io/port"], told["prometheus.io/path"]) == (str(port), "/metrics")
    for service in stage.each(Service):
        leads_there = "admin" in {each.target_port for each in service.spec.ports}
        assert leads_there == (service.metadata.name == "admin")
        assert not (leads_there and service.spec.type != "ClusterIP"), service.metadata.name
    assert str(port) not in stage.the(ConfigMap, "nginx").data["upstreams.conf"]
    # Whoever works there needs the gateway at the same address.
    (deployment,) = [each for each in stage.processes if each.metadata.name == serving]
    assert {"web", "realtime"} <= set(stage.roles(deployment))


def _may_namespace(stage: Stage, labels: dict[str, str], to: str, port: int) -> bool:
    return any(
        port in {each.port for each in rule.ports}
        and any(peer.namespace_selector and peer.namespace_selector.takes(labels) for peer in rule.from_)
        for policy in stage.each(NetworkPolicy)
        if policy.spec.pod_selector.takes(stage.labels(to))
        for rule in policy.spec.ingress
    )


def _neighbours(stage: Stage) -> set[tuple[str, int]]:
    settings = stage.settings
    urls = [settings.redis.url, *settings.database.replica_urls]
    urls += [*each_node(settings.database.url), *each_node(settings.database.direct_url)]
    return {(parts.hostname or "", parts.port or 0) for parts in map(urlsplit, filter(None, urls))}


def _may(stage: Stage, from_: dict[str, str], to: str, port: int) -> bool:
    return any(
        port in {each.port for each in rule.ports}
        and any(peer.pod_selector and peer.pod_selector.takes(from_) for peer in rule.from_)
        for policy in stage.each(NetworkPolicy)
        if policy.spec.pod_selector.takes(stage.labels(to))
        for rule in policy.spec.ingress
    )


@each_stage
def test_no_pod_may_do_more_than_it_must(stage: Stage) -> None:
    for name, pod in stage.pods:
        (container,) = pod.containers
        assert not pod.automount_service_account_token, name
        assert pod.security_context.run_as_non_root, name
        assert not container.security_context.allow_privilege_escalation, name
        assert container.security_context.read_only_root_filesystem, name
        assert container.security_context.capabilities.drop == ["ALL"], name
        assert bytes_of(container.resources.requests.memory) <= bytes_of(container.resources.limits.memory), name
        mounted = {mount.name for mount in container.volume_mounts}
        assert {volume.name for volume in pod.volumes} <= mounted, name


@each_stage
def test_connections_fit_into_the_database(stage: Stage) -> None:
    """At most 70 % of its connections: seed 000 warns there."""
    ours = stage.settings.database
    clients = sum(stage.most(each.metadata.name) for each in stage.processes) * ours.connections
    queue = sum(stage.most(each.metadata.name) for each in stage.processes if "worker" in stage.roles(each)) + 2
    if ours.pooler == "none":
        needed = clients + queue
    else:
        told = dict(re.findall(r"^(\w+) = (\S+)$", stage.the(ConfigMap, "pooler").data["pgbouncer.ini"], re.MULTILINE))
        needed = stage.most("pooler") * int(told["default_pool_size"]) + queue
        # Were all but one of them gone, it would have everybody.
        assert clients * (1 + len(ours.replica_urls)) <= int(told["max_client_conn"])
        assert told["pool_mode"] == "transaction"
    own = [arg for each in stage.each(StatefulSet) for arg in each.spec.template.spec.containers[0].args]
    limits = [int(arg.removeprefix("-cmax_connections=")) for arg in own if arg.startswith("-cmax_connections=")]
    assert needed <= 0.7 * (limits[0] if limits else 200)  # stages.md asks for 200


@pytest.mark.parametrize("stage", STAGES[:2], ids=lambda stage: stage.folder.name)
def test_nginx_takes_its_configuration(stage: Stage, tmp_path: Path) -> None:
    assert len({tuple(each.the(ConfigMap, "nginx").data.items()) for each in STAGES}) == 2
    certificate = ["-keyout", tmp_path / "tls.key", "-out", tmp_path / "tls.crt"]
    key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=learn.example"]
    subprocess.run(["openssl", "req", "-x509", *key, *certificate], check=True, capture_output=True)
    for name, text in stage.the(ConfigMap, "nginx").data.items():
        here = text.replace("/tmp/nginx", f"{tmp_path}/nginx").replace("/etc/nginx/tls", str(tmp_path))  # noqa: S108
        (tmp_path / name).write_text(re.sub(r"server (web|realtime):", "server 127.0.0.1:", here))
    check(tmp_path / "nginx.conf")
