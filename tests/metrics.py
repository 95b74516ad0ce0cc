"""What figures say when they are asked."""

from collections.abc import Sequence

from prometheus_client import REGISTRY

from banyan.app import Banyan
from banyan.kit.figures import Figure, Figures

__all__ = ["asked"]


async def asked(banyan: Banyan, figures: Sequence[Figure], name: str) -> dict[str, float]:
    """Ask these figures anew; what a gauge with one label then says, by that label."""
    await banyan.kit.cache.invalidate(*(f"figure:{figure.name}" for figure in figures))
    for figure in figures:
        figure.gauge.clear()
    await Figures(banyan.kit, figures).look()
    return {
        next(iter(sample.labels.values())): sample.value
        for metric in REGISTRY.collect()
        for sample in metric.samples
        if sample.name == name
    }
