"""The margins that a spatial embedding gives its objects."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Self

import numpy as np
from jaxtyping import Bool, Float, Integer

from ..errors import InputError
from .pixels import PixelEmbedding
from .sums import number_objects

HALF = math.sqrt(2 * math.log(2))
"""Distance in sigma at which the Gaussian of an object is 0.5, above which its pixels join."""

HALF_PX = 0.5


@dataclass(frozen=True, eq=False)
class Ellipses:
    """An ellipse, or an ellipsoid, for each object.

    Attributes
    ----------
    centres, radii : float arrays, (n, d)
        In px of the whole image; the radii run along the axes. Those of a plane are half a pixel
        thick.
    """

    centres: Float[np.ndarray, "n d"]
    radii: Float[np.ndarray, "n d"]

    def __len__(self) -> int:
        return len(self.centres)

    def __getitem__(self, chosen: Bool[np.ndarray, " n"] | Integer[np.ndarray, " m"]) -> Self:
        return type(self)(self.centres[chosen], self.radii[chosen])

    @classmethod
    def joined(cls, parts: Sequence[Self]) -> Self:
        """Return those of all parts; there must be one."""
        centres, radii = ([getattr(part, name) for part in parts] for name in ("centres", "radii"))
        return cls(np.concatenate(centres), np.concatenate(radii))

    def reaching(self, axis: int, low: float, high: float) -> Self:
        """Return those that reach into an interval of an axis."""
        centre, radius = self.centres[:, axis], self.radii[:, axis]
        return self[(centre + radius >= low) & (centre - radius <= high)]

    def largest(self, count: int) -> Self:
        """Return those of the largest area or volume."""
        return self[np.argsort(-self.radii.prod(axis=1), kind="stable")[:count]]

    def cut(self, axis: int, at: float) -> Self:
        """Return what lies in a plane across an axis: smaller ellipses, or none."""
        reach = 1 - ((at - self.centres[:, axis]) / self.radii[:, axis]) ** 2
        hit = reach > 0
        centres, radii = self.centres[hit], self.radii[hit] * np.sqrt(reach[hit])[:, None]
        centres[:, axis] = at
        return type(self)(centres, radii)

    def outlines(self, axes: Sequence[int], sides: int) -> Float[np.ndarray, "m 2 d"]:
        """Return polygons around the centres in each plane of two of the given axes.

        Parameters
        ----------
        axes
            Two of them give ellipses, three the great circles of ellipsoids.
        sides
            Edges of a polygon.

        Returns
        -------
        ndarray
            Starts and displacements of the edges.
        """
        turns = np.linspace(0, 2 * np.pi, sides + 1)
        edges = [np.empty((0, 2, self.centres.shape[1]))]
        for plane in combinations(axes, 2):
            corners = np.repeat(self.centres[:, None], sides + 1, axis=1)
            for axis, wave in zip(plane, (np.sin(turns), np.cos(turns)), strict=True):
                corners[:, :, axis] += self.radii[:, axis, None] * wave
            pairs = np.stack([corners[:, :-1], np.diff(corners, axis=1)], axis=2)
            edges.append(pairs.reshape(-1, *edges[0].shape[1:]))
        return np.concatenate(edges)


def sigma_ellipses(
    pixels: PixelEmbedding, labels: Integer[np.ndarray, "*space"], plane: Sequence[int] = ()
) -> Ellipses:
    """Return where the Gaussian of each object is 0.5, in the order of the labels.

    Its centre is the mean embedding of the object's pixels, its width their mean sigma ([Nev],
    eq. 5 and 7).

    Parameters
    ----------
    pixels
        A spatial embedding.
    labels
        0 is background.
    plane
        Where the pixels are along axes that come before theirs, if they are a plane of an image.

    Raises
    ------
    InputError
        If there is no sigma.
    """
    inside = labels > 0
    found = pixels[inside]
    if found.sigma is None:
        raise InputError("This embedding has no sigma. Use a spatial embedding.")
    _, members = number_objects(labels[inside])
    counts = np.bincount(members)
    widths = np.broadcast_to(found.sigma, found.points.shape)
    centres, sigmas = (
        np.stack([np.bincount(members, values) for values in channels], axis=1) / counts[:, None]
        for channels in (found.points, widths)
    )
    before = np.broadcast_to(np.asarray(plane, float), (len(centres), len(plane)))
    return Ellipses(
        np.concatenate([before, centres], axis=1),
        np.concatenate([np.full_like(before, HALF_PX), HALF * sigmas], axis=1),
    )
