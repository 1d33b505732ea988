"""Trainings as the papers describe them, in the size of a figure."""

from math import sqrt
from typing import Any, NamedTuple

from ..embeddings import ClusterConfig
from ..geometry import UNetSpec
from ..networks import Method
from ..training import TrainConfig
from .config import Lesson, Scene

Loss = dict[str, float | bool | None]
DISCRIMINATIVE: Loss = {
    "delta_pull": 0.0,
    "delta_push": 3.0,
    "regularisation": 1e-4,
    "background": True,
}
"""Of all figures of [R]; the background is one more instance."""
PULL_ALONE: Loss = {"delta_pull": 0.0, "delta_push": 0.0, "regularisation": 0.0}
"""What [Nov] trains plain embeddings with, but for the square of the distance."""
CONSTANT = 10**9
"""A rate that falls over so many steps does not fall over fewer."""


class Size(NamedTuple):
    """How large the network and the training of a figure are."""

    levels: int
    """l, poolings by f = 2."""
    width: int
    """Feature maps on the first level."""
    steps: int
    rate: float
    """Of Adam."""
    quick: bool
    """With batch normalisation and a rate that falls along half a cosine."""

    @property
    def period(self) -> int:
        """f^l in px."""
        return int(2**self.levels)


def lesson(
    scene: Scene,
    size: Size,
    seen_px: int,
    method: Method = "discriminative",
    loss: Loss = DISCRIMINATIVE,
    **spec: Any,
) -> Lesson:
    """Return a training on the smallest output window that holds `seen_px`."""
    described = {"embedding_dims": 3, "batch_norm": size.quick, **spec}
    network = UNetSpec(width=size.width, factors=(2,) * size.levels, foreground=False, **described)
    padded = network.padding == "same"
    window = seen_px if padded else max(network.footprint.window_at_least((seen_px, seen_px)))
    recipe = TrainConfig(
        name="figure",
        method=method,
        spec=network,
        window=window,
        context=0 if padded else None,
        batch=1,
        steps=size.steps,
        schedule_steps=None if size.quick else CONSTANT,
        learning_rate=size.rate,
        warmup=0,
        loss=loss,
        precision="float32",
    )
    return Lesson(scene=scene, recipe=recipe, seen_px=seen_px)


def mean_shift(bandwidth: float, background: bool = True) -> ClusterConfig:
    """Return mean shift with the kernel exp(-|x|^2 / bandwidth), as [R] writes it."""
    return ClusterConfig(
        method="mean-shift",
        kernel="gaussian",
        bandwidth=sqrt(bandwidth / 2),
        largest_is_background=background,
        split_components=False,
        min_size=0,
    )
