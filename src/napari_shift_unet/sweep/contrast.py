"""Windows off the lattice against windows on it, with intervals over images."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from .table import Measurement

RESAMPLES = 10_000
LEVEL = 0.95


@dataclass(frozen=True)
class Contrast:
    """Means over images and windows; intervals are 95% percentile bootstrap ones over images."""

    images: int
    false_splits_on: float
    """At multiples of the period."""
    false_splits_off: float
    """At the other windows."""
    false_splits_ratio: float | None
    """The second over the first; `None` if nothing is split on the lattice."""
    false_splits_ratio_interval: tuple[float | None, float | None]
    """An end is `None` where it is not finite."""
    false_splits_difference: float
    """Off minus on."""
    false_splits_difference_interval: tuple[float, float]
    ap_on: float
    ap_off: float
    ap_difference: float
    ap_difference_interval: tuple[float, float]


def contrast_of(
    rows: Sequence[Measurement], period: Sequence[int], seed: int = 0
) -> Contrast | None:
    """Compare windows that are multiples of the period with the others.

    Each image counts with its mean over the windows of a kind; images are drawn with replacement.

    Parameters
    ----------
    rows
        Measurements; of each image the windows that all images have.
    period
        Of the network in px per axis.
    seed
        Of the random numbers.

    Returns
    -------
    Contrast or None
        `None` if there are no images, or windows of one kind only.
    """
    images = sorted({row.image for row in rows})
    on = sorted({row.window for row in rows if on_lattice(row.window, period)})
    off = sorted({row.window for row in rows if not on_lattice(row.window, period)})
    if not on or not off:
        return None
    splits = {(row.window, row.image): row.false_splits for row in rows}
    aps = {(row.window, row.image): row.ap for row in rows}

    def means(values: Mapping[tuple[int, str], float]) -> Float[np.ndarray, "2 n"]:
        """Return each image's mean on and off the lattice."""
        return np.array(
            [[np.mean([values[w, name] for w in kind]) for name in images] for kind in (on, off)]
        )

    drawn = np.random.default_rng(seed).integers(0, len(images), (RESAMPLES, len(images)))
    split, ap = means(splits), means(aps)
    split_on, split_off = split[:, drawn].mean(axis=2)
    ap_on, ap_off = ap[:, drawn].mean(axis=2)
    mean_on, mean_off = map(float, split.mean(axis=1))
    return Contrast(
        images=len(images),
        false_splits_on=mean_on,
        false_splits_off=mean_off,
        false_splits_ratio=mean_off / mean_on if mean_on else None,
        false_splits_ratio_interval=_ratio_interval(split_off, split_on),
        false_splits_difference=mean_off - mean_on,
        false_splits_difference_interval=_interval(split_off - split_on),
        ap_on=float(ap[0].mean()),
        ap_off=float(ap[1].mean()),
        ap_difference=float(ap[1].mean() - ap[0].mean()),
        ap_difference_interval=_interval(ap_off - ap_on),
    )


def on_lattice(window: int, period: Sequence[int]) -> bool:
    """Whether a window is a multiple of the period along every axis."""
    return all(window % length == 0 for length in period)


def _interval(values: Float[np.ndarray, " n"]) -> tuple[float, float]:
    low, high = np.quantile(values, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return float(low), float(high)


def _ratio_interval(
    above: Float[np.ndarray, " n"], below: Float[np.ndarray, " n"]
) -> tuple[float | None, float | None]:
    """Return the quantiles of a ratio; x / 0 is infinite, and 0 / 0, which says nothing, is 1."""
    ratio = np.divide(above, below, out=np.full_like(above, np.inf), where=below > 0)
    ratio[(above == 0) & (below == 0)] = 1
    low, high = np.quantile(ratio, [(1 - LEVEL) / 2, (1 + LEVEL) / 2], method="nearest")
    return _finite(low), _finite(high)


def _finite(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None
