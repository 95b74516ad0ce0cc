"""For each rule of ops/prometheus/rules.yml: what makes it fire, and what just does not."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

__all__ = ["CASES", "WELL", "Case", "as_test"]

_MINUTES = 20
# An installation in which all is well. A case says what is otherwise.
_WELL = {
    'up{job="banyan",instance="a"}': "1x200",
    'banyan_mode_read_only{job="banyan",instance="a"}': "0x200",
    'banyan_primary_up{job="banyan",instance="a"}': "1x200",
    'banyan_jobs_total{kind="attempts.close_overdue",outcome="done"}': "0+1x200",
    'banyan_figures_timestamp_seconds{figure="jobs.in_queue"}': "0+60x200",
}


@dataclass(frozen=True)
class Case:
    """Numbers, a minute apart, and what is said of them.

    Attributes:
        series: with `%s` for what is tried.
        tried: for each value the severities that fire.
        others: rules that then fire, too.
        minutes: after which it is looked.
        without: what is not measured at all.
        step: minutes between two numbers; where it is more than one only this rule is looked at.
    """

    alert: str
    series: Mapping[str, str]
    tried: Mapping[str, str]
    others: Sequence[tuple[str, str]] = ()
    minutes: int = _MINUTES
    without: Sequence[str] = ()
    step: int = 1


def as_test(case: Case, value: str) -> dict[str, Any]:
    """A test of `promtool test rules`: exactly these rules fire, and no other."""
    given = {name: numbers for name, numbers in _WELL.items() if name.partition("{")[0] not in case.without}
    given |= {name: numbers.replace("%s", value) for name, numbers in case.series.items()}
    severities = case.tried[value].split()
    only = ".*" if case.step == 1 else case.alert
    expected = [(case.alert, severity) for severity in severities] + (list(case.others) if severities else [])
    return {
        "name": f"{case.alert} of {value}",
        "interval": f"{case.step}m",
        "input_series": [
            {"series": name, "values": numbers.replace("x200", f"x{case.minutes // case.step}")}
            for name, numbers in given.items()
        ],
        "promql_expr_test": [
            {
                "expr": f'sum by (alertname, severity) (ALERTS{{alertstate="firing",alertname=~"{only}"}})',
                "eval_time": f"{case.minutes}m",
                "exp_samples": [
                    {"labels": f'{{alertname="{alert}",severity="{severity}"}}', "value": 1}
                    for alert, severity in expected
                ],
            }
        ],
    }


def _share(metric: str, labels: str, below: str) -> dict[str, str]:
    """Of 1,000 a minute `%s` are below a limit, and all below the next."""
    limits = {"0.1": "0.2", "0.2": "0.5", "0.5": "1", "2": "5", "5": "10", "10": "+Inf", "0.05": "0.1", "1": "5"}
    buckets = {below: "0+%sx200", limits[below]: "0+1000x200", "+Inf": "0+1000x200"}
    series = {f'{metric}_bucket{{{labels},le="{limit}"}}': numbers for limit, numbers in buckets.items()}
    return {**series, f"{metric}_count{{{labels}}}": "0+1000x200"}


_REQUESTS = 'banyan_requests_total{instance="a",method="GET",route="/api/v1/me",status="%s"}'
_ME = 'instance="a",route="/api/v1/me"'

WELL = Case("", {}, {"": ""})
CASES = (
    Case(
        "BanyanDown", {'up{job="banyan",instance="a"}': "%sx200"}, {"0": "critical"}, [("BanyanProcessDown", "warning")]
    ),
    Case("BanyanDown", {}, {"nothing": "critical"}, without=["up"]),
    Case("BanyanProcessDown", {'up{job="banyan",instance="b"}': "%sx200"}, {"1": "", "0": "warning"}),
    Case("BanyanUnreachable", {'probe_success{instance="b"}': "%sx200"}, {"1": "", "0": "critical"}),
    Case(
        "BanyanCertificateExpires",
        {'probe_ssl_earliest_cert_expiry{instance="b"}': "%sx200"},
        {"1300000": "", "1200000": "warning", "250000": "warning critical"},
        minutes=90,
    ),
    Case(
        "BanyanErrors",
        {_REQUESTS.replace("%s", "200"): "0+1000x200", _REQUESTS.replace("%s", "500"): "0+%sx200"},
        {"9": "", "11": "warning", "51": "warning", "60": "warning critical"},
    ),
    Case(  # three of ten in a quiet night
        "BanyanErrors",
        {_REQUESTS.replace("%s", "200"): "0+0x10 1 2 3 4 5 6 7x90", _REQUESTS.replace("%s", "500"): "0+0x10 %sx90"},
        {"3": ""},
    ),
    Case(  # a process that is stopping says so
        "BanyanErrors",
        {
            _REQUESTS.replace("%s", "200"): "0+1000x200",
            'banyan_requests_total{instance="a",method="GET",route="/ready",status="503"}': "0+%sx200",
        },
        {"1000": ""},
    ),
    Case(
        "BanyanErrorBudget",
        {_REQUESTS.replace("%s", "200"): "0+10000x200", _REQUESTS.replace("%s", "500"): "0+%sx200"},
        {"9": "", "12": "warning"},
        minutes=90,
    ),
    Case("BanyanSlow", _share("banyan_request_seconds", _ME, "0.2"), {"960": "", "940": "warning"}),
    Case("BanyanSlow", _share("banyan_request_seconds", _ME, "0.5"), {"940": "warning critical"}),
    Case(  # what may take minutes is not among them
        "BanyanSlow",
        _share("banyan_request_seconds", 'route="/api/v1/courses/{course_id}/gradebook/export"', "0.5"),
        {"0": ""},
    ),
    Case(
        "BanyanRouteSlow",
        _share("banyan_request_seconds", _ME, "2"),
        {"940": "warning"},
        [("BanyanSlow", "warning"), ("BanyanSlow", "critical")],
    ),
    Case(
        "BanyanReportsSlow",
        _share("banyan_request_seconds", 'route="/api/v1/courses/{course_id}/gradebook"', "10"),
        {"960": "", "940": "warning"},
        minutes=60,
    ),
    Case("BanyanProcessLags", _share("banyan_loop_lag_seconds", 'instance="a"', "0.1"), {"960": "", "940": "warning"}),
    Case(
        "BanyanMachineBusy",
        {'node_cpu_seconds_total{instance="m",cpu="0",mode="idle"}': "0+%sx200"},
        {"18.6": "", "17.4": "warning", "9.6": "warning", "8.4": "warning critical"},  # of 60 seconds
    ),
    Case(
        "BanyanProcessBusy",
        {'process_cpu_seconds_total{job="banyan",instance="a",pid="1"}': "0+%sx200"},
        {"41.4": "", "42.6": "warning", "50.4": "warning", "51.6": "warning critical"},
    ),
    Case(
        "BanyanMemoryShort",
        {
            'node_memory_MemTotal_bytes{instance="m"}': "100x200",
            'node_memory_MemAvailable_bytes{instance="m"}': "%sx200",
        },
        {"26": "", "24": "warning", "11": "warning", "9": "warning critical"},
    ),
    Case(
        "BanyanSwaps",
        {'node_vmstat_pswpin{instance="m"}': "0+%sx200", 'node_vmstat_pswpout{instance="m"}': "0+%sx200"},
        {"2900": "", "3100": "warning"},
    ),
    Case(
        "BanyanDiskFull",
        {
            'node_filesystem_size_bytes{instance="m",mountpoint="/",fstype="ext4"}': "100x200",
            'node_filesystem_avail_bytes{instance="m",mountpoint="/",fstype="ext4"}': "%sx200",
            'node_filesystem_size_bytes{instance="m",mountpoint="/dev/shm",fstype="tmpfs"}': "100x200",
            'node_filesystem_avail_bytes{instance="m",mountpoint="/dev/shm",fstype="tmpfs"}': "0x200",
        },
        {"31": "", "29": "warning", "16": "warning", "14": "warning critical"},
    ),
    Case(
        "BanyanDiskBusy",
        {'node_disk_io_time_seconds_total{instance="m",device="sda"}': "0+%sx200"},
        {"53": "", "55": "warning"},
        minutes=40,
    ),
    Case(
        "BanyanNoPrimary",
        {'banyan_primary_up{job="banyan",instance="a"}': "%sx200"},
        {"0": "critical"},
        [("BanyanPrimaryUnseen", "warning")],
    ),
    Case("BanyanPrimaryUnseen", {'banyan_primary_up{job="banyan",instance="b"}': "%sx200"}, {"1": "", "0": "warning"}),
    Case("BanyanReadOnly", {'banyan_mode_read_only{job="banyan",instance="a"}': "%sx200"}, {"0": "", "1": "warning"}),
    Case(
        "BanyanPoolShort",
        {
            'banyan_pool_connections{instance="a",pool="primary",state="max"}': "100x200",
            'banyan_pool_connections{instance="a",pool="primary",state="used"}': "%sx200",
            'banyan_pool_connections{instance="a",pool="primary",state="idle"}': "0x200",
        },
        {"69": "", "71": "warning", "89": "warning", "91": "warning critical"},
    ),
    Case(
        "BanyanDatabaseConnections",
        {
            'pg_settings_max_connections{instance="d",server="d:5432"}': "200x200",
            'pg_stat_activity_count{instance="d",server="d:5432",datname="banyan",state="active"}': "10x200",
            'pg_stat_activity_count{instance="d",server="d:5432",datname="banyan",state="idle"}': "%sx200",
        },
        {"129": "", "131": "warning", "169": "warning", "171": "warning critical"},
    ),
    Case(
        "BanyanStatementsSlow",
        _share("banyan_statement_seconds", 'statement="learning.store.footings"', "0.05"),
        {"960": "", "940": "warning"},
    ),
    Case(
        "BanyanStatementSlow",
        _share("banyan_statement_seconds", 'statement="gradebook.store.rows"', "1"),
        {"940": "warning"},
        [("BanyanStatementsSlow", "warning")],
        minutes=60,
    ),
    Case(
        "BanyanReplicaLags",
        {'banyan_replica_lag_seconds{instance="a",replica="two:5432"}': "%sx200"},
        {"9": "", "11": "warning", "301": "warning critical"},
    ),
    Case(
        "BanyanReplicaLeftOut",
        {
            'banyan_replica_in_use{instance="a",replica="two:5432"}': "%sx200",
            'banyan_replica_in_use{instance="a",replica="three:5432"}': "1x200",
        },
        {"1": "", "0": "warning"},
    ),
    Case(
        "BanyanReplicaLeftOut",
        {'banyan_replica_in_use{instance="a",replica="two:5432"}': "%sx200"},
        {"0": "warning critical"},
    ),
    Case(
        "BanyanLogNotArchived",
        {'pg_stat_archiver_failed_count{instance="d"}': "0+%sx200"},
        {"0": "", "1": "warning"},
    ),
    Case(
        "BanyanLogNotArchived",
        {
            'pg_stat_archiver_last_archive_age{instance="d"}': "%sx200",
            'pg_stat_database_tup_inserted{instance="d",datname="banyan"}': "0+1x200",
        },
        {"299": "", "301": "critical"},
    ),
    Case(  # where nothing is written there is nothing to archive
        "BanyanLogNotArchived",
        {
            'pg_stat_archiver_last_archive_age{instance="d"}': "%sx200",
            'pg_stat_database_tup_inserted{instance="d",datname="banyan"}': "7x200",
        },
        {"5000": ""},
    ),
    Case(
        "BanyanBackupBehind",
        {'banyan_backup_covered_timestamp_seconds{instance="a"}': "%sx200"},
        {"1000": "", "200": "critical", "0": ""},
        minutes=30,
    ),
    Case(
        "BanyanBackupBehind",  # the other scheduler has looked since
        {
            'banyan_backup_covered_timestamp_seconds{instance="a"}': "%sx200",
            'banyan_backup_covered_timestamp_seconds{instance="b"}': "0+60x200",
        },
        {"1": ""},
    ),
    Case(
        "BanyanBackupBehind",  # nothing is written
        {
            'banyan_backup_covered_timestamp_seconds{instance="a"}': "200x200",
            'banyan_mode_read_only{instance="a"}': "%sx200",
        },
        {"1": "", "0": "critical"},
        minutes=30,
    ),
    Case(
        "BanyanBackupOld",
        {'banyan_backup_newest_base_timestamp_seconds{instance="a"}': "%sx200"},
        {"0": "", "7300": "", "60": "warning"},
        minutes=38 * 60,
        step=60,
    ),
    Case(
        "BanyanBackupUntried",
        {'banyan_backup_drill_timestamp_seconds{instance="a"}': "%sx200"},
        {"0": "", "260000": "", "60": "warning"},
        minutes=38 * 1440,
        step=1440,
    ),
    Case(
        "BanyanRestoreSlow",
        {
            'banyan_backup_drill_rto_seconds{instance="a"}': "%sx200",
            'banyan_backup_drill_rto_seconds{instance="b"}': "0x200",
        },
        {"890": "", "910": "warning"},
    ),
    Case(
        "BanyanRestoreDiffers",
        {'banyan_backup_drill_differences{instance="a"}': "%sx200"},
        {"0": "", "1": "critical"},
    ),
    Case(
        "BanyanJobsWait",
        {'banyan_jobs_oldest_waiting_seconds{instance="a",kind="accounts.mail_link"}': "%sx200"},
        {"59": "", "61": "warning", "301": "warning critical"},
    ),
    Case(
        "BanyanJobsDead",
        {'banyan_jobs_in_queue{instance="a",kind="accounts.mail_link",state="dead"}': "%sx200"},
        {"0": "", "1": "warning"},
    ),
    Case(
        "BanyanPeriodicWorkFails",
        {'banyan_jobs_total{kind="kit.forget_answers",outcome="failed"}': "0 0 0 %sx200"},
        {"0": "", "1": "warning"},
    ),
    Case(
        "BanyanNoScheduler",
        {'banyan_jobs_total{kind="attempts.close_overdue",outcome="done"}': "%sx200"},
        {"5": "critical"},
    ),
    Case("BanyanNoScheduler", {}, {"nothing": "critical"}, without=["banyan_jobs_total"]),
    Case(
        "BanyanFiguresOld",
        {'banyan_figures_timestamp_seconds{figure="jobs.in_queue"}': "%sx200"},
        {"1100": "", "600": "warning"},
    ),
    Case(
        "BanyanPartitionsShort",
        {'banyan_partitions_ahead{instance="a",table="audit_entry"}': "%sx200"},
        {"2": "", "1": "warning", "0": "warning"},
    ),
    Case(
        "BanyanRowsEarly",
        {'banyan_partition_rows_early{instance="a",table="audit_entry"}': "%sx200"},
        {"0": "", "1": "warning"},
    ),
    Case(
        "BanyanWebSockets",
        {
            'banyan_gateway_connections_limit{instance="a"}': "100x200",
            'banyan_gateway_connections{instance="a"}': "%sx200",
            'banyan_gateway_connections_limit{instance="web"}': "0x200",
            'banyan_gateway_connections{instance="web"}': "0x200",
        },
        {"74": "", "76": "warning", "91": "warning critical"},
    ),
    Case(
        "BanyanOpenFiles",
        {
            'process_max_fds{job="banyan",instance="a"}': "100x200",
            'process_open_fds{job="banyan",instance="a"}': "%sx200",
        },
        {"74": "", "76": "warning", "91": "warning critical"},
    ),
    Case(
        "BanyanWordsDropped",
        {'banyan_bus_words_total{instance="a",direction="dropped"}': "0+%sx200"},
        {"0": "", "1": "warning"},
    ),
    Case("BanyanRedisAway", {'banyan_redis_up{instance="a",kind="server"}': "%sx200"}, {"1": "", "0": "warning"}),
    Case("BanyanRedisDown", {'redis_up{instance="r"}': "%sx200"}, {"1": "", "0": "warning"}),
    Case(
        "BanyanRedisMemory",
        {'redis_memory_max_bytes{instance="r"}': "100x200", 'redis_memory_used_bytes{instance="r"}': "%sx200"},
        {"74": "", "76": "warning", "91": "warning critical"},
    ),
    Case(  # without a limit it may take what the machine has
        "BanyanRedisMemory",
        {'redis_memory_max_bytes{instance="r"}': "0x200", 'redis_memory_used_bytes{instance="r"}': "%sx200"},
        {"1000000": ""},
    ),
)
