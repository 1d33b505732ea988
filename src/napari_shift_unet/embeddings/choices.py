"""Which ways of grouping a model can use, with which settings, and which one it has by default."""

from typing import Any

from ..errors import InputError
from ..networks.config import ModelConfig
from .config import ClusterConfig, ClusterMethod

OF_METHOD: dict[ClusterMethod, tuple[str, ...]] = {
    "mean-shift": ("kernel", "bandwidth", "by_part"),
    "greedy-seeds": ("sigma", "seed_threshold", "assign_rest"),
    "k-means": ("clusters",),
    "hdbscan": ("assign_rest",),
}
OF_ALL = ("foreground_threshold", "largest_is_background", "min_size", "split_components")
DISPLACED_BANDWIDTH_PX = 8.0
"""Bandwidth of mean shift where displaced pixels gather at the centres of usual nuclei."""
SIGMA_PER_BANDWIDTH = 1 / 3
"""On nuclei, 1/4 to 1/2 are best for greedy seeds in embeddings without a sigma of their own."""
NO_SEEDS = (
    "Greedy seeds need a model with a seed map or a foreground, and this one has neither. "
    "Use mean-shift."
)


def clustering_of(card: ModelConfig, /, **changes: Any) -> ClusterConfig:
    """Return the settings that a model was validated with, and changes of them.

    A spatial embedding is made for greedy seeds, the others for mean shift. Displaced pixels have a
    bandwidth in px, and sigma goes with it. What the model's header says comes before all that.

    Raises
    ------
    InputError
        If the model cannot be grouped like this, or a change would have no effect.
    """
    greedy = card.method == "spatial-embedding" and card.spec.foreground
    method: ClusterMethod = "greedy-seeds" if greedy else "mean-shift"
    usual = {} if card.method == "discriminative" else {"bandwidth": DISPLACED_BANDWIDTH_PX}
    chosen = {"method": method, **usual, **card.clustering, **changes}
    config = ClusterConfig(**chosen)
    if "bandwidth" in chosen and "sigma" not in chosen:
        config = config.model_copy(update={"sigma": SIGMA_PER_BANDWIDTH * config.bandwidth})
    if reason := obstacle(config.method, card):
        raise InputError(reason)
    known = settings_of(config.method, card)
    for name in changes:
        if name not in ("method", *known):
            raise InputError(
                f"{name} has no effect with {config.method} on the model '{card.name}'. "
                f"Leave it out, or use {', '.join(known)}."
            )
    return config


def settings_of(method: ClusterMethod, card: ModelConfig) -> tuple[str, ...]:
    """Return the fields of `ClusterConfig` that have an effect, beside `method`."""
    idle: set[str] = set()
    if card.method == "spatial-embedding":
        idle.add("sigma")  # each pixel has its own
    if card.spec.foreground:
        idle.add("largest_is_background")
    else:
        idle |= {"foreground_threshold", "by_part"}
    return tuple(name for name in OF_METHOD[method] + OF_ALL if name not in idle)


def obstacle(method: ClusterMethod, card: ModelConfig) -> str:
    """Return why a model cannot be grouped like this; an empty text if it can."""
    return NO_SEEDS if method == "greedy-seeds" and not card.spec.foreground else ""


def describe(config: ClusterConfig, card: ModelConfig) -> dict[str, Any]:
    """Return the settings that had an effect, as plain JSON."""
    return config.model_dump(mode="json", include={"method", *settings_of(config.method, card)})
