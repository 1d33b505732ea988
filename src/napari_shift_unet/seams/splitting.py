"""An object taken apart by what the embedding says of its pixels."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float, Int
from scipy.ndimage import find_objects

from ..embeddings import ClusterConfig, PixelEmbedding
from ..embeddings.components import absorb_small, split_components
from ..embeddings.kmeans import decode_k_means
from ..errors import InputError
from ..images import PixelArray
from .frames import LabelStack
from .pairs import Pair

SMALLEST_SHARE = 0.05
"""Parts below this share of the object go to the part that they touch."""
GROUPS = 2


@dataclass(frozen=True)
class Split:
    """New labels for some pixels."""

    where: tuple[np.ndarray, ...]
    """One array of positions per axis of the labels, as `numpy.nonzero` returns them."""
    labels: Int[np.ndarray, " n"]
    apart: Int[np.ndarray, "2 axes"]
    """Two pixels of one label before, and of two afterwards."""


def split_pair(stack: LabelStack, embedding: PixelArray, pair: Pair, ids: tuple[int, int]) -> Split:
    """Part the pixels of a pair anew, whether they are one object now or two.

    Parameters
    ----------
    stack
        The labels as they are now.
    embedding
        Numbers `(c, *axes of the labels)`.
    pair
        Of an audit.
    ids
        Labels of the two as they are now; equal for one object.

    Raises
    ------
    InputError
        If the embedding sees one object, or the two as they are.
    """
    frame = tuple(int(at) for at in pair.centre[: stack.space[0]])
    (box,) = find_objects(np.isin(stack.labels[frame], ids).astype(np.uint8))
    labels = stack.labels[(*frame, *box)]
    inside = np.isin(labels, ids)
    points = np.asarray(embedding[(slice(None), *frame, *box)], np.float32)
    parts = split_by_embedding(points, inside)
    unused = int(stack.labels.max()) + 1
    names = _name_parts(labels, parts, unused)
    where = np.nonzero(inside)
    before, after = labels[where], names[parts[where]]
    apart = _parted(before, after)
    if apart is None:
        raise InputError("the embedding parts the two as they are already; keep them.")
    origin = [*frame, *(side.start for side in box)]
    depth = len(frame)
    ahead = [np.full(len(before), at) for at in frame]
    places = (*ahead, *(at + start for at, start in zip(where, origin[depth:], strict=True)))
    return Split(places, after, np.stack([at[apart] for at in places], axis=1))


def split_by_embedding(
    points: Float[np.ndarray, "c *space"], inside: Bool[np.ndarray, "*space"]
) -> Int[np.ndarray, "*space"]:
    """Group the pixels of an object around two means, and take what hangs together as parts.

    Parameters
    ----------
    points
        Embedding of a box.
    inside
        The object.

    Returns
    -------
    ndarray
        1, 2, ... for the parts, the largest first; 0 outside of the object.

    Raises
    ------
    InputError
        If all its pixels are embedded alike, or what differs is too small to be an object.
    """
    pixels = PixelEmbedding(points)[inside]
    groups = decode_k_means(pixels, ClusterConfig(method="k-means", clusters=GROUPS))
    grouped = np.zeros(inside.shape, np.int64)
    grouped[inside] = groups + 1
    least = int(np.ceil(SMALLEST_SHARE * np.count_nonzero(inside)))
    parts = absorb_small(split_components(grouped), least)
    ids, sizes = np.unique(parts[parts > 0], return_counts=True)
    if len(ids) < GROUPS:
        raise InputError(
            "the embedding sees one object here; there is nothing to split. Merge, or keep it."
        )
    rank = np.zeros(int(ids.max()) + 1, np.int64)
    rank[ids[np.argsort(-sizes, kind="stable")]] = np.arange(len(ids)) + 1
    ranked: np.ndarray = rank[parts]
    ranked[inside & (ranked == 0)] = 1  # a crumb that touches none of them
    return ranked


def _name_parts(labels: np.ndarray, parts: np.ndarray, unused: int) -> Int[np.ndarray, " names"]:
    """Return a label for each part: of the object that it has most of, else a new one."""
    names = np.zeros(int(parts.max()) + 1, np.int64)
    taken: set[int] = set()
    for part in range(1, len(names)):
        ids, counts = np.unique(labels[parts == part], return_counts=True)
        best = int(ids[counts.argmax()])
        if best in taken:
            best, unused = unused, unused + 1
        taken.add(best)
        names[part] = best
    return names


def _parted(before: np.ndarray, after: np.ndarray) -> list[int] | None:
    """Return the places of two pixels that were alike before and are not afterwards."""
    for label in np.unique(before):
        own = np.flatnonzero(before == label)
        names, first = np.unique(after[own], return_index=True)
        if len(names) > 1:
            return [int(own[first[0]]), int(own[first[1]])]
    return None
