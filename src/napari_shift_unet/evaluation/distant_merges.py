"""Whether true objects that were merged over a distance look alike ([R], Fig. 7)."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from jaxtyping import Float, Int, Integer, Shaped
from scipy.ndimage import center_of_mass
from scipy.spatial import cKDTree

from ..errors import InputError
from .mistakes import distant_merges
from .overlaps import overlaps_of

PATCH_DIAMETERS = 1.5
"""Side of a patch over the diameter of a disc, or ball, of the objects' median size."""
PERMUTATIONS = 9_999


@dataclass(frozen=True)
class Likeness:
    """Objects of one image, how alike they look, and which were merged over a distance."""

    correlation: Float[np.ndarray, "n n"]
    """Pearson correlation of the patches around each two true objects."""
    pairs: Int[np.ndarray, "m 2"]
    """Places of two objects that lie in one predicted object and do not touch, even through others
    in it."""
    gap_px: Float[np.ndarray, " m"]
    """Distance of the nearest two pixels of each pair, less one."""
    merges: int
    """Predicted objects that hold such a pair."""


@dataclass(frozen=True)
class DistantMerges:
    """Distant false merges of one or many images, and whether the merged objects look alike."""

    merges: int
    """Predicted objects that hold true ones which do not touch."""
    objects: int
    """True objects in them."""
    pairs: int
    """Two of them that do not touch."""
    gap_px: float | None
    """Median of what lies between such two, in px; `None` without any."""
    correlation: float | None
    """Mean correlation of the patches of these pairs."""
    random_correlation: float | None
    """The same if the objects of each image changed places at random, mean over permutations."""
    p_value: float | None
    """Share of the permutations with a correlation as large: small if the merged look alike."""


def likeness_of(
    labels: Integer[np.ndarray, "*space"],
    truth: Integer[np.ndarray, "..."],
    image: Shaped[np.ndarray, "..."],
) -> Likeness:
    """Find distant false merges, and compare the patches of an image around all true objects.

    Parameters
    ----------
    labels, truth
        0 is background; where the truth is negative nobody has annotated.
    image
        Intensities of the same shape; one channel. Patches beyond its edge are mirrored.

    Raises
    ------
    InputError
        If the shapes differ.
    """
    if image.shape != truth.shape:
        raise InputError(
            f"the image is {image.shape} px and the truth {truth.shape} px; they must have the "
            "same shape. Give the image that was segmented, of one channel."
        )
    overlaps = overlaps_of(labels, truth)
    merges = distant_merges(overlaps, truth)
    pairs = [
        (a, b)
        for parts in merges.values()
        for one, other in combinations(parts, 2)
        for a in one
        for b in other
    ]
    places = np.searchsorted(overlaps.true, np.array(pairs, np.int64).reshape(-1, 2))
    gaps = np.array([_gap(truth, int(a), int(b)) for a, b in pairs])
    return Likeness(_correlations(truth, overlaps.true, image), places, gaps, len(merges))


def analyse(
    images: Iterable[Likeness], permutations: int = PERMUTATIONS, seed: int = 0
) -> DistantMerges:
    """Test whether objects that were merged over a distance look more alike than others.

    The objects of each image change places at random, so that what was merged with what stays as it
    is; the statistic is the mean correlation of all pairs.

    Parameters
    ----------
    images
        Of one model; those without distant merges only count as having none.
    permutations
        Number of random rearrangements.
    seed
        Of their random numbers.
    """
    found = [image for image in images if len(image.pairs)]
    if not found:
        return DistantMerges(0, 0, 0, None, None, None, None)
    rng = np.random.default_rng(seed)
    count = sum(len(image.pairs) for image in found)
    actual = sum(_summed(image, np.arange(len(image.correlation))) for image in found) / count
    random = np.zeros(permutations)
    for image in found:
        for trial in range(permutations):
            random[trial] += _summed(image, rng.permutation(len(image.correlation))) / count
    return DistantMerges(
        merges=sum(image.merges for image in found),
        objects=sum(len(np.unique(image.pairs)) for image in found),
        pairs=count,
        gap_px=float(np.median(np.concatenate([image.gap_px for image in found]))),
        correlation=float(actual),
        random_correlation=float(random.mean()),
        p_value=float((1 + (random >= actual - 1e-12).sum()) / (1 + permutations)),
    )


def _gap(truth: Integer[np.ndarray, "*space"], a: int, b: int) -> float:
    """Return the distance of the nearest pixels of two objects, less one."""
    here, there = (np.argwhere(truth == number) for number in (a, b))
    return float(cKDTree(here).query(there)[0].min() - 1)


def _summed(image: Likeness, places: Int[np.ndarray, " n"]) -> float:
    a, b = places[image.pairs].T
    return float(image.correlation[a, b].sum())


def _correlations(
    truth: Integer[np.ndarray, "*space"],
    ids: Integer[np.ndarray, " n"],
    image: Shaped[np.ndarray, "..."],
) -> Float[np.ndarray, "n n"]:
    """Return the correlation of the patches around each two objects; 0 for one without contrast."""
    if not len(ids):
        return np.zeros((0, 0))
    half = _half_side(truth, ids)
    centres = np.rint(center_of_mass(truth > 0, truth, ids)).astype(int)
    padded = np.pad(np.asarray(image, np.float32), half, mode="symmetric")
    boxes = (tuple(slice(at, at + 2 * half + 1) for at in centre) for centre in centres)
    patches = np.stack([padded[box].ravel() for box in boxes])
    patches -= patches.mean(axis=1, keepdims=True)
    norms = np.linalg.norm(patches, axis=1, keepdims=True)
    patches = np.divide(patches, norms, out=np.zeros_like(patches), where=norms > 0)
    correlation: Float[np.ndarray, "n n"] = patches @ patches.T
    return correlation


def _half_side(truth: Integer[np.ndarray, "*space"], ids: Integer[np.ndarray, " n"]) -> int:
    """Return how many px a patch reaches to each side of its middle."""
    size = float(np.median(np.unique(truth[truth > 0], return_counts=True)[1]))
    diameter = 2 * np.sqrt(size / np.pi) if truth.ndim == 2 else 2 * np.cbrt(0.75 * size / np.pi)
    return max(1, round(float(PATCH_DIAMETERS * diameter / 2)))
