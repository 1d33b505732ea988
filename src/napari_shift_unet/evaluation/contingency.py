"""How many pixels each two objects of two label images share, from runs of equal pixels."""

from dataclasses import dataclass
from typing import Self

import numpy as np
from jaxtyping import Int, Shaped

from ..errors import InputError

NOBODY = -1


@dataclass(frozen=True)
class Contingency:
    """Objects of two label images of one shape, and the pairs of them that share pixels.

    A pair is background in one of the images, or in both, where an object stands as `NOBODY`.
    """

    shape: tuple[int, ...]
    ids_a: Int[np.ndarray, " p"]
    """Ids of the objects of A in rising order, without what is 0 or negative."""
    ids_b: Int[np.ndarray, " q"]
    pair_a: Int[np.ndarray, " n"]
    """For each pair the place of its object in `ids_a`."""
    pair_b: Int[np.ndarray, " n"]
    shared: Int[np.ndarray, " n"]
    """Pixels of each pair."""
    starts: Int[np.ndarray, " r"]
    """First pixel of each run, in the order of the flattened images; runs end with their row."""
    lengths: Int[np.ndarray, " r"]
    run_pair: Int[np.ndarray, " r"]

    @classmethod
    def of(cls, a: Shaped[np.ndarray, "*space"], b: Shaped[np.ndarray, "..."]) -> Self:
        """Count the pixels that the objects of two label images share.

        Runs of equal pixels are sorted rather than pixels: there are some tens of times fewer.

        Raises
        ------
        InputError
            If they hold anything but whole numbers, or differ in shape.
        """
        for labels in (a, b):
            _check_whole(labels)
        if a.shape != b.shape:
            raise InputError(
                f"the labels are {_size(a)} and {_size(b)} px; they must have the same shape. "
                "Compare two results of the same image."
            )
        flat_a, flat_b = np.ravel(a), np.ravel(b)
        begins = np.zeros(flat_a.size, bool)
        begins[:: max(1, a.shape[-1] if a.ndim else 1)] = True
        begins[1:] |= (flat_a[1:] != flat_a[:-1]) | (flat_b[1:] != flat_b[:-1])
        starts = np.flatnonzero(begins)
        lengths = np.diff(starts, append=flat_a.size)
        ids_a, run_a = _objects(flat_a[starts])
        ids_b, run_b = _objects(flat_b[starts])
        codes, run_pair = np.unique((run_a + 1) * (len(ids_b) + 1) + run_b + 1, return_inverse=True)
        shared = np.zeros(len(codes), np.int64)
        np.add.at(shared, run_pair, lengths)
        pair_a, pair_b = codes // (len(ids_b) + 1) - 1, codes % (len(ids_b) + 1) - 1
        return cls(a.shape, ids_a, ids_b, pair_a, pair_b, shared, starts, lengths, run_pair)

    @property
    def area_a(self) -> Int[np.ndarray, " p"]:
        """Pixels of each object of A."""
        return _summed(self.pair_a, self.shared, len(self.ids_a))

    @property
    def area_b(self) -> Int[np.ndarray, " q"]:
        """Pixels of each object of B."""
        return _summed(self.pair_b, self.shared, len(self.ids_b))

    def boxes(self) -> tuple[Int[np.ndarray, "n ndim"], Int[np.ndarray, "n ndim"]]:
        """Return of each pair the first pixel of its box, and the one behind its last."""
        first = np.stack(np.unravel_index(self.starts, self.shape), axis=1)
        last = first + 1
        last[:, -1] = first[:, -1] + self.lengths
        low = np.full((len(self.shared), len(self.shape)), np.iinfo(np.int64).max)
        high = np.zeros_like(low)
        np.minimum.at(low, self.run_pair, first)
        np.maximum.at(high, self.run_pair, last)
        return low, high

    def boxes_around(
        self, *numbers: Int[np.ndarray, " n"], count: int
    ) -> tuple[Int[np.ndarray, "m ndim"], Int[np.ndarray, "m ndim"]]:
        """Return the boxes around all pairs of one number, for each number below `count`.

        Parameters
        ----------
        numbers
            Of every pair, or `NOBODY`; a pair can have several.
        count
            How many boxes there are.
        """
        pair_low, pair_high = self.boxes()
        low = np.tile(np.array(self.shape, np.int64), (count, 1))
        high = np.zeros_like(low)
        for number in numbers:
            known = number != NOBODY
            np.minimum.at(low, number[known], pair_low[known])
            np.maximum.at(high, number[known], pair_high[known])
        return low, high

    def paint(self, values: Shaped[np.ndarray, " n"]) -> Shaped[np.ndarray, "..."]:
        """Return an image `(*space)` with one value per pair."""
        return np.repeat(values[self.run_pair], self.lengths).reshape(self.shape)


def _objects(
    labels: Shaped[np.ndarray, " r"],
) -> tuple[Int[np.ndarray, " p"], Int[np.ndarray, " r"]]:
    """Return the ids of the objects, and for each pixel the place of its own or `NOBODY`."""
    ids, place = np.unique(labels, return_inverse=True)
    background = int(np.searchsorted(ids, 0, side="right"))
    return ids[background:].astype(np.int64), np.maximum(place - background, NOBODY)


def _summed(
    places: Int[np.ndarray, " n"], counts: Int[np.ndarray, " n"], length: int
) -> Int[np.ndarray, " p"]:
    summed = np.zeros(length, np.int64)
    np.add.at(summed, places[places >= 0], counts[places >= 0])
    return summed


def _check_whole(labels: Shaped[np.ndarray, "..."]) -> None:
    if labels.dtype.kind not in "iub":
        raise InputError(
            f"the labels hold {labels.dtype} pixels; labels must be whole numbers. "
            "Choose another label image."
        )


def _size(labels: Shaped[np.ndarray, "..."]) -> str:
    return " x ".join(map(str, labels.shape))
