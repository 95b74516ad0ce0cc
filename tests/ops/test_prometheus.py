"""The rules fire when they should and only then, and rules and dashboard ask for nothing that nobody measures."""

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any

import pytest
import yaml
from prometheus_client import REGISTRY

from banyan import app
from banyan.app import Banyan
from banyan.kit.statements import STATEMENT_SECONDS
from banyan.kit.telemetry import REQUEST_SECONDS
from tests.kit.asgi import ask
from tests.ops.firing import CASES, WELL, as_test
from tests.ops.stages import STAGES

ROOT = Path(__file__).parents[2]
RULES = ROOT / "ops/prometheus/rules.yml"
CONFIG = ROOT / "ops/prometheus/prometheus.yml"
DASHBOARD = ROOT / "ops/grafana/banyan.json"
GUIDE = ROOT / "docs/operate/watching.md"

# What rules and dashboard ask of others, as Debian's packages of them answer: node_exporter 1.5, postgres_exporter 0.11
# (with PostgreSQL 18), redis_exporter 1.45 and blackbox_exporter 0.23, the last's certificate by its documentation.
EXPORTERS = {
    "node_cpu_seconds_total", "node_disk_io_time_seconds_total", "node_filesystem_avail_bytes",
    "node_filesystem_size_bytes", "node_memory_MemAvailable_bytes", "node_memory_MemTotal_bytes",
    "node_network_receive_bytes_total", "node_network_transmit_bytes_total", "node_vmstat_pswpin",
    "node_vmstat_pswpout",
    "pg_settings_max_connections", "pg_stat_activity_count", "pg_stat_archiver_failed_count",
    "pg_stat_archiver_last_archive_age", "pg_stat_database_tup_inserted",
    "redis_memory_max_bytes", "redis_memory_used_bytes", "redis_up",
    "probe_ssl_earliest_cert_expiry", "probe_success",
}  # fmt: skip
OF_PROMETHEUS = {"ALERTS", "up"}
_WORDS = {"and", "or", "unless", "by", "without", "on", "ignoring", "group_left", "group_right", "bool", "offset"}


def promtool(*words: str | Path) -> "subprocess.CompletedProcess[str]":
    found = shutil.which("promtool")
    if found is None:
        pytest.fail("There is no promtool on PATH. Install it (Debian: apt install prometheus), then try again.")
    return subprocess.run([found, *words], capture_output=True, text=True, check=False)


def rules() -> list[dict[str, Any]]:
    loaded = yaml.safe_load(RULES.read_text(encoding="utf-8"))
    return [rule for group in loaded["groups"] for rule in group["rules"]]


def alerts() -> list[dict[str, Any]]:
    return [rule for rule in rules() if "alert" in rule]


def dashboard() -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(DASHBOARD.read_text(encoding="utf-8"))
    return loaded


def expressions() -> Iterator[tuple[str, str]]:
    """Each expression of the dashboard, with where it stands."""
    shown = dashboard()
    for panel in shown["panels"]:
        for target in panel.get("targets", ()):
            yield panel["title"], target["expr"].replace("$__rate_interval", "5m").replace("$instance", ".*")
    for annotation in shown["annotations"]["list"]:
        yield annotation["name"], annotation["expr"]


def names(expression: str) -> set[str]:
    """The metrics that an expression asks for."""
    bare = re.sub(r'"[^"]*"', "", expression)
    bare = re.sub(r"\{[^}]*\}|\[[^]]*\]", "", bare)
    bare = re.sub(r"\b(?:by|without|on|ignoring|group_left|group_right)\s*\([^)]*\)", "", bare)
    return set(re.findall(r"(?<![\w.:])[a-zA-Z_:][\w:]*\b(?!\s*\()", bare)) - _WORDS


def labels(expression: str) -> Iterator[tuple[str, str]]:
    """The labels by which an expression chooses among what Banyan measures, with the metric."""
    for metric, chosen in re.findall(r"(banyan_\w+)\{([^}]*)\}", expression):
        for label in re.findall(r"(\w+)\s*(?:=~|!~|!=|=)", re.sub(r'"[^"]*"', "", chosen)):
            yield metric, label


@pytest.fixture
async def measured(banyan: Banyan) -> set[str]:
    """Every name that a running Banyan tells."""
    found = set()
    for name, kind in re.findall(r"^# TYPE (\S+) (\S+)$", (await ask(banyan, "/metrics")).body.decode(), re.MULTILINE):
        found |= {f"{name}_{part}" for part in ("bucket", "sum", "count")} if kind == "histogram" else {name}
    assert len(found) > 60
    return found


def test_promtool_takes_the_rules_and_the_example() -> None:
    for words in (["rules", "--lint=all", "--lint-fatal", RULES], ["config", CONFIG]):
        checked = promtool("check", *words)
        assert checked.returncode == 0, checked.stdout + checked.stderr


def test_the_example_asks_at_the_port_that_the_deployments_have() -> None:
    (banyan,) = [
        job
        for job in yaml.safe_load(CONFIG.read_text(encoding="utf-8"))["scrape_configs"]
        if job["job_name"] == "banyan"
    ]
    ports = {int(target.rpartition(":")[2]) for each in banyan["static_configs"] for target in each["targets"]}
    assert ports == {stage.settings.admin.port for stage in STAGES}


def test_each_rule_fires_at_its_limit_and_not_before(tmp_path: Path) -> None:
    recorded, *groups = yaml.safe_load(RULES.read_text(encoding="utf-8"))["groups"]
    files = []
    for group, step in product(groups, sorted({case.step for case in CASES})):
        own = {rule["alert"] for rule in group["rules"]}
        cases = [case for case in CASES if case.alert in own and case.step == step]
        files.append(tmp_path / f"{group['name']}-{step}.yml")
        # With those of its group alone, and looked at seldom: all of them all the time would take a minute.
        rules = files[-1].with_suffix(".rules.yml")
        rules.write_text(yaml.safe_dump({"groups": [recorded, group]}))
        files[-1].write_text(
            yaml.safe_dump(
                {
                    "rule_files": [rules.name],
                    "evaluation_interval": f"{max(5, step)}m",
                    "tests": [as_test(case, value) for case in cases for value in case.tried],
                }
            )
        )
    tried = promtool("test", "rules", *files)
    assert tried.returncode == 0, tried.stdout + tried.stderr


def test_where_all_is_well_nothing_fires(tmp_path: Path) -> None:
    written = tmp_path / "tests.yml"
    written.write_text(
        yaml.safe_dump({"rule_files": [str(RULES)], "evaluation_interval": "1m", "tests": [as_test(WELL, "")]})
    )
    tried = promtool("test", "rules", written)
    assert tried.returncode == 0, tried.stdout + tried.stderr


def test_each_rule_is_tried_at_each_of_its_severities() -> None:
    tried = {(case.alert, severity) for case in CASES for fired in case.tried.values() for severity in fired.split()}
    assert tried == {(alert["alert"], alert["labels"]["severity"]) for alert in alerts()}


def test_an_alert_says_what_it_means_and_where_to_read_on() -> None:
    guide = GUIDE.read_text(encoding="utf-8")
    anchors = {heading.lower().replace(" ", "-") for heading in re.findall(r"^### (.+)$", guide, re.MULTILINE)}
    for alert in alerts():
        told = alert["annotations"]
        assert set(told) == {"summary", "description", "runbook"}, alert["alert"]
        page, _, anchor = told["runbook"].partition("#")
        assert ROOT / page == GUIDE
        assert anchor in anchors, f"{alert['alert']} leads to #{anchor}"
        assert guide.count(f"`{alert['alert']}`") >= 2, f"{alert['alert']} is not in the guide, in its table and below"
        assert alert["labels"]["severity"] in ("warning", "critical")


def test_what_an_alert_says_can_be_read(tmp_path: Path) -> None:
    [busy] = [each for each in alerts() if each["alert"] == "BanyanMachineBusy" and "0.85" in each["expr"]]
    test = as_test(next(case for case in CASES if case.alert == "BanyanMachineBusy"), "8.4")
    said = busy["annotations"] | {"summary": "m uses 86% of its CPU"}
    test["alert_rule_test"] = [
        {
            "eval_time": "20m",
            "alertname": "BanyanMachineBusy",
            "exp_alerts": [{"exp_labels": {"instance": "m", "severity": "critical"}, "exp_annotations": said}],
        }
    ]
    only = {"groups": [{"name": "one", "rules": [*(rule for rule in rules() if "record" in rule), busy]}]}
    (tmp_path / "rules.yml").write_text(yaml.safe_dump(only))
    del test["promql_expr_test"]
    written = tmp_path / "tests.yml"
    written.write_text(yaml.safe_dump({"rule_files": ["rules.yml"], "evaluation_interval": "1m", "tests": [test]}))
    tried = promtool("test", "rules", written)
    assert tried.returncode == 0, tried.stdout + tried.stderr


async def test_rules_and_dashboard_ask_for_what_is_measured(measured: set[str]) -> None:
    recorded = {rule["record"] for rule in rules() if "record" in rule}
    known = measured | recorded | EXPORTERS | OF_PROMETHEUS
    asked = [(rule.get("alert") or rule["record"], rule["expr"]) for rule in rules()] + list(expressions())
    unknown = {(where, name) for where, expression in asked for name in names(expression) - known}
    assert not unknown
    assert not EXPORTERS - {name for _, expression in asked for name in names(expression)}, "nobody asks for these"


def test_they_choose_by_labels_that_there_are() -> None:
    has = {
        name: {"le", "instance", "job", *getattr(metric, "_labelnames", ())}
        for metric, told in REGISTRY._collector_to_names.items()
        for name in told
    }
    asked = [rule["expr"] for rule in rules()] + [expression for _, expression in expressions()]
    chosen = [(metric, label) for expression in asked for metric, label in labels(expression)]
    assert len(chosen) > 40
    assert not [(metric, label) for metric, label in chosen if label not in has[metric]]


def test_no_label_is_one_that_prometheus_gives_itself() -> None:
    """It would rename ours to exported_job, and every rule that asks for it would be silent."""
    taken = [
        name
        for metric, told in REGISTRY._collector_to_names.items()
        for name in told
        if {"job", "instance"} & set(getattr(metric, "_labelnames", ()))
    ]
    assert not taken


def test_promtool_takes_each_expression_of_the_dashboard(tmp_path: Path) -> None:
    found = list(expressions())
    assert len(found) > 60
    written = tmp_path / "dashboard.yml"
    panels = [{"record": f"panel:{number}", "expr": expression} for number, (_, expression) in enumerate(found)]
    written.write_text(yaml.safe_dump({"groups": [{"name": "dashboard", "rules": panels}]}))
    checked = promtool("check", "rules", written)
    assert checked.returncode == 0, checked.stdout + checked.stderr


async def test_everything_that_banyan_measures_is_looked_at_and_explained(measured: set[str]) -> None:
    shown = {name for _, expression in expressions() for name in names(expression)}
    shown |= {name for rule in rules() for name in names(rule["expr"])}
    guide = GUIDE.read_text(encoding="utf-8")
    for metric in {re.sub(r"_(bucket|sum|count)$", "", name) for name in measured if name.startswith("banyan_")}:
        if not metric.startswith("banyan_test"):
            assert any(name.startswith(metric) for name in shown), f"neither a panel nor a rule looks at {metric}"
            assert f"`{metric}" in guide, f"the guide does not explain {metric}"


def test_panels_do_not_lie_on_each_other() -> None:
    taken: set[tuple[int, int]] = set()
    for panel in dashboard()["panels"]:
        place = panel["gridPos"]
        cells = {(place["x"] + x, place["y"] + y) for x in range(place["w"]) for y in range(place["h"])}
        assert not cells & taken, panel["title"]
        assert place["x"] + place["w"] <= 24, panel["title"]
        taken |= cells


def test_what_may_take_minutes_is_the_same_for_the_server_and_for_the_rules() -> None:
    slow = [rule for rule in rules() if rule.get("record", "").startswith("banyan:request_seconds")]
    assert len(slow) == 2
    for rule in slow:
        assert re.findall(r'route!~"([^"]+)"', rule["expr"]) == [f"{app._PATIENT.pattern}.*"]


@pytest.mark.parametrize(
    ("histogram", "limits"), [(REQUEST_SECONDS, {0.1, 0.2, 0.5, 2, 10}), (STATEMENT_SECONDS, {0.05, 1})]
)
def test_a_limit_is_where_a_bucket_ends(histogram: Any, limits: set[float]) -> None:
    assert limits <= set(histogram._kwargs["buckets"])
