"""What adds up to the table of objects, so that objects may be measured piece by piece."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Self

import numpy as np
from jaxtyping import Float, Int, Integer, Real


@dataclass(frozen=True, eq=False)
class ObjectSums:
    """Sums and extremes over the pixels of objects, or of pieces of them; one row each.

    Attributes
    ----------
    ids : int array, (k,)
        Labels, in increasing order.
    counts : int64 array, (k,)
        Pixels of each.
    places : int64 array, (k, axes)
        Sum of the coordinates in px.
    low, high : int64 arrays, (k, axes)
        Lowest and highest coordinates in px.
    total : float64 array, (k,), or None
        Sum of the intensities.
    highest : array, (k,), or None
        Highest intensity.
    """

    ids: Integer[np.ndarray, " k"]
    counts: Int[np.ndarray, " k"]
    places: Int[np.ndarray, "k axes"]
    low: Int[np.ndarray, "k axes"]
    high: Int[np.ndarray, "k axes"]
    total: Float[np.ndarray, " k"] | None = None
    highest: Real[np.ndarray, " k"] | None = None

    @classmethod
    def of(
        cls,
        labels: Integer[np.ndarray, "*space"],
        intensity: Real[np.ndarray, "*space"] | None = None,
        start: Sequence[int] | None = None,
    ) -> Self:
        """Measure labels, of which 0 is background.

        Parameters
        ----------
        labels, intensity
            Of one shape.
        start
            Place of the first pixel in the whole image, in px; zeros if left out.
        """
        inside = np.flatnonzero(labels)
        ids, members = number_objects(labels.ravel()[inside])
        counts = np.bincount(members, minlength=len(ids))
        places, low, high = [], [], []
        for axis, place in enumerate(np.unravel_index(inside, labels.shape)):
            first = 0 if start is None else start[axis]
            total = np.bincount(members, weights=place, minlength=len(ids)).astype(np.int64)
            places.append(total + first * counts)
            most = labels.shape[axis]
            low.append(first + _reduce(np.minimum, place, members, len(ids), most))
            high.append(first + _reduce(np.maximum, place, members, len(ids), -1))
        sums = cls(ids, counts, _columns(places), _columns(low), _columns(high))
        if intensity is None:
            return sums
        values = intensity.ravel()[inside]
        total = np.bincount(members, weights=values, minlength=len(ids)).astype(np.float64)
        highest = _reduce(np.maximum, values, members, len(ids), values.min(initial=0))
        return replace(sums, total=total, highest=highest)

    def merged(self, ids: Integer[np.ndarray, " k"]) -> Self:
        """Return the objects that pieces belong to, by the label of each; those of 0 are dropped.

        Sums of intensities that are no whole numbers are added in the order of the rows.
        """
        inside = np.flatnonzero(ids)
        labels, members = number_objects(ids[inside])

        def add(values: np.ndarray) -> np.ndarray:
            sums = np.zeros((len(labels), *values.shape[1:]), values.dtype)
            np.add.at(sums, members, values[inside])
            return sums

        def extreme(function: np.ufunc, values: np.ndarray, start: Any) -> np.ndarray:
            return _reduce(function, values[inside], members, len(labels), start)

        highest = self.highest
        return type(self)(
            ids=labels,
            counts=add(self.counts),
            places=add(self.places),
            low=extreme(np.minimum, self.low, np.iinfo(np.int64).max),
            high=extreme(np.maximum, self.high, -1),
            total=None if self.total is None else add(self.total),
            highest=None
            if highest is None
            else extreme(np.maximum, highest, highest.min(initial=0)),
        )

    def to_arrays(self) -> dict[str, np.ndarray]:
        """Return arrays by name, such as a file keeps."""
        return {name: value for name, value in vars(self).items() if value is not None}

    @classmethod
    def concatenated(cls, parts: Sequence[Mapping[str, np.ndarray]]) -> Self:
        """Put rows one after the other, of what `to_arrays` has returned."""
        names = parts[0].keys() & cls.__dataclass_fields__.keys()
        return cls(**{name: np.concatenate([part[name] for part in parts]) for name in names})


def _columns(rows: Sequence[np.ndarray]) -> Int[np.ndarray, "k axes"]:
    return np.stack(rows, axis=1).astype(np.int64)


def number_objects(
    labels: Integer[np.ndarray, " n"],
) -> tuple[Integer[np.ndarray, " k"], Integer[np.ndarray, " n"]]:
    """Return the labels there are, and for each pixel the place of its label among them."""
    highest = int(labels.max(initial=0))
    if highest > 2 * labels.size:
        ids, members = np.unique(labels, return_inverse=True)
        return ids, members
    ids = np.flatnonzero(np.bincount(labels))
    place = np.zeros(highest + 1, np.int64)
    place[ids] = np.arange(len(ids))
    return ids, place[labels]


def _reduce(
    function: np.ufunc,
    values: Real[np.ndarray, "n *columns"],
    members: Integer[np.ndarray, " n"],
    rows: int,
    start: Any,
) -> Real[np.ndarray, "rows *columns"]:
    """Reduce the values of each object."""
    reduced = np.full((rows, *values.shape[1:]), start, values.dtype)
    function.at(reduced, members, values)
    return reduced
