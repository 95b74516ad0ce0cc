"""The figures of all setups side by side."""

from collections.abc import Mapping, Sequence

from bench.results import Result
from bench.scale.rounds import KINDS, Figures
from bench.scale.setups import SETUPS

__all__ = ["WORKS", "results_of", "rows"]

WORKS = {"page": "course pages", "answer": "answers saved"}
_COLUMNS = {"web": "web", "postgres": "PostgreSQL", "replicas": "replicas", "redis": "Redis", "pgbouncer": "PgBouncer",
            "nginx": "nginx", "load": "load"}  # fmt: skip


def results_of(work: str, figures: Mapping[str, Figures]) -> list[Result]:
    """The figures of all setups for one kind of work, each beside those of the setup with one layer less."""
    found = []
    for key, own in figures.items():
        name, setup = f"scale_{work}_{key}", SETUPS[key]
        other = figures.get(setup.before)
        for metric, unit, value, baseline in (
            ("rate", "requests/s", own.rate, other.rate if other else None),
            ("cpu", "µs/request", own.serving, other.serving if other else None),
            ("p95", "ms", own.p95, other.p95 if other else None),
        ):
            found.append(
                Result.alone(name, metric, value, unit)
                if baseline is None
                else Result.against(name, metric, value, unit, SETUPS[setup.before].name, baseline)
            )
        found += [Result.alone(name, f"cpu_{kind}", own.cpu[kind], "µs/request") for kind in KINDS]
        found.append(Result.alone(name, "busy", own.busy, "% of all cores"))
    return found


def rows(results: Sequence[Result]) -> list[tuple[str, ...]]:
    """A line a setup and kind of work, the first with what the columns are."""
    told = {(one.scenario, one.metric): one for one in results}
    head = ("Setup", "requests/s", "ratio", "p95", *_COLUMNS.values(), "all but load", "layer", "busy")
    lines: list[tuple[str, ...]] = []
    for work, name in WORKS.items():
        known = [key for key in SETUPS if (f"scale_{work}_{key}", "rate") in told]
        if known:
            lines.append((f"**{name}**", *[""] * (len(head) - 1)))
        for key in known:
            of = {metric: one for (scenario, metric), one in told.items() if scenario == f"scale_{work}_{key}"}
            cpu = of["cpu"]
            layer = cpu.value - cpu.baseline_value if cpu.baseline_value is not None else None
            lines.append(
                (
                    SETUPS[key].name,
                    f"{of['rate'].value:g}",
                    "" if of["rate"].ratio is None else f"{of['rate'].ratio:.2f}",
                    f"{of['p95'].value:g} ms",
                    *(_short(of[f"cpu_{kind}"].value) for kind in _COLUMNS),
                    f"{cpu.value:g}",
                    "" if layer is None else f"{layer:+.0f}",
                    f"{of['busy'].value:.0f} %",
                )
            )
    return [head, *lines] if lines else []


def _short(value: float) -> str:
    return f"{value:.0f}" if value >= 1 else ""
