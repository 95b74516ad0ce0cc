"""Reading what `/metrics` tells, in Prometheus' text format."""

from prometheus_client.parser import text_string_to_metric_families

__all__ = ["read_figures"]


def read_figures(text: str) -> list[tuple[str, dict[str, str], float]]:
    """Each figure: its name, its labels, its value; nothing if the text is not of this format."""
    try:
        return [
            (sample.name, sample.labels, sample.value)
            for family in text_string_to_metric_families(text)
            for sample in family.samples
        ]
    except ValueError:
        return []
