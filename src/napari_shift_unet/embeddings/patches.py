"""Objects laid over labels, which can be changed and taken off again."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Int, Integer

from .editing import swallowed_by
from .prompts import Box, Region, contest

Pixels = tuple[Int[np.ndarray, " n"], ...]
"""One array of positions per axis, as `numpy.nonzero` returns them."""


@dataclass(frozen=True, eq=False)
class _Patch:
    region: Region
    where: Pixels
    wrote: Integer[np.ndarray, " n"]
    below: Integer[np.ndarray, " n"]

    @property
    def box(self) -> Box:
        """What it covers or changed."""
        changed = [slice(int(at.min()), int(at.max()) + 1) for at in self.where if at.size]
        return hull([self.region.box, tuple(changed)] if changed else [self.region.box])


class Patches:
    """Objects of one plane or volume, by label, each with what lies below it.

    A pixel that two of them claim belongs to the one in whose region it scores higher. What lies
    below comes back when an object leaves, except where somebody else has changed it since.
    """

    def __init__(self) -> None:
        self._laid: dict[int, _Patch] = {}

    def update(
        self,
        labels: Integer[np.ndarray, "*space"],
        regions: Mapping[int, Region | None],
        *,
        keep: bool = False,
    ) -> tuple[Pixels, Integer[np.ndarray, " n"]]:
        """Lay, change or take off objects.

        Parameters
        ----------
        labels
            The plane as it is now; not changed.
        regions
            Region of each new or changed object, `None` for one that leaves.
        keep
            Whether to lay objects around those that are there, not over them. An object that lies
            over most of another one replaces it as a whole, see `editing.swallowed_by`.

        Returns
        -------
        where, values
            The pixels that change, and their new labels.
        """
        wanted = self._concerned(regions)
        boxes = [region.box for region in wanted.values() if region is not None]
        boxes += [self._laid[label].box for label in wanted if label in self._laid]
        if not boxes:
            return _nowhere(labels.ndim), np.zeros(0, labels.dtype)
        window = _with_surroundings(hull(boxes), labels.shape)
        view = labels[window].copy()
        for label in reversed([label for label in self._laid if label in wanted]):
            _lift(self._laid.pop(label), view, window)
        there = {label: region for label, region in wanted.items() if region is not None}
        owners = contest(there, window)
        for label, region in there.items():
            self._laid[label] = _lay(label, region, owners == label, view, window, keep=keep)
        changed = view != labels[window]
        return _in_plane(np.nonzero(changed), window), view[changed]

    def _concerned(self, regions: Mapping[int, Region | None]) -> dict[int, Region | None]:
        """Return these regions, and those of all objects that overlap them, or these in turn."""
        boxes = [region.box for region in regions.values() if region is not None]
        boxes += [self._laid[label].box for label in regions if label in self._laid]
        others = {label: patch for label, patch in self._laid.items() if label not in regions}
        near: set[int] = set()
        while boxes:
            box = boxes.pop()
            for label, patch in others.items():
                if label not in near and _overlap(box, patch.box):
                    near.add(label)
                    boxes.append(patch.box)
        before = {n: p.region for n, p in self._laid.items() if n in near or n in regions}
        return before | dict(regions)


def hull(boxes: Iterable[Box]) -> Box:
    """Return the smallest box that holds these."""
    return tuple(
        slice(min(side.start for side in sides), max(side.stop for side in sides))
        for sides in zip(*boxes, strict=True)
    )


def _lay(
    label: int,
    region: Region,
    owned: Bool[np.ndarray, "*window"],
    view: Integer[np.ndarray, "*window"],
    window: Box,
    *,
    keep: bool,
) -> _Patch:
    """Lay an object over a view of the labels."""
    after = view.copy()
    if keep:
        owned = owned & (view == 0)
    else:
        after[np.isin(view, swallowed_by(view, owned))] = 0
    after[owned] = label
    changed = after != view
    patch = _Patch(region, _in_plane(np.nonzero(changed), window), after[changed], view[changed])
    view[changed] = patch.wrote
    return patch


def _lift(patch: _Patch, view: Integer[np.ndarray, "*window"], window: Box) -> None:
    """Give back what lies below an object where nobody has changed it."""
    where = tuple(at - side.start for at, side in zip(patch.where, window, strict=True))
    view[where] = np.where(view[where] == patch.wrote, patch.below, view[where])


def _with_surroundings(box: Box, shape: tuple[int, ...]) -> Box:
    """Grow a box by its own size on each side, to see of which objects it covers the most."""
    sizes = [side.stop - side.start for side in box]
    return tuple(
        slice(max(0, side.start - size), min(length, side.stop + size))
        for side, size, length in zip(box, sizes, shape, strict=True)
    )


def _in_plane(where: Pixels, window: Box) -> Pixels:
    return tuple(at + side.start for at, side in zip(where, window, strict=True))


def _overlap(a: Box, b: Box) -> bool:
    return all(
        one.start < other.stop and other.start < one.stop for one, other in zip(a, b, strict=True)
    )


def _nowhere(ndim: int) -> Pixels:
    return (np.zeros(0, np.int64),) * ndim
