"""From an embedding to labelled objects."""

from collections.abc import Callable
from typing import Annotated, Literal

import numpy as np
from jaxtyping import Bool, Float, Int
from pydantic import Field
from skimage.measure import label as connected_components

from ..settings import Settings
from .mean_shift import Kernel, mean_shift

BY_FACES = 1


class ClusterConfig(Settings):
    """How the pixels of an image become objects; can change without a new prediction."""

    method: Literal["mean-shift"] = "mean-shift"
    """How pixels are grouped."""
    kernel: Kernel = "flat"
    """Weight of neighbours in embedding space: equal within the bandwidth, or a Gaussian."""
    bandwidth: Annotated[float, Field(gt=0, allow_inf_nan=False)] = 1.0
    """Distance up to which pixels belong together, in embedding units."""
    foreground_threshold: Annotated[float, Field(ge=0, le=1)] = 0.5
    """Probability from which a pixel belongs to an object."""
    min_size: Annotated[int, Field(ge=0)] = 20
    """Smaller pieces join an object that they touch, or are dropped; in px."""
    split_components: bool = True
    """Whether each connected part of a cluster is an object of its own ([R], section 5)."""


Decoder = Callable[[Float[np.ndarray, "n d"], ClusterConfig], Int[np.ndarray, " n"]]


def _by_mean_shift(
    points: Float[np.ndarray, "n d"], config: ClusterConfig
) -> Int[np.ndarray, " n"]:
    return mean_shift(points, config.bandwidth, config.kernel).labels


DECODERS: dict[str, Decoder] = {"mean-shift": _by_mean_shift}
"""Each gives every embedded pixel the number of its cluster, from 0."""


def label_instances(
    embedding: Float[np.ndarray, "d *space"],
    foreground: Float[np.ndarray, "*space"] | None,
    config: ClusterConfig,
) -> Int[np.ndarray, "*space"]:
    """Group the pixels of the foreground into objects.

    Parameters
    ----------
    embedding
        Channels first, in whole-image coordinates.
    foreground
        Probability; without it every pixel belongs to some object.
    config
        How to group.

    Returns
    -------
    ndarray
        int32 labels 1 .. n in raster order of each object's first pixel, 0 is background.
    """
    space = embedding.shape[1:]
    inside = np.ones(space, bool)
    if foreground is not None:
        inside = foreground >= config.foreground_threshold
    labels = np.zeros(space, np.int64)
    if not inside.any():
        return labels.astype(np.int32)
    points = np.ascontiguousarray(embedding[:, inside].T)
    labels[inside] = DECODERS[config.method](points, config) + 1
    if config.split_components:
        labels = connected_components(  # type: ignore[no-untyped-call]
            labels, background=0, connectivity=BY_FACES
        )
    return relabel_in_raster_order(absorb_small(labels, config.min_size))


def relabel_in_raster_order(labels: Int[np.ndarray, "*space"]) -> Int[np.ndarray, "*space"]:
    """Number objects 1 .. n by their first pixel; int32, the ids do not depend on the clustering."""
    ids, first, inverse = np.unique(labels.ravel(), return_index=True, return_inverse=True)
    objects = np.flatnonzero(ids)
    numbers = np.zeros(len(ids), np.int32)
    numbers[objects[np.argsort(first[objects])]] = np.arange(1, len(objects) + 1)
    renumbered: np.ndarray = numbers[inverse].reshape(labels.shape)
    return renumbered


def absorb_small(labels: Int[np.ndarray, "*space"], min_size: int) -> Int[np.ndarray, "*space"]:
    """Give pieces below a size to the larger object with which they share most faces.

    Pieces that touch no larger object become background. Returns a new array.
    """
    sizes = np.bincount(labels.ravel())
    small = sizes < min_size
    small[0] = False
    if not small.any():
        return labels.copy()
    target = np.where(small, 0, np.arange(len(sizes)))
    pieces, neighbours, faces = _shared_faces(labels, small)
    order = np.lexsort((neighbours, -faces, pieces))
    _, best = np.unique(pieces[order], return_index=True)
    target[pieces[order][best]] = neighbours[order][best]
    absorbed: np.ndarray = target[labels]
    return absorbed


def _shared_faces(
    labels: Int[np.ndarray, "*space"], small: Bool[np.ndarray, " ids"]
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Count the faces between each small piece and each larger object: piece, object, faces."""
    pairs = []
    for axis in range(labels.ndim):
        ahead = np.moveaxis(labels, axis, 0)
        a, b = ahead[:-1].ravel(), ahead[1:].ravel()
        for piece, other in ((a, b), (b, a)):
            meet = small[piece] & ~small[other] & (other > 0)
            pairs.append(np.stack([piece[meet], other[meet]]))
    found, faces = np.unique(np.concatenate(pairs, axis=1), axis=1, return_counts=True)
    return found[0], found[1], faces
